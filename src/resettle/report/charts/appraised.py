"""Charts of a business case: points of view, agencies, sectors, the tornado and Sobol indices."""

from __future__ import annotations

from resettle.reinvestment.business_case.case import BusinessCase
from resettle.reinvestment.business_case.sensitivity import Sobol, Tornado
from resettle.reinvestment.cashability import Cashability, StepCash
from resettle.report.charts.chart import Chart
from resettle.report.charts.lines import Line, lines_chart
from resettle.report.charts.paid import axis
from resettle.report.charts.rows import Row, rows_chart
from resettle.report.look import CIRCLES, INK
from resettle.report.words import capital, money, moneys, number, percent

MACRO, GREY, GREEN = CIRCLES["macro"], CIRCLES["evidence"], CIRCLES["micro"]
MOST = 12
VIEWS = {
    "cash": "Money that can be moved only",
    "agencies": "Agencies: work avoided, at average cost",
    "society": "Society: work and harm avoided",
}


def views_chart(found: BusinessCase) -> Chart:
    """Net present value from each point of view."""
    rows = [
        Row(
            VIEWS[one.perspective],
            f"{money(one.value, found.currency)} ({moneys(one.interval, found.currency)}); pays in {percent(one.chance, 0)}",
            float(one.value),
            one.interval.low,
            one.interval.high,
            MACRO if one.perspective == found.view else GREY,
        )
        for one in found.views
    ]
    paying = [one.perspective for one in found.views if one.interval.low > 0]
    title = f"It pays to {' and to '.join(paying)}" if paying else "From no point of view is it certain to pay"
    return Chart(
        title=f"{title}.",
        subtitle=f"Net present value over {found.years} years, {found.price_year} prices, with 95% intervals. The three are points "
        "of view on the same programme and are never added together.",
        source=source(found),
        body=lambda size: rows_chart(rows, axis(found.currency), size),
    )


def agencies_chart(found: BusinessCase) -> Chart:
    """What each agency gains and pays, and what is left to it."""
    whole = sorted((one for one in found.headline.agencies if one.year == 0), key=lambda one: -one.net)
    rows = [
        Row(
            capital(one.agency),
            f"gains {money(one.gains, found.currency)}, pays {money(one.pays, found.currency)}",
            float(one.net),
            one.interval.low,
            one.interval.high,
            GREEN if one.net > 0 else MACRO,
        )
        for one in whole
    ]
    return Chart(
        title=found.who,
        subtitle=f"Net gain of each agency over {found.years} years with its 95% interval: left of zero it pays more "
        "than it gains.",
        source=source(found),
        body=lambda size: rows_chart(rows, axis(found.currency), size),
    )


def sectors_chart(found: BusinessCase) -> Chart:
    """Fiscal, economic and social worth apart, then together."""
    rows = [
        Row(
            capital(one.about),
            f"{money(one.amount, found.currency)} ({moneys(one.interval, found.currency)})",
            float(one.amount),
            one.interval.low,
            one.interval.high,
            GREY if one.sector == "together" else MACRO,
        )
        for one in found.sectors
    ]
    most = max((one for one in found.sectors if one.sector != "together"), key=lambda one: one.amount)
    return Chart(
        title=f"Most of what is gained is {most.about}: {money(most.amount, found.currency)}.",
        subtitle=f"What is gained over {found.years} years by sector, with 95% intervals, and all of it. At average cost: not "
        "money that can be moved.",
        source=source(found),
        body=lambda size: rows_chart(rows, axis(found.currency), size),
    )


def cash_steps_chart(one: StepCash, found: Cashability) -> Chart:
    """How much of one step is free month by month, what of it is closed, and one whole step to compare with."""
    last = one.last
    free = [(m.month, m.free, m.low, m.high) for m in one.months]
    closed = [(m.month, *(one.size * m.closed,) * 3) for m in one.months]
    step = [(m.month, *(one.size,) * 3) for m in one.months]
    lines = [
        Line(f"free: {number(last.free, 1)}", GREY, free),
        Line(f"closed: {number(one.size * last.closed, 1)}", MACRO, closed),
        Line(f"one step: {number(one.size)}", INK, step),
    ]
    x = {"type": "temporal", "axis": {"title": None, "grid": False, "tickCount": 5, "format": "%Y"}}
    sure = (
        f"With {found.certainty:.0%} certainty {one.label} can be closed from {one.first:%B %Y}." if one.first else ""
    )
    return Chart(
        title=f"{capital(one.agency)}: {sure or one.needed}",
        subtitle=f"{capital(one.unit)} free, with their 95% interval, and what of them is closed on average, month by month. Only "
        "whole steps that stay free through their notice can be closed; the rest is room, not money.",
        source=f"{found.place}; size, notice and closing costs as stated in the appraisal.",
        body=lambda size: lines_chart(lines, size, x=x, y=one.unit),
    )


def tornado_chart(found: Tornado) -> Chart | None:
    """One input at a time, the widest first."""
    if not found.bars:
        return None
    rows = [
        Row(
            capital(one.name),
            f"{money(one.at_low, found.currency)} to {money(one.at_high, found.currency)}",
            found.middle,
            min(one.at_low, one.at_high),
            max(one.at_low, one.at_high),
            MACRO,
        )
        for one in found.bars[:MOST]
    ]
    more = f" {len(found.bars) - MOST} narrower ones are in the table." if len(found.bars) > MOST else ""
    return Chart(
        title=found.sentence,
        subtitle=f"{capital(found.answer)} with each input at its 2.5th and 97.5th percentile, and each convention at its lowest "
        f"and highest published value, all others at their middle; the dot is all at the middle.{more}",
        source="One run at each end of each input; ranges as stated in the table of assumptions.",
        body=lambda size: rows_chart(rows, axis(found.currency), size),
    )


def sobol_chart(found: Sobol) -> Chart:
    """Total Sobol indices with their intervals."""
    rows = [
        Row(
            capital(one.name),
            f"{one.total:.0%} ({max(one.total_interval.low, 0):.0%} to {one.total_interval.high:.0%}); "
            f"alone {max(one.first, 0):.0%}",
            100 * one.total,
            100 * one.total_interval.low,
            100 * one.total_interval.high,
            MACRO,
        )
        for one in found.indices[:MOST]
    ]
    return Chart(
        title=found.sentence,
        subtitle=f"Total Sobol index: share of the variance of the {found.answer} that an input explains with all its "
        "interactions, with 95% bootstrap intervals. Totals add up to more than 100% where inputs interact.",
        source=f"{found.runs:,} runs of the model (base sample {found.n:,}), seed {found.provenance.seed}; SALib.",
        body=lambda size: rows_chart(rows, "per cent of the variance", size),
    )


def source(found: BusinessCase) -> str:
    """Where a chart of a case is from."""
    return f"{found.place} figures; {found.draws:,} draws, seed {found.provenance.seed}. Present values."
