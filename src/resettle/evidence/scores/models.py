"""How a score is made: its terms are added up, one column at a time, and the sum becomes a probability."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from resettle.errors import bad
from resettle.evidence.scores.columns import Columns, People
from resettle.evidence.scores.offence_codes import OffenceCodes
from resettle.evidence.scores.scored import Floats, Reason, Scores
from resettle.evidence.scores.tables import table

Term = tuple[str, Floats]
Terms = Callable[[Columns, OffenceCodes], Iterator[Term]]


@dataclass(frozen=True)
class Model:
    """A score: the terms that are added up for each person, in words and with their weights, and what it predicts.

    `name` is how users call it and `family` its table of coefficients. `points` marks a point scale, whose sum is turned
    into a probability by the scale and shift of its table; the sum of the others is a log odds.
    """

    name: str
    label: str
    family: str
    years: int
    terms: Terms
    points: bool = False
    dynamic: bool = False

    def probability(self, total: Floats) -> Floats:
        """The probability that belongs to a sum of terms."""
        if not self.points:
            return logistic(total)
        scale, shift = table(self.family)["scale"], table(self.family)["shift"][str(self.years)]
        return logistic(scale * total - shift)

    def score(self, people: People | Columns, codes: OffenceCodes) -> Scores:
        """Score people; bad values are a `BadInput` with row and column, missing ones leave a person without a score."""
        columns = people.renewed() if isinstance(people, Columns) else Columns(people)
        total = np.zeros(columns.n)
        with np.errstate(divide="ignore", invalid="ignore"):
            for _, weights in self.terms(columns, codes):
                total += weights
        probability = np.where(columns.reason == Reason.SCORED, self.probability(total), np.nan)
        return Scores(
            predictor=self.label,
            years=self.years,
            probability=probability,
            reason=columns.reason,
            missing=columns.missing,
            dynamic=np.full(columns.n, self.dynamic),
            bounds=tuple(table(self.family)["bands"]),
            whole_percent=self.family in ("ogrs3", "ogp", "ovp"),
            points=np.where(columns.reason == Reason.SCORED, total, np.nan) if self.points else None,
        )


def of_years(models: Mapping[int, Model], years: int) -> Model:
    """The model for so many years of follow-up; others than were published are a `BadInput`."""
    if years not in models:
        raise bad("no score is published for these years", value=years, do="Ask for 1 or 2 years.")
    return models[years]


def logistic(x: Floats) -> Floats:
    """1 / (1 + exp(-x)), without overflow."""
    from scipy.special import expit

    return np.asarray(expit(x), dtype=float)


def steps(values: Floats, starts: list[int], weights: list[float]) -> Floats:
    """The weight of the step in which each value lies: a step holds from its start to the next; NaN below the first."""
    place = np.searchsorted(starts, values, side="right") - 1
    return np.where(np.isnan(values) | (place < 0), np.nan, np.asarray(weights, dtype=float)[place])
