"""Returns: the yearly rate at which dated payments are worth nothing today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from resettle.errors import bad

if TYPE_CHECKING:
    from decimal import Decimal

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

LOWEST, HIGHEST = -0.999999, 1e4
STEPS = 60


def present_value(cash: ArrayLike, years: ArrayLike, rate: ArrayLike) -> Floats:
    """`sum_t cash_t / (1 + rate)^years_t`, along the last axis of `cash`; `rate` has one value for each row."""
    import numpy as np

    grown = 1.0 + np.asarray(rate, dtype=float)[..., None]
    return np.asarray((np.asarray(cash, dtype=float) * grown ** -np.asarray(years, dtype=float)).sum(axis=-1))


def xirr(amounts: Sequence[Decimal | float], dates: Sequence[date]) -> float | None:
    """The internal rate of return of dated payments, a year being 365 days as in spreadsheets' XIRR.

    Money put in is negative. None where there is no such rate: all payments have one sign. Amounts and dates of different
    number are a `BadInput`.
    """
    import numpy as np

    if len(amounts) != len(dates) or not amounts:
        raise bad("each amount needs its date", value=f"{len(amounts)} amounts, {len(dates)} dates")
    years = np.array([(d - min(dates)).days / 365 for d in dates])
    found = float(irr_draws(np.array([[float(a) for a in amounts]]), years)[0])
    return None if np.isnan(found) else found


def sign_of_worth(flows: Floats, years: Floats, rate: Floats, even: float | None) -> Floats:
    """The present value up to a positive factor; where times are `even` apart, as a polynomial (Horner), which is far quicker.

    Here `flows` has one row a time, so that the work goes along the memory.
    """
    import numpy as np

    if even is None:
        return present_value(flows.T, years, rate)
    factor = (1 + rate) ** -even
    worth = np.zeros(flows.shape[1])
    for at_time in flows[::-1]:
        worth *= factor
        worth += at_time
    return worth


def irr_draws(cash: ArrayLike, years: ArrayLike) -> Floats:
    """The internal rate of return of many series at once, by bisection: rows are draws, columns are times.

    -1 where money was put in and nothing came back; not a number where there is no rate (payments of one sign, or all nothing).
    Where the sign changes more than once there may be several rates; the one found lies where the present value turns from
    positive to not, the only one an investor's payments (in, then out) can have.
    """
    import numpy as np

    flows = np.atleast_2d(np.asarray(cash, dtype=float))
    times = np.asarray(years, dtype=float)
    put_in, back = (flows < 0).any(axis=1), (flows > 0).any(axis=1)
    found = np.where(put_in & ~back, -1.0, np.nan)
    both = np.flatnonzero(put_in & back)
    by_time = np.ascontiguousarray(flows[both].T)
    low, high = np.full(len(both), LOWEST), np.full(len(both), HIGHEST)
    gaps = np.diff(times)
    even = float(gaps[0]) if len(gaps) and gaps[0] > 0 and np.allclose(gaps, gaps[0]) else None
    for _ in range(STEPS if len(both) else 0):
        # Halfway in the logarithm of growth, where rates of every size are as near.
        middle = np.sqrt((1 + low) * (1 + high)) - 1
        worth = sign_of_worth(by_time, times, middle, even) > 0
        low, high = np.where(worth, middle, low), np.where(worth, high, middle)
    found[both] = (low + high) / 2
    return found
