"""Charts of justice reinvestment: what changes month by month, what it is worth, how near a step is, and where money goes."""

from __future__ import annotations

from decimal import Decimal

from resettle.reinvestment.programme import ProgrammeProjection
from resettle.reinvestment.rounds.allocate import Allocations
from resettle.reinvestment.saving import Kind, Saving, Savings, StepReached
from resettle.report.charts.chart import Chart
from resettle.report.charts.lines import Line, lines_chart
from resettle.report.charts.paid import axis
from resettle.report.charts.rows import Row, rows_chart
from resettle.report.look import CIRCLES
from resettle.report.words import capital, good, money, moneys, number

MACRO = CIRCLES["macro"]

KINDS: dict[Kind, str] = {
    "cashable": "Cashable: money that can be moved",
    "capacity": "Capacity: work avoided, at its average cost. Not money that can be moved",
    "social": "Social: harm avoided, to victims and the economy. Not money of any agency",
}
"""The three kinds of saving and how each must be read. They are never added together."""

KIND_COLOURS: dict[Kind, str] = {"cashable": MACRO, "capacity": CIRCLES["evidence"], "social": CIRCLES["micro"]}


def projection_chart(projection: ProgrammeProjection) -> Chart:
    """Fewer reoffenders, month by month."""
    last = projection.months[-1]
    points = [(m.month, m.reoffenders, m.reoffenders_low, m.reoffenders_high) for m in projection.months]
    name = f"{last.reoffenders:,.1f} fewer a month ({last.reoffenders_low:,.1f} to {last.reoffenders_high:,.1f})"
    x = {"type": "temporal", "axis": {"title": None, "grid": False, "tickCount": 5, "format": "%Y"}}
    return Chart(
        title=projection.sentence,
        subtitle=f"Fewer people who reoffend, a month, if {projection.programme} goes on, with its 95% interval. "
        "Below zero: more people.",
        source=f"{projection.draws:,} draws of the effect, seed {projection.provenance.seed}.",
        body=lambda size: lines_chart([Line(name, MACRO, points)], size, x=x, y="fewer people a month"),
    )


def savings_chart(savings: Savings) -> Chart:
    """Every saving in the last year of the appraisal, the three kinds apart."""
    rows: list[Row] = []
    for kind, heading in KINDS.items():
        found = [s for s in savings.savings if s.kind == kind and s.year == savings.years]
        rows.append(Row(f"{heading}." + ("" if found else " None is reached.")))
        rows += [saving_row(s, savings.currency) for s in found]
    return Chart(
        title=f"{savings.cash_words}.",
        subtitle=f"Savings in year {savings.years}, when intakes have built up, with their 95% intervals ({savings.label}). "
        "The three kinds are never added together.",
        source=f"Figures of {savings.place}; {savings.draws:,} draws, seed {savings.provenance.seed}.",
        body=lambda size: rows_chart(rows, f"{axis(savings.currency)} in year {savings.years}", size),
    )


def saving_row(saving: Saving, currency: str) -> Row:
    """One saving as a row."""
    words = f"{money(saving.amount, currency)} ({moneys(saving.interval, currency)})"
    label = capital(f"{saving.agency}, {saving.label}")
    return Row(label, words, float(saving.amount), saving.interval.low, saving.interval.high, KIND_COLOURS[saving.kind])


def steps_chart(savings: Savings) -> Chart:
    """How much of each whole step is freed."""
    reached = [s for s in savings.steps if s.free >= s.size]
    title = (
        f"{len(reached)} of {len(savings.steps)} whole steps would be freed"
        if reached
        else "No whole step is freed: on average the programme frees only a part of each"
    )
    rows = [step_row(s) for s in savings.steps]
    return Chart(
        title=f"{title}.",
        subtitle="Capacity freed at the end, as a share of one whole step, with its 95% interval. "
        "The dashed line is one whole step.",
        source=f"{savings.draws:,} draws, seed {savings.provenance.seed}.",
        body=lambda size: rows_chart(rows, "per cent of one whole step", size, reference=100.0),
    )


def step_row(step: StepReached) -> Row:
    """One step as a row."""
    value, low, high = (100 * v / step.size for v in (step.free, step.low, step.high))
    words = f"{number(step.free, 1)} of {number(step.size)} {step.unit}"
    return Row(capital(f"{step.agency}: {step.label}"), words, value, low, high, MACRO)


def allocations_chart(allocations: Allocations) -> Chart:
    """Pounds by good, over all places and rounds."""
    sums: dict[str, Decimal] = {}
    for a in allocations.allocations:
        sums[a.good] = sums.get(a.good, Decimal("0.00")) + a.pounds
    ordered = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    rows = [Row(capital(good(g)), money(p, allocations.currency), float(p), colour=MACRO) for g, p in ordered]
    return Chart(
        title=allocations_title(allocations, ordered),
        subtitle=f"Cashable money by what people say they lack, all rounds together ({allocations.label}).",
        source=f"Shared out {allocations.rule}." if allocations.rule else "",
        body=lambda size: rows_chart(rows, axis(allocations.currency), size, bars=True),
    )


def allocations_title(allocations: Allocations, ordered: list[tuple[str, Decimal]]) -> str:
    """Where most of the money would go; or that none would."""
    if not ordered:
        return allocations.sentence
    most, total = money(ordered[0][1], allocations.currency), money(allocations.total, allocations.currency)
    return f"Most of the {total} would go to “{good(ordered[0][0])}”: {most}."
