"""The tables of an area, declared once.

Each table is one TOML file in `tables/`. The checker, the importer's templates, the views that the engines query and
the reference page are all derived from these declarations.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

from resettle.errors import bad, did_you_mean

ColumnType = Literal["id", "text", "code", "date", "integer", "number", "money", "boolean"]

SQL_TYPES: dict[ColumnType, str] = {
    "id": "VARCHAR",
    "text": "VARCHAR",
    "code": "VARCHAR",
    "date": "DATE",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "money": "DECIMAL(15,2)",
    "boolean": "BOOLEAN",
}


class Column(BaseModel):
    """One column: what it means, its type and unit, what it may hold, and the standard it follows.

    `references` names the table whose key the value must be found in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: ColumnType
    meaning: str
    unit: str | None = None
    required: bool = False
    allowed: dict[str, str] = {}
    min: float | None = None
    max: float | None = None
    references: str | None = None
    standard: str | None = None

    @property
    def sql_type(self) -> str:
        """The type under which engines see the column."""
        return SQL_TYPES[self.type]


class Rule(BaseModel):
    """A rule between columns: `must` is SQL that may name columns of the table, `person.…` (the row's person),
    `index_event.…` (the row's index event) and `area.…`.

    A comparison with a missing value is not a breach.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    must: str
    do: str


class Table(BaseModel):
    """One declared table: its meaning, key, columns in order, and rules between columns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    meaning: str
    order: int
    key: tuple[str, ...]
    columns: dict[str, Column]
    rules: tuple[Rule, ...] = ()
    source: str | None = None

    @property
    def required(self) -> list[str]:
        """Names of the columns that every row must fill."""
        return [c.name for c in self.columns.values() if c.required]


@cache
def tables() -> dict[str, Table]:
    """Every declared table by name, in the order in which a reader should meet them."""
    raw = {}
    for entry in files("resettle.area").joinpath("tables").iterdir():
        if entry.name.endswith(".toml"):
            raw[entry.name.removesuffix(".toml")] = tomllib.loads(entry.read_text("utf-8"))
    for name, table in raw.items():
        for column_name, column in table["columns"].items():
            column["name"] = column_name
            if shared := column.pop("allowed_as", None):
                other_table, other_column = shared.split(".")
                column["allowed"] = raw[other_table]["columns"][other_column]["allowed"]
        table["name"] = name
    made = [Table.model_validate(t) for t in raw.values()]
    return {t.name: t for t in sorted(made, key=lambda t: t.order)}


def table(name: str) -> Table:
    """The declaration of one table; an unknown name is a `BadInput` that names the closest."""
    if name not in tables():
        raise bad("no such table", value=name, do=did_you_mean(name, tables()))
    return tables()[name]
