"""The spending map over years, and before and after a programme or a policy: place by agency by year."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from resettle.area import Area
from resettle.errors import bad, did_you_mean
from resettle.evidence.effect import Effect
from resettle.money import exact, show, to_pence
from resettle.reinvestment.appraisal import Appraisal
from resettle.reinvestment.flows.projection import EVERYWHERE, Projection
from resettle.reinvestment.revolving_door import relative
from resettle.reinvestment.spending.spending import NOWHERE, By, PlaceSpending, SpendingMap, spending
from resettle.result import Record, Result

MOST_YEARS = 20


class SpendingYears(Result):
    """Spending maps of several years, the latest last; each hides its own small places."""

    maps: tuple[SpendingMap, ...]

    @property
    def sentence(self) -> str:
        """The finding of the latest year, and of the first beside it."""
        first, last = self.maps[0].whole.total, self.maps[-1].whole.total
        text = self.maps[-1].sentence
        if len(self.maps) == 1 or first is None or last is None:
            return text
        ago, currency = len(self.maps) - 1, self.maps[-1].currency
        return f"{text} {ago} year{'s' if ago > 1 else ''} before it was {show(first, currency, pence=False)}."

    def rows(self) -> list[dict[str, Any]]:
        """One row for each place, agency and year: `year` 0 is the latest, -1 the one before. Hidden amounts are None."""
        return [
            {self.maps[-1].by: one.name, "agency": agency, "year": -(found.before // 12), "amount": amount}
            for found in self.maps
            for one in (*found.places, found.whole)
            for agency, amount in one.agencies.items()
        ]


class PlaceChange(Record):
    """What is spent on people of one place a year before and after, and the change with its interval; None where hidden.

    `before_by` and `agencies` are what each agency spends before and after.
    """

    place: str
    name: str
    before_by: dict[str, Decimal | None]
    agencies: dict[str, Decimal | None]
    before: Decimal | None
    after: Decimal | None
    change: Decimal | None
    low: Decimal | None
    high: Decimal | None


class SpendingChange(Result):
    """A spending map before and after: a what-if at average cost. `shown` is whether a difference was shown at all; `ahead` how
    many years after a scenario's start, 0 where it is of no year.
    """

    ahead: int = 0
    area: str
    caveat: str
    currency: str
    why: str
    shown: bool
    places: tuple[PlaceChange, ...]
    whole: PlaceChange

    @property
    def sentence(self) -> str:
        """How much less would be spent, with its interval, and that it is not money that could be moved."""
        one = self.whole
        if one.change is None or one.low is None or one.high is None:
            return f"{self.area}: too few people had a counted offence for a change to be shown."
        change, low, high = (show(-v, self.currency, pence=False) for v in (one.change, one.high, one.low))
        caution = "" if self.shown else " A difference was not shown, so this may be nothing, or more."
        return (
            f"{self.area}, {self.why}: {change} less a year would be spent on counted offences at average cost ({low} to {high})."
            f"{caution} An average cost is not money that can be moved."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row for each place, then all."""
        kept = {"place", "before_by", "agencies"}
        return [{"place": one.name, **one.model_dump(exclude=kept | {"name"})} for one in (*self.places, self.whole)]

    def by_agency(self) -> list[dict[str, Any]]:
        """One row for each place, then all, and agency: pounds a year before and after."""
        return [
            {"place": one.name, "agency": agency, "ahead": self.ahead, "before": before, "after": one.agencies[agency]}
            for one in (*self.places, self.whole)
            for agency, before in one.before_by.items()
        ]


def spending_years(
    area: Area, appraisal: Appraisal, years: int, *, clock: str = "moj-2017", by: By = "place"
) -> SpendingYears:
    """The spending map of each of the last `years` years before the extract. A year without a counted offence is a `BadInput`."""
    if not 1 <= years <= MOST_YEARS:
        raise bad(f"from 1 to {MOST_YEARS} years can be mapped", column="years", value=years)
    windows = [12 * year for year in reversed(range(years))]
    maps = tuple(spending(area, appraisal, clock=clock, by=by, before=before) for before in windows)
    return SpendingYears(maps=maps, provenance=maps[-1].provenance)


def with_programme(found: SpendingMap, effect: Effect, reach: float) -> SpendingChange:
    """The map if a share of the people in every place were reached, and an evaluated effect held for them."""
    if not 0 < reach <= 1:
        raise bad("a share is above 0 and at most 1", column="reach", value=reach)
    ends = sorted(relative(effect, value) * reach for value in (effect.interval.low, effect.interval.high))
    falls = (relative(effect, effect.estimate) * reach, ends[0], ends[1])
    why = f"if {effect.programme} reached {reach:.0%} of people and its effect held for them"
    return changed(found, dict.fromkeys((one.place for one in (*found.places, found.whole)), falls), why, effect.shown)


def years_ahead(found: SpendingMap, projection: Projection, flow: str) -> tuple[SpendingChange, ...]:
    """The map at the end of each whole year of a projection."""
    return tuple(
        with_projection(found, projection, flow, 12 * year - 1).model_copy(update={"ahead": year})
        for year in range(1, projection.months // 12 + 1)
    )


def with_projection(found: SpendingMap, projection: Projection, flow: str, month: int = -1) -> SpendingChange:
    """The map if spending in each place fell as a stock or flow of a projection does there by a month, by default its last.

    Places are matched by id or by name; people whose place is not recorded follow all places together. A projection without levers,
    and a place of the map that it does not have, are a `BadInput`.
    """
    known = [one.place for one in projection.series if one.name == flow]
    falls = {one.place: fall(projection, flow, named_in(projection, one), known, month) for one in found.places}
    falls[found.whole.place] = fall(projection, flow, EVERYWHERE, known, month)
    _, low, high = falls[found.whole.place]
    why = f"if it fell as {projection.one(flow).label} does under “{projection.title}”"
    return changed(found, falls, why, not low <= 0 <= high)


def named_in(projection: Projection, one: PlaceSpending) -> str:
    """How a projection calls a place of the map."""
    if one.place == NOWHERE:
        return EVERYWHERE
    return next((p for p in projection.places if p.lower() in (one.place.lower(), one.name.lower())), one.place)


def fall(
    projection: Projection, flow: str, place: str, known: list[str], month: int = -1
) -> tuple[float, float, float]:
    """The share by which a flow falls in a place by a month: mean, and both ends."""
    if known and place not in known:
        raise bad("the projection has no such place", column="place", value=place, do=did_you_mean(place, known))
    one = projection.one(flow, place)
    if one.change is None:
        raise bad("the scenario has no lever, so nothing changes", value=projection.title, do="Add a lever.")
    base = one.baseline.mean[month]
    if base <= 0:
        raise bad("a place with no people", column="place", value=place, do="Leave it out of the scenario.")
    return -one.change.mean[month] / base, -one.change.high[month] / base, -one.change.low[month] / base


def changed(
    found: SpendingMap, falls: Mapping[str, tuple[float, float, float]], why: str, shown: bool
) -> SpendingChange:
    """The map with each place's spending less a share."""
    return SpendingChange(
        area=found.area,
        caveat=found.caveat,
        currency=found.currency,
        why=why,
        shown=shown,
        places=tuple(place_change(one, falls[one.place]) for one in found.places),
        whole=place_change(found.whole, falls[found.whole.place]),
        provenance=found.provenance,
    )


def place_change(one: PlaceSpending, falls: tuple[float, float, float]) -> PlaceChange:
    """One place before and after; hidden where its spending is."""
    if one.total is None:
        nothing: dict[str, Any] = dict.fromkeys(("before", "after", "change", "low", "high"))
        hidden: dict[str, Any] = dict.fromkeys(one.agencies)
        return PlaceChange(place=one.place, name=one.name, before_by=hidden, agencies=hidden, **nothing)
    change, low, high = (to_pence(-one.total * exact(part)) for part in (falls[0], falls[2], falls[1]))
    return PlaceChange(
        place=one.place,
        name=one.name,
        before_by=one.agencies,
        agencies={name: None if v is None else to_pence(v * (1 - exact(falls[0]))) for name, v in one.agencies.items()},
        before=one.total,
        after=one.total + change,
        change=change,
        low=low,
        high=high,
    )
