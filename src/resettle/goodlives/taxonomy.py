"""The goods that one organisation offers: a version of the taxonomy, with goods of its own added."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from resettle.document import read_document
from resettle.errors import bad, did_you_mean
from resettle.reference.goods import Good, categories, goods
from resettle.result import Record


class LocalGood(BaseModel):
    """A good added by an organisation; `like` is the good of the taxonomy that it is counted with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=60)
    prompt: str = Field(min_length=1, max_length=120)
    like: str
    means: tuple[str, ...] = ()
    crs_categories: tuple[str, ...] = ()


class LocalGoods(BaseModel):
    """A file of additions: the version of the taxonomy they are made to, and the goods."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    goods: dict[str, LocalGood] = Field(min_length=1)


class Taxonomy(Record):
    """The goods people are asked about. `counted_with` says for each local good under which published one it is counted."""

    version: str
    goods: tuple[Good, ...]
    counted_with: dict[str, str] = {}

    def published_good(self, code: str) -> str:
        """The good of the published taxonomy that a good counts as; an unknown one is a `BadInput`."""
        codes = [one.code for one in self.goods]
        if code not in codes:
            raise bad("no such good", value=code, do=did_you_mean(code, codes))
        return self.counted_with.get(code, code)


def taxonomy(version: str = "1", local: Path | None = None) -> Taxonomy:
    """The taxonomy of a version, with the additions of a TOML file if one is given.

    An addition that takes a code in use, is like no published good, names an unknown category, or was written for another
    version is a `BadInput`.
    """
    published = goods(version)
    if local is None:
        return Taxonomy(version=version, goods=published)
    added = read_document(LocalGoods, local)
    if added.version != version:
        raise bad(
            "made for another version of the goods",
            file=local,
            column="version",
            value=added.version,
            do=f"Check the additions against version {version}.",
        )
    for code, one in added.goods.items():
        check_addition(code, one, published, local)
    own = tuple(
        Good(code=code, name=one.name, prompt=one.prompt, means=one.means, crs_categories=one.crs_categories)
        for code, one in added.goods.items()
    )
    return Taxonomy(
        version=version, goods=(*published, *own), counted_with={code: one.like for code, one in added.goods.items()}
    )


def check_addition(code: str, one: LocalGood, published: tuple[Good, ...], file: Path) -> None:
    """Refuse an addition that cannot stand beside the published goods."""
    codes = [good.code for good in published]
    where = f"goods.{code}"
    if code in codes:
        raise bad("this code is a published good's", file=file, column=where, value=code, do="Choose another code.")
    if one.like not in codes:
        raise bad(
            "like no published good",
            file=file,
            column=f"{where}.like",
            value=one.like,
            do=did_you_mean(one.like, codes),
        )
    known = categories("crs_categories")
    if unknown := [c for c in one.crs_categories if c not in known]:
        raise bad(
            "no such category",
            file=file,
            column=f"{where}.crs_categories",
            value=unknown[0],
            do=did_you_mean(unknown[0], known),
        )
