"""Charts of economics: the cost-effectiveness plane and the acceptability curve."""

from __future__ import annotations

from resettle.evidence.economics import CostEffectiveness
from resettle.evidence.economics.effectiveness import Amount
from resettle.report.charts.chart import Chart, Size, Spec
from resettle.report.charts.lines import Line, lines_chart
from resettle.report.charts.rows import narrow
from resettle.report.look import CIRCLES, INK, QUIET

PURPLE = CIRCLES["macro"]


def plane_chart(found: CostEffectiveness) -> Chart:
    """The estimate in the plane of effect and cost, with the interval of each."""
    words = "; ".join(f"{name} {100 * share:.0f}%" for name, share in found.quadrants.items() if share > 0)
    return Chart(
        title=f"For each person: {found.effect.value:+.3f} {found.effect_unit} at {found.pounds(found.cost.value)} more cost.",
        subtitle=f"Difference in effect and in cost for each person, each with its 95% interval. Share of draws: {words}.",
        source=f"{found.draws:,} draws, seed {found.provenance.seed}; {found.perspective} perspective.",
        body=lambda size: plane(found, size),
    )


def plane(found: CostEffectiveness, size: Size) -> Spec:
    """A point with an interval in each direction, and the two axes through zero."""
    sign = "£" if found.currency == "GBP" else found.currency
    x = {"type": "quantitative", "axis": {"title": found.effect_unit, "grid": False, "tickCount": 5}}
    y = {"type": "quantitative", "axis": {"title": f"{sign} a person", "grid": False, "tickCount": 5}}
    across = {"x": {"field": "x", **span(found.effect, x)}, "y": {"field": "y", **span(found.cost, y)}}
    here = {
        "x": found.effect.value, "xl": found.effect.interval.low, "xh": found.effect.interval.high,
        "y": found.cost.value, "yl": found.cost.interval.low, "yh": found.cost.interval.high,
    }  # fmt: skip
    bar = {"type": "rule", "strokeWidth": 5, "opacity": 0.45, "color": PURPLE}
    zero = {"type": "rule", "color": QUIET}
    return {
        "height": 260 if narrow(size) else 320,
        "data": {"values": [here]},
        "layer": [
            {"mark": zero, "encoding": {"x": {"datum": 0, **span(found.effect, x)}}},
            {"mark": zero, "encoding": {"y": {"datum": 0, **span(found.cost, y)}}},
            {"mark": bar, "encoding": {**across, "x": {"field": "xl", **x}, "x2": {"field": "xh"}}},
            {"mark": bar, "encoding": {**across, "y": {"field": "yl", **y}, "y2": {"field": "yh"}}},
            {"mark": {"type": "point", "filled": True, "size": 90, "color": INK, "opacity": 1}, "encoding": across},
        ],
    }


def span(amount: Amount, axis: Spec) -> Spec:
    """An axis that holds zero and the whole interval."""
    ends = [0.0, amount.interval.low, amount.interval.high]
    room = 0.08 * (max(ends) - min(ends) or 1.0)
    return {**axis, "scale": {"domain": [min(ends) - room, max(ends) + room], "nice": False}}


def acceptability_chart(found: CostEffectiveness) -> Chart:
    """The chance that the service pays, by what one unit of effect is worth."""
    points = [(at.threshold, 100 * at.chance, 100 * at.chance, 100 * at.chance) for at in found.curve]
    x = {
        "type": "quantitative",
        "axis": {"title": f"worth of one ({found.effect_unit})", "grid": False, "tickCount": 5, "format": ",.0f"},
    }
    last = found.curve[-1]
    line = Line(f"{100 * last.chance:.0f}% at {found.pounds(last.threshold)}", PURPLE, points)
    return Chart(
        title=f"If one is worth {found.pounds(last.threshold)}, the chance that it pays is {100 * last.chance:.0f}%.",
        subtitle="Chance that the net benefit is above zero, by what one unit of effect is worth.",
        source=f"Share of {found.draws:,} draws, seed {found.provenance.seed}; {found.perspective} perspective.",
        body=lambda size: lines_chart([line], size, x=x, y="per cent"),
    )
