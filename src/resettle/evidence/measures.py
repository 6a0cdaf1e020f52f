"""`measure`: what happened to people, by any grouping, under a named clock, each figure with its interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, Literal

from resettle.area import Area, Engine, Steps
from resettle.area.sound import require_sound
from resettle.evidence.clock import Clock, read_clock
from resettle.evidence.follow import LABELS, follow
from resettle.evidence.intervals import clopper_pearson, poisson_rate, student_mean, wilson
from resettle.result import Interval, Record, Result

MeasureName = Literal["rate", "per_offender", "per_reoffender", "days_to_first"]

UNITS: dict[MeasureName, str] = {
    "rate": "share of people",
    "per_offender": "events a person",
    "per_reoffender": "events a reoffender",
    "days_to_first": "days",
}


class Measure(Record):
    """One measured figure: which measure, under which clock, of which group, on how many, with its interval.

    `n` is the number of people it is a figure of (reoffenders, for `per_reoffender` and `days_to_first`), `count` the
    events or people counted. `value` and `interval` are None where nobody is left to measure. `rows` names the step
    whose rows lie behind it.
    """

    name: MeasureName
    clock: str
    group: dict[str, str | None] = {}
    n: int
    count: int
    value: float | None
    interval: Interval | None
    method: str
    rows: str = "followed"


class Measures(Result):
    """The measures of an area under one clock, by group, and the sentence about the first of them."""

    area: str
    caveat: str
    clock: str
    clock_label: str
    counted_once: str
    by: tuple[str, ...]
    measures: tuple[Measure, ...]

    @property
    def sentence(self) -> str:
        """The binary rate of the whole, or how it varies over the groups."""
        rates = [m for m in self.measures if m.name == "rate" and m.value is not None and m.interval is not None]
        if not rates:
            return f"{self.area}: nobody could be followed under {self.clock}."
        if len(rates) == 1:
            m = rates[0]
            assert m.value is not None and m.interval is not None
            once = f", {self.counted_once}" if self.counted_once else ""
            return (
                f"{self.area}: {100 * m.value:.1f}% ({m.count:,} of {m.n:,} people{once}; 95% interval "
                f"{100 * m.interval.low:.1f} to {100 * m.interval.high:.1f}) had {self.clock_label}."
            )
        low, high = min(rates, key=lambda m: m.value or 0), max(rates, key=lambda m: m.value or 0)
        return (
            f"{self.area}: {self.clock_label} ranged from {100 * (low.value or 0):.1f}% ({label(low)}) to "
            f"{100 * (high.value or 0):.1f}% ({label(high)}) over {len(rates)} groups."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row a measure, with its group, interval and method."""
        return [
            {
                **m.group,
                "measure": m.name,
                "n": m.n,
                "count": m.count,
                "value": m.value,
                "low": m.interval and m.interval.low,
                "high": m.interval and m.interval.high,
                "unit": UNITS[m.name],
                "method": m.method,
            }
            for m in self.measures
        ]


def label(measure: Measure) -> str:
    """The group of a measure in words."""
    return ", ".join(f"{k} {v or 'not known'}" for k, v in measure.group.items()) or "everyone"


def measure_steps(
    area: Area, clock: Clock, by: tuple[str, ...] = (), start: date | None = None, end: date | None = None
) -> Steps:
    """The pipeline behind `measure`: its last step, `summary`, has one row for each group.

    The rows behind it are those of `followed`. Those who entered and those who reoffended are counted apart, which spares the
    engine the join of the two row by row.
    """
    groups = "".join(f"{name}, " for name in by)
    grouped = f" GROUP BY {', '.join(by)}" if by else ""
    labels = "".join(f"{LABELS.get(name, f'n.{name}')} AS {name}, " for name in by)
    same = " AND ".join(f"n.{name} IS NOT DISTINCT FROM r.{name}" for name in by) or "TRUE"
    return (
        follow(area, clock, by=by, start=start, end=end, keyed=True)
        .then("entered", f"SELECT {groups}count(*) AS people FROM entry{grouped}", "how many entered, by group")
        .then(
            "reoffended",
            f"""SELECT {groups}count(*) AS reoffenders,
            CAST(sum(reoffences) AS BIGINT) AS reoffences, CAST(sum(reoffences * reoffences) AS BIGINT) AS reoffences_squared,
            CAST(sum(days_to_first) AS BIGINT) AS days, CAST(sum(days_to_first * days_to_first) AS BIGINT) AS days_squared
        FROM reoffence{grouped}""",
            f"counts, sums and sums of squares of those with a {clock.event}: all that rates and intervals need",
        )
        .then(
            "summary",
            f"""SELECT {labels}n.people, coalesce(r.reoffenders, 0) AS reoffenders, coalesce(r.reoffences, 0) AS reoffences,
            coalesce(r.reoffences_squared, 0) AS reoffences_squared, coalesce(r.days, 0) AS days,
            coalesce(r.days_squared, 0) AS days_squared
        FROM entered n LEFT JOIN reoffended r ON {same}{" ORDER BY " + ", ".join(by) if by else ""}""",
            "both, one row for each group",
        )
    )


def measure(
    area: Area,
    clock: str | Path | Clock = "moj-2017",
    by: Sequence[str] | str = (),
    *,
    start: date | None = None,
    end: date | None = None,
    interval: Literal["wilson", "exact"] = "wilson",
    engine: Engine = "duckdb",
) -> Measures:
    """Measure reoffending in an area under a clock, by any of the groupings in `follow.GROUPINGS`.

    `start` and `end` bound the index dates. The binary rate has a Wilson interval, or the exact binomial one on
    request; counts have exact Poisson intervals widened for over-dispersion; days to first a Student t interval. Groups
    are not suppressed here: reports do that. `engine` is `duckdb`, in this process, or `spark`, with equal results.
    """
    profile = clock if isinstance(clock, Clock) else read_clock(clock)
    require_sound(area, "index_event", "offence", also=("person",))
    names = (by,) if isinstance(by, str) else tuple(by)
    binary = wilson if interval == "wilson" else clopper_pearson
    used = {"by": names, "start": start and start.isoformat(), "end": end and end.isoformat()}
    with ThreadPoolExecutor(1) as beside:  # the files are hashed while the engine sets out
        clock_used = profile.model_dump(mode="json")
        provenance = beside.submit(area.provenance, "index_event", "offence", "person", clock=clock_used, **used)
        rows = area.run(measure_steps(area, profile, names, start, end), engine=engine).to_pylist()
    made: list[Measure] = []
    for row in rows:
        made += measures_of({name: row[name] for name in names}, row, profile, binary)
    return Measures(
        area=area.info.name,
        caveat=area.info.caveat,
        clock=profile.id,
        clock_label=profile.label,
        counted_once=profile.counted_once,
        by=names,
        measures=tuple(made),
        provenance=provenance.result(),
    )


def measures_of(
    group: dict[str, str | None], row: dict[str, Any], clock: Clock, binary: Callable[[int, int], Interval]
) -> list[Measure]:
    """The four measures of one group from its counts and sums."""
    people, again, events = row["people"], row["reoffenders"], row["reoffences"] or 0
    squares, days, days_squared = row["reoffences_squared"] or 0, row["days"] or 0, row["days_squared"] or 0

    def made(name: MeasureName, n: int, count: int, total: float, interval: Interval) -> Measure:
        some = n > 0
        return Measure(
            name=name,
            clock=clock.id,
            group=group,
            n=n,
            count=count,
            value=total / n if some else None,
            interval=interval if some else None,
            method=interval.method,
        )

    return [
        made("rate", people, again, again, binary(again, people)),
        made("per_offender", people, events, events, poisson_rate(events, squares, people)),
        made("per_reoffender", again, events, events, student_mean(events, squares, again)),
        made("days_to_first", again, again, days, student_mean(days, days_squared, again)),
    ]
