"""`competing`: reoffending, recall to custody and death as events of which only the first is seen; `time_free`: mean days
free of the event."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from resettle.area import Area, Steps, literal
from resettle.area.sound import require_sound
from resettle.evidence.clock import Clock, read_clock
from resettle.evidence.follow import follow
from resettle.evidence.hazards import (
    CauseCounts,
    aalen_johansen,
    hazard_interval,
    nelson_aalen,
    restricted_mean,
    share_interval,
)
from resettle.evidence.survival import days_by_group
from resettle.result import Interval, Record, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CAUSES = ("event", "recall", "death")
"""What may come first: the clock's event, recall to custody, death. On one day the earlier named comes first."""


class CauseCurve(Record):
    """The share of one group with an event of one cause first, by each day, with its interval; `n` people, `events` so far."""

    cause: str
    group: dict[str, str | None] = {}
    n: int
    events: int
    days: tuple[float, ...]
    share: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


class Competing(Result):
    """What came first, by group, under one clock."""

    area: str
    caveat: str
    clock: str
    event: str
    horizon: str
    curves: tuple[CauseCurve, ...]

    @property
    def sentence(self) -> str:
        """The share with each cause first, at the end."""
        ends = [
            f"{self.event if c.cause == 'event' else c.cause} {100 * (c.share[-1] if c.share else 0.0):.1f}%"
            f"{''.join(f', {v}' for v in c.group.values())} (n = {c.n:,})"
            for c in self.curves
        ]
        return f"{self.area}: what came first within {self.horizon} (Aalen-Johansen): {'; '.join(ends)}."

    def rows(self) -> list[dict[str, Any]]:
        """One row for each step of each curve."""
        return [
            {**c.group, "cause": c.cause, "day": d, "share": s, "low": lo, "high": hi, "n": c.n}
            for c in self.curves
            for d, s, lo, hi in zip(c.days, c.share, c.low, c.high, strict=True)
        ]


def competing_steps(area: Area, clock: Clock, by: tuple[str, ...] = ()) -> Steps:
    """The pipeline behind `competing`: `by_cause` counts people by group, day and cause; `came_first` has one row each."""
    steps = follow(area, clock, by=by, censored=True).then(
        "recalled",
        """SELECT n.index_id, CAST(min(date_diff('day', n.index_date, c.date_in)) AS BIGINT) AS days_to_recall
        FROM entry n JOIN custody c ON c.person_id = n.person_id AND c.kind = 'recall' AND c.date_in > n.index_date
        GROUP BY n.index_id""",
        "days to the first recall to custody",
    )
    groups = "".join(f", f.{name}" for name in by)
    never = literal(10**6)
    steps = steps.then(
        "three",
        f"""SELECT f.index_id{groups}, f.days_observed, coalesce(f.days_to_first, {never}) AS to_event,
            coalesce(r.days_to_recall, {never}) AS to_recall,
            coalesce(CAST(date_diff('day', f.index_date, p.died_on) AS BIGINT), {never}) AS to_death
        FROM followed f LEFT JOIN recalled r ON r.index_id = f.index_id LEFT JOIN person p ON p.person_id = f.person_id""",
        "days to each",
    )
    own = "".join(f", {name}" for name in by)
    steps = steps.then(
        "came_first",
        f"""SELECT index_id{own}, least(days_observed, to_event, to_recall, to_death) AS day,
            CASE WHEN least(to_event, to_recall, to_death) > days_observed THEN 0
                WHEN to_event <= to_recall AND to_event <= to_death THEN 1 WHEN to_recall <= to_death THEN 2 ELSE 3 END AS cause
        FROM three""",
        "what came first, and when",
    )
    groups = "".join(f"{name}, " for name in by)
    return steps.then(
        "by_cause",
        f"SELECT {groups}day, cause, count(*) AS people FROM came_first GROUP BY {groups}day, cause ORDER BY {groups}day, cause",
        "people by day and cause",
    )


def competing(area: Area, clock: str | Path | Clock = "moj-2017", by: tuple[str, ...] = ()) -> Competing:
    """Share whose first event was the clock's, a recall to custody or death, by day, while the others compete.

    Recalls are stays of that kind in the table `custody`, deaths `died_on` of `person`. People lost to follow-up are
    censored. An ordinary curve treats a recall as if the person could still reoffend outside, and says too much.
    """
    profile = clock if isinstance(clock, Clock) else read_clock(clock)
    require_sound(area, "index_event", "offence", also=("person", "custody"))
    held: dict[tuple[str | None, ...], list[dict[str, Any]]] = {}
    for row in area.run(competing_steps(area, profile, by)).to_pylist():
        held.setdefault(tuple(row[name] for name in by), []).append(row)
    curves = [
        cause_curve(counts, k, dict(zip(by, group, strict=True)))
        for group, rows in held.items()
        for counts in [counts_of(rows)]
        for k in range(len(CAUSES))
    ]
    return Competing(
        area=area.info.name,
        caveat=area.info.caveat,
        clock=profile.id,
        event=profile.event,
        horizon=str(profile.follow_up),
        curves=tuple(curves),
        provenance=area.provenance(
            "index_event", "offence", "person", "custody", clock=profile.model_dump(mode="json"), by=by
        ),
    )


def counts_of(rows: list[dict[str, Any]]) -> CauseCounts:
    """Counts by day and cause from rows of `by_cause`."""
    import numpy as np

    days = sorted({row["day"] for row in rows})
    place = {day: i for i, day in enumerate(days)}
    counts = np.zeros((len(CAUSES) + 1, len(days)))
    for row in rows:
        counts[row["cause"], place[row["day"]]] = row["people"]
    return CauseCounts(np.array(days, dtype=float), counts[1:], counts[0])


def cause_curve(counts: CauseCounts, cause: int, group: dict[str, str | None]) -> CauseCurve:
    """One cause of one group, one step for each day with such an event."""
    import numpy as np

    share, variance = aalen_johansen(counts, cause)
    steps = np.flatnonzero(counts.events[cause])
    bounds = [share_interval(float(share[i]), float(variance[i])) for i in steps]
    return CauseCurve(
        cause=CAUSES[cause],
        group=group,
        n=int(counts.events.sum() + counts.censored.sum()),
        events=int(counts.events[cause].sum()),
        days=tuple(float(counts.days[i]) for i in steps),
        share=tuple(float(share[i]) for i in steps),
        low=tuple(b.low for b in bounds),
        high=tuple(b.high for b in bounds),
    )


class GroupTime(Record):
    """Mean days free of the event up to `days`, and the cumulative hazard then, of one group of `n` people."""

    group: dict[str, str | None] = {}
    n: int
    events: int
    days: int
    mean: float
    standard_error: float
    interval: Interval
    hazard: float
    hazard_interval: Interval


class TimeFree(Result):
    """Restricted mean survival time by group, under one clock."""

    area: str
    caveat: str
    clock: str
    event: str
    groups: tuple[GroupTime, ...]

    @property
    def sentence(self) -> str:
        """Mean days free of the event, by group."""
        said = [
            f"{g.mean:.1f} of {g.days} days (95% interval {g.interval.low:.1f} to {g.interval.high:.1f}"
            f"{''.join(f', {v}' for v in g.group.values())}, n = {g.n:,})"
            for g in self.groups
        ]
        return f"{self.area}: mean time free of a first {self.event}: {'; '.join(said) or 'nobody could be followed'}."

    def rows(self) -> list[dict[str, Any]]:
        """One row a group."""
        return [
            {
                **g.group,
                **g.model_dump(exclude={"group", "interval", "hazard_interval"}),
                "low": g.interval.low,
                "high": g.interval.high,
                "hazard_low": g.hazard_interval.low,
                "hazard_high": g.hazard_interval.high,
            }
            for g in self.groups
        ]


def time_free(
    area: Area, clock: str | Path | Clock = "moj-2017", by: tuple[str, ...] = (), days: int | None = None
) -> TimeFree:
    """Restricted mean survival time and Nelson-Aalen hazard at `days` (the shortest full follow-up, if not given)."""
    profile = clock if isinstance(clock, Clock) else read_clock(clock)
    until = days or (profile.follow_up.days or round((profile.follow_up.months or 0) * 365 / 12))
    made = []
    for group, counts in days_by_group(area, profile, by):
        mean, error, interval = restricted_mean(counts, float(until))
        hazard, variance = nelson_aalen(counts)
        at = int((counts.days <= until).sum()) - 1
        total, spread = (float(hazard[at]), float(variance[at])) if at >= 0 else (0.0, 0.0)
        made.append(
            GroupTime(
                group=group,
                n=int(counts.at_risk[0]),
                events=int(counts.events.sum()),
                days=until,
                mean=mean,
                standard_error=error,
                interval=interval,
                hazard=total,
                hazard_interval=hazard_interval(total, spread),
            )
        )
    return TimeFree(
        area=area.info.name,
        caveat=area.info.caveat,
        clock=profile.id,
        event=profile.event,
        groups=tuple(made),
        provenance=area.provenance("index_event", "offence", "person", clock=profile.model_dump(mode="json"), by=by),
    )
