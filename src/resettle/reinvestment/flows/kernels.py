"""Time in a state, month by month: the share that leaves 1, 2, 3 ... months after arriving, and by which way.

All arrays are draws x strata x months; a draw or stratum axis of 1 means that it is the same for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

GRID = 6000
PAD = 12


@dataclass(frozen=True)
class Kernel:
    """Ways out of a state by month since arrival: `ways[0]` at the end of the stay, then one for each event; and `alive`,
    the share still there after 0, 1, 2 ... months (one longer than the ways). The two add up to 1 exactly.
    """

    ways: tuple[Floats, ...]
    alive: Floats

    @property
    def months(self) -> int:
        """How many months it reaches."""
        return int(self.alive.shape[2]) - 1

    def padded(self, by: int) -> tuple[Floats, ...]:
        """The ways out with at least `by` months of nothing after them."""
        import numpy as np

        room = max(by, PAD)
        if by > PAD or "padding" not in self.__dict__:
            wide = tuple(np.pad(w, ((0, 0), (0, 0), (0, room))) for w in self.ways)
            if by > PAD:
                return wide
            self.__dict__["padding"] = wide
        held: tuple[Floats, ...] = self.__dict__["padding"]
        return held


@cache
def integrated(spread: float) -> tuple[Floats, Floats]:
    """Integral of the distribution function of a gamma variable of mean 1 and this coefficient of variation, on a grid."""
    import numpy as np
    from scipy.special import gammainc

    shape = 1 / spread**2
    y = (1 + 12 * spread + 8 * spread**2) * 3.0 * np.linspace(0, 1, GRID) ** 2
    value = y * gammainc(shape, shape * y) - gammainc(shape + 1, shape * y)
    return y, value


def time_to(x: Floats, mean: Floats, spread: float) -> Floats:
    """Integral from 0 to x of the distribution function of 1 + a gamma variable, whose mean together is `mean`."""
    import numpy as np

    scale = np.maximum(mean - 1.0, 1e-9)[..., None]
    y = np.maximum(x - 1.0, 0.0) / scale
    if spread == 0:
        curve = np.maximum(y - 1.0, 0.0)
    elif spread == 1:
        curve = y + np.expm1(-y)
    else:
        grid, value = integrated(spread)
        curve = np.where(y >= grid[-1], y - 1.0, np.interp(y, grid, value))
    found: Floats = scale * curve
    return found


def reach(mean: float, spread: float, most: int) -> int:
    """Months after which next to nobody (under a millionth) is left of a stay, at most `most`."""
    import math

    from scipy.stats import gamma

    if spread == 0:
        return min(math.ceil(mean) + 1, most)
    last = gamma.isf(1e-6, 1 / spread**2, scale=spread**2 * max(mean - 1, 0.0)) if mean > 1 else 0.0
    return min(math.ceil(last) + 3, most)


def stay(mean: Floats, spread: float, months: int) -> Floats:
    """Share of people who leave after 1 ... `months` whole months, their mean time being exactly `mean`.

    A time between two whole months is shared out to both, so that means are kept: f(u) = G(u + 1) - 2 G(u) + G(u - 1),
    where G is the integral of the distribution function (2.5 months: half leave after 2, half after 3).
    """
    import numpy as np

    curve = time_to(np.arange(0.0, months + 2), mean, spread)
    return shares_of(np.diff(curve, axis=-1)[..., 1:])


def shares_of(by: Floats) -> Floats:
    """Shares by month from the share that has left by each month, kept between 0 and 1 and never falling."""
    import numpy as np

    by = np.maximum.accumulate(np.clip(by, 0.0, 1.0), axis=-1)
    found: Floats = np.diff(by, axis=-1, prepend=0.0)
    return found


def listed(shares: tuple[float, ...], months: int) -> Floats:
    """A stay given as shares by month."""
    import numpy as np

    found = np.zeros((1, 1, max(months, len(shares))))
    found[0, 0, : len(shares)] = shares
    return found[..., :months]


def changed(leaves: Floats, factor: Floats, off: Floats, eligible: Floats) -> Floats:
    """A stay multiplied by `factor` and shortened by `off` months for the `eligible` share, at least one month long.

    Parts of a month are shared out as in `stay`.
    """
    import numpy as np

    months = leaves.shape[-1]
    by = np.cumsum(leaves, axis=-1)
    curve = np.concatenate([np.zeros((*by.shape[:-1], 2)), np.cumsum(by, axis=-1)], axis=-1)
    slope = by[..., -1]
    x = (np.arange(1.0, months + 2) + off[..., None]) / factor[..., None]
    shape = np.broadcast_shapes(x.shape[:-1], curve.shape[:-1])
    x = np.broadcast_to(x, (*shape, months + 1))
    curve = np.broadcast_to(curve, (*shape, months + 2))
    low = np.minimum(np.floor(x).astype(int), months)
    base = np.take_along_axis(curve, low, axis=-1)
    step = np.take_along_axis(curve, low + 1, axis=-1) - base
    beyond = np.maximum(x - (months + 1), 0.0)
    value = factor[..., None] * (base + np.minimum(x - low, 1.0) * step + beyond * slope[..., None])
    new = shares_of(np.diff(value, axis=-1))
    part = eligible[..., None]
    found: Floats = part * new + (1 - part) * leaves
    return found


def hazard(share: Floats, months: float, shape: float, reach: int) -> Floats:
    """Cumulative hazard in each month since arrival, draws x months, such that `share` have the event within `months`."""
    import numpy as np

    total = -np.log1p(-share) / months**shape
    found: Floats = total[:, None] * np.diff(np.arange(reach + 1, dtype=float) ** shape)
    return found


def compete(leaves: Floats, hazards: list[Floats]) -> Kernel:
    """The end of the stay and events that compete. In each month events come first, then the stay may end.

    With E(u) the share without event and S(u) the share whose stay goes on, the end of the stay takes E(u) f(u), and
    events (E(u-1) - E(u)) S(u-1), shared in proportion to their hazards: what leaves and what is left add up exactly.
    """
    import numpy as np

    going = 1 - np.cumsum(leaves, axis=-1)
    going = np.concatenate([np.ones((*going.shape[:-1], 1)), np.maximum(going, 0.0)], axis=-1)
    if not hazards:
        return Kernel((leaves,), going)
    total = sum(hazards[1:], hazards[0])
    free = np.exp(-np.cumsum(total, axis=-1))
    free = np.concatenate([np.ones((*free.shape[:-1], 1)), free], axis=-1)
    taken = (free[..., :-1] - free[..., 1:]) * going[..., :-1]
    each = [taken * (h / np.maximum(total, 1e-300)) for h in hazards] if len(hazards) > 1 else [taken]
    return Kernel((free[..., 1:] * leaves, *each), free * going)
