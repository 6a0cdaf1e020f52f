"""`Spread`: an amount over all draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from resettle.money import exact, show
from resettle.result import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEVELS = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)


class Spread(Record):
    """An amount over all draws, in pounds: mean, its simulation standard error, and the 10th, 50th and 90th percentiles."""

    mean: float
    error: float
    p10: float
    p50: float
    p90: float


def spread(amounts: Floats) -> Spread:
    """The summary of an amount over all draws."""
    low, middle, high = quantiles(amounts, (0.1, 0.5, 0.9))
    return Spread(
        mean=float(amounts.mean()),
        error=float(amounts.std() / len(amounts) ** 0.5),
        p10=low,
        p50=middle,
        p90=high,
    )


def quantiles(amounts: Floats, levels: Sequence[float]) -> list[float]:
    """Quantiles over all draws."""
    import numpy as np

    return [float(q) for q in np.quantile(amounts, levels)]


def money(amount: float, currency: str) -> str:
    """A simulated amount to the nearest pound."""
    return show(exact(float(amount)), currency, pence=False)
