"""How sure a result must be: the interval that decides, and what was believed before taken into it.

The same functions take one result and arrays of results. Belief and result are both taken as normal, so what is believed
afterwards is normal too: its precision is the sum of both precisions, and its mean is weighted by them (Gelman and others 2013,
Bayesian Data Analysis, section 2.5).
"""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

from resettle.commissioning.language.payments import Test

NORMAL = NormalDist()


def width(test: Test) -> float:
    """Standard errors from the estimate to the end of the interval that decides."""
    return NORMAL.inv_cdf(1 - (1 - test.confidence) / test.sides)


def after(test: Test, size: Any, error: Any) -> tuple[Any, Any]:
    """Mean and standard deviation of what is believed after a result of `size` with standard error `error`, on one scale.

    Without a prior they are the result and its error.
    """
    if test.prior is None:
        return size, error
    before, spread = float(test.prior.mean), float(test.prior.sd)
    weight = spread**2 / (spread**2 + error**2)
    return weight * size + (1 - weight) * before, weight**0.5 * error


def ends(test: Test, size: Any, error: Any) -> tuple[Any, Any]:
    """Both ends of the interval that decides."""
    mean, sd = after(test, size, error)
    return mean - width(test) * sd, mean + width(test) * sd


def least(test: Test, error: float) -> float:
    """The smallest result whose interval leaves out zero, on the good side."""
    reach = width(test) * error
    if test.prior is None:
        return reach
    odds = (error / float(test.prior.sd)) ** 2  # how much belief weighs beside the result
    return float(reach * (1 + odds) ** 0.5 - odds * float(test.prior.mean))


def chance_better(test: Test, low: float, high: float) -> float:
    """The chance that the true result is better than none, from both ends of the interval that decides."""
    sd = (high - low) / (2 * width(test))
    return float((low + high) / 2 > 0) if sd == 0 else NORMAL.cdf((low + high) / 2 / sd)
