"""An area's own figures, put in place of the published ones by a small TOML file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from resettle.document import line_of, parse_document, read_text
from resettle.errors import BadInput, Problem
from resettle.reference.figures import closest, published

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class Overrides(BaseModel):
    """The file: one table, `[figures]`, from the name of a published figure to the value that replaces it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    figures: dict[str, Number]


def read_overrides(path: Path) -> dict[str, float]:
    """Read a file of overrides: `[figures]`, then lines such as `"crime.robbery.total" = 12000`.

    The value is in the unit and price year of the published figure. Raises `BadInput`, with every fault at once, for names
    that no published figure has and for values that are not finite numbers.
    """
    text = read_text(path)
    given = dict(parse_document(Overrides, text, path).figures)
    if unknown := [name for name in given if name not in published()]:
        raise BadInput(*(unknown_name(name, text, path) for name in unknown))
    return given


def unknown_name(name: str, text: str, path: Path) -> Problem:
    """The fault of one name that no published figure has."""
    first = {n.split(".")[0] for n in published()}
    return Problem(
        "no such figure",
        str(path),
        line_of(text, ["figures", name]),
        "figures",
        name,
        closest(name, published(), first),
    )
