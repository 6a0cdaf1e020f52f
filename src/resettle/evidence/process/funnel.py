"""Funnel limits: how far a group's share may lie from the overall one by chance, from the exact binomial distribution."""

from __future__ import annotations

from typing import Literal

from resettle.errors import bad
from resettle.result import Record

Verdict = Literal["inside", "low", "high", "very low", "very high"]
ALERT, ALARM = 0.95, 0.998


class Funnel(Record):
    """Where a group of `n` lies against `target`, with the shares between which 95 % and 99.8 % of such groups would lie.

    `very low` and `very high` are beyond the outer limits (about three standard deviations), `low` and `high` beyond the
    inner ones. `n` is smaller than the number counted where several of them belong to one person.
    """

    target: float
    n: int
    low: float
    high: float
    very_low: float
    very_high: float
    verdict: Verdict


def funnel_counts(n: int, target: float, level: float = ALERT) -> tuple[int, int]:
    """The smallest and the largest count of `n` that are inside the limits.

    A count is outside if the exact chance of it or of one further out is less than half of 1 - level (Spiegelhalter,
    2005, without his interpolation). `n` must be 0 or more and `target` from 0 to 1.
    """
    from scipy.stats import binom

    if n < 0 or not 0 <= target <= 1:
        raise bad(
            "funnel limits need a number of people and a share between 0 and 1", value=(n, target), do="Check both."
        )
    if n == 0:
        return 0, 0
    # A count whose chance is exactly the limit is inside, so a hair is taken off for rounding. `ppf` may be one off.
    tail = (1 - level) / 2 * (1 - 1e-9)
    low, high = int(binom.ppf(tail, n, target)), int(binom.isf(tail, n, target))
    low = next(k for k in range(max(low - 1, 0), n + 1) if binom.cdf(k, n, target) >= tail)
    high = next(k for k in range(min(high + 1, n), -1, -1) if binom.sf(k - 1, n, target) >= tail)
    return low, high


def funnel(count: float, n: float, target: float, effective_n: float | None = None) -> Funnel:
    """Judge `count` of `n` against `target`; `effective_n` stands for `n` where what is counted comes in clusters."""
    size = max(1, round(n if effective_n is None else effective_n))
    seen = count if effective_n is None else count / n * size
    (low, high), (lower, higher) = (funnel_counts(size, target, level) for level in (ALERT, ALARM))
    verdict: Verdict = "inside"
    if seen < low:
        verdict = "very low" if seen < lower else "low"
    elif seen > high:
        verdict = "very high" if seen > higher else "high"
    return Funnel(
        target=target,
        n=size,
        low=low / size,
        high=high / size,
        very_low=lower / size,
        very_high=higher / size,
        verdict=verdict,
    )
