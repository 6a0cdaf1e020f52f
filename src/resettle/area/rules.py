"""The checks between columns, rows and tables, as SQL: declared rules, references and keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from resettle.area.declare import Column, Rule, Table, table
from resettle.area.faults import Check
from resettle.area.info import AreaInfo
from resettle.area.steps import literal

if TYPE_CHECKING:
    import duckdb

GAP = chr(31)
BESIDE = ("person", "index_event")
"""Tables whose row, if a row names one, its rules may speak of."""


def rule_checks(declared: Table) -> list[Check]:
    """The declared rules of a table, to be run on `with_context`."""
    return [rule_check(declared, rule) for rule in declared.rules]


def rule_check(declared: Table, rule: Rule) -> Check:
    """One declared rule; what it shows is every value that it compares."""
    names = list(dict.fromkeys(re.findall(r"[a-z_]+(?:\.[a-z_]+)?", rule.must)))
    own = tuple(n for n in names if n in declared.columns)
    shown = [n for n in names if n in own or n.startswith(("area.", *(f"{other}." for other in BESIDE)))]
    value = f" || {literal(', ')} || ".join(f"{literal(n + ' ')} || ({n})::VARCHAR" for n in shown)
    return Check(own, rule.name, rule.do, f"({rule.must}) IS FALSE", value)


def with_context(declared: Table, rows: str, info: AreaInfo, held: Mapping[str, str]) -> str:
    """SQL: the rows with their `person`, their `index_event` and the `area` beside them, as rules name them.

    `held` says where the rows of a table stand (a table that is not there breaks no rule about it).
    """
    dates = {f.name: getattr(info, f.name) for f in area_dates()}
    area = ", ".join(f"{literal(name)}: {literal(value)}" for name, value in dates.items())
    chosen, joined = [f"{{{area}}} AS area"], ""
    for other in BESIDE:
        if not any(f"{other}." in rule.must for rule in declared.rules):
            continue
        (key,), columns = table(other).key, table(other).columns.values()
        if other in held:
            fields = ", ".join(f"{literal(c.name)}: {c.name}" for c in columns)
            found = f"SELECT {key}::VARCHAR AS _{key}, {{{fields}}} AS {other} FROM {held[other]}"
            joined += f" LEFT JOIN ({found}) AS _{other} ON _{other}._{key} = _rows.{key}::VARCHAR"
            chosen.append(f"_{other}.{other}")
        else:
            nobody = ", ".join(f"{literal(c.name)}: NULL::{c.sql_type}" for c in columns)
            chosen.append(f"{{{nobody}}} AS {other}")
    return f"SELECT _rows.*, {', '.join(chosen)} FROM {rows} AS _rows{joined}"


def area_dates() -> list[Column]:
    """The dates of an area that rules may name."""
    names = ("period_start", "period_end", "extract_date")
    return [Column(name=n, type="date", meaning=n) for n in names]


def reference_check(column: Column) -> Check:
    """The check that a reference is found; its breach is an anti-join, made where the tables are known."""
    return Check(
        (column.name,),
        f"unknown {column.references}",
        f"Import the {column.references} first, or correct the identifier.",
    )


def key_check(declared: Table) -> Check:
    """The check that a key stands for one row."""
    shown = f" || {literal(', ')} || ".join(f"{k}::VARCHAR" for k in declared.key)
    return Check(declared.key, "a key used twice", "Keep one row for each key.", value=shown)


def key_text(declared: Table) -> str:
    """SQL: the key of a row as one text, NULL where a part of it is missing."""
    return f" || {literal(GAP)} || ".join(f"{k}::VARCHAR" for k in declared.key)


def held_types(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, str]:
    """Column names and DuckDB types of anything that can stand after FROM."""
    return {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
