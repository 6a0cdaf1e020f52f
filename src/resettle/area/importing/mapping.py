"""The small TOML that says how a source's file differs from the declared table."""

from __future__ import annotations

import codecs
import re
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from resettle.area.declare import Table
from resettle.document import line_of, read_document, read_text
from resettle.errors import BadInput, Problem, bad, did_you_mean

Constant = str | bool | int | float | date


class Mapping(BaseModel):
    """What a mapping file may say; every key is optional.

    `table`: the declared table it is for. `columns`: the source's column name = the declared one. `codes`: for a declared column,
    the source's value = the declared one (empty: missing). `constants`: a declared column = the value of every row.
    `date_format`: a strptime pattern, or `excel` for bare Excel numbers. `encoding` and `delimiter`: of a text file. `sheet`: of a
    workbook.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str | None = None
    columns: dict[str, str] = {}
    codes: dict[str, dict[str, str]] = {}
    constants: dict[str, Constant] = {}
    date_format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, name: str | None) -> str | None:
        try:
            if name is not None and not codecs.lookup(name)._is_text_encoding:
                raise LookupError
        except LookupError:
            raise ValueError("unknown encoding; write for example utf-8, utf-16 or windows-1252") from None
        return name

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, mark: str | None) -> str | None:
        if mark is not None and (len(mark) != 1 or mark in '"\r\n'):
            raise ValueError("the delimiter is one character, such as ; or |")
        return mark

    @field_validator("date_format")
    @classmethod
    def _whole_date(cls, pattern: str | None) -> str | None:
        if pattern is None or pattern == "excel":
            return pattern
        parts = set(re.findall(r"%-?(.)", pattern))
        if "y" in parts:
            raise ValueError("a two-digit year (%y) says no century; take an extract with four-digit years (%Y)")
        if not ({"Y", "j"} <= parts or ("Y" in parts and "d" in parts and parts & {"m", "b", "B"})) or parts - set(
            "YmdjbBaAHMS"
        ):
            raise ValueError('the date format needs %Y, %m and %d, as in "%d/%m/%Y", or is "excel"')
        return pattern

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        named = [*self.columns.values(), *self.constants]
        if twice := sorted({n for n in named if named.count(n) > 1}):
            raise ValueError(f"{twice[0]} is filled twice")
        return self

    def constant(self, name: str) -> str:
        """A constant as the text that a file would hold."""
        value = self.constants[name]
        return str(value).lower() if isinstance(value, bool) else str(value)


def read_mapping(path: Path | None, declared: Table) -> Mapping:
    """Read a mapping for a table (None: nothing differs). Names that are not declared are a `BadInput` with the closest one."""
    if path is None:
        return Mapping()
    mapping = read_document(Mapping, path)
    if mapping.table not in (None, declared.name):
        raise bad(
            "the mapping is for another table", file=path, value=mapping.table, do=f"Import it as {mapping.table}."
        )
    text = read_text(path)
    problems = [
        Problem(
            "no such declared column",
            str(path),
            line_of(text, (part, key)),
            f"{part}.{key}",
            name,
            did_you_mean(name, declared.columns),
        )
        for part, key, name in named_columns(mapping)
        if name not in declared.columns
    ]
    problems += [
        Problem(
            "unknown code",
            str(path),
            line_of(text, ("codes", column, source)),
            f"codes.{column}",
            code,
            did_you_mean(code, allowed),
        )
        for column, codes in mapping.codes.items()
        if column in declared.columns and (allowed := declared.columns[column].allowed)
        for source, code in codes.items()
        if code and code not in allowed
    ]
    if problems:
        raise BadInput(*problems)
    return mapping


def named_columns(mapping: Mapping) -> list[tuple[str, str, str]]:
    """Every declared column that a mapping names: the part and key where it stands, and the name."""
    return [
        *(("columns", source, name) for source, name in mapping.columns.items()),
        *(("codes", name, name) for name in mapping.codes),
        *(("constants", name, name) for name in mapping.constants),
    ]
