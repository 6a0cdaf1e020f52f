"""Time to the first event: Kaplan-Meier curves and the log-rank test, from counts by day."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resettle.area import Area
from resettle.area.sound import require_sound
from resettle.evidence.clock import Clock, read_clock
from resettle.evidence.follow import follow
from resettle.result import Interval, Record, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class DayCounts:
    """People by the day on which their time ended: `days` ascending, with events and censored people on each."""

    days: Floats
    events: Floats
    censored: Floats

    @property
    def at_risk(self) -> Floats:
        """People still followed just before each day."""
        import numpy as np

        leaving = self.events + self.censored
        result: Floats = leaving.sum() - np.concatenate([[0.0], np.cumsum(leaving)[:-1]])
        return result


def count_days(time: Floats, event: Floats) -> DayCounts:
    """Counts by day from one time and one event flag (0 or 1) for each person."""
    import numpy as np

    days, place = np.unique(np.asarray(time, dtype=float), return_inverse=True)
    happened = np.asarray(event, dtype=float)
    events = np.bincount(place, happened, len(days)).astype(float)
    return DayCounts(days, events, np.bincount(place, 1.0 - happened, len(days)).astype(float))


def kaplan_meier(counts: DayCounts) -> tuple[Floats, Floats]:
    """Survival just after each day (Kaplan and Meier, 1958) and Greenwood's variance of its logarithm.

    Both arrays follow `counts.days`. Where everyone left has the event, survival is 0 and the variance infinite.
    """
    import numpy as np

    at_risk, events = counts.at_risk, counts.events
    survival: Floats = np.cumprod(1.0 - events / at_risk, dtype=float)
    with np.errstate(divide="ignore"):
        steps = np.where(events > 0, events / (at_risk * (at_risk - events)), 0.0)
    return survival, np.cumsum(steps, dtype=float)


def survival_interval(survival: float, log_variance: float, level: float = 0.95) -> Interval:
    """Interval for a survival probability on the log(-log) scale (Kalbfleisch and Prentice, 1980)."""
    from scipy.stats import norm

    method = "Kaplan-Meier, log-log"
    if survival >= 1.0 or survival <= 0.0 or not math.isfinite(log_variance):
        return Interval(low=min(survival, 1.0), high=max(survival, 0.0), method=method, level=level)
    z = float(norm.ppf(0.5 + level / 2))
    half = z * math.sqrt(log_variance) / abs(math.log(survival))
    return Interval(low=survival ** math.exp(half), high=survival ** math.exp(-half), method=method, level=level)


def log_rank(time: Floats, event: Floats, group: Floats) -> tuple[float, float]:
    """Log-rank test of two groups (`group` is 0 or 1 for each person): chi-squared on one degree of freedom, and p.

    Mantel (1966), hypergeometric variance.
    """
    import numpy as np
    from scipy.stats import chi2

    time, event, group = (np.asarray(a, dtype=float) for a in (time, event, group))
    both = count_days(time, event)
    days, place = np.unique(time, return_inverse=True)
    ones = np.bincount(place, group, len(days))
    at_risk, ones_at_risk = both.at_risk, ones.sum() - np.concatenate([[0.0], np.cumsum(ones)[:-1]])
    observed = float((event * group).sum())
    share = ones_at_risk / at_risk
    expected = float((both.events * share).sum())
    spare = np.where(at_risk > 1, (at_risk - both.events) / np.maximum(at_risk - 1, 1), 0.0)
    variance = float((both.events * share * (1 - share) * spare).sum())
    if variance == 0.0:
        return 0.0, 1.0
    statistic = (observed - expected) ** 2 / variance
    return statistic, float(chi2.sf(statistic, 1))


class Curve(Record):
    """A Kaplan-Meier curve of one group: the share with the event by each day, with its interval."""

    group: dict[str, str | None] = {}
    n: int
    events: int
    days: tuple[float, ...]
    share: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


class Curves(Result):
    """Time to the first event by group, under one clock."""

    area: str
    caveat: str
    clock: str
    clock_label: str
    event: str
    curves: tuple[Curve, ...]

    @property
    def sentence(self) -> str:
        """The share with the event at the end of follow-up, by group."""
        ends = [
            f"{100 * c.share[-1]:.1f}% ({', '.join(str(v) for v in c.group.values()) or 'everyone'}, n = {c.n:,})"
            for c in self.curves
            if c.share
        ]
        return f"{self.area}: Kaplan-Meier share with {self.clock_label}: {'; '.join(ends)}."

    def rows(self) -> list[dict[str, Any]]:
        """One row for each step of each curve."""
        return [
            {**c.group, "day": d, "share": s, "low": lo, "high": hi, "n": c.n}
            for c in self.curves
            for d, s, lo, hi in zip(c.days, c.share, c.low, c.high, strict=True)
        ]


def curve(counts: DayCounts, group: dict[str, str | None]) -> Curve:
    """The curve of one group, one step for each day with an event."""
    survival, variance = kaplan_meier(counts)
    steps = [i for i in range(len(counts.days)) if counts.events[i] > 0]
    bounds = [survival_interval(float(survival[i]), float(variance[i])) for i in steps]
    return Curve(
        group=group,
        n=int(counts.at_risk[0]) if len(counts.days) else 0,
        events=int(counts.events.sum()),
        days=tuple(float(counts.days[i]) for i in steps),
        share=tuple(1.0 - float(survival[i]) for i in steps),
        low=tuple(1.0 - b.high for b in bounds),
        high=tuple(1.0 - b.low for b in bounds),
    )


def time_to_first(area: Area, clock: str | Path | Clock = "moj-2017", by: tuple[str, ...] = ()) -> Curves:
    """Kaplan-Meier curves of the time to the first event, by any grouping. People lost to follow-up are censored."""
    profile = clock if isinstance(clock, Clock) else read_clock(clock)
    return Curves(
        area=area.info.name,
        caveat=area.info.caveat,
        clock=profile.id,
        clock_label=profile.label,
        event=profile.event,
        curves=tuple(curve(counts, group) for group, counts in days_by_group(area, profile, by)),
        provenance=area.provenance("index_event", "offence", "person", clock=profile.model_dump(mode="json"), by=by),
    )


def days_by_group(
    area: Area, profile: Clock, by: tuple[str, ...] = ()
) -> list[tuple[dict[str, str | None], DayCounts]]:
    """Each group of an area with its counts by day: the first event, or the end of follow-up or observation."""
    import numpy as np

    require_sound(area, "index_event", "offence", also=("person",))
    groups = "".join(f"{name}, " for name in by)
    steps = follow(area, profile, by=by, censored=True).then(
        "by_day",
        f"""SELECT {groups}coalesce(days_to_first, days_observed) AS day, count(days_to_first) AS events,
            count(*) - count(days_to_first) AS censored
        FROM followed GROUP BY {groups}day ORDER BY {groups}day""",
        "how many had the event, and how many left unobserved, on each day",
    )
    held: dict[tuple[str | None, ...], list[dict[str, Any]]] = {}
    for row in area.run(steps).to_pylist():
        held.setdefault(tuple(row[name] for name in by), []).append(row)
    return [
        (
            dict(zip(by, values, strict=True)),
            DayCounts(*(np.array([r[c] for r in part], dtype=float) for c in ("day", "events", "censored"))),
        )
        for values, part in held.items()
    ]
