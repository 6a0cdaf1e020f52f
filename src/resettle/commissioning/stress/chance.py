"""Payment for chance, missed effects, and how many people a test needs: closed forms by the normal approximation.

Sources: any text on two proportions (Fleiss, Levin and Paik, 2003, chapters 2 to 4); for counts, the variance of a ratio of
means with over-dispersion. Rates and differences are from 0 to 1 here, not percentage points.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from resettle.errors import bad

NORMAL = NormalDist()


def error_of_rate(rate: float, people: int, comparison: int | None = None) -> float:
    """The standard error of a cohort's rate, or of its difference from a comparison group's where there is one.

    `sqrt(p(1-p)/n + p(1-p)/m)`. Without a comparison the baseline is fixed by contract: then drift is paid for instead.
    """
    spread = rate * (1 - rate)
    return math.sqrt(spread / people + (spread / comparison if comparison else 0.0))


def error_of_frequency(mean: float, dispersion: float, people: int, comparison: int | None = None) -> float:
    """The standard error of a relative reduction `1 - E/C` in events per person: `sqrt(phi/mu (1/n + 1/m))`.

    `dispersion` phi is variance over mean (for a negative binomial with shape k, `1 + mu/k`).
    """
    return math.sqrt(dispersion / mean * (1 / people + (1 / comparison if comparison else 0.0)))


def chance_of_payment(asked: float, error: float, true: float = 0.0) -> float:
    """How often a result reaches what is asked: `1 - Phi((asked - true) / SE)`. With `true` 0 it is payment for chance."""
    if not error > 0:
        raise bad("a standard error must be above zero", value=error)
    return 1 - NORMAL.cdf((asked - true) / error)


def cohort_needed(rate: float, difference: float, *, arms: int = 1, power: float = 0.8, level: float = 0.95) -> int:
    """People (in each arm) for a two-sided test of `rate` against `rate - difference` to have `power`.

    One arm: against a fixed baseline, `((z_a sqrt(p0 q0) + z_b sqrt(p1 q1)) / d)^2`. Two arms of one size: with the pooled
    variance under no difference. Not corrected for continuity.
    """
    if not 0 < difference < rate < 1:
        raise bad("a difference must lie between nothing and the rate", value=f"{difference} of {rate}")
    a, b = NORMAL.inv_cdf(0.5 + level / 2), NORMAL.inv_cdf(power)
    other = rate - difference
    before, after = rate * (1 - rate), other * (1 - other)
    middle = (rate + other) / 2
    if arms == 1:
        root = a * math.sqrt(before) + b * math.sqrt(after)
    else:
        root = a * math.sqrt(2 * middle * (1 - middle)) + b * math.sqrt(before + after)
    return math.ceil((root / difference) ** 2)


def least_detectable(
    rate: float, people: int, *, arms: int = 1, power: float = 0.8, level: float = 0.95
) -> float | None:
    """The smallest true difference that `people` (in each arm) find with `power`; None where even a rate of nothing is missed.

    The inverse of `cohort_needed`, by bisection to a millionth.
    """
    if not 0 < rate < 1 or people < 1:
        raise bad("a rate must be between 0 and 1, and people at least one", value=f"{rate}, {people}")
    low, high = 1e-6, rate * (1 - 1e-9)
    if cohort_needed(rate, high, arms=arms, power=power, level=level) > people:
        return None
    while high - low > 1e-7:
        middle = (low + high) / 2
        enough = cohort_needed(rate, middle, arms=arms, power=power, level=level) <= people
        low, high = (low, middle) if enough else (middle, high)
    return high
