"""The spending map on boundaries: each place in its own shape, the darker the more, with its amount written on it."""

from __future__ import annotations

from resettle.reinvestment.spending.boundaries import Boundaries
from resettle.reinvestment.spending.spending import PlaceSpending, SpendingMap
from resettle.report.charts.chart import Chart, Size, Spec
from resettle.report.charts.tiles import largest, spending_subtitle, tile
from resettle.report.look import QUIET
from resettle.report.words import capital

LABELLED = 15
"""With more places than this only amounts are written: names would cover one another."""


def boundary_chart(found: SpendingMap, drawn: Boundaries) -> Chart:
    """Pounds a year by place of residence, in the shapes of the places."""
    places = [one for one in found.places if one.place in drawn.shapes]
    left = [one.name for one in found.places if one.place not in drawn.shapes]
    note = f" Not on the map: {', '.join(left)}." if left else ""
    return Chart(
        title=capital(found.finding),
        subtitle=spending_subtitle(found) + note,
        source=f"{found.area}. {found.caveat} Places where fewer than ten people had an offence are not shown. "
        f"Boundaries: {drawn.source}.",
        body=lambda size: shapes(places, drawn, found.currency, size),
    )


def shapes(
    places: list[PlaceSpending], drawn: Boundaries, currency: str, size: Size, most: float | None = None
) -> Spec:
    """The shapes with name and amount; `most` is the amount that is darkest, where maps are compared."""
    most = most or largest(places)
    data = [
        {
            "type": "Feature",
            "geometry": drawn.shapes[one.place].geometry,
            "properties": tile(one, (0, 0), most, currency),
            "x": drawn.shapes[one.place].at[0],
            "y": drawn.shapes[one.place].at[1],
        }
        for one in places
    ]
    side = min(size.width, 520)
    flat = {"type": "identity", "reflectY": True}
    letters = 10 if size.letters < 60 else 12
    layers: list[Spec] = [
        {
            "mark": {"type": "geoshape", "stroke": QUIET, "strokeWidth": 1},
            "encoding": {"color": {"field": "properties.fill", "type": "nominal", "scale": None, "legend": None}},
        }
    ]
    if len(places) <= LABELLED:
        layers.append(letters_at("properties.name", -7, letters, "normal"))
    if size.letters >= 60 or len(places) <= LABELLED:
        layers.append(letters_at("properties.words", 7, letters, "bold"))
    return {
        "width": side,
        "height": side,
        "autosize": {"type": "pad"},
        "data": {"values": data},
        "projection": flat,
        "layer": layers,
    }


def letters_at(field: str, down: int, size: int, weight: str) -> Spec:
    """Letters inside every shape, with a pale edge so that they can be read over a boundary."""
    where = {"longitude": {"field": "x", "type": "quantitative"}, "latitude": {"field": "y", "type": "quantitative"}}
    ink = {"field": "properties.ink", "type": "nominal", "scale": None, "legend": None}
    mark = {"type": "text", "dy": down, "fontSize": size, "fontWeight": weight}
    return {"mark": mark, "encoding": {**where, "text": {"field": field}, "color": ink}}
