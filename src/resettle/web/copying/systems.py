"""The order in which a system wants things: ours, and the office's own, one TOML file for each system."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Self

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from resettle.document import read_document
from resettle.errors import BadInput, Problem, did_you_mean
from resettle.web.copying.fields import KINDS, Value

FOLDER = "copying"
"""Where the office's own files lie, in the folder of the workspace."""


class Order(BaseModel):
    """The fields of one kind of record in their order; `labels` in other words, and an empty one for the value alone.

    `blanks`: a field without a value stands too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    order: tuple[str, ...] = Field(min_length=1)
    labels: dict[str, str] = {}
    blanks: bool = False


class System(BaseModel):
    """One system: its name, how it writes dates, and the order for each kind of record that must be in it too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str = Field(min_length=1)
    date_format: str = "%d/%m/%Y"
    contact: Order | None = None
    plan: Order | None = None
    referral: Order | None = None
    review: Order | None = None

    @model_validator(mode="after")
    def _known_fields(self) -> Self:
        for kind, (_, fields) in KINDS.items():
            order = self.of(kind)
            for name in (*order.order, *order.labels) if order else ():
                if name not in fields:
                    raise PydanticCustomError(
                        "field",
                        "{kind} has no such field: {name}",
                        {"kind": kind, "name": name, "do": did_you_mean(name, fields)},
                    )
        return self

    def of(self, kind: str) -> Order | None:
        """The order for a kind of record; None where the system does not have it."""
        found: Order | None = getattr(self, kind)
        return found

    def text(self, kind: str, thing: object) -> str:
        """A record as plain text in the system's order."""
        order, fields, lines = self.of(kind), KINDS[kind][1], []
        for name in order.order if order else ():
            label, value = fields[name]
            said = self.shown(value(thing))
            if said or (order and order.blanks):
                lines.append(labelled(order.labels.get(name, label) if order else label, said))
        return "\n".join(lines)

    def shown(self, value: Value) -> str:
        """A value as text; dates as the system writes them, line ends as one mark."""
        if isinstance(value, date):
            return value.strftime(self.date_format)
        return "" if value is None else "\n".join(str(value).splitlines()).strip()


def labelled(label: str, said: str) -> str:
    """A line; what has several lines stands under its label."""
    if not label:
        return said
    return f"{label}:\n{said}" if "\n" in said else f"{label}: {said}".rstrip()


def systems() -> tuple[dict[str, System], tuple[Problem, ...]]:
    """Every system by name, the office's own first, and what is wrong with files that cannot be used."""
    folder = Path(settings.HOME) / FOLDER
    listed = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    return read_all(tuple((file, file.stat().st_mtime_ns) for file in listed))


@lru_cache(maxsize=4)
def read_all(listed: tuple[tuple[Path, int], ...]) -> tuple[dict[str, System], tuple[Problem, ...]]:
    """The systems of these files and those that are shipped; a file is read again when it has changed."""
    found: dict[str, System] = {}
    problems: list[Problem] = []
    for file, _ in listed:
        try:
            one = read_document(System, file)
        except BadInput as error:
            problems += [Problem(p.rule, file.name, p.row, p.column, p.value, p.do) for p in error.problems]
            continue
        if one.name in found or one.name in shipped():
            rule = "there is a system with this name already"
            problems.append(Problem(rule, file.name, column="name", value=one.name, do="Give it another name."))
        else:
            found[one.name] = one
    return found | shipped(), tuple(problems)


@cache
def shipped() -> dict[str, System]:
    """The systems that come with Resettle, plain order first."""
    with as_file(files("resettle.web.copying").joinpath("shipped")) as folder:
        made = [read_document(System, file) for file in sorted(folder.glob("*.toml"))]
    made.sort(key=lambda one: one.name != "plain")
    return {one.name: one for one in made}
