"""`Chart`: a Vega-Lite picture of one result, drawn as SVG without a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from resettle.report.charts.svg import Lines, framed, render
from resettle.report.look import FAINT, INK, QUIET

Spec = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """Width of a picture in pixels, and about how many characters fit on a line of it."""

    width: int
    letters: int


WIDE = Size(720, 96)
NARROW = Size(272, 36)

CONFIG: Spec = {
    "font": "Arial, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "labelColor": QUIET,
        "titleColor": QUIET,
        "gridColor": FAINT,
        "domainColor": QUIET,
        "tickColor": QUIET,
        "labelFlush": True,
        "titlePadding": 8,
    },
    "text": {"fontSize": 14, "color": INK},
}


@dataclass(frozen=True)
class Chart:
    """A picture of a result. Its title says the finding, its subtitle the measure and the people, its source where it is from.

    `body` makes the Vega-Lite picture for a width. In a notebook the chart shows itself; `.svg()` is the same as text.
    """

    title: str
    subtitle: str
    source: str
    body: Callable[[Size], Spec]

    @property
    def spec(self) -> Spec:
        """The chart as a Vega-Lite specification, to be drawn or changed elsewhere."""
        title = {
            "text": wrap(self.title, WIDE.letters),
            "subtitle": wrap(self.subtitle, WIDE.letters),
            "anchor": "start",
        }
        return {**self.view(WIDE), "title": title, "usermeta": {"source": self.source}}

    def view(self, size: Size) -> Spec:
        """The picture alone, without title and source, at one width."""
        return {
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            "width": size.width,
            "autosize": {"type": "fit-x", "contains": "padding"},
            "padding": 2,
            "background": None,
            "config": CONFIG,
            **self.body(size),
        }

    @property
    def spoken(self) -> str:
        """What a screen reader says of the picture."""
        return f"Chart. {self.title} {self.subtitle}".strip()

    def picture(self, size: Size) -> str:
        """The picture alone as an SVG that scales with its place in a page, for a page that sets title and source as text."""
        return render(self.view(size), self.spoken)

    def svg(self, size: Size = WIDE) -> str:
        """The whole chart as SVG: title, subtitle, picture and source."""
        above = [
            Lines(wrap(self.title, size.letters - 12), 17, INK, True),
            Lines(wrap(self.subtitle, size.letters), 14, QUIET),
        ]
        below = [Lines(wrap(self.source, round(size.letters * 1.15)), 12, QUIET)]
        return framed(self.picture(size), self.spoken, size.width, above, below)

    def _repr_svg_(self) -> str:
        return self.svg()
