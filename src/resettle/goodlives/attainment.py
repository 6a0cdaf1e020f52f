"""Goal Attainment Scaling: how far a person got with their own goals, from -2 (much less than hoped) to +2 (much more)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, sqrt

from resettle.errors import bad
from resettle.goodlives.records import Answer
from resettle.result import Record

LEVELS = {
    -2: "much less than hoped",
    -1: "less than hoped",
    0: "as hoped",
    1: "more than hoped",
    2: "much more than hoped",
}
CORRELATION = 0.3
WORTH: dict[Answer, float] = {"achieved": 1.0, "partly": 0.5, "not": 0.0}


class Scaled(Record):
    """The level reached on one goal, and the weight that the person gives it."""

    goal_id: str
    level: int
    weight: float = 1.0


def t_score(goals: Sequence[Scaled], correlation: float = CORRELATION) -> float:
    """The T score of one person's goals: 50 if all were reached as hoped, standard deviation 10.

    T = 50 + 10 sum(w x) / sqrt((1 - r) sum(w^2) + r (sum w)^2), Kiresuk and Sherman (1968), Community Mental Health Journal 4,
    443-453; r, the correlation between goals, is 0.3 as they propose. No goals, levels outside -2 to +2, weights not above nothing
    and correlations outside 0 to 1 are a `BadInput`.
    """
    if not goals:
        raise bad("no goal to score", do="Score at least one goal.")
    for one in goals:
        if one.level not in LEVELS:
            raise bad(
                "a goal is scored from -2 to +2",
                column=one.goal_id,
                value=one.level,
                do="Choose one of the five levels.",
            )
        if not (isfinite(one.weight) and one.weight > 0):
            raise bad(
                "a weight is a number above nothing",
                column=one.goal_id,
                value=one.weight,
                do="Use 1 where goals count the same.",
            )
    if not 0 <= correlation <= 1:
        raise bad("the correlation between goals is from 0 to 1", value=correlation, do="Use 0.3.")
    weights = [one.weight for one in goals]
    spread = (1 - correlation) * sum(w * w for w in weights) + correlation * sum(weights) ** 2
    return 50 + 10 * sum(one.weight * one.level for one in goals) / sqrt(spread)


def achievement(outcomes: Mapping[str, Answer | None]) -> float | None:
    """The achievement score of an end report: the mean over the outcomes asked for of 1 achieved, 1/2 partly, 0 not.

    As HMPPS Refer and Monitor an Intervention works it out. None while an outcome has no answer, or none was asked for.
    """
    answers = [answer for answer in outcomes.values() if answer is not None]
    if not outcomes or len(answers) < len(outcomes):
        return None
    return sum(WORTH[answer] for answer in answers) / len(answers)
