"""Boundaries of places from a file of the user's own (GeoJSON, GeoPackage, or what else GDAL reads), made ready to be drawn.

Needs the extra `maps` (geopandas). Shapes are put on a plane in metres and made simpler, so that a picture stays small.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resettle.errors import bad, did_you_mean

DETAIL = 800
"""A shape is simplified to one part in so many of the map's width."""


@dataclass(frozen=True)
class Shape:
    """One place: its geometry as GeoJSON on a plane in metres, and a point inside it for its label."""

    geometry: Mapping[str, Any]
    at: tuple[float, float]


@dataclass(frozen=True)
class Boundaries:
    """Shapes by place, where they are from, and places that the file does not have."""

    source: str
    shapes: dict[str, Shape]
    missing: tuple[str, ...]


def read_boundaries(path: str | Path, places: Mapping[str, str], column: str | None = None) -> Boundaries:
    """Read the shapes of places (id to name) from a file.

    `column` names the column that holds their ids or names; without it the one that knows most of them is taken. Several shapes
    of a place are joined. A file that cannot be read, that has no such column, or that knows none of the places is a `BadInput`.
    """
    file = Path(path)
    frame = opened(file)
    chosen = column_of(frame, places, column, file)
    words = {plain(text): place for place, name in places.items() for text in (name, place)}
    frame["place"] = [words.get(plain(value)) for value in frame[chosen]]
    kept = frame[frame["place"].notna() & frame.geometry.notna()]
    if kept.empty:
        raise bad(
            "the boundary file knows none of the places",
            file=file,
            column=chosen,
            value=", ".join(list(places.values())[:5]),
            do="Name the column of their ids or names.",
        )
    flat = on_a_plane(kept)[["place", "geometry"]].dissolve("place")
    west, _, east, _ = flat.total_bounds
    flat["geometry"] = flat.geometry.simplify(max(east - west, 1.0) / DETAIL)
    shapes = {str(place): shape(geometry) for place, geometry in flat.geometry.items()}
    return Boundaries(file.name, shapes, tuple(name for place, name in places.items() if place not in shapes))


def opened(file: Path) -> Any:
    """The file as a table with shapes."""
    if not file.exists():
        raise bad("no such file", file=file, do="Check the path.")
    try:
        import geopandas
    except ImportError:
        raise bad(
            "boundaries need geopandas",
            file=file,
            do="Install the extra: pip install 'resettle[maps]'; tiles need none.",
        ) from None
    try:
        frame = geopandas.read_file(file)
    except Exception as error:
        raise bad(
            "cannot be read as boundaries", file=file, value=str(error), do="Give a GeoJSON or GeoPackage file."
        ) from None
    if "geometry" not in frame or frame.empty:
        raise bad("no shapes in this file", file=file, do="Give a GeoJSON or GeoPackage file with polygons.")
    return frame


def column_of(frame: Any, places: Mapping[str, str], column: str | None, file: Path) -> str:
    """The column that holds the places."""
    names = [str(name) for name in frame.columns if name != "geometry"]
    if column is not None:
        if column not in names:
            raise bad("no such column", file=file, column=column, do=did_you_mean(column, names))
        return column
    known = {plain(text) for pair in places.items() for text in pair}
    if not names:
        raise bad("the shapes have no names", file=file, do="Give a file with a column of ids or names.")
    return max(names, key=lambda name: len(known & {plain(value) for value in frame[name]}))


def on_a_plane(frame: Any) -> Any:
    """The shapes in metres; those without a stated system are taken to be in degrees."""
    held = frame if frame.crs is not None else frame.set_crs("EPSG:4326")
    return held.to_crs(held.estimate_utm_crs()) if held.crs.is_geographic else held


def shape(geometry: Any) -> Shape:
    """One geometry with a point inside it."""
    point = geometry.representative_point()
    return Shape(geometry.__geo_interface__, (float(point.x), float(point.y)))


def plain(value: object) -> str:
    """A name as it is compared: small letters, without what separates words."""
    return "".join(c for c in str(value).lower() if c.isalnum())


def names_of(places: Iterable[Any]) -> dict[str, str]:
    """Ids and names of the places of a map."""
    return {one.place: one.name for one in places}
