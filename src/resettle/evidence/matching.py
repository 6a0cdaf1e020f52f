"""Who is compared with whom: matching on a score, and in strata. Nothing here is given an outcome.

Scores are held in whole billionths, so that distances and ties are exact: people whose scores agree to nine decimals are
equal. The rules for ties are stated with each kind of matching.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

BILLION = 1_000_000_000
FARTHEST = 2**62


@dataclass(frozen=True)
class Matches:
    """Treated person i is compared, each at equal weight, with the controls `order[low[i]:high[i]]`.

    `order` lists controls (0 to `controls` - 1), each at most once; windows may overlap, which is how a control is used
    again. An empty window is a treated person without a match.
    """

    order: Ints
    low: Ints
    high: Ints
    controls: int

    @property
    def counts(self) -> Ints:
        """Controls for each treated person."""
        return self.high - self.low

    @property
    def matched(self) -> Bools:
        """Which treated people have a match."""
        return self.high > self.low

    @cached_property
    def uses(self) -> Ints:
        """For each control, the treated people it stands for in part."""
        import numpy as np

        kept = self.matched
        steps = np.bincount(self.low[kept], minlength=len(self.order) + 1)
        steps -= np.bincount(self.high[kept], minlength=len(self.order) + 1)
        return self._to_controls(np.cumsum(steps[:-1]))

    @property
    def most_reused(self) -> float:
        """The greatest weight of one control, in treated people."""
        return float(self.weights().max(initial=0.0))

    def weights(self, power: int = 1) -> Floats:
        """For each control the sum, over the treated people it stands for, of (1 / their controls) to a power.

        At power 1 they are the weights of the comparison, which add up to the number of people matched.
        """
        return self._shares if power == 1 else self._shares_to(power)

    @cached_property
    def _shares(self) -> Floats:
        result = self._shares_to(1)
        result.flags.writeable = False
        return result

    def _shares_to(self, power: int) -> Floats:
        import numpy as np

        kept = self.matched
        share = self.counts[kept].astype(float) ** -power
        steps = np.bincount(self.low[kept], share, len(self.order) + 1)
        steps -= np.bincount(self.high[kept], share, len(self.order) + 1)
        # The running sum leaves rounding dust where nothing is; the whole-number count says where that is.
        result = self._to_controls(np.cumsum(steps[:-1]))
        result[self.uses == 0] = 0.0
        return result

    def means(self, values: Floats) -> Floats:
        """For each treated person the mean of `values` (one for each control) over their controls; nan without any."""
        import numpy as np

        total = np.concatenate([[0.0], np.cumsum(values[self.order])])
        result = np.full(len(self.low), np.nan)
        kept = self.matched
        result[kept] = (total[self.high] - total[self.low])[kept] / self.counts[kept]
        return result

    def _to_controls(self, listed: NDArray[Any]) -> NDArray[Any]:
        import numpy as np

        result = np.zeros(self.controls, dtype=listed.dtype)
        result[self.order] = listed
        return result


def radius(treated: Floats, control: Floats, caliper: float) -> Matches:
    """Each treated person with all controls whose score is not farther away than `caliper`. No ties can arise."""
    import numpy as np

    order, score = in_order(control)
    wanted = billionths(treated)
    reach = min(round(caliper * BILLION), FARTHEST) if np.isfinite(caliper) else FARTHEST
    return within(order, score, wanted, np.full(len(wanted), reach))


def nearest(treated: Floats, control: Floats, neighbours: int = 1, caliper: float = float("inf")) -> Matches:
    """Each treated person with the `neighbours` nearest controls within the caliper; controls may be used again.

    Ties: all controls as near as the last one taken are taken too, and share.
    """
    import numpy as np

    order, score = in_order(control)
    wanted = billionths(treated)
    k = min(neighbours, len(score))
    if k == 0:
        return within(order, score, wanted, np.zeros(len(wanted), dtype=np.int64))
    near = np.searchsorted(score, wanted)[:, None] + np.arange(-k, k)
    inside = (near >= 0) & (near < len(score))
    distance = np.abs(score[np.clip(near, 0, len(score) - 1)] - wanted[:, None])
    reach = np.partition(np.where(inside, distance, FARTHEST), k - 1, axis=1)[:, k - 1]
    if np.isfinite(caliper):
        reach = np.minimum(reach, round(caliper * BILLION))
    return within(order, score, wanted, reach)


def within(order: Ints, score: Ints, wanted: Ints, reach: Ints) -> Matches:
    """The windows of sorted scores that lie within each person's reach."""
    import numpy as np

    low = np.searchsorted(score, wanted - reach, side="left")
    return Matches(order, low, np.searchsorted(score, wanted + reach, side="right"), len(order))


def nearest_once(treated: Floats, control: Floats, neighbours: int = 1, caliper: float = float("inf")) -> Matches:
    """Each treated person with the nearest controls within the caliper that are still free; none is used twice.

    Treated people choose one control each, then a second each, and so on; in each round from the highest score, which
    is hardest to match, to the lowest, equal scores in the order of rows. Ties: of two controls at equal distance the
    one with the lower score, of equal scores the first row.
    """
    import numpy as np

    order, score = in_order(control)
    wanted = billionths(treated)
    reach = round(caliper * BILLION) if np.isfinite(caliper) else FARTHEST
    free = Free(score)
    taken: list[list[int]] = [[] for _ in wanted]
    turn = np.argsort(-wanted, kind="stable").tolist()
    place = np.searchsorted(score, wanted).tolist()
    values = wanted.tolist()
    for _ in range(neighbours):
        for person in turn:
            chosen = free.nearest(values[person], place[person], reach)
            if chosen is not None:
                taken[person].append(chosen)
    counts = np.array([len(some) for some in taken], dtype=np.int64)
    high = np.cumsum(counts)
    listed = np.array([one for some in taken for one in some], dtype=np.int64)
    return Matches(order[listed], high - counts, high, len(order))


class Free:
    """Sorted scores of which some have been taken; finds the free ones beside a place in nearly constant time."""

    def __init__(self, score: Ints) -> None:
        import numpy as np

        self.score: list[int] = score.tolist()
        self.first: list[int] = np.searchsorted(score, score).tolist()
        self.up = list(range(len(score) + 1))
        self.down = list(range(len(score) + 1))

    def nearest(self, wanted: int, place: int, reach: int) -> int | None:
        """Take the free score nearest to `wanted` (which belongs at `place`), if one lies within `reach`."""
        right = find(self.up, place)
        left = find(self.down, place) - 1
        to_right = self.score[right] - wanted if right < len(self.score) else FARTHEST
        to_left = wanted - self.score[left] if left >= 0 else FARTHEST
        if min(to_left, to_right) >= FARTHEST or min(to_left, to_right) > reach:
            return None
        chosen = find(self.up, self.first[left]) if to_left <= to_right else right
        self.up[chosen] = chosen + 1
        self.down[chosen + 1] = chosen
        return chosen


def find(links: list[int], start: int) -> int:
    """The end of a chain of links, each link on the way shortened."""
    end = start
    while links[end] != end:
        end = links[end]
    while links[start] != end:
        links[start], start = end, links[start]
    return end


def strata(treated: Ints, control: Ints) -> Matches:
    """Each treated person with all controls of the same stratum (whole numbers). No ties can arise."""
    import numpy as np

    order = np.argsort(control, kind="stable")
    sorted_ = control[order]
    low, high = (np.searchsorted(sorted_, treated, side=side) for side in ("left", "right"))
    return Matches(order, low, high, len(control))


def subclasses(treated: Floats, control: Floats, classes: int) -> Matches:
    """Each treated person with all controls of the same class of scores: `classes` equal parts of the treated.

    Ties: a score on a border belongs to the class below it, so people with equal scores are in the same class.
    """
    import numpy as np

    wanted = billionths(treated)
    order, score = in_order(control)
    borders = np.unique(np.quantile(wanted, np.arange(1, classes) / classes, method="inverted_cdf"))
    own = np.searchsorted(borders, wanted)
    ends = np.concatenate([[0], np.searchsorted(score, borders, side="right"), [len(score)]])
    return Matches(order, ends[own], ends[own + 1], len(order))


def strata_of(columns: Sequence[Floats] | Floats) -> Ints:
    """One whole number for each row: rows with the same value in every column have the same number."""
    import numpy as np

    code: Ints | None = None
    for column in columns:
        found, inverse = np.unique(column, return_inverse=True)
        code = inverse if code is None else np.unique(code * len(found) + inverse, return_inverse=True)[1]
    if code is None:
        raise ValueError("no columns")
    return code


def billionths(score: Floats) -> Ints:
    """Scores in whole billionths."""
    import numpy as np

    return np.rint(score * BILLION).astype(np.int64)


def in_order(control: Floats) -> tuple[Ints, Ints]:
    """Controls from the lowest score to the highest, equal scores in the order of rows, and their scores."""
    import numpy as np

    score = billionths(control)
    bits = len(score).bit_length()
    if not len(score) or max(int(score.max()), -int(score.min())).bit_length() + bits > 62:
        order = np.argsort(score, kind="stable")
        return order, score[order]
    # Score and row in one whole number: sorting those is several times quicker than sorting rows by score.
    both = score << bits | np.arange(len(score))
    both.sort()
    return both & ((1 << bits) - 1), both >> bits
