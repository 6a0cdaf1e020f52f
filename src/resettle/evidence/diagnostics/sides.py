"""The two sides of a study as arrays, and the effect on a 0/1 outcome for all of them, or some, by the study's own design."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resettle.errors import BadInput
from resettle.evidence.designing import Designed
from resettle.evidence.effect import StandardError
from resettle.evidence.on_treated import effect_on_treated
from resettle.evidence.randomised import Estimate, difference_of_rates, difference_test
from resettle.evidence.regression import standardised
from resettle.evidence.standard_errors import CLUSTERED, clustered, influences
from resettle.evidence.study import DesignName

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

FEWEST = 10
"""Fewest people on a side for whom an effect is worked out."""


@dataclass(frozen=True)
class Sides:
    """Everybody in a study: covariates, side, a number for each person, and the comparison made alike, where one was.

    All arrays have one entry for each row. `weights` are those of the design, or 1 where people are compared as they are.
    """

    kind: DesignName
    x: Floats
    names: tuple[str, ...]
    treated: Bools
    person: Ints
    weights: Floats
    designed: Designed | None = None

    @property
    def kept(self) -> Bools:
        """Who is compared."""
        result: Bools = self.weights > 0
        return result

    def effect(self, outcome: Floats) -> Estimate:
        """The difference of rates of a 0/1 outcome by the study's own design."""
        if self.designed is not None:
            return effect_on_treated(self.designed, outcome, self.person)
        if self.kind == "randomised":
            return difference_of_rates(outcome, self.treated.astype(float))
        return standardised(outcome, self.treated.astype(float), self.x, self.names, self.person)

    def effect_among(self, who: Bools, outcome: Floats) -> Estimate | None:
        """The same among some of the people, with the weights that they have; None where a side has too few people."""
        chosen = who & self.kept
        sides = int((chosen & self.treated).sum()), int((chosen & ~self.treated).sum())
        if min(sides) < FEWEST:
            return None
        if self.designed is not None or self.kind == "randomised":
            return weighted_rates(outcome[chosen], self.treated[chosen], self.weights[chosen], self.person[chosen])
        varies = [i for i in range(self.x.shape[1]) if self.x[chosen, i].std() > 0]
        names = tuple(self.names[i] for i in varies)
        try:
            return standardised(
                outcome[chosen],
                self.treated[chosen].astype(float),
                self.x[chosen][:, varies],
                names,
                self.person[chosen],
            )
        except BadInput:
            return None


def weighted_rates(outcome: Floats, treated: Bools, weights: Floats, person: Ints) -> Estimate:
    """The difference of two weighted rates with the weights taken as given; a person in several rows counts once."""
    means = [float(weights[side] @ outcome[side] / weights[side].sum()) for side in (treated, ~treated)]
    se = clustered(influences(outcome, treated, weights), person)
    effect = means[0] - means[1]
    error = StandardError(name=CLUSTERED, se=se, headline=True)
    return Estimate(effect, se, means[0], means[1], (difference_test(effect, se),), errors=(error,))


def reach(found: Estimate) -> tuple[float, float]:
    """The 95% interval of an estimate."""
    if found.interval is not None:
        return found.interval.low, found.interval.high
    from scipy.stats import norm

    half = float(norm.ppf(0.975)) * found.se
    return found.estimate - half, found.estimate + half


def two_sided(estimate: float, se: float) -> float:
    """The p value of an estimate with a normal error."""
    return math.erfc(abs(estimate) / se / math.sqrt(2)) if se > 0 else 1.0
