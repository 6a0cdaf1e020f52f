"""The states people are in, and the decisions they pass through, by the names of England and Wales's statistics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

State = Literal[
    "remand_untried",
    "remand_unsentenced",
    "custody_under_6_months",
    "custody_6_to_12_months",
    "custody_1_to_4_years",
    "custody_4_years_or_more",
    "custody_extended",
    "custody_indeterminate",
    "licence",
    "recall_fixed",
    "recall_standard",
    "community_order",
    "suspended_sentence",
    "at_risk",
    "settled",
    "dead",
]
"""Where a person is at the end of a month."""

Decision = Literal[
    "offence",
    "out_of_court",
    "charge",
    "received_on_remand",
    "sentence_on_bail",
    "sentence_after_remand",
    "received_on_sentence",
    "sentenced_from_remand",
    "community_sentence",
    "other_outcome",
    "release",
    "recall",
]
"""What a person passes through within a month: nobody stays in it, and how many pass is counted."""

STATES: tuple[State, ...] = get_args(State)
DECISIONS: tuple[Decision, ...] = get_args(Decision)
NODES: tuple[str, ...] = (*STATES, *DECISIONS)

BANDS: tuple[State, ...] = tuple(s for s in STATES if s.startswith("custody_"))
REMAND: tuple[State, ...] = ("remand_untried", "remand_unsentenced")
RECALLED: tuple[State, ...] = ("recall_fixed", "recall_standard")
PRISON: tuple[State, ...] = (*REMAND, *BANDS, *RECALLED)
PROBATION: tuple[State, ...] = ("licence", "community_order", "suspended_sentence")


@dataclass(frozen=True)
class Group:
    """Several states or decisions that are read together, such as the prison population."""

    name: str
    label: str
    kind: Literal["stock", "flow"]
    parts: tuple[str, ...]


GROUPS: tuple[Group, ...] = (
    Group("prison", "prison population", "stock", PRISON),
    Group("remand", "remand population", "stock", REMAND),
    Group("sentenced", "sentenced population, recall included", "stock", (*BANDS, *RECALLED)),
    Group("recalled", "recall population", "stock", RECALLED),
    Group("probation", "people under probation in the community", "stock", PROBATION),
    Group("receptions", "first receptions into custody", "flow", ("received_on_remand", "received_on_sentence")),
)

LABELS: dict[str, str] = {
    "remand_untried": "on remand, untried",
    "remand_unsentenced": "on remand, convicted and not yet sentenced",
    "custody_under_6_months": "custody, under 6 months",
    "custody_6_to_12_months": "custody, 6 to 12 months",
    "custody_1_to_4_years": "custody, 12 months to 4 years",
    "custody_4_years_or_more": "custody, 4 years or more",
    "custody_extended": "custody, extended sentence",
    "custody_indeterminate": "custody, indeterminate sentence",
    "licence": "on licence",
    "recall_fixed": "recalled for a fixed term",
    "recall_standard": "recalled until released",
    "community_order": "on a community order",
    "suspended_sentence": "on a suspended sentence order",
    "at_risk": "at risk in the community",
    "settled": "settled",
    "dead": "dead",
    "offence": "offences that come to notice",
    "out_of_court": "out-of-court resolutions",
    "charge": "people charged",
    "received_on_remand": "receptions on remand",
    "sentence_on_bail": "people sentenced from liberty",
    "sentence_after_remand": "cases ended after remand",
    "received_on_sentence": "receptions on sentence",
    "sentenced_from_remand": "custodial sentences from remand",
    "community_sentence": "community sentences",
    "other_outcome": "other outcomes",
    "release": "releases from sentences",
    "recall": "licence recalls",
    **{g.name: g.label for g in GROUPS},
}
"""Every state, decision and group in words."""


def is_state(name: str) -> bool:
    """Whether a name is that of a state (people stay in it) rather than of a decision."""
    return name in STATES
