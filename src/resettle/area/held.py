"""The tables that an area holds, opened for checking: whatever is wrong with one, the others can still be looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from resettle.area.area import Area
from resettle.area.conversion import DateStyle
from resettle.area.declare import Table, tables
from resettle.area.importing.headers import CLOSE
from resettle.area.importing.mapping import Mapping
from resettle.area.importing.reading import read_source
from resettle.area.rules import held_types
from resettle.area.screening import Screen, screen
from resettle.area.steps import literal
from resettle.errors import BadInput, Problem, did_you_mean

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Held:
    """One readable table: the view `seen_NAME` of its rows, how many, and what is wrong with its columns."""

    declared: Table
    file: Path
    rows: int
    screen: Screen
    ragged: str
    types: dict[str, str]
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def open_held(connection: duckdb.DuckDBPyConnection, area: Area, declared: Table, work: Path) -> Held | None:
    """Open one table of an area (None: it is not held). A file that cannot be read is a `BadInput`."""
    import duckdb

    file = area.file(declared.name)
    if file is None:
        return None
    opener = open_parquet if file.suffix == ".parquet" else open_csv
    try:
        return opener(connection, declared, file, work)
    except duckdb.Error as error:
        raise broken(file, error) from None


def open_parquet(connection: duckdb.DuckDBPyConnection, declared: Table, file: Path, work: Path) -> Held:
    """Open a Parquet table: columns of the declared type are taken as they are, others as text."""
    source = f"read_parquet({literal(str(file))})"
    types = held_types(connection, source)
    own = {n: k for n, k in types.items() if n in declared.columns}
    typed = {n for n, k in own.items() if fits(declared, n, k)}
    columns = "".join(f', "{n}" AS r_{n}' if n in typed else f', "{n}"::VARCHAR AS r_{n}' for n in own)
    rows = (
        f"(SELECT file_row_number + 2 AS _row{columns} FROM read_parquet({literal(str(file))}, file_row_number = true))"
    )
    whole = {n for n in typed if declared.columns[n].type == "id" and "INT" in own[n]}
    seen = screen(declared, rows, {n: f"r_{n}" for n in own}, DateStyle(), whole=whole, typed=typed)
    held = make(connection, declared, file, seen, "FALSE", list(types))
    held.warnings.extend(
        Problem(f"stored as {own[n]}", str(file), None, n, None, f"Store it as {declared.columns[n].sql_type}.")
        for n in own
        if n not in typed
    )
    return held


def open_csv(connection: duckdb.DuckDBPyConnection, declared: Table, file: Path, work: Path) -> Held:
    """Open a CSV table as the text that it holds."""
    folder = work / declared.name
    folder.mkdir()
    source = read_source(file, Mapping(delimiter=","), declared.name, folder)
    raw = {n: f"c{i}" for i, n in enumerate(source.header) if n in declared.columns}
    seen = screen(declared, f"read_parquet({literal(str(source.text))})", raw, DateStyle(), stored=True)
    ragged = f"(_cells <> {len(source.header)} OR _more IS NOT NULL)"
    return make(connection, declared, file, seen, ragged, source.header)


def make(
    connection: duckdb.DuckDBPyConnection, declared: Table, file: Path, seen: Screen, ragged: str, header: list[str]
) -> Held:
    """Create the view, count the rows, and look at the columns."""
    connection.execute(f"CREATE VIEW seen_{declared.name} AS SELECT *, {ragged} AS _ragged FROM ({seen.sql})")
    rows = connection.execute(f"SELECT count(*) FROM seen_{declared.name}").fetchall()[0][0]
    held = Held(declared, file, int(rows), seen, ragged, held_types(connection, f"seen_{declared.name}"))
    if len(header) == 1 and len(declared.required) > 1 and any(mark in header[0] for mark in ";\t"):
        do = "Save it as CSV with commas, or bring it in with `resettle area import`."
        held.errors.append(Problem("the columns are not separated by commas", str(file), 1, None, header[0], do))
        return held
    spare = [n for n in header if n not in declared.columns]
    for name in declared.required:
        if name not in header:
            near = get_close_matches(name, spare, n=1, cutoff=0.4)
            do = f"Rename {near[0]!r}, if that is it." if near else "Add it."
            held.errors.append(Problem("a required column is missing", str(file), 1, name, None, do))
    for name in spare:
        near = get_close_matches(name, [n for n in declared.columns if n not in header], n=1, cutoff=CLOSE)
        do = f"Did you mean {near[0]!r}?" if near else "It is not read."
        held.warnings.append(Problem("a column that is not declared", str(file), 1, name, None, do))
    return held


def fits(declared: Table, name: str, held: str) -> bool:
    """Whether a stored type is the declared one; identifiers may be whole numbers, and numbers of any width are numbers."""
    column = declared.columns[name]
    whole = "INT" in held
    if column.type in ("id", "integer") and whole:
        return True
    return held == column.sql_type or (column.type == "number" and (whole or held == "FLOAT"))


def strangers(area: Area) -> list[Problem]:
    """Files among the tables that are no declared table."""
    folder = area.path / "tables"
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    return [
        Problem("not a declared table", str(file), None, None, None, did_you_mean(file.stem, tables()))
        for file in found
        if file.suffix not in (".csv", ".parquet") or file.stem not in tables()
    ]


def broken(file: Path, error: Exception) -> BadInput:
    """What a user is told about a table that cannot be read."""
    first = str(error).splitlines()[0]
    return BadInput(Problem(f"cannot be read: {first}", str(file), do="It may be cut off or damaged. Import it again."))
