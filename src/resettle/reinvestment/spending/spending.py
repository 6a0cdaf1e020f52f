"""The spending map: what each agency spends on counted offences, at average cost, by the place where people live."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from resettle.area import Area
from resettle.area.sound import require_sound
from resettle.errors import bad
from resettle.evidence.clock import read_clock
from resettle.evidence.disclosure import TOTAL, Counts, Hidden, protect
from resettle.evidence.intervals import student_mean
from resettle.goodlives.gaps import LACKING
from resettle.money import show, to_pence
from resettle.reference.figures import Figure
from resettle.reinvestment.appraisal import Appraisal, Overrides, unit_worth
from resettle.reinvestment.revolving_door import cohort_steps
from resettle.reinvestment.window import caveat_of
from resettle.result import Interval, Record, Result

NOWHERE = "not recorded"
By = Literal["place", "need"]


class PlaceSpending(Record):
    """What agencies spend a year on people of one place; every number is None where it, or another, would show few people.

    `people` had a counted offence in the window. `interval` is of the total, over people (Student's), for as many people.
    """

    place: str
    name: str
    people: int | None
    offences: int | None
    agencies: dict[str, Decimal | None]
    total: Decimal | None
    interval: Interval | None


class SpendingMap(Result):
    """What agencies spend a year by place of residence, and all places together (`whole`). Fiscal costs only, at average cost.

    By need (`by`) the rows are the goods that people say they lack: who lacks two stands in both, so that rows are never added
    together. The window of `months` ends with the extract, or so many months `before` it.
    """

    area: str
    caveat: str
    currency: str
    price_year: int
    clock: str
    months: int
    by: By = "place"
    before: int = 0
    places: tuple[PlaceSpending, ...]
    whole: PlaceSpending
    hidden: tuple[Hidden, ...]
    figures: tuple[Figure, ...]

    @property
    def shown(self) -> tuple[PlaceSpending, ...]:
        """The places that may be shown, the dearest first."""
        found = [one for one in self.places if one.total is not None]
        return tuple(sorted(found, key=lambda one: (-(one.total or 0), one.place)))

    @property
    def finding(self) -> str:
        """How much is spent, and where the largest part of it."""
        if not self.shown or self.whole.total is None:
            return f"too few people had a counted offence for spending to be shown by {self.by}."
        first = self.shown[0]
        assert first.total is not None
        of = (
            f"the largest part on people of {first.name}"
            if self.by == "place"
            else f"most on people who lack {first.name}"
        )
        return (
            f"agencies spend {show(self.whole.total, self.currency, pence=False)} a year on counted offences at average cost, "
            f"{of}: {show(first.total, self.currency, pence=False)} "
            f"({first.total / self.whole.total:.0%})."
        )

    @property
    def sentence(self) -> str:
        """The finding, and that it is no money that could be moved."""
        return f"{self.area}: {self.finding} An average cost is not money that can be moved."

    def rows(self) -> list[dict[str, Any]]:
        """One row a place, then all of them: pounds a year by agency."""
        return [
            {
                self.by: one.name,
                "people": one.people,
                "offences": one.offences,
                **one.agencies,
                "total": one.total,
                "low": one.interval and one.interval.low,
                "high": one.interval and one.interval.high,
            }
            for one in (*self.places, self.whole)
        ]


class Units(Record):
    """What an offence, and a person with one, costs each agency."""

    agency: str
    offence: Decimal = Decimal(0)
    person: Decimal = Decimal(0)


def spending(
    area: Area,
    appraisal: Appraisal,
    *,
    clock: str = "moj-2017",
    months: int = 12,
    by: By = "place",
    before: int = 0,
) -> SpendingMap:
    """What agencies spend a year by place of residence, or by need: counted offences of the last `months`, times an appraisal's
    unit costs. With `before` the window ends so many months before the extract.

    Only fiscal costs are mapped. Places where fewer than ten people had a counted offence are hidden, with what would let them be
    worked out. An appraisal without a fiscal cost, a window that makes no sense and an area without such offences are a `BadInput`.
    """
    if not 1 <= months <= 240:
        raise bad("the window is from 1 to 240 months", column="months", value=months)
    if not 0 <= before <= 600:
        raise bad("the window ends from 0 to 600 months before the extract", column="before", value=before)
    require_sound(area, "offence", "person", *(["goods_rating"] if by == "need" else []), also=("place",))
    rules = read_clock(clock)
    steps = cohort_steps(area, rules, 2, months, before)
    found = held(area, steps) if by == "place" else held_by_need(area, steps)
    if not found:
        raise bad(
            "no counted offences in the window", file=area.path, value=f"{months} months", do="Take a longer one."
        )
    units, figures = unit_costs(appraisal, Overrides(area.info.figures, area.info.name))
    whole = everybody(area, steps) if by == "need" else summed(found)
    whole |= {"place": TOTAL, "name": area.info.place}
    safe = protect(counts_of(found, whole["people"], by))
    return SpendingMap(
        area=area.info.name,
        caveat=caveat_of(area, months, before),
        currency=appraisal.currency,
        price_year=appraisal.price_year,
        clock=rules.id,
        months=months,
        by=by,
        before=before,
        places=tuple(spent(row, units, months, row["place"] in safe.hidden) for row in found),
        whole=spent(whole, units, months, TOTAL in safe.hidden),
        hidden=safe.log,
        figures=figures,
        provenance=area.provenance(
            "person",
            "offence",
            "place",
            appraisal=appraisal.model_dump(mode="json"),
            clock=rules.id,
            months=months,
            by=by,
            before=before,
        ),
    )


def held(area: Area, steps: Any) -> list[dict[str, Any]]:
    """People with a counted offence, their offences, and the squares of these, by place."""
    by_place = steps.then(
        "by_place",
        f"""SELECT coalesce(p.place_id, '{NOWHERE}') AS place, coalesce(min(l.name), min(p.place_id), '{NOWHERE}') AS name,
            count(*) AS people, CAST(sum(b.offences) AS BIGINT) AS offences,
            CAST(sum(b.offences * b.offences) AS BIGINT) AS squares
        FROM by_person b JOIN person p ON p.person_id = b.person_id LEFT JOIN place l ON l.place_id = p.place_id
        GROUP BY coalesce(p.place_id, '{NOWHERE}') ORDER BY place""",
        "people with a counted offence, and their offences, by the place where they live",
    )
    rows: list[dict[str, Any]] = area.run(by_place).to_pylist()
    return rows


def held_by_need(area: Area, steps: Any) -> list[dict[str, Any]]:
    """The same by good that people with a counted offence say they lack, from their own latest rating."""
    by_need = steps.then(
        "by_need",
        f"""SELECT g.good AS place, g.good AS name, count(*) AS people, CAST(sum(b.offences) AS BIGINT) AS offences,
            CAST(sum(b.offences * b.offences) AS BIGINT) AS squares
        FROM by_person b JOIN (
            SELECT person_id, good, arg_max(importance - attainment, rated_on) AS gap FROM goods_rating
            WHERE rater = 'person' AND at_time = 'now' AND importance IS NOT NULL AND attainment IS NOT NULL
            GROUP BY person_id, good
        ) g ON g.person_id = b.person_id WHERE g.gap >= {LACKING} GROUP BY g.good ORDER BY place""",
        "people with a counted offence, and their offences, by the goods that they say they lack",
    )
    rows: list[dict[str, Any]] = area.run(by_need).to_pylist()
    return rows


def everybody(area: Area, steps: Any) -> dict[str, Any]:
    """People with a counted offence, their offences, and the squares of these, each person once."""
    whole = steps.then(
        "whole",
        """SELECT count(*) AS people, CAST(sum(offences) AS BIGINT) AS offences,
            CAST(sum(offences * offences) AS BIGINT) AS squares FROM by_person""",
        "everybody with a counted offence",
    )
    row: dict[str, Any] = area.run(whole).to_pylist()[0]
    return row


def summed(found: list[dict[str, Any]]) -> dict[str, Any]:
    """All places together."""
    return {key: sum(row[key] for row in found) for key in ("people", "offences", "squares")}


def counts_of(found: list[dict[str, Any]], everyone: int, by: By) -> Counts:
    """The counts to protect: places add up to all; by need, who lacks a good and who does not add up to all."""
    people: dict[Any, int] = {row["place"]: row["people"] for row in found}
    if by == "place":
        return Counts({**people, TOTAL: everyone}, ((TOTAL, tuple(people)),))
    others: dict[Any, int] = {("not lacking", good): everyone - count for good, count in people.items()}
    sums = tuple((TOTAL, (good, ("not lacking", good))) for good in people)
    return Counts({**people, **others, TOTAL: everyone}, sums)


def unit_costs(appraisal: Appraisal, own: Overrides) -> tuple[list[Units], tuple[Figure, ...]]:
    """Each agency's fiscal cost of an offence and of a person with one, and the figures used."""
    units: dict[str, Units] = {}
    used: list[Figure] = []
    for worth in appraisal.worth:
        if worth.sector != "fiscal":
            continue
        amount, figures = unit_worth(worth, appraisal.price_year, own)
        used += figures
        name = "offence" if worth.per == "reoffence" else "person"
        before = units.get(worth.agency, Units(agency=worth.agency))
        units[worth.agency] = before.model_copy(update={name: getattr(before, name) + amount})
    if not units:
        raise bad("the appraisal has no fiscal cost", column="worth", value=appraisal.id, do="Add an agency's costs.")
    return list(units.values()), tuple({figure.name: figure for figure in used}.values())


def spent(row: dict[str, Any], units: list[Units], months: int, hide: bool) -> PlaceSpending:
    """One place, or all: pounds a year by agency and in all, or nothing where it is hidden."""
    people, offences = row["people"], row["offences"]
    year = Decimal(12) / months
    pounds = {one.agency: to_pence((one.offence * offences + one.person * people) * year) for one in units}
    return PlaceSpending(
        place=row["place"],
        name=row["name"],
        people=None if hide else people,
        offences=None if hide else offences,
        agencies={name: None if hide else amount for name, amount in pounds.items()},
        total=None if hide else sum(pounds.values(), Decimal("0.00")),
        interval=None if hide else over_people(row, units, 12 / months),
    )


def over_people(row: dict[str, Any], units: list[Units], year: float) -> Interval:
    """The interval of a total over people: as many times that of their mean, from the sums of offences and of their squares."""
    people, offences, squares = row["people"], row["offences"], row["squares"]
    a, b = float(sum(one.offence for one in units)), float(sum(one.person for one in units))
    mean = student_mean(a * offences + b * people, a * a * squares + 2 * a * b * offences + b * b * people, people)
    times = people * year
    return mean.model_copy(update={"low": mean.low * times, "high": mean.high * times})
