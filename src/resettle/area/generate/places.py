"""The place as published: Greater Manchester, its eight probation delivery units and ten boroughs."""

from __future__ import annotations

import re
from functools import cache

import pyarrow as pa

from resettle.area.generate import shapes
from resettle.area.generate.write import Columns
from resettle.reference.figures import figure

AREA = "greater-manchester"


def slug(name: str, kind: str = "") -> str:
    """An identifier made of a name: `pdu-bury-and-rochdale`."""
    return "-".join(filter(None, [kind, re.sub(r"[^a-z]+", "-", name.lower()).strip("-")]))


def borough_ids() -> list[str]:
    """Identifiers of the boroughs."""
    return [slug(name) for name in shapes.places().boroughs]


@cache
def populations() -> list[float]:
    """Published population of each borough: people are spread over boroughs in proportion to it."""
    return [figure(f"gm.population.{borough}").value for borough in borough_ids()]


def place() -> Columns:
    """`place`. Manchester borough is served by two units, so it is part of the whole area."""
    shape = shapes.places()
    rows: list[tuple[str, str, str, str | None]] = [(AREA, shape.area, "area", None)]
    rows += [(slug(unit, "pdu"), unit, "delivery_unit", AREA) for unit in shape.units]
    for name, borough in shape.boroughs.items():
        rows.append((slug(name), name, "borough", slug(borough.unit, "pdu") if borough.unit else AREA))
    names = ("place_id", "name", "kind", "part_of")
    return {name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate(names)}
