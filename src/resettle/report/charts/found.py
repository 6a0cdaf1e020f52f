"""Charts of evidence: measures, effects, and time to the first event."""

from __future__ import annotations

from resettle.evidence.effect import Effect
from resettle.evidence.measures import Measure, Measures
from resettle.evidence.survival import Curve, Curves
from resettle.report.charts.chart import Chart
from resettle.report.charts.lines import Line, lines_chart
from resettle.report.charts.rows import Row, rows_chart
from resettle.report.look import CIRCLES, INK, SERIES
from resettle.report.words import capital, percent, percents, plain

SIDES = (CIRCLES["micro"], CIRCLES["evidence"], *SERIES[1:3], *SERIES[4:])
"""Colours of the two sides of a study, and of further groups."""


def measures_chart(measures: Measures) -> Chart:
    """The share of people with the event, by group, each with its interval."""
    rates = [m for m in measures.measures if m.name == "rate" and m.value is not None]
    people = sum(m.n for m in rates)
    rows = [rate_row(m) for m in rates]
    return Chart(
        title=measures_title(measures, rates),
        subtitle=f"Share of people with {measures.clock_label}, with its 95% interval. {people:,} people.",
        source=f"{measures.area}. {measures.caveat} Method: {rates[0].method if rates else 'none'}.",
        body=lambda size: rows_chart(rows, "per cent of people", size),
    )


def measures_title(measures: Measures, rates: list[Measure]) -> str:
    """What the rates say: the one, or from which group to which they range."""
    if not rates:
        return "No group is large enough to be shown."
    low, high = min(rates, key=lambda m: m.value or 0), max(rates, key=lambda m: m.value or 0)
    if len(rates) == 1:
        return f"{percent(low.value)} of {low.n:,} people had {measures.clock_label}."
    ends = f"{percent(low.value)} ({group_words(low)}) to {percent(high.value)} ({group_words(high)})"
    return f"{capital(measures.clock_label)} ranges from {ends}."


def group_words(measure: Measure) -> str:
    """A group as a reader calls it."""
    return ", ".join(plain(v) for v in measure.group.values()) or "everyone"


def rate_row(measure: Measure) -> Row:
    """One group's rate as a row."""
    assert measure.value is not None and measure.interval is not None
    words = f"{percent(measure.value)} ({percents(measure.interval)}), {measure.n:,} people"
    ends = 100 * measure.interval.low, 100 * measure.interval.high
    return Row(capital(group_words(measure)), words, 100 * measure.value, *ends, colour=CIRCLES["evidence"])


def effect_chart(effect: Effect, truth: float | None = None) -> Chart:
    """The estimate on its interval, against zero; under it the truth, where records are made and it is known."""
    points = effect.scale == "difference"
    factor = 100.0 if points else 1.0
    value, low, high = (factor * v for v in (effect.estimate, effect.interval.low, effect.interval.high))
    words = f"{value:+.2f} points ({low:+.2f} to {high:+.2f})" if points else f"{value:.2f} ({low:.2f} to {high:.2f})"
    rows = [
        Row(capital(f"{effect.outcome_label}, with {effect.programme}"), words, value, low, high, CIRCLES["evidence"])
    ]
    if truth is not None:
        true = factor * truth
        rows.append(Row("The truth, known because these records are made", f"{true:+.2f}", true, true, true, INK))
    axis = f"percentage points, {effect.treated.label} minus {effect.comparison.label}" if points else effect.scale
    return Chart(
        title=effect.sentence,
        subtitle=f"Effect on the people treated, with its 95% interval. {effect.people}.",
        source=f"Method: {effect.method}.",
        body=lambda size: rows_chart(rows, axis, size),
    )


def curves_chart(curves: Curves) -> Chart:
    """Kaplan-Meier curves: the share with the event by each day."""
    lines = [curve_line(c, SIDES[i % len(SIDES)]) for i, c in enumerate(curves.curves) if c.days]
    x = {"type": "quantitative", "axis": {"title": "days from the start", "grid": False, "tickCount": 6}}
    return Chart(
        title=curves.sentence,
        subtitle=f"Share of people with {curves.clock_label} by each day, with its 95% interval.",
        source=f"{curves.area}. {curves.caveat} Method: Kaplan-Meier, intervals on the log-log scale.",
        body=lambda size: lines_chart(lines, size, x=x, y="per cent of people", steps=True),
    )


def curve_line(curve: Curve, colour: str) -> Line:
    """One curve from zero, in per cent, named by its group and where it ends."""
    name = ", ".join(plain(v) for v in curve.group.values()) or "everyone"
    steps = zip(curve.days, curve.share, curve.low, curve.high, strict=True)
    points = [(0.0, 0.0, 0.0, 0.0), *((d, 100 * s, 100 * lo, 100 * hi) for d, s, lo, hi in steps)]
    return Line(capital(f"{name}: {percent(curve.share[-1])}"), colour, points)
