"""The rows of a file, each value checked as an area checks it: the same reader, the same rules, the same words."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from resettle.area.conversion import DateStyle
from resettle.area.declare import Table
from resettle.area.importing.headers import Layout, lay_out
from resettle.area.importing.mapping import Mapping
from resettle.area.importing.reading import Source, read_source
from resettle.area.screening import RAGGED, Screen, screen
from resettle.area.steps import literal
from resettle.errors import BadInput, Problem, bad

MOST_BYTES = 5_000_000
MOST_ROWS = 2_000
ROW_ID = "_row_id"
"""A column of the file of rows to mend, by which a mended row is known again."""


@dataclass
class Read:
    """One row: its number, its values by declared column, its own cells, and what is wrong with it."""

    number: int
    values: dict[str, Any]
    cells: list[str]
    problems: list[Problem] = field(default_factory=list)
    row_id: str = ""


@cache
def declared() -> dict[str, Table]:
    """What each kind of file holds, in the order in which they are brought in."""
    found = {}
    for entry in files("resettle.web.importing").joinpath("tables").iterdir():
        name = entry.name.removesuffix(".toml")
        raw = tomllib.loads(entry.read_text("utf-8"))
        columns = {key: {**column, "name": key} for key, column in raw["columns"].items()}
        found[name] = Table.model_validate({**raw, "name": name, "columns": columns})
    return dict(sorted(found.items(), key=lambda item: item[1].order))


def header_of(name: str, data: bytes, mapping: Mapping) -> list[str]:
    """The column names of a file. What cannot be read, and what is too large, is a `BadInput`."""
    with tempfile.TemporaryDirectory() as folder:
        return opened(name, data, mapping, Path(folder)).header


def opened(name: str, data: bytes, mapping: Mapping, folder: Path) -> Source:
    """The file as text on the disk, for as long as it is looked at."""
    if len(data) > MOST_BYTES:
        raise bad(
            "a file that is too large", file=name, value=f"{len(data):,} bytes", do="Divide it: 5 MB is the most."
        )
    file = folder / f"sent{Path(name).suffix.lower()}"
    file.write_bytes(data)
    try:
        source = read_source(file, mapping, "", folder)
    except BadInput as error:
        raise BadInput(*(renamed(problem, name) for problem in error.problems)) from None
    if source.rows > MOST_ROWS:
        raise bad(
            "too many rows", file=name, value=f"{source.rows:,}", do=f"Divide it: {MOST_ROWS:,} rows are the most."
        )
    return source


def renamed(problem: Problem, name: str) -> Problem:
    """A problem under the name that the file's owner knows."""
    return Problem(problem.rule, name, problem.row, problem.column, problem.value, problem.do)


def read_rows(kind: str, name: str, data: bytes, mapping: Mapping) -> tuple[list[Read], Layout]:
    """The rows of a file and how it is laid out. A header that does not fit is a `BadInput`."""
    import duckdb

    table = declared()[kind]
    with tempfile.TemporaryDirectory() as folder:
        source = opened(name, data, mapping, Path(folder))
        layout = lay_out(source.header, table, mapping, Path(name))
        raw = {column: f"c{i}" for column, i in layout.filled.items()}
        raw |= {column: literal(mapping.constant(column)) for column in mapping.constants}
        text = f"read_parquet({literal(str(source.text))})"
        seen = screen(table, text, raw, DateStyle(mapping.date_format, source.epoch), mapping.codes)
        with duckdb.connect() as connection:
            answer = connection.execute(f"SELECT * FROM ({seen.sql}) ORDER BY _row")
            names = [column[0] for column in answer.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    return [made(row, table, layout, seen, name) for row in rows], layout


def made(row: dict[str, Any], table: Table, layout: Layout, seen: Screen, name: str) -> Read:
    """One row as it was read, with every value that fails a check."""
    cells = [row[f"c{i}"] or "" for i in layout.own]
    row_id = row[f"c{layout.header.index(ROW_ID)}"] if ROW_ID in layout.header else ""
    values = {column: row[column] for column in table.columns}
    problems = list(faults(row, layout, seen, name))
    return Read(row["_row"], values, cells, problems, str(row_id or "").strip())


def faults(row: dict[str, Any], layout: Layout, seen: Screen, name: str) -> Iterator[Problem]:
    """What is wrong with the values of a row, or with the row as a whole."""
    found = row["_cells"] + len(row["_more"] or ())
    if found != len(layout.header):
        do = f"The header has {len(layout.header)} cells. Look for a delimiter too many or too few."
        yield Problem(RAGGED, name, row["_row"], None, f"{found} cells", do)
        return
    for column in seen.screened:
        number, value = row[f"p_{column}"], row[f"x_{column}"]
        if number is not None:
            check = seen.checks[number]
            yield Problem(check.rule, name, row["_row"], layout.source(column), value, check.advice(value))
