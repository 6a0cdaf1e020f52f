"""More from counts by day: the cumulative hazard, the mean time free of the event, and events that compete."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resettle.evidence.survival import DayCounts, kaplan_meier
from resettle.result import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def nelson_aalen(counts: DayCounts) -> tuple[Floats, Floats]:
    """Cumulative hazard just after each day (Nelson 1972, Aalen 1978) and its variance: sums of d / n and of d / n squared."""
    import numpy as np

    hazard = np.cumsum(counts.events / counts.at_risk, dtype=float)
    return hazard, np.cumsum(counts.events / counts.at_risk**2, dtype=float)


def hazard_interval(hazard: float, variance: float, level: float = 0.95) -> Interval:
    """Interval for a cumulative hazard on the log scale (Klein and Moeschberger 2003, 4.3)."""
    from scipy.stats import norm

    method = "Nelson-Aalen, log scale"
    if hazard <= 0.0:
        return Interval(low=0.0, high=0.0 if variance == 0.0 else math.inf, method=method, level=level)
    half = float(norm.ppf(0.5 + level / 2)) * math.sqrt(variance) / hazard
    return Interval(low=hazard * math.exp(-half), high=hazard * math.exp(half), method=method, level=level)


def restricted_mean(counts: DayCounts, until: float, level: float = 0.95) -> tuple[float, float, Interval]:
    """Mean days free of the event up to the day `until`, its standard error, and a normal interval.

    The area under the Kaplan-Meier curve; the variance sums, over days with events, the squared area that is left times
    d / n (n - d) (Klein and Moeschberger 2003, 4.5). After the last day on which anybody is seen the curve stays where it
    is. Where everyone left has the event on one day, nothing is left after it, and that day adds nothing.
    """
    import numpy as np
    from scipy.stats import norm

    survival, _ = kaplan_meier(counts)
    inside = counts.days < until
    days, after = counts.days[inside], survival[inside]
    edges = np.concatenate([[0.0], days, [until]])
    areas = np.diff(edges) * np.concatenate([[1.0], after])
    left = np.cumsum(areas[::-1])[::-1][1:]
    at_risk, events = counts.at_risk[inside], counts.events[inside]
    rest = at_risk - events
    weight = np.where((events > 0) & (rest > 0), events / np.maximum(at_risk * rest, 1.0), 0.0)
    mean, error = float(areas.sum()), math.sqrt(float((left**2 * weight).sum()))
    half = float(norm.ppf(0.5 + level / 2)) * error
    bounds = Interval(low=max(0.0, mean - half), high=min(until, mean + half), method="Kaplan-Meier area", level=level)
    return mean, error, bounds


@dataclass(frozen=True)
class CauseCounts:
    """People by the day on which their time ended: `events` (causes x days) and `censored`, for `days` ascending."""

    days: Floats
    events: Floats
    censored: Floats

    @property
    def of_any(self) -> DayCounts:
        """The same, whichever the cause."""
        return DayCounts(self.days, self.events.sum(axis=0), self.censored)


def count_causes(time: Floats, cause: NDArray[np.int64], causes: int) -> CauseCounts:
    """Counts by day from one time and one cause (1, 2, ...; 0 censored) for each person."""
    import numpy as np

    days, place = np.unique(np.asarray(time, dtype=float), return_inverse=True)
    counts = [np.bincount(place[cause == k], minlength=len(days)).astype(float) for k in range(causes + 1)]
    return CauseCounts(days, np.array(counts[1:]), counts[0])


def aalen_johansen(counts: CauseCounts, cause: int) -> tuple[Floats, Floats]:
    """Share with an event of one cause (0, 1, ...) by each day, while the others compete, and its variance.

    Aalen and Johansen (1978); the variance by the delta method (Marubini and Valsecchi 1995, 10.3), in running sums.
    """
    import numpy as np

    every = counts.of_any
    survival, _ = kaplan_meier(every)
    before = np.concatenate([[1.0], survival[:-1]])
    n, all_events, own = every.at_risk, every.events, counts.events[cause]
    share = np.cumsum(before * own / n, dtype=float)
    rest = n - all_events
    leave = np.where(rest > 0, all_events / np.maximum(n * rest, 1.0), 0.0)
    cross = before * own / n**2
    # (F(t) - F(i)) squared, and F(t) - F(i), multiplied out, so that each sum over i is one running sum.
    first = share**2 * np.cumsum(leave) - 2 * share * np.cumsum(share * leave) + np.cumsum(share**2 * leave)
    second = np.cumsum(before**2 * own * (n - own) / n**3)
    third = share * np.cumsum(cross) - np.cumsum(share * cross)
    return share, np.maximum(first + second - 2 * third, 0.0)


def share_interval(share: float, variance: float, level: float = 0.95) -> Interval:
    """Interval for the share with an event of one cause, on the log(-log) scale of the share without it."""
    from scipy.stats import norm

    method = "Aalen-Johansen, log-log"
    if not 0.0 < share < 1.0:
        return Interval(low=min(share, 1.0), high=max(share, 0.0), method=method, level=level)
    half = float(norm.ppf(0.5 + level / 2)) * math.sqrt(variance) / (share * abs(math.log(share)))
    low, high = sorted((share ** math.exp(half), share ** math.exp(-half)))
    return Interval(low=low, high=high, method=method, level=level)
