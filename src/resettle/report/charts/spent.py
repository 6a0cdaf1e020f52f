"""Charts beside the spending map: spending by need, and what changes by place under a programme or a policy."""

from __future__ import annotations

from resettle.reinvestment.spending.change import SpendingChange
from resettle.reinvestment.spending.spending import SpendingMap
from resettle.report.charts.chart import Chart
from resettle.report.charts.paid import axis
from resettle.report.charts.rows import Row, rows_chart
from resettle.report.charts.tiles import spending_chart, spending_subtitle
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
