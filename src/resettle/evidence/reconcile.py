"""`reconcile`: why four quarterly figures and one annual figure of the same year differ, to the last person."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from resettle.area import Area
from resettle.area.sound import require_sound
from resettle.errors import bad
from resettle.evidence.clock import Clock, read_clock
from resettle.evidence.follow import follow
from resettle.result import Record, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Cohort(Record):
    """One cohort: people who entered, those with the event, and the events."""

    cohort: str
    n: int
    reoffenders: int
    reoffences: int


class Reconciled(Record):
    """One measure both ways: `rate` is the share with the event, `per_offender` the events a person.

    `of_quarters` is the plain mean of the four quarterly figures, `annual` the figure of one cohort of the year. The
    difference is the sum of three parts: `sizes`, that quarters of different size weigh the same; `entries`, that
    people with index events in several quarters are counted in each; `later`, that their later index events end
    otherwise than their first.
    """

    name: Literal["rate", "per_offender"]
    of_quarters: float
    annual: float
    sizes: float
    entries: float
    later: float

    @property
    def difference(self) -> float:
        """The mean of the quarters less the annual figure."""
        return self.of_quarters - self.annual


class Reconciliation(Result):
    """Quarterly and annual figures of one year under one clock, and what makes the difference."""

    area: str
    caveat: str
    clock: str
    clock_label: str
    year: int
    quarters: tuple[Cohort, ...]
    annual: Cohort
    people_counted_again: int
    measures: tuple[Reconciled, ...]

    @property
    def sentence(self) -> str:
        """Both rates, and what makes the difference."""
        if not self.annual.n:
            return f"{self.area}: nobody entered in {self.year} under {self.clock}."
        m = self.measures[0]
        return (
            f"{self.area}, {self.year}: {100 * m.of_quarters:.1f}% had {self.clock_label} as the mean of quarterly cohorts and "
            f"{100 * m.annual:.1f}% in one annual cohort. Of the {100 * m.difference:+.2f} percentage points between them, "
            f"{100 * m.entries:+.2f} come from counting {self.people_counted_again:,} of {self.annual.n:,} people in more than "
            f"one quarter, {100 * m.later:+.2f} from what followed their later index events, and {100 * m.sizes:+.2f} from "
            "quarters of different size weighing the same."
        )

    def rows(self) -> list[dict[str, Any]]:
        """The quarters and the year, one row each."""
        return [
            {
                **c.model_dump(),
                "rate": c.reoffenders / c.n if c.n else None,
                "per_offender": c.reoffences / c.n if c.n else None,
            }
            for c in (*self.quarters, self.annual)
        ]


def reconcile(area: Area, clock: str | Path | Clock = "moj-2017", year: int | None = None) -> Reconciliation:
    """Measure a calendar year in quarterly cohorts and as one cohort, and split the difference into its causes.

    `clock` gives every rule but the cohort; `year` is the area's first year if not given. A clock under which every index event
    enters has no cohorts to reconcile (`BadInput`).
    """
    profile = clock if isinstance(clock, Clock) else read_clock(clock)
    if profile.entry == "every":
        raise bad("every index event enters under this clock, so quarters and years agree", value=profile.name)
    require_sound(area, "index_event", "offence", also=("person",))
    year = year or area.info.period_start.year
    quarterly, annual = (cohort_rows(area, profile, year, cohort) for cohort in ("quarter", "year"))
    cohorts = [cohort_of(f"{year} Q{q}", [r for r in quarterly if quarter(r) == q]) for q in (1, 2, 3, 4)]
    held = [c for c in cohorts if c.n]
    once = {r["person_id"] for r in annual}
    return Reconciliation(
        area=area.info.name,
        caveat=area.info.caveat,
        clock=profile.id,
        clock_label=profile.label,
        year=year,
        quarters=tuple(held),
        annual=cohort_of(str(year), annual),
        people_counted_again=len(repeated(quarterly)),
        measures=tuple(split(name, quarterly, annual) for name in NAMES) if once else (),
        provenance=area.provenance("index_event", "offence", clock=profile.model_dump(mode="json"), year=year),
    )


NAMES: tuple[Literal["rate", "per_offender"], ...] = ("rate", "per_offender")


def cohort_rows(area: Area, clock: Clock, year: int, cohort: str) -> list[dict[str, Any]]:
    """Everyone who enters in a year, by one kind of cohort."""
    own = Clock.model_validate(clock.model_dump() | {"cohort": cohort})
    steps = follow(area, own, start=date(year, 1, 1), end=date(year, 12, 31))
    rows: list[dict[str, Any]] = area.run(steps).to_pylist()
    return rows


def quarter(row: dict[str, Any]) -> int:
    """The quarter of an index event, 1 to 4."""
    return int(row["index_date"].month - 1) // 3 + 1


def cohort_of(name: str, rows: list[dict[str, Any]]) -> Cohort:
    """One cohort from its people."""
    return Cohort(
        cohort=name,
        n=len(rows),
        reoffenders=sum(r["reoffences"] > 0 for r in rows),
        reoffences=sum(r["reoffences"] for r in rows),
    )


def repeated(rows: list[dict[str, Any]]) -> set[Any]:
    """People who are there more than once."""
    seen: set[Any] = set()
    again: set[Any] = set()
    for row in rows:
        (again if row["person_id"] in seen else seen).add(row["person_id"])
    return again


def split(
    name: Literal["rate", "per_offender"], quarterly: list[dict[str, Any]], annual: list[dict[str, Any]]
) -> Reconciled:
    """The difference of one measure in its three parts, which add up exactly."""

    def value(row: dict[str, Any]) -> float:
        return float(row["reoffences"] > 0) if name == "rate" else float(row["reoffences"])

    first = {r["person_id"]: value(r) for r in annual}
    by_quarter: dict[int, list[float]] = {}
    for row in quarterly:
        by_quarter.setdefault(quarter(row), []).append(value(row))
    of_quarters = sum(sum(v) / len(v) for v in by_quarter.values()) / len(by_quarter)
    pooled = sum(value(r) for r in quarterly) / len(quarterly)
    with_first = sum(first[r["person_id"]] for r in quarterly) / len(quarterly)
    whole = sum(first.values()) / len(first)
    return Reconciled(
        name=name,
        of_quarters=of_quarters,
        annual=whole,
        sizes=of_quarters - pooled,
        entries=with_first - whole,
        later=pooled - with_first,
    )
