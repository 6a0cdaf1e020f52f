"""From likely pairs to one answer for each record of the list: linked, waiting for a person, or lost, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from resettle.evidence.linkage.model import Pair

How = Literal["model", "decision"]
TOO_LITTLE = "too little recorded to link on"
NOBODY = "nobody in the register is like them"
SEVERAL = "several people in the register fit"
WAITING = "may be somebody in the register: waits for a decision"
SOMEBODY_ELSE = "decided to be nobody in the register"
REASONS = (TOO_LITTLE, NOBODY, SEVERAL, WAITING, SOMEBODY_ELSE)


@dataclass(frozen=True)
class Answer:
    """What became of one record: linked to `theirs` (by number), by the model or by a person's decision; or why not."""

    ours: int
    theirs: int | None = None
    probability: float | None = None
    how: How | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Asked:
    """A pair that a person is asked about, and why."""

    pair: Pair
    why: Literal["likely, not sure", "several fit", "check"]


def answers(
    ours: int,
    enough: list[bool],
    pairs: list[Pair],
    decided: Mapping[tuple[int, int], bool],
    accept: float,
    review: float,
) -> tuple[list[Answer], list[Asked]]:
    """The answer for each of `ours` records, and the pairs to ask a person about.

    A decision that two records are one person links them, whatever the model says; one that they are not takes the pair
    away. Of what is left the likeliest pair links from `accept` upwards, unless a second person is as likely as that; between
    `review` and `accept` a person is asked.
    """
    by_record: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_record[pair.ours].append(pair)
    same = {left: right for (left, right), yes in decided.items() if yes}
    made, asked = [], []
    for record in range(ours):
        found = by_record.get(record, [])
        if record in same:
            likely = next((p.probability for p in found if p.theirs == same[record]), None)
            made.append(Answer(record, same[record], likely, "decision"))
            continue
        left = [pair for pair in found if (record, pair.theirs) not in decided and pair.probability >= review]
        answer, ask = of_one(record, left, accept)
        if answer.reason == NOBODY:
            refused = any((record, pair.theirs) in decided for pair in found)
            why = SOMEBODY_ELSE if refused else NOBODY if enough[record] else TOO_LITTLE
            answer = Answer(record, reason=why)
        made.append(answer)
        asked += ask
    return made, asked


def of_one(record: int, pairs: list[Pair], accept: float) -> tuple[Answer, list[Asked]]:
    """The answer for one record from its pairs, likeliest first, none below the least worth asking about."""
    if not pairs:
        return Answer(record, reason=NOBODY), []
    sure = [pair for pair in pairs if pair.probability >= accept]
    if len(sure) > 1:
        return Answer(record, reason=SEVERAL), [Asked(pair, "several fit") for pair in sure]
    if sure:
        return Answer(record, sure[0].theirs, sure[0].probability, "model"), []
    return Answer(record, reason=WAITING), [Asked(pair, "likely, not sure") for pair in pairs]
