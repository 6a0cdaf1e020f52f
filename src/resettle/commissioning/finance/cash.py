"""The cash curve: how deep a provider must reach into its own pocket, for how long, and at what cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


def cumulative(cash: ArrayLike) -> Floats:
    """Cash in hand after each period, from nothing: running sums along the last axis."""
    import numpy as np

    return np.cumsum(np.asarray(cash, dtype=float), axis=-1)


def peak_need(cash: ArrayLike) -> Floats:
    """The most working capital ever needed, `max(0, max_t -K(t))`, with K the running sum of receipts less costs."""
    import numpy as np

    return np.asarray(np.maximum(-cumulative(cash).min(axis=-1), 0.0))


def financing_cost(cash: ArrayLike, rate: float, periods_a_year: int = 12) -> Floats:
    """Simple interest at `rate` a year on what is owed at the end of each period: need, times rate, times how long."""
    import numpy as np

    owed = np.maximum(-cumulative(cash), 0.0)
    return np.asarray(owed.sum(axis=-1) * rate / periods_a_year)


def payback(cash: ArrayLike) -> Floats:
    """The first period (from 1) after which cash in hand never falls below nothing again; infinity where it ends below."""
    import numpy as np

    below = cumulative(cash) < -1e-9
    last = below.shape[-1] - np.argmax(below[..., ::-1], axis=-1)
    first = np.where(below.any(axis=-1), last + 1.0, 1.0)
    return np.asarray(np.where(below[..., -1], np.inf, first))


def multiple(put_in: ArrayLike, got_back: ArrayLike) -> Floats:
    """Money multiple: what came back for each pound put in; not a number where nothing was put in."""
    import numpy as np

    spent, back = np.asarray(put_in, dtype=float), np.asarray(got_back, dtype=float)
    return np.asarray(np.divide(back, spent, out=np.full(np.broadcast(spent, back).shape, np.nan), where=spent > 0))
