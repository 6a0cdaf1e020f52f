"""Published figures as data: each with its value, unit, price year, place and source, and what overrode it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from resettle.errors import bad, did_you_mean
from resettle.money import exact
from resettle.result import Record

OF_THE_PERIOD = "of the period"


class Figure(Record):
    """One published figure.

    `name` is dotted, from the general to the particular (`crime.robbery.total`). `period` is what the figure is about, as
    printed by its source ("2022/23", "2018 Q4"). `price_year` is the first calendar year of its price base (2015/16 prices
    are 2015), None for figures that are not money. `overridden_by` names the file that put its own value in place of the
    published one.
    """

    name: str
    label: str
    value: float
    unit: str
    period: str
    price_year: int | None = None
    place: str
    source: str
    note: str = ""
    overridden_by: str | None = None

    @property
    def amount(self) -> Decimal:
        """The value as an exact decimal number, for figures that meet money."""
        return exact(self.value)

    def __str__(self) -> str:
        base = f", {self.price_year} prices" if self.price_year else ""
        origin = f"set by {self.overridden_by}" if self.overridden_by else self.source
        return f"{self.label}: {self.value:,.10g} {self.unit} ({self.period}, {self.place}{base}; {origin})"


@cache
def topics() -> dict[str, tuple[Figure, ...]]:
    """Every figure that ships with Resettle, by the title of the file that holds it, in the order written there."""
    found: dict[str, tuple[Figure, ...]] = {}
    for entry in sorted(files("resettle.reference").joinpath("figures").iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".toml"):
            document = tomllib.loads(entry.read_text("utf-8"))
            found[document["title"]] = tuple(read_figures(document))
    return found


@cache
def published() -> dict[str, tuple[Figure, ...]]:
    """Every figure that ships with Resettle, by name; several periods of one figure in time order as written."""
    found: dict[str, list[Figure]] = {}
    for figures in topics().values():
        for one in figures:
            found.setdefault(one.name, []).append(one)
    return {name: tuple(found[name]) for name in sorted(found)}


def read_figures(document: Mapping[str, Any]) -> list[Figure]:
    """The figures of one file: what the file says of all (source, place, unit, price_year, note), each may say of itself.

    A figure has either `value` and `period`, or `values`, a table from period to value. A file whose editions differ by
    period names them in `sources`, a table from period to source. `price_year = "of the period"` marks money in the prices
    of its own time: the price year is then the year with which the period begins.
    """
    shared = {k: v for k, v in document.items() if k in Figure.model_fields}
    made = []
    for name, own in document["figures"].items():
        own = dict(own)
        values = own.pop("values", None) or {own.pop("period", shared.get("period")): own.pop("value")}
        for period, value in values.items():
            edition = {"source": s} if (s := document.get("sources", {}).get(period)) else {}
            fields = {**shared, **edition, **own, "name": name, "period": str(period), "value": value}
            if fields.get("price_year") == OF_THE_PERIOD:
                fields["price_year"] = int(str(period)[:4])
            made.append(Figure(**fields))
    return made


def figure(
    name: str, period: str | None = None, overrides: Mapping[str, float] | None = None, overridden_by: str = "the area"
) -> Figure:
    """One figure: of the named period, or the last one published; an override by the same name replaces its value.

    An unknown name or period is a `BadInput` that names the closest.
    """
    known = published()
    if name not in known:
        raise bad("no such figure", value=name, do=suggest(name))
    candidates = known[name]
    if period is not None:
        candidates = tuple(f for f in candidates if f.period == period)
        if not candidates:
            raise bad(
                f"figure {name} has no such period",
                value=period,
                do=did_you_mean(period, [f.period for f in known[name]]),
            )
    chosen = candidates[-1]
    if overrides and name in overrides:
        return chosen.model_copy(update={"value": float(overrides[name]), "overridden_by": overridden_by})
    return chosen


def figures_in(
    names: Iterable[str], overrides: Mapping[str, float] | None = None, overridden_by: str = "the area"
) -> tuple[Figure, ...]:
    """The latest figure of each name, overrides applied: what a result records as the figures it used."""
    return tuple(figure(name, None, overrides, overridden_by) for name in names)


def list_figures(prefix: str = "") -> list[Figure]:
    """Every figure whose name begins with `prefix` (whole dotted parts: `crime` finds `crime.robbery.total`).

    All of them if `prefix` is empty; a prefix that finds nothing is a `BadInput` that names the closest.
    """
    begins = prefix.rstrip(".")
    found = [f for name, all_periods in published().items() if is_under(name, begins) for f in all_periods]
    if not found:
        parts = {".".join(n.split(".")[: i + 1]) for n in published() for i in range(n.count(".") + 1)}
        first = {n.split(".")[0] for n in published()}
        raise bad("no figure begins with this name", value=prefix, do=closest(prefix, parts, first))
    return found


def is_under(name: str, begins: str) -> bool:
    """Whether a dotted name is `begins` or one of its particulars."""
    return not begins or name == begins or name.startswith(f"{begins}.")


def suggest(name: str) -> str:
    """`did_you_mean` for the name of a figure."""
    known = published()
    return closest(name, known, {n.split(".")[0] for n in known})


def closest(word: str, names: Iterable[str], otherwise: Iterable[str]) -> str:
    """`did_you_mean` among many names, listing only the shorter choice if none is close."""
    said = did_you_mean(word, names)
    return said if said.startswith("Did") else did_you_mean(word, otherwise)
