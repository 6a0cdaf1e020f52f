"""The interval of a published result: as given, or reckoned from the numbers of people."""

from __future__ import annotations

import math
from decimal import Decimal
from statistics import NormalDist

from resettle.commissioning.language.measures import Measure
from resettle.commissioning.language.payments import Test
from resettle.commissioning.language.sure import width
from resettle.commissioning.records import HAIR, CohortResult
from resettle.commissioning.words import plain
from resettle.errors import bad

HUNDRED = Decimal(100)
Z95 = NormalDist().inv_cdf(0.975)


def interval(
    measure: Measure, result: CohortResult, value: Decimal, against: Decimal, test: Test
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Half the width of the interval per 100 people, or its two ends where they were given at 95%."""
    if result.low is not None and result.high is not None:
        check_interval(measure, result, value, against)
        middle = (result.low + result.high) / 2 * HUNDRED
        half = (result.high - result.low) / 2 * HUNDRED * Decimal(repr(width(test) / Z95))
        return None, middle - half, middle + half
    se = standard_error(measure, float(value), float(against), result.people, result.comparison_people)
    return (None, None, None) if se is None else (Decimal(repr(100 * width(test) * se)), None, None)


def check_interval(measure: Measure, result: CohortResult, value: Decimal, against: Decimal) -> None:
    """The interval given must hold the reduction, but for a tenth of its half width that rounding may have moved it."""
    if result.low is None or result.high is None:
        return
    reduction, slack = against - value, (result.high - result.low) / 20
    if not result.low - slack - HAIR <= reduction <= result.high + slack + HAIR:
        raise bad(
            "the interval does not hold the reduction",
            file=f"result {result.id}",
            column="low",
            value=f"{plain(result.low, 9)} to {plain(result.high, 9)}",
            do=f"The comparison less the value is {plain(reduction, 9)}: give the interval of that difference.",
        )


def standard_error(measure: Measure, value: float, against: float, people: int, comparison: int | None) -> float | None:
    """The standard error of a difference; None where the numbers of people do not give one (scores and costs).

    An agreed baseline is known exactly, so the error is that of the baseline's own rate in a cohort of this size: the width of the
    baseline's confidence band. Shares: binomial. Events and days per person: variance = dispersion x mean.
    """
    if measure.kind in ("score", "cost") or (comparison is None and measure.baseline is None):
        return None

    def variance(mean: float) -> float:
        return max(mean * (1 - mean), 0.0) if measure.kind == "binary" else measure.dispersion * mean

    if comparison is None:
        return math.sqrt(variance(against) / people)
    return math.sqrt(variance(value) / people + variance(against) / comparison)
