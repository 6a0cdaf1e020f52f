"""What the page of a spending map says, chapter by chapter: where it is spent, year by year, by need, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from resettle.reinvestment.spending.boundaries import Boundaries
from resettle.reinvestment.spending.change import PlaceChange, SpendingChange
from resettle.reinvestment.spending.spending import PlaceSpending, SpendingMap
from resettle.reinvestment.spending.told import SpendingTold
from resettle.report.blocks import Bullets, Notice, Part, Pieces, Row, Table, cells, row
from resettle.report.charts.boundaries import boundary_chart
from resettle.report.charts.spent import after_chart, change_chart, need_chart, spent_chart, year_words, years_chart
from resettle.report.drawn import drawing
from resettle.report.study.chapter import Chapter
from resettle.report.words import capital, good, money, moneys

HIDDEN = "–: fewer than ten people had a counted offence, or it would let such a number be worked out."
AVERAGE = "At average cost: what work costs, not money that can be moved. Only whole steps that close can be."


def spending_chapters(found: SpendingTold, drawn: Boundaries | None) -> list[Chapter]:
    """All chapters of a spending map."""
    return [
        Chapter("where", "Where it is spent", found.latest.sentence, [*unproven(found), *where(found.latest, drawn)]),
        *([years(found)] if len(found.years.maps) > 1 else []),
        *([need(found.need)] if found.need else []),
        *([after(found, drawn)] if found.after else []),
        Chapter(
            "how",
            "How it was counted, and what must be said",
            "",
            [Bullets(notes(found, drawn)), figures(found.latest)],
        ),
    ]


def unproven(found: SpendingTold) -> list[Part]:
    """A notice where the latest year holds less than half of the one before: its offences are not all proven yet."""
    totals = [one.whole.total for one in found.years.maps[-2:]]
    if len(totals) < 2 or totals[0] is None or totals[1] is None or 2 * totals[1] >= totals[0]:
        return []
    said = (
        f"The latest year holds {money(totals[1], found.latest.currency)}, less than half of the year before "
        f"({money(totals[0], found.latest.currency)}). Offences of the last months may not be proven yet: read the years together."
    )
    return [Notice((said,))]


def where(found: SpendingMap, drawn: Boundaries | None) -> list[Part]:
    """The map of the latest year beside its table."""
    chart = boundary_chart(found, drawn) if drawn else spent_chart(found)
    return [drawing(chart), place_table(found, "Place", [one.name for one in found.places])]


def place_table(found: SpendingMap, first: str, names: Sequence[str]) -> Table:
    """Pounds a year by agency, with the total and its interval."""
    agencies = list(found.whole.agencies)
    rows = [
        spent_row(one, capital(name), agencies, found.currency) for one, name in zip(found.places, names, strict=True)
    ]
    rows.append(spent_row(found.whole, "All", agencies, found.currency))
    head = cells(first, "People", "Offences", *(capital(one) for one in agencies), "Total, 95% interval over people")
    caption = f"What agencies spend a year by {first.lower()}, {found.price_year} prices"
    return Table(caption, head, rows, frozenset(range(1, len(agencies) + 4)), f"{HIDDEN} {AVERAGE}")


def spent_row(one: PlaceSpending, name: str, agencies: list[str], currency: str) -> Row:
    """One place or need."""
    total = (
        "–"
        if one.total is None or one.interval is None
        else f"{money(one.total, currency)} ({moneys(one.interval, currency)})"
    )
    counts = ("–" if n is None else f"{n:,}" for n in (one.people, one.offences))
    return row(name, *counts, *(pounds(one.agencies[agency], currency) for agency in agencies), total)


def pounds(amount: Decimal | None, currency: str) -> str:
    """An amount, or a dash where it is hidden."""
    return "–" if amount is None else money(amount, currency)


def years(found: SpendingTold) -> Chapter:
    """Place by agency by year."""
    maps, currency = found.years.maps, found.latest.currency
    agencies = list(found.latest.whole.agencies)
    held = [{one.place: one for one in (*each.places, each.whole)} for each in maps]
    names = {one.place: one.name for each in maps for one in each.places} | {found.latest.whole.place: "All"}
    rows = [
        row(
            f"{capital(name)}: {agency}",
            *(pounds(each[place].agencies[agency], currency) if place in each else "£0" for each in held),
        )
        for place, name in names.items()
        for agency in agencies
    ]
    head = cells("Place and agency", *(year_words(one.before) for one in maps))
    table = Table(
        "Place by agency by year", head, rows, frozenset(range(1, len(maps) + 1)), f"{HIDDEN} Each year hides its own."
    )
    return Chapter("years", "Year by year", "", [drawing(years_chart(found.years)), table])


def need(found: SpendingMap) -> Chapter:
    """By what people say they lack."""
    names = [good(one.name) for one in found.places]
    parts: list[Part] = [drawing(need_chart(found)), place_table(found, "What is lacked", names)]
    return Chapter("need", "By what people say they lack", "", parts)


def after(found: SpendingTold, drawn: Boundaries | None) -> Chapter:
    """Before and after, on the map, with intervals, and place by agency by year."""
    last = found.after[-1]
    parts: list[Part] = [
        drawing(after_chart(found.latest, last, drawn)),
        drawing(change_chart(last)),
        change_table(last),
        agencies_table(found.after),
    ]
    return Chapter("after", "Before and after", "", parts)


def change_table(found: SpendingChange) -> Table:
    """Each place before and after, with the interval of the change."""
    rows = [
        row(
            capital(one.name) if one is not found.whole else "All",
            pounds(one.before, found.currency),
            pounds(one.after, found.currency),
            "–"
            if one.change is None or one.low is None or one.high is None
            else f"{money(one.change, found.currency)} ({money(one.low, found.currency)} to {money(one.high, found.currency)})",
        )
        for one in (*found.places, found.whole)
    ]
    head = cells("Place", "Before, a year", "After, a year", "Change, 95% interval")
    return Table("Before and after, by place", head, rows, frozenset({1, 2, 3}), f"{HIDDEN} {AVERAGE}")


def agencies_table(found: Sequence[SpendingChange]) -> Table:
    """Place by agency: before, and after by year."""
    first = found[0]
    rows = [
        row(
            f"{capital(one.name) if one is not first.whole else 'All'}: {agency}",
            pounds(before, first.currency),
            *(pounds(place_of(each, one.place).agencies[agency], first.currency) for each in found),
        )
        for one in (*first.places, first.whole)
        for agency, before in one.before_by.items()
    ]
    after = [f"After, year {each.ahead}" if each.ahead else "After" for each in found]
    head = cells("Place and agency", "Before", *after)
    return Table("Place by agency, before and after", head, rows, frozenset(range(1, len(found) + 2)), HIDDEN)


def place_of(found: SpendingChange, place: str) -> PlaceChange:
    """One place of a change."""
    return next(one for one in (*found.places, found.whole) if one.place == place)


def notes(found: SpendingTold, drawn: Boundaries | None) -> list[Pieces]:
    """What must be said, and what is hidden why."""
    last = found.latest
    said = [
        last.caveat,
        f"Counted are offences of the twelve months of each year that the clock {last.clock} counts, with the place recorded for "
        "the person. The costs are fiscal unit costs; worth to victims and the economy is not spent by anybody.",
        AVERAGE,
        "A place is hidden where fewer than ten people had such an offence, and with it whatever would let it be worked out. Who "
        "lacks two things stands in both rows of need, so these are never added up.",
    ]
    said += [f"Hidden: {one.why}." for one in last.hidden]
    said += [f"The boundaries are from {drawn.source}."] if drawn else []
    return [(text,) for text in dict.fromkeys(said) if text]


def figures(found: SpendingMap) -> Table:
    """The unit costs with their sources."""
    rows = [
        row(
            one.label,
            f"{one.value:,.10g} {one.unit}",
            f"{one.period}",
            f"set by {one.overridden_by}" if one.overridden_by else one.source,
        )
        for one in found.figures
    ]
    return Table("Figures used", cells("Figure", "Value", "Period", "Source"), rows, frozenset({1}))
