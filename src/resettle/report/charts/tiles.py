"""The tile map: one square a place, about where it lies, with its amount written on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from resettle.reinvestment.spending.spending import PlaceSpending, SpendingMap
from resettle.report.charts.chart import Chart, Size, Spec
from resettle.report.look import INK, QUIET
from resettle.report.words import capital

LAYOUT = {
    "bolton": (1, 0), "bury": (2, 0), "rochdale": (3, 0),
    "wigan": (0, 1), "salford": (1, 1), "manchester": (2, 1), "oldham": (3, 1),
    "trafford": (1, 2), "stockport": (2, 2), "tameside": (3, 2),
}  # fmt: skip
"""Column and row of the boroughs of Greater Manchester: about where they lie to one another."""

COLUMNS = 4
PALE, DARK = (0xE9, 0xE4, 0xF2), (0x4C, 0x2C, 0x92)
TURN = 0.65
"""From this share of the way from pale to dark, white letters have more contrast than black ones; both have 4.5 to 1 there."""


def spending_chart(found: SpendingMap) -> Chart:
    """Pounds a year by place of residence, the darker the more."""
    drawn = [one for one in found.places if one.place in LAYOUT] if on_layout(found) else list(found.places)
    left_out = [one.name for one in found.places if one not in drawn]
    note = f" Not on the map: {', '.join(left_out)}." if left_out else ""
    order = "" if on_layout(found) else " Places stand in the order of their names."
    return Chart(
        title=capital(found.finding),
        subtitle=f"{spending_subtitle(found)}{note}{order}",
        source=f"{found.area}. {found.caveat} Places where fewer than ten people had an offence are not shown.",
        body=lambda size: tiles(drawn, found.currency, size),
    )


def spending_subtitle(found: SpendingMap) -> str:
    """What a map of spending shows."""
    by = (
        "by where they live"
        if found.by == "place"
        else "by what they say they lack; who lacks two things stands in both"
    )
    return (
        f"What agencies spend a year on people's counted offences, {by}: average unit costs in {found.price_year} prices, "
        f"{found.months} months of offences. An average cost is not money that can be moved."
    )


def on_layout(found: SpendingMap) -> bool:
    """Whether most places have a square of their own; otherwise all stand in order."""
    return 2 * sum(one.place in LAYOUT for one in found.places) > len(found.places)


def tiles(places: list[PlaceSpending], currency: str, size: Size, most: float | None = None) -> Spec:
    """The squares with name and amount; `most` is the amount that is darkest, where maps are compared."""
    known = all(one.place in LAYOUT for one in places)
    most = most or largest(places)
    values = [
        tile(one, LAYOUT[one.place] if known else (n % COLUMNS, n // COLUMNS), most, currency)
        for n, one in enumerate(places)
    ]
    side = min(112, size.width // COLUMNS - 2)
    rows = 1 + max(one["row"] for one in values)
    axis = {"axis": None, "scale": {"paddingInner": 0.05, "paddingOuter": 0}}
    position = {"x": {"field": "column", "type": "ordinal", **axis}, "y": {"field": "row", "type": "ordinal", **axis}}
    letters = 10 if size.letters < 60 else 13
    return {
        "width": side * COLUMNS,
        "autosize": {"type": "pad"},
        "height": side * rows,
        "data": {"values": values},
        "encoding": position,
        "layer": [
            {
                "mark": {"type": "rect", "stroke": QUIET},
                "encoding": {"color": {"field": "fill", "type": "nominal", "scale": None, "legend": None}},
            },
            text("name", -9, letters, "normal"),
            text("words", 9, letters, "bold"),
        ],
    }


def largest(places: Sequence[PlaceSpending]) -> float:
    """The largest amount of any place, 1 where there is none."""
    return max((float(one.total) for one in places if one.total is not None), default=1.0) or 1.0


def text(field: str, down: int, letters: int, weight: str) -> Spec:
    """One line of letters in every square."""
    ink = {"field": "ink", "type": "nominal", "scale": None, "legend": None}
    mark = {"type": "text", "dy": down, "fontSize": letters, "fontWeight": weight}
    return {"mark": mark, "encoding": {"text": {"field": field}, "color": ink}}


def tile(one: PlaceSpending, place: tuple[int, int], most: float, currency: str) -> dict[str, Any]:
    """One square as data: where it stands, what is written on it, and its colours."""
    column, row = place
    base = {"column": column, "row": row, "name": capital(one.name)}
    if one.total is None:
        return {**base, "words": "not shown", "fill": "#ffffff", "ink": INK}
    share = max(0.0, float(one.total) / most)
    mixed = (round(a + share * (b - a)) for a, b in zip(PALE, DARK, strict=True))
    fill = "#" + "".join(f"{part:02x}" for part in mixed)
    return {
        **base,
        "words": short(float(one.total), currency),
        "fill": fill,
        "ink": "#ffffff" if share >= TURN else INK,
    }


def short(amount: float, currency: str) -> str:
    """An amount that fits a square: £1.2m, £340k."""
    from resettle.money import SIGNS

    mark = SIGNS.get(currency, f"{currency} ")
    return f"{mark}{amount / 1e6:.1f}m" if amount >= 999_500 else f"{mark}{amount / 1e3:.0f}k"
