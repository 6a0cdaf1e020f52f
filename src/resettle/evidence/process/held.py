"""What an area holds, so that what was never recorded is left out and not counted as nothing."""

from __future__ import annotations

from collections.abc import Mapping

from resettle.area import Area
from resettle.evidence.process.result import LABELS, STAGE_LABELS

NEEDS: Mapping[str, tuple[str, ...]] = {
    "reach": ("index_event.index_date", "programme.started_on"),
    "started_within_28_days": ("programme.referred_on", "programme.started_on"),
    "contacts": ("delivery.delivered_on",),
    "hours": ("delivery.minutes",),
    "attendance": ("delivery.attended",),
    "spend": ("spend.amount",),
    "steps_done": ("plan.plan_id", "goal.set_on", "delivery.goal_id"),
    "steps_in_order": ("plan.plan_id", "goal.set_on", "delivery.goal_id"),
    "steps_by_named_worker": ("plan.worker_id", "goal.set_on", "delivery.goal_id", "delivery.worker_id"),
    "goals_in_own_words": ("goal.own_words",),
    "gaps_with_a_goal": ("goods_rating.importance", "goal.good"),
    "purchases_for_own_goals": ("spend.goal_id", "goal.own_words"),
    "spread_of_goods": ("goal.good",),
    "same_worker_through_gate": ("custody.date_out", "delivery.worker_id"),
    "workers_in_12_months": ("delivery.worker_id",),
    "continuity_index": ("delivery.worker_id",),
}
STAGES_NEED = {
    "started": "programme.started_on",
    "four_weeks": "programme.ended_on",
    "completed": "programme.completed",
    "followed_up": "programme.completed",
}
COSTS_NEED = {"completion": "programme.completed", "outcome": "outcome.outcome"}


def not_held(area: Area) -> frozenset[str]:
    """The columns among those that process measures need in which the area holds nothing at all, as `table.column`."""
    wanted = {column for needs in NEEDS.values() for column in needs} | {"programme.referred_on"}
    wanted |= {*STAGES_NEED.values(), *COSTS_NEED.values()}
    by_table: dict[str, list[str]] = {}
    for name in sorted(wanted):
        table, column = name.split(".")
        by_table.setdefault(table, []).append(column)
    found = set()
    for table, columns in by_table.items():
        (row,) = area.query(f"SELECT {', '.join(f'count({c}) AS {c}' for c in columns)} FROM {table}").to_pylist()
        found |= {f"{table}.{c}" for c in columns if not row[c]}
    return frozenset(found)


def known_stages(missing: frozenset[str]) -> tuple[str, ...]:
    """The stages of the waterfall that can be told, up to the first that cannot."""
    kept = ["referred"]
    for name, need in STAGES_NEED.items():
        if need in missing:
            break
        kept.append(name)
    return tuple(kept)


def notes(missing: frozenset[str]) -> list[str]:
    """What was left out because nothing is held for it, one sentence for each column."""
    found = []
    for column in sorted(missing):
        left = [LABELS[name][1] for name, needs in NEEDS.items() if column in needs]
        left += [f"the stage {STAGE_LABELS[name]!r}" for name, need in STAGES_NEED.items() if need == column]
        left += [f"what one {per} cost" for per, need in COSTS_NEED.items() if need == column]
        if column == "spend.amount":
            left.append("purchases, in what things cost")
        if left:
            found.append(f"Nothing is held in {column}, so this is left out: {'; '.join(left)}.")
    if "programme.referred_on" in missing:
        found.append("No referrals are held, so those who were referred and did not start are not known.")
    return found
