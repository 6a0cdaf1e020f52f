"""`outcomes`: the eleven outcomes of the Justice Data Lab, and rates for the time at liberty, each with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from resettle.area import Area, Engine, Steps
from resettle.area.sound import require_sound
from resettle.evidence.clock import Clock, read_clock
from resettle.evidence.detail import TIERS, detailed
from resettle.evidence.intervals import poisson_rate, ratio_of_sums, student_mean, wilson
from resettle.result import Interval, Record, Result

Of = Literal["people", "reoffenders"]

LABELS = {
    "rate": "one-year proven reoffending rate",
    "frequency": "reoffences a person",
    "days_to_first": "days to the first reoffence",
    "first_indictable": "first reoffence indictable only",
    "first_either_way": "first reoffence triable either way",
    "first_summary": "first reoffence summary",
    "indictable": "indictable only reoffences a reoffender",
    "either_way": "triable either way reoffences a reoffender",
    "summary": "summary reoffences a reoffender",
    "first_custody": "custody for the first reoffence",
    "custody": "reoffences that led to custody, a reoffender",
    "per_100": "reoffences for 100 people",
    "any_custody": "custody for any reoffence",
    "per_person_year": "reoffences a year at liberty",
}
"""What each outcome is of. A clock that counts other events than reoffences has them in the same places."""

ELEVEN = tuple(LABELS)[:11]
"""The outcomes that the Justice Data Lab reports, in its order: court tiers and custody are of reoffenders only."""


class Outcome(Record):
    """One outcome of one group: `count` events (or people with the event) among `n` people or reoffenders.

    `not_known` of them are left out of `n` because the mode of trial, or custody, is not recorded. For
    `per_person_year`, `n` is the people and `years` their time at liberty.
    """

    name: str
    group: dict[str, str | None] = {}
    of: Of
    n: int
    count: int
    not_known: int = 0
    years: float | None = None
    value: float | None
    interval: Interval | None
    method: str


class Outcomes(Result):
    """The outcomes of an area under one clock, by group."""

    area: str
    caveat: str
    clock: str
    clock_label: str
    by: tuple[str, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def sentence(self) -> str:
        """The rate, the frequency and the days of the whole, or how many groups there are."""
        if self.by:
            groups = len({tuple(o.group.items()) for o in self.outcomes})
            return f"{self.area}: {len(LABELS)} outcomes of {groups} groups under {self.clock}."
        found = {o.name: o for o in self.outcomes}
        rate, often = found["rate"], found["per_100"]
        if rate.value is None or rate.interval is None or often.value is None or often.interval is None:
            return f"{self.area}: nobody could be followed under {self.clock}."
        return (
            f"{self.area}: of 100 people, {100 * rate.value:.1f} (95% interval {100 * rate.interval.low:.1f} to "
            f"{100 * rate.interval.high:.1f}) had {self.clock_label}, with {often.value:.0f} events "
            f"({often.interval.low:.0f} to {often.interval.high:.0f}) among them (n = {rate.n:,})."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row an outcome, with its group and interval."""
        return [
            {
                **o.group,
                "outcome": o.name,
                "label": LABELS[o.name],
                **o.model_dump(exclude={"name", "group", "interval"}),
                "low": o.interval and o.interval.low,
                "high": o.interval and o.interval.high,
            }
            for o in self.outcomes
        ]


def outcome_steps(
    area: Area, clock: Clock, by: tuple[str, ...] = (), start: date | None = None, end: date | None = None
) -> Steps:
    """The pipeline behind `outcomes`: its last step, `totals`, has one row for each group; `detailed` the rows behind."""
    sums = {
        "people": "count(*)",
        "again": "count(days_to_first)",
        **square("events", "reoffences"),
        **square("days", "days_to_first"),
        **{f"first_{tier}": f"count(CASE WHEN first_tier = {i} THEN 1 END)" for i, tier in enumerate(TIERS, start=1)},
        "tier_known": "count(first_tier)",
        "first_custody": "count(CASE WHEN first_custody = 1 THEN 1 END)",
        "first_custody_known": "count(first_custody)",
        "all_tiers": "count(CASE WHEN days_to_first IS NOT NULL AND tiers_known > 0 THEN 1 END)",
        "all_custody": "count(CASE WHEN days_to_first IS NOT NULL AND custody_known > 0 THEN 1 END)",
        **{k: v for tier in TIERS for k, v in square(tier, tier).items()},
        **square("custodial", "custodial"),
        "any_custody": "count(CASE WHEN custodial > 0 THEN 1 END)",
        **square("free", "days_free"),
        **square("events_free", "events_free"),
        "both_free": "sum(CAST(days_free AS DOUBLE) * events_free)",
    }
    groups = "".join(f"{name}, " for name in by)
    ending = f" GROUP BY {', '.join(by)} ORDER BY {', '.join(by)}" if by else ""
    return detailed(area, clock, by, start, end).then(
        "totals",
        f"SELECT {groups}{', '.join(f'{sql} AS {name}' for name, sql in sums.items())} FROM detailed{ending}",
        "people and sums of each group",
    )


def square(name: str, column: str) -> dict[str, str]:
    """A sum and a sum of squares."""
    return {name: f"CAST(sum({column}) AS BIGINT)", f"{name}_2": f"sum(CAST({column} AS DOUBLE) * {column})"}


def outcomes(
    area: Area,
    clock: str | Path | Clock = "jdl",
    by: Sequence[str] | str = (),
    *,
    start: date | None = None,
    end: date | None = None,
    engine: Engine = "duckdb",
) -> Outcomes:
    """The outcomes named in `LABELS` under a clock, by any of the groupings in `follow.GROUPINGS`.

    The first reoffence is the most serious of its day. Shares have Wilson's interval, frequencies that of an
    over-dispersed Poisson count, means of reoffenders Student's t. A year at liberty leaves out days that began and ended
    in custody, and offences on them; its interval is on the log scale, with the variance of a ratio of sums.
    """
    profile = clock if isinstance(clock, Clock) else read_clock(clock)
    require_sound(area, "index_event", "offence", also=("person", "custody"))
    names = (by,) if isinstance(by, str) else tuple(by)
    rows = area.run(outcome_steps(area, profile, names, start, end), engine=engine).to_pylist()
    made = [o for row in rows for o in outcomes_of({name: row[name] for name in names}, row)]
    used = {"by": names, "start": start and start.isoformat(), "end": end and end.isoformat()}
    return Outcomes(
        area=area.info.name,
        caveat=area.info.caveat,
        clock=profile.id,
        clock_label=profile.label,
        by=names,
        outcomes=tuple(made),
        provenance=area.provenance(
            "index_event", "offence", "person", "custody", clock=profile.model_dump(mode="json"), **used
        ),
    )


def outcomes_of(group: dict[str, str | None], row: dict[str, Any]) -> list[Outcome]:
    """The outcomes of one group from its sums."""
    r = {name: (value or 0) for name, value in row.items()}
    people, again = r["people"], r["again"]
    of_firsts, of_custody = r["tier_known"], r["first_custody_known"]
    made = [
        share("rate", "people", again, people),
        often("frequency", r["events"], r["events_2"], people),
        mean("days_to_first", r["days"], r["days_2"], again, again),
        *(share(f"first_{t}", "reoffenders", r[f"first_{t}"], of_firsts, again - of_firsts) for t in TIERS),
        *(mean(t, r[t], r[f"{t}_2"], r["all_tiers"], r[t], again - r["all_tiers"]) for t in TIERS),
        share("first_custody", "reoffenders", r["first_custody"], of_custody, again - of_custody),
        mean("custody", r["custodial"], r["custodial_2"], r["all_custody"], r["custodial"], again - r["all_custody"]),
        often("per_100", r["events"], r["events_2"], people, 100),
        share("any_custody", "people", r["any_custody"], people - (again - r["all_custody"]), again - r["all_custody"]),
        per_year(r),
    ]
    return [o.model_copy(update={"group": group}) for o in made]


def share(name: str, of: Of, count: int, n: int, not_known: int = 0) -> Outcome:
    """A share with Wilson's interval."""
    some = wilson(count, n)
    return Outcome(
        name=name, of=of, n=n, count=count, not_known=not_known, value=count / n if n else None,
        interval=some if n else None, method=some.method,
    )  # fmt: skip


def mean(name: str, total: float, squares: float, n: int, count: int, not_known: int = 0) -> Outcome:
    """A mean over reoffenders with Student's interval."""
    some = student_mean(total, squares, n)
    return Outcome(
        name=name, of="reoffenders", n=n, count=int(count), not_known=not_known, value=total / n if n else None,
        interval=some if n else None, method=some.method,
    )  # fmt: skip


def often(name: str, total: int, squares: float, n: int, times: int = 1) -> Outcome:
    """Events for each person, or for so many people, with the interval of an over-dispersed Poisson count."""
    some = poisson_rate(int(total), int(squares), n)
    scaled = some.model_copy(update={"low": times * some.low, "high": times * some.high})
    return Outcome(
        name=name, of="people", n=n, count=int(total), value=times * total / n if n else None,
        interval=scaled if n else None, method=some.method,
    )  # fmt: skip


def per_year(r: dict[str, Any]) -> Outcome:
    """Events at liberty for each year at liberty."""
    years, events, n = r["free"] / 365.25, int(r["events_free"]), r["people"]
    some = ratio_of_sums(events, years, r["events_free_2"], r["free_2"] / 365.25**2, r["both_free"] / 365.25, n)
    known = years > 0 and math.isfinite(some.high)
    return Outcome(
        name="per_person_year", of="people", n=n, count=events, years=years, value=events / years if years else None,
        interval=some if known else None, method=some.method,
    )  # fmt: skip
