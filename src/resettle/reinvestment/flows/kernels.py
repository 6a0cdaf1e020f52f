"""Time in a state, month by month: the share that leaves 1, 2, 3 ... months after arriving, and by which way.

All arrays are months x strata x draws; a stratum or draw axis of 1 means that it is the same for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

GRID = 6000
WIDE = 300
"""Numbers of one month from which rows are long."""


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
        return len(self.alive) - 1

    @cached_property
    def live(self) -> tuple[bool, ...]:
        """Whether anyone leaves by each way."""
        return tuple(bool(w.any()) for w in self.ways)

    def windows(self, way: int, first: int, last: int, months: int) -> tuple[Floats, str]:
        """One way out seen from `months` months in a row: share[u, ..., m] leaves after 1 + first + u + m months, u up to `last`;
        with its axes in letters (u, g strata, d draws, m), without those that are the same for all.
        """
        import numpy as np

        table = self.ways[way][first : last + months - 1]
        short = last - first + months - 1 - len(table)
        if short > 0:
            table = np.concatenate([table, np.zeros((short, *table.shape[1:]))])
        keep = [i for i in (1, 2) if table.shape[i] > 1]
        table = table.squeeze(tuple(i for i in (1, 2) if i not in keep))
        # What sliding_window_view gives, without its checks: they take longer than the sums of a few draws.
        found = np.lib.stride_tricks.as_strided(
            table, (last - first, *table.shape[1:], months), (*table.strides, table.strides[0]), writeable=False
        )
        return found, "u" + "".join(" gd"[i] for i in keep) + "m"

    def later(self, months: int) -> list[Floats]:
        """The share that leaves after 0, 1 ... `months` - 1 months or later (within its months), by way out."""
        import numpy as np

        ways = zip(self.ways[:-1], self.live[:-1], strict=True)
        found = [from_the_end(w, months) if live else w[:months] for w, live in ways]
        rest = self.alive[: min(months, self.months)] - self.alive[-1]
        for one in found:
            rest = rest - one
        return [*found, np.maximum(rest, 0.0, out=rest)]


def from_the_end(shares: Floats, months: int) -> Floats:
    """Running sums from the end, of the first `months` months."""

    found = added_up(shares[:months][::-1])[::-1]
    found += shares[months:].sum(axis=0)
    return found


def added_up(steps: Floats, out: Floats | None = None) -> Floats:
    """Running sums over months. Long rows are added one by one: numpy's own sums go through memory against its grain."""
    import numpy as np

    if steps[:1].size < WIDE:
        return np.cumsum(steps, axis=0, out=out)
    found = np.empty(steps.shape) if out is None else out
    np.copyto(found, steps)
    for before, here in pairwise(found):
        here += before
    return found


@cache
def integrated(spread: float) -> tuple[Floats, Floats]:
    """Integral of the distribution function of a gamma variable of mean 1 and this coefficient of variation, on a grid."""
    import numpy as np
    from scipy.special import gammainc

    shape = 1 / spread**2
    y = (1 + 12 * spread + 8 * spread**2) * 3.0 * np.linspace(0, 1, GRID) ** 2
    value = y * gammainc(shape, shape * y) - gammainc(shape + 1, shape * y)
    return y, value


def looked_up(y: Floats, grid: Floats, value: Floats) -> Floats:
    """The value at each y, straight between the points of a grid that grows with the square of their number."""
    import numpy as np

    low = (np.sqrt(y * (1 / grid[-1])) * (GRID - 1)).astype(np.int64)
    np.minimum(low, GRID - 2, out=low)
    steep = np.diff(value) / np.diff(grid)
    found: Floats = (y - grid[low]) * steep[low] + value[low]
    return found


def time_to(x: Floats, mean: Floats, spread: float) -> Floats:
    """Integral from 0 to x of the distribution function of 1 + a gamma variable, whose mean together is `mean`."""
    import numpy as np

    scale = np.maximum(mean - 1.0, 1e-9)
    y = np.maximum(x - 1.0, 0.0)[:, None, None] / scale
    if spread == 0:
        curve = np.maximum(y - 1.0, 0.0)
    elif spread == 1:
        curve = y + np.expm1(-y)
    else:
        grid, value = integrated(spread)
        curve = np.where(y >= grid[-1], y - 1.0, looked_up(y, grid, value))
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
    return shares_of(np.diff(curve, axis=0)[1:])


def shares_of(by: Floats) -> Floats:
    """Shares by month from the share that has left by each month, kept between 0 and 1 and never falling."""
    import numpy as np

    by = np.maximum.accumulate(np.clip(by, 0.0, 1.0), axis=0)
    found: Floats = np.diff(by, axis=0, prepend=0.0)
    return found


def listed(shares: tuple[float, ...], months: int) -> Floats:
    """A stay given as shares by month."""
    import numpy as np

    found = np.zeros((max(months, len(shares)), 1, 1))
    found[: len(shares), 0, 0] = shares
    return found[:months]


def changed(leaves: Floats, factor: Floats, off: Floats, eligible: Floats) -> Floats:
    """A stay multiplied by `factor` and shortened by `off` months for the `eligible` share, at least one month long.

    Parts of a month are shared out as in `stay`.
    """
    import numpy as np

    months = len(leaves)
    by = np.cumsum(leaves, axis=0)
    curve = np.concatenate([np.zeros((2, *by.shape[1:])), np.cumsum(by, axis=0)])
    x = (np.arange(1.0, months + 2)[:, None, None] + off) / factor
    shape = np.broadcast_shapes(x.shape[1:], curve.shape[1:])
    x = np.broadcast_to(x, (months + 1, *shape))
    curve = np.broadcast_to(curve, (months + 2, *shape))
    low = np.minimum(np.floor(x).astype(int), months)
    base = np.take_along_axis(curve, low, axis=0)
    step = np.take_along_axis(curve, low + 1, axis=0) - base
    beyond = np.maximum(x - (months + 1), 0.0)
    value = factor * (base + np.minimum(x - low, 1.0) * step + beyond * by[-1])
    new = shares_of(np.diff(value, axis=0))
    found: Floats = eligible * new + (1 - eligible) * leaves
    return found


def hazard(share: Floats, months: float, shape: float, reach: int) -> Floats:
    """Cumulative hazard in each month since arrival, months x 1 x draws, such that `share` have the event within `months`."""
    import numpy as np

    total = -np.log1p(-share) / months**shape
    found: Floats = np.diff(np.arange(reach + 1, dtype=float) ** shape)[:, None, None] * total
    return found


def compete(leaves: Floats, hazards: list[Floats]) -> Kernel:
    """The end of the stay and events that compete. In each month events come first, then the stay may end.

    With E(u) the share without event and S(u) the share whose stay goes on, the end of the stay takes E(u) f(u), and
    events (E(u-1) - E(u)) S(u-1), shared in proportion to their hazards: what leaves and what is left add up exactly.
    """
    import numpy as np

    going = from_one(np.maximum(1 - np.cumsum(leaves, axis=0), 0.0))
    if not hazards:
        return Kernel((leaves,), going)
    # In place where it can be: fresh memory takes longer than the sums.
    total = hazards[0] if len(hazards) == 1 else sum(hazards[1:], hazards[0])
    free = np.empty((len(total) + 1, *total.shape[1:]))
    free[0] = 0.0
    added_up(total, free[1:])
    np.exp(np.negative(free, out=free), out=free)
    taken = free[:-1] - free[1:]
    taken *= going[:-1]
    each = [taken * (h / np.maximum(total, 1e-300)) for h in hazards] if len(hazards) > 1 else [taken]
    end = free[1:] * leaves if leaves.any() else leaves
    free *= going
    return Kernel((end, *each), free)


def from_one(shares: Floats) -> Floats:
    """Shares after 1, 2 ... months with the 1 of month 0 before them."""
    import numpy as np

    found: Floats = np.concatenate([np.ones((1, *shares.shape[1:])), shares])
    return found
