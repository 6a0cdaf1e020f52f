"""Rows that convert well, held against each other, the tables they refer to, and the rows that are there already."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from resettle.area.area import Area
from resettle.area.declare import Column, Table, tables
from resettle.area.faults import Check
from resettle.area.importing.found import Found
from resettle.area.rules import BESIDE, reference_check, rule_checks, with_context
from resettle.area.steps import literal
from resettle.errors import bad

if TYPE_CHECKING:
    import duckdb


def compare(
    connection: duckdb.DuckDBPyConnection, area: Area, declared: Table, filled: Collection[str], found: Found
) -> list[str]:
    """Note the faults between rows, and make the tables `fresh` (rows to add) and `repeated` (rows that are there already).

    `filled` are the columns that the file or its mapping fills. Returns warnings about references that could not be checked.
    """
    connection.execute("CREATE VIEW whole AS SELECT * FROM typed WHERE NOT _flawed AND NOT _ragged")
    connection.execute("CREATE VIEW good AS SELECT * FROM whole WHERE _row NOT IN (SELECT _row FROM fault)")
    referring = [c for c in declared.columns.values() if c.references and c.name in filled]
    warnings = unheld(area, declared, referring)
    for column in referring:
        if column.references != declared.name and area.file(column.references or ""):
            find_orphans(connection, area, declared, column, found)
    held = {name: f"stored_{name}" for name in BESIDE if area.file(name)}
    context = with_context(declared, "whole", area.info, held)
    for check in rule_checks(declared):
        found.note(check, f"SELECT _row, {check.value} FROM ({context}) WHERE {check.breach}")
    for column in referring:
        if column.references == declared.name:
            find_orphans(connection, area, declared, column, found)
    find_conflicts(connection, declared, found)
    connection.execute("CREATE TABLE repeated (_row BIGINT)")
    if area.file(declared.name):
        find_stored(connection, declared, found)
    split(connection, declared)
    return warnings


def unheld(area: Area, declared: Table, referring: list[Column]) -> list[str]:
    """Warnings about references to tables that the area does not hold; a required one is a `BadInput`."""
    warnings = []
    for column in referring:
        other = column.references or ""
        if other == declared.name or area.file(other):
            continue
        if column.required:
            raise bad(
                f"the area holds no {other} table yet",
                file=area.path,
                column=f"{declared.name}.{column.name}",
                do=f"Import the {other} table first.",
            )
        warnings.append(f"{column.name} is not checked: the area holds no {other} table.")
    return warnings


def find_orphans(
    connection: duckdb.DuckDBPyConnection, area: Area, declared: Table, column: Column, found: Found
) -> None:
    """Note rows that refer to nothing. Rows of the same table may refer to each other, so that is repeated until it holds."""
    other = tables()[column.references or ""]
    within = other.name == declared.name
    known = [f"SELECT {other.key[0]}::VARCHAR AS k FROM stored_{other.name}"] if area.file(other.name) else []
    known += [f"SELECT {other.key[0]}::VARCHAR AS k FROM good"] if within else []
    number = found.add([reference_check(column)])
    orphans = (
        f"SELECT _row, {number}, {column.name}::VARCHAR FROM {'good' if within else 'whole'} AS rows "
        f"ANTI JOIN ({' UNION ALL '.join(known)}) AS known ON known.k = rows.{column.name}::VARCHAR WHERE {column.name} IS NOT NULL"
    )
    while found.insert(orphans) and within:
        pass


def find_conflicts(connection: duckdb.DuckDBPyConnection, declared: Table, found: Found) -> None:
    """Note every row of a key that stands for different values within the file: which is right is not guessed."""
    key, names = ", ".join(declared.key), ", ".join(declared.columns)
    connection.execute(
        f"CREATE TABLE twice AS SELECT _row, {names}, count(*) OVER (PARTITION BY {key}) AS _times "
        f"FROM good SEMI JOIN (SELECT {key} FROM good GROUP BY ALL HAVING count(*) > 1) USING ({key})"
    )
    different = f"SELECT {key} FROM twice GROUP BY ALL HAVING count(DISTINCT row({names})) > 1"
    check = Check(
        declared.key,
        "one key, different values",
        "Keep the right row and remove the other.",
        whole_row=True,
    )
    found.note(check, f"SELECT _row, {shown_key(declared)} FROM twice SEMI JOIN ({different}) USING ({key})")


def find_stored(connection: duckdb.DuckDBPyConnection, declared: Table, found: Found) -> None:
    """Sort out rows whose key the area holds already: the same values are a repeat, other values a fault."""
    stored = f"stored_{declared.name}"
    on = " AND ".join(f"s.{k}::VARCHAR = g.{k}::VARCHAR" for k in declared.key)
    same = " AND ".join(f"s.{n} IS NOT DISTINCT FROM g.{n}" for n in declared.columns)
    connection.execute(
        f"CREATE TABLE met AS SELECT g._row, bool_or({same}) AS same FROM good g JOIN {stored} s ON {on} GROUP BY g._row"
    )
    connection.execute("INSERT INTO repeated SELECT _row FROM met WHERE same")
    check = Check(
        declared.key,
        "differs from the row that the area holds",
        "A stored row is not changed by an import. Correct this one, or the area.",
        whole_row=True,
    )
    found.note(
        check,
        f"SELECT _row, {shown_key(declared)} FROM good SEMI JOIN (SELECT _row FROM met WHERE NOT same) USING (_row)",
    )


def split(connection: duckdb.DuckDBPyConnection, declared: Table) -> None:
    """Of the rows left, the first of each key is new and the others repeat it."""
    key = ", ".join(declared.key)
    connection.execute(
        "INSERT INTO repeated SELECT _row FROM "
        f"(SELECT t._row, min(t._row) OVER (PARTITION BY {key}) AS first FROM twice t "
        "WHERE t._row NOT IN (SELECT _row FROM fault) AND t._row NOT IN (SELECT _row FROM repeated)) WHERE _row <> first"
    )
    connection.execute("CREATE TABLE fresh AS SELECT * FROM good WHERE _row NOT IN (SELECT _row FROM repeated)")


def shown_key(declared: Table) -> str:
    """SQL: the key of a row as a reader sees it."""
    return f" || {literal(', ')} || ".join(f"{k}::VARCHAR" for k in declared.key)
