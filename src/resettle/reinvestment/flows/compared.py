"""What calibration found, and published figures beside what a scenario gives."""

from __future__ import annotations

from datetime import date

from resettle.result import Record


class Number(Record):
    """One uncertain number before calibration and after: middle and 95 % interval."""

    name: str
    prior: float
    prior_low: float
    prior_high: float
    posterior: float
    low: float
    high: float


class Compared(Record):
    """One published figure beside the scenario: mean and 95 % interval over the draws, and the error of the mean in percent."""

    name: str
    at: date
    quarter: bool
    fitted: bool
    published: float
    mean: float
    low: float
    high: float
    error_percent: float
    inside: bool


class Calibration(Record):
    """What calibration found: every number, how many draws the weighted sample is worth, and the hash of its draws."""

    numbers: tuple[Number, ...]
    effective_draws: float
    draws: int
    steps: int
    hash: str

    @property
    def warning(self) -> str:
        """What must be said where the sample is thin."""
        if self.effective_draws >= 0.1 * self.draws:
            return ""
        return (
            f"Calibration: {self.draws:,} draws are worth only {self.effective_draws:.0f}; "
            "the normal approximation fits badly."
        )
