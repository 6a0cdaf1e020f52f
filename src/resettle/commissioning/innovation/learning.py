"""What a trial of some size would be worth: the expected value of sample information, for a normal belief.

Source: Raiffa and Schlaifer (1961), chapter 5; the unit normal loss integral as in `evidence.economics.evpi_normal`.
"""

from __future__ import annotations

import math

from resettle.errors import bad
from resettle.evidence.economics import evpi_normal


def learned_sd(sd: float, error: float) -> float:
    """How far a belief's mean is expected to move when a result with a standard error comes in: `sd^2 / sqrt(sd^2 + se^2)`."""
    return sd * sd / math.sqrt(sd * sd + error * error) if sd > 0 else 0.0


def updated(mean: float, sd: float, result: float, error: float) -> tuple[float, float]:
    """A normal belief after a normal result: precision-weighted mean, and the standard deviation that is left."""
    if sd == 0:
        return mean, 0.0
    weight = sd * sd / (sd * sd + error * error)
    return mean + weight * (result - mean), sd * math.sqrt(1 - weight)


def sample_information(mean: float, sd: float, error: float) -> float:
    """What a result with a standard error is worth for one decision whose net benefit is believed normal.

    Perfect information (error 0) gives `evpi_normal`; a result that says nothing gives 0.
    """
    if sd < 0 or error < 0:
        raise bad("standard deviations and errors must be zero or more", value=(sd, error))
    return evpi_normal(mean, learned_sd(sd, error))
