"""What one run of a case finds, and the truth."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from resettle.evidence.effect import Check
from resettle.evidence.randomised import Estimate

# The checks that say that an interval may not hold.
WARNINGS = ("clusters", "places", "periods", "periods go together")


@dataclass(frozen=True)
class Found:
    """What one run found, and the truth: on the log scale for ratios. `warned` is None where nobody looked."""

    estimate: float
    se: float
    truth: float
    interval: tuple[float, float] | None = None
    warned: bool | None = None


@dataclass(frozen=True)
class Case:
    """One estimator on one kind of people."""

    name: str
    once: Callable[[np.random.Generator], Found]
    ratio: bool = False


def found_of(found: Estimate, truth: float, checks: tuple[Check, ...] = ()) -> Found:
    """An estimate beside the truth; warned if a check about intervals is not green."""
    own = (found.interval.low, found.interval.high) if found.interval else None
    warned = any(check.name in WARNINGS and check.flag != "green" for check in checks) if checks else None
    return Found(found.estimate, found.se, truth, own, warned)


def log_found_of(found: Estimate, truth: float) -> Found:
    """A ratio beside the logarithm of the true one."""
    assert found.interval is not None
    return Found(
        math.log(found.estimate), found.se, truth, (math.log(found.interval.low), math.log(found.interval.high))
    )
