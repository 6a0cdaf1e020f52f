"""Charts in rows: each row says in words what its mark shows, so that no legend is needed and a phone can show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from resettle.report.charts.chart import Size, Spec
from resettle.report.look import CIRCLES, INK, QUIET

LINE = 18


@dataclass(frozen=True)
class Row:
    """One row: a label, the value in words, the value and its interval. A row without a value is a heading.

    A bar begins at `start`.
    """

    label: str
    words: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    colour: str = CIRCLES["evidence"]
    start: float = 0.0


def rows_chart(
    rows: Sequence[Row], axis: str, size: Size, *, bars: bool = False, reference: float | None = None
) -> Spec:
    """Rows as dots with intervals, or (`bars`) as bars from zero. Zero is always on the axis."""
    values, height = placed(rows, size)
    x = {"type": "quantitative", "scale": {"zero": True, "nice": True}}
    layers = [zero(x)] if reference is None else [zero(x), *reference_line(reference, x)]
    mark = "bar" if bars else "interval"
    layers += [
        {
            "mark": {"type": "rect", "color": "#ffffff"},
            "encoding": {"y": {"field": "label_y", "type": "quantitative"}, "y2": {"field": "y"}},
        },
        text_layer("label", {"align": "left", "dx": 4}, {"value": 0}),
        text_layer("words", words_style(size), {"value": 0 if narrow(size) else "width"}),
        *MARKS[mark](x, axis, height),
    ]
    y = {"field": "y", "type": "quantitative", "axis": None, "scale": {"domain": [height, 0], "nice": False}}
    return {"height": height, "data": {"values": values}, "encoding": {"y": y}, "layer": layers}


def narrow(size: Size) -> bool:
    """Whether label and words stand on lines of their own."""
    return size.letters < 60


def placed(rows: Sequence[Row], size: Size) -> tuple[list[dict[str, Any]], int]:
    """The rows as data with the height at which each of their parts stands, and the height of them all."""
    values, top = [], 4
    for row in rows:
        room = size.letters if narrow(size) or not row.words else size.letters - len(row.words) - 4
        label, words = wrap(row.label, max(room, 20)), wrap(row.words, size.letters)
        lines = len(label) + (len(words) if narrow(size) else 0)
        item = {"label": label, "words": words, "label_y": top, "colour": row.colour, "bold": row.value is None}
        item["words_y"] = top + (LINE * len(label) if narrow(size) else 0)
        item["y"] = top + LINE * lines + (10 if row.value is not None else 0)
        if row.value is not None:
            item |= {"start": row.start, "value": row.value, "low": row.low, "high": row.high}
        values.append(item)
        top += LINE * lines + (30 if row.value is not None else 8)
    return values, top


def text_layer(field: str, style: Spec, x: Spec) -> Spec:
    """The labels, or the words, of all rows."""
    y = {"field": f"{field}_y", "type": "quantitative"}
    mark = {"type": "text", "baseline": "top", "lineHeight": LINE, **style}
    if field == "label":
        mark["fontWeight"] = {"expr": "datum.bold ? 'bold' : 'normal'"}
    return {"mark": mark, "encoding": {"x": x, "y": y, "text": {"field": field}}}


def words_style(size: Size) -> Spec:
    """Words stand at the right where there is room, and under the label where there is not."""
    return (
        {"align": "left", "dx": 4, "color": QUIET}
        if narrow(size)
        else {"align": "right", "color": INK, "fontWeight": "bold"}
    )


def zero(x: Spec) -> Spec:
    """The line at zero."""
    return {"mark": {"type": "rule", "color": QUIET, "strokeWidth": 1}, "encoding": {"x": {**x, "datum": 0}, "y": None}}


def reference_line(reference: float, x: Spec) -> list[Spec]:
    """A dashed line to read the rows against."""
    line = {"type": "rule", "color": INK, "strokeWidth": 2, "strokeDash": [6, 4]}
    return [{"mark": line, "encoding": {"x": {**x, "datum": reference}, "y": None}}]


def interval_marks(x: Spec, axis: str, height: int) -> list[Spec]:
    """A dot on its interval."""
    colour = {"field": "colour", "type": "nominal", "scale": None, "legend": None}
    across = {"field": "low", **x, "axis": axis_of(axis)}
    return [
        {
            "mark": {"type": "rule", "strokeWidth": 6, "opacity": 0.45},
            "transform": [{"filter": "isValid(datum.low)"}],
            "encoding": {"x": across, "x2": {"field": "high"}, "color": colour},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 64, "opacity": 1},
            "transform": [{"filter": "isValid(datum.value)"}],
            "encoding": {"x": {**across, "field": "value"}, "color": colour},
        },
    ]


def bar_marks(x: Spec, axis: str, height: int) -> list[Spec]:
    """A bar from zero."""
    colour = {"field": "colour", "type": "nominal", "scale": None, "legend": None}
    across = {"field": "start", **x, "axis": axis_of(axis)}
    return [
        {
            "mark": {"type": "rule", "strokeWidth": 14},
            "transform": [{"filter": "isValid(datum.value)"}],
            "encoding": {"x": across, "x2": {"field": "value"}, "color": colour},
        }
    ]


def axis_of(title: str) -> Spec:
    """The axis under the rows; a label that would touch the one before it is left out."""
    return {"title": title, "grid": True, "tickCount": 5, "labelOverlap": "greedy", "labelSeparation": 8}


MARKS = {"interval": interval_marks, "bar": bar_marks}
