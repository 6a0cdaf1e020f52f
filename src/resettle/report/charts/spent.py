"""Charts beside the spending map: spending by need, and what changes by place under a programme or a policy."""

from __future__ import annotations

from resettle.reinvestment.spending.boundaries import Boundaries
from resettle.reinvestment.spending.change import PlaceChange, SpendingChange, SpendingYears
from resettle.reinvestment.spending.spending import PlaceSpending, SpendingMap
from resettle.report.charts.boundaries import shapes
from resettle.report.charts.chart import Chart
from resettle.report.charts.paid import axis
from resettle.report.charts.rows import Row, rows_chart
from resettle.report.charts.tiles import LAYOUT, largest, on_layout, spending_chart, spending_subtitle, tiles
from resettle.report.look import CIRCLES
from resettle.report.words import capital, good, money, moneys

MACRO = CIRCLES["macro"]


def spent_chart(found: SpendingMap) -> Chart:
    """The tile map by place, or bars by need."""
    return spending_chart(found) if found.by == "place" else need_chart(found)


def need_chart(found: SpendingMap) -> Chart:
    """Pounds a year by good that people say they lack, with intervals over people."""
    rows = [
        Row(
            capital(good(one.name)),
            f"{money(one.total, found.currency)} ({moneys(one.interval, found.currency)})",
            float(one.total),
            one.interval.low,
            one.interval.high,
            MACRO,
        )
        for one in found.shown
        if one.total is not None and one.interval is not None
    ]
    return Chart(
        title=capital(found.finding),
        subtitle=spending_subtitle(found),
        source=f"{found.area}. {found.caveat} Needs of fewer than ten people are not shown.",
        body=lambda size: rows_chart(rows, f"{axis(found.currency)} a year", size),
    )


def after_chart(found: SpendingMap, change: SpendingChange, drawn: Boundaries | None = None) -> Chart:
    """The map as it would be after a change, in the colours of the map before."""
    places = [after(one) for one in change.places]
    shown = [one for one in places if one.total is not None]
    kept = [
        one for one in places if (one.place in drawn.shapes if drawn else one.place in LAYOUT or not on_layout(found))
    ]
    most = largest(found.places)
    top = max(shown, key=lambda one: one.total or 0, default=None)
    first = f", most of it on people of {top.name}: {money(top.total or 0, found.currency)}" if top else ""
    total = "not shown" if change.whole.after is None else money(change.whole.after, found.currency)
    when = f"After {change.ahead} year{'s' if change.ahead > 1 else ''}" if change.ahead else "After"
    return Chart(
        title=f"{when} it would be {total} a year{first}.",
        subtitle=f"What agencies would spend a year on people's counted offences, by where they live, {change.why}. "
        "The same amount has the same colour as on the map before. A what-if at average cost.",
        source=f"{found.area}. {found.caveat} Places where fewer than ten people had an offence are not shown.",
        body=lambda size: (
            shapes(kept, drawn, found.currency, size, most) if drawn else tiles(kept, found.currency, size, most)
        ),
    )


def after(one: PlaceChange) -> PlaceSpending:
    """A place as it would be after a change."""
    return PlaceSpending(
        place=one.place,
        name=one.name,
        people=None,
        offences=None,
        agencies=one.agencies,
        total=one.after,
        interval=None,
    )


def years_chart(found: SpendingYears) -> Chart:
    """What agencies spend on people of all places, year by year."""
    last = found.maps[-1]
    rows = [
        Row(
            year_words(one.before),
            f"{money(one.whole.total, last.currency)} ({moneys(one.whole.interval, last.currency)})",
            float(one.whole.total),
            one.whole.interval.low,
            one.whole.interval.high,
            MACRO,
        )
        for one in found.maps
        if one.whole.total is not None and one.whole.interval is not None
    ]
    return Chart(
        title=found.sentence,
        subtitle="What agencies spend a year on counted offences of people of all places, with 95% intervals over people. Offences "
        "of the last months may not be proven yet, so the latest year grows for a while.",
        source=f"{last.area}. {last.caveat}",
        body=lambda size: rows_chart(rows, f"{axis(last.currency)} a year", size),
    )


def year_words(before: int) -> str:
    """A year by how long before the extract it ends."""
    return "Latest year" if before == 0 else f"{before // 12} year{'s' if before > 12 else ''} before"


def change_chart(found: SpendingChange) -> Chart:
    """How much less, or more, would be spent on people of each place a year."""
    rows = [
        Row(
            capital(one.name),
            "not shown"
            if one.change is None or one.before is None or one.after is None
            else f"{money(one.before, found.currency)} before, {money(one.after, found.currency)} after",
            None if one.change is None else float(one.change),
            None if one.low is None else float(one.low),
            None if one.high is None else float(one.high),
            MACRO,
        )
        for one in found.places
    ]
    return Chart(
        title=found.sentence,
        subtitle="Change in what agencies spend a year on people's counted offences, by where they live, with its 95% interval. "
        "Left of zero: less. A what-if at average cost.",
        source=f"{found.area}. {found.caveat} Places where fewer than ten people had an offence are not shown.",
        body=lambda size: rows_chart(rows, f"{axis(found.currency)} a year", size),
    )
