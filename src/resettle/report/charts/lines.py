"""Charts over time: lines with their intervals as bands, named where they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from resettle.report.charts.chart import Size, Spec
from resettle.report.look import QUIET

GAP = 0.07


@dataclass(frozen=True)
class Line:
    """One line: its name, its colour, and points (x, value, low, high) in the order of x."""

    name: str
    colour: str
    points: Sequence[tuple[Any, float, float, float]]


def lines_chart(lines: Sequence[Line], size: Size, *, x: Spec, y: str, steps: bool = False) -> Spec:
    """Lines with bands from their low to their high. Zero is always on the axis of `y` (its title).

    `x` is the Vega-Lite definition of the horizontal axis. `steps` draws survival curves: level between events.
    """
    height = 300 if size.letters > 60 else 260
    curve = {"interpolate": "step-after"} if steps else {}
    values = [
        {"x": str(a) if not isinstance(a, float | int) else a, "value": v, "low": lo, "high": hi, "name": line.name}
        for line in lines
        for a, v, lo, hi in line.points
    ]
    colour = {
        "field": "name",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": [line.name for line in lines], "range": [line.colour for line in lines]},
    }
    across = {"field": "x", **x}
    up = {"type": "quantitative", "scale": {"zero": True, "nice": True}, "axis": {"title": y, "tickCount": 5}}
    band = {
        "mark": {"type": "area", "opacity": 0.18, **curve},
        "encoding": {"y": {"field": "low", **up}, "y2": {"field": "high"}},
    }
    line = {"mark": {"type": "line", "strokeWidth": 2.5, **curve}, "encoding": {"y": {"field": "value", **up}}}
    zero = {"mark": {"type": "rule", "color": QUIET}, "encoding": {"y": {"datum": 0, **up}, "x": None, "color": None}}
    return {
        "height": height,
        "data": {"values": values},
        "encoding": {"x": across, "color": colour},
        "layer": [zero, band, line, *(name_layer(n, up) for n in names(lines))],
    }


@dataclass(frozen=True)
class Name:
    """The name of a line: where it ends, how high it is written, and on which side."""

    line: Line
    at: float
    above: bool


def names(lines: Sequence[Line]) -> list[Name]:
    """The name of each line: the highest stands above its end, the others in the free corner below, in the order of their ends."""
    drawn = sorted((line for line in lines if line.points), key=lambda line: -line.points[-1][1])
    if not drawn:
        return []
    reach = max(hi for line in drawn for _, _, _, hi in line.points) or 1.0
    below = [Name(line, (n + 0.3) * GAP * reach, False) for n, line in enumerate(reversed(drawn[1:]))]
    return [Name(drawn[0], drawn[0].points[-1][3], True), *below]


def name_layer(name: Name, up: Spec) -> Spec:
    """One name, in the colour of its line, set right at the last point."""
    last = {"x": name.line.points[-1][0], "y": name.at, "text": name.line.name}
    last["x"] = last["x"] if isinstance(last["x"], float | int) else str(last["x"])
    style = {"type": "text", "align": "right", "fontWeight": "bold", "color": name.line.colour, "dx": -2}
    style |= {"baseline": "bottom", "dy": -6} if name.above else {"baseline": "bottom"}
    encoding = {"y": {"field": "y", **up}, "text": {"field": "text"}, "color": {"value": name.line.colour}}
    return {"data": {"values": [last]}, "mark": style, "encoding": encoding}
