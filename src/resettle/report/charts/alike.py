"""The love plot: how far apart the groups are on each covariate, before the design and after it."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from resettle.evidence.balance import ALIKE, NEARLY
from resettle.evidence.effect import Balance, Effect
from resettle.report.charts.chart import Chart, Size, Spec
from resettle.report.charts.rows import LINE, narrow, zero
from resettle.report.look import CIRCLES, FAINT, INK, QUIET
from resettle.report.words import capital, covariate, listed

ROW = 26
AXIS = "standard deviations apart"


def balance_chart(effect: Effect) -> Chart:
    """Standardised differences of every covariate: a ring before the design, a dot after it, and the band within 0.1."""
    rows = sorted(effect.balance, key=lambda one: -abs(one.before))
    return Chart(
        title=balance_title(effect.balance),
        subtitle=f"{capital(effect.treated.label)} less {effect.comparison.label}, in standard deviations: before the "
        f"comparison was made (ring) and after (dot). The band is {NEARLY:g} either way.",
        source=f"Method: {effect.method}.",
        body=lambda size: love_plot(rows, size),
    )


def balance_title(balance: Sequence[Balance]) -> str:
    """What the plot shows, in a sentence."""
    worst = max(balance, key=lambda one: abs(one.after))
    first = max(balance, key=lambda one: abs(one.before))
    ends = f"{abs(first.before):.2f} before to {abs(worst.after):.2f} after"
    red = [covariate(one.name) for one in balance if one.flag == "red"]
    if red:
        return f"The groups are still unlike on {listed(red)}: the largest difference went from {ends}."
    near = "alike" if all(one.flag == "green" for one in balance) else "nearly alike"
    return f"The groups are {near} on everything recorded: the largest difference went from {ends}."


def love_plot(rows: Sequence[Balance], size: Size) -> Spec:
    """The picture: one row for each covariate, its label at the left, or above it where the picture is narrow."""
    values, height = placed(rows, size)
    reach = max(NEARLY, *(abs(v) for one in rows for v in (one.before, one.after))) * 1.15
    left = 0 if narrow(size) else 300
    x = {"type": "quantitative", "scale": {"domain": [-reach, reach], "range": [left, {"expr": "width"}]}}
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [height, 0], "nice": False}}
    layers = [
        band(x),
        zero(x),
        labels(stroke="#ffffff", strokeWidth=4),
        labels(),
        joined_marks(x),
        ring(x),
        dot(x),
        *ends_named(values, x),
    ]
    return {"height": height, "data": {"values": values}, "encoding": {"y": y}, "layer": layers}


def placed(rows: Sequence[Balance], size: Size) -> tuple[list[dict[str, Any]], int]:
    """The rows as data with the height at which each stands, below the names of the two marks; and the height of all."""
    values, top = [], LINE + 8
    for one in rows:
        label = wrap(covariate(one.name), size.letters if narrow(size) else 40)
        above = LINE * len(label) if narrow(size) else LINE * (len(label) - 1) / 2
        item = {"label": label, "label_y": top, "y": top + above + (8 if narrow(size) else LINE / 2 - 2)}
        values.append({**item, "before": one.before, "after": one.after})
        top += LINE * len(label) + (ROW - 8 if narrow(size) else ROW - LINE)
    return values, top + 4


def band(x: Spec) -> Spec:
    """Where a difference counts as small."""
    ends = {"x": {**x, "datum": -NEARLY}, "x2": {"datum": NEARLY}, "y": {"value": 0}, "y2": {"value": "height"}}
    return {"data": {"values": [{}]}, "mark": {"type": "rect", "color": FAINT, "opacity": 0.5}, "encoding": ends}


def labels(**style: Any) -> Spec:
    """The names of the covariates; drawn once as a white edge, so that no line runs through them."""
    mark = {"type": "text", "baseline": "top", "align": "left", "lineHeight": LINE, "dx": 4, **style}
    y = {"field": "label_y", "type": "quantitative"}
    return {"mark": mark, "encoding": {"x": {"value": 0}, "y": y, "text": {"field": "label"}}}


def joined_marks(x: Spec) -> Spec:
    """The line from before to after."""
    across = {"field": "before", **x, "axis": {"title": AXIS, "grid": False, "tickCount": 5}}
    return {"mark": {"type": "rule", "color": QUIET}, "encoding": {"x": across, "x2": {"field": "after"}}}


def ring(x: Spec) -> Spec:
    """Before the comparison was made."""
    mark = {
        "type": "point",
        "size": 64,
        "color": CIRCLES["evidence"],
        "fill": "#ffffff",
        "strokeWidth": 2,
        "opacity": 1,
    }
    return {"mark": mark, "encoding": {"x": {"field": "before", **x}}}


def dot(x: Spec) -> Spec:
    """After it; dark where the groups are not alike."""
    colour = {
        "condition": {"test": f"abs(datum.after) > {NEARLY + 1e-9}", "value": INK},
        "value": CIRCLES["micro"],
    }
    mark = {"type": "point", "filled": True, "size": 70, "opacity": 1}
    return {"mark": mark, "encoding": {"x": {"field": "after", **x}, "color": colour}}


def ends_named(values: Sequence[dict[str, Any]], x: Spec) -> list[Spec]:
    """`before` and `after` written over the marks of the first row, which are the farthest apart."""
    first = values[0]
    right = first["before"] >= first["after"]
    named = (("before", right, CIRCLES["evidence"]), ("after", not right, CIRCLES["micro"]))
    return [
        {
            "data": {"values": [{"x": first[name], "y": LINE, "text": name}]},
            "mark": {"type": "text", "align": "left" if to_right else "right", "color": colour, "fontWeight": "bold"},
            "encoding": {"x": {"field": "x", **x}, "text": {"field": "text"}, "color": {"value": colour}},
        }
        for name, to_right, colour in named
    ]


def words_of_band() -> str:
    """How differences are flagged."""
    return f"Green: within {ALIKE:g} standard deviations. Amber: within {NEARLY:.2f}. Red: further apart."
