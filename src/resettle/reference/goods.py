"""The primary goods that people seek, by version of the taxonomy, with the categories that services are commissioned by.

The list is data, never fixed in code: research on the Good Lives Model does not agree on one list (eleven goods in Ward and
Maruna 2007, five factors in Harper and others 2021), so a plan names the version it used.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from resettle.errors import bad, did_you_mean
from resettle.result import Record

Crosswalk = Literal["areas_of_need", "pathways", "crs_categories", "strands"]
CROSSWALKS: tuple[Crosswalk, ...] = ("areas_of_need", "pathways", "crs_categories", "strands")


class Good(Record):
    """One primary good: a kind of experience that people seek for its own sake.

    `code` is what tables hold; `prompt` is the good in the words of a person on a plan; `means` are examples of secondary
    goods, the concrete ways there. The four crosswalks hold codes of `categories`; those named in `weak` answer the good
    only in part.
    """

    code: str
    name: str
    prompt: str
    other_names: tuple[str, ...] = ()
    means: tuple[str, ...] = ()
    areas_of_need: tuple[str, ...] = ()
    pathways: tuple[str, ...] = ()
    crs_categories: tuple[str, ...] = ()
    strands: tuple[str, ...] = ()
    weak: tuple[Crosswalk, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.prompt}"


@cache
def goods_document() -> dict[str, Any]:
    """The file of goods as written: versions, categories and sources."""
    document: dict[str, Any] = tomllib.loads(files("resettle.reference").joinpath("goods.toml").read_text("utf-8"))
    return document


@cache
def goods(version: str | None = None) -> tuple[Good, ...]:
    """The primary goods of one version of the taxonomy, in its order; the current version if none is named.

    An unknown version is a `BadInput`.
    """
    document = goods_document()
    wanted = document["current"] if version is None else version
    if wanted not in document["taxonomy"]:
        raise bad("no such version of the primary goods", value=wanted, do=did_you_mean(wanted, document["taxonomy"]))
    return tuple(Good(code=code, **fields) for code, fields in document["taxonomy"][wanted]["goods"].items())


def good(word: str, version: str | None = None) -> Good:
    """One primary good by its code, name or another name for it; an unknown word is a `BadInput` that names the closest."""
    asked = word.strip().casefold()
    names = {alias.casefold(): one for one in goods(version) for alias in (*one.other_names, one.name, one.code)}
    if asked not in names:
        raise bad("no such primary good", value=word, do=did_you_mean(asked, names))
    return names[asked]


def categories(crosswalk: Crosswalk) -> dict[str, str]:
    """The categories of one crosswalk, from code to name."""
    found: dict[str, str] = goods_document()[crosswalk]
    return found


def goods_in(crosswalk: Crosswalk, code: str, version: str | None = None) -> tuple[Good, ...]:
    """The goods that a category can serve (`goods_in("strands", "peer_support")`); an unknown code is a `BadInput`."""
    if code not in categories(crosswalk):
        raise bad(f"no such code in {crosswalk}", value=code, do=did_you_mean(code, categories(crosswalk)))
    return tuple(one for one in goods(version) if code in getattr(one, crosswalk))
