"""An area held against its declarations: types, required values, codes, ranges, keys, references and rules."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from resettle.area.area import SUFFIXES, Area, open_area
from resettle.area.declare import Column, tables
from resettle.area.faults import Check
from resettle.area.held import Held, broken, open_held, strangers
from resettle.area.rules import key_check, reference_check, rule_checks, with_context
from resettle.area.screening import RAGGED
from resettle.area.steps import literal
from resettle.errors import BadInput, Problem
from resettle.result import Record

if TYPE_CHECKING:
    import duckdb

EXAMPLES = 3
MEMORY = "3GB"


class Finding(Record):
    """One rule that a table breaks: how many rows break it, and the first of them. A warning does not make an area unfit."""

    table: str
    severity: Literal["error", "warning"]
    rule: str
    count: int
    examples: tuple[Problem, ...]


class CheckReport(Record):
    """What a check found: rows of each table, and every broken rule."""

    area: str
    rows: dict[str, int]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        """The findings that make results wrong or impossible."""
        return [f for f in self.findings if f.severity == "error"]

    @property
    def ok(self) -> bool:
        """Whether the area can be used as it stands."""
        return not self.errors

    @property
    def sentence(self) -> str:
        """The outcome in one sentence."""
        size = f"{sum(self.rows.values()):,} rows in {len(self.rows)} tables"
        warned = len(self.findings) - len(self.errors)
        also = f" {warned} {'warning' if warned == 1 else 'warnings'}." if warned else ""
        if self.ok:
            return f"{self.area}: {size} keep every rule.{also}"
        broken_rules = len(self.errors)
        return f"{self.area}: {size}; {broken_rules} {'rule is' if broken_rules == 1 else 'rules are'} broken.{also}"

    def lines(self) -> list[str]:
        """The report as lines of text."""
        lines = [self.sentence]
        for finding in self.findings:
            lines.append(f"{finding.severity}: {finding.table}: {finding.count:,} x {finding.rule}")
            lines += [f"  {problem}" for problem in finding.examples]
        return lines


def check_area(path: Path) -> CheckReport:
    """Check every table that an area holds against its declaration, set by set, in DuckDB.

    A table that cannot be read is one error, and the others are still checked. A folder that is no area is a `BadInput`.
    """
    import duckdb

    with open_area(path) as area, tempfile.TemporaryDirectory() as work, duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute(f"SET temp_directory = {literal(work)}")
        connection.execute("SET enable_progress_bar = false")
        findings = [
            Finding(table="-", severity="warning", rule=p.rule, count=1, examples=(p,)) for p in strangers(area)
        ]
        held: dict[str, Held] = {}
        for name, declared in tables().items():
            try:
                if opened := open_held(connection, area, declared, Path(work)):
                    held[name] = opened
            except BadInput as error:
                findings.append(unreadable(name, error))
        for one in held.values():
            try:
                findings += check_table(connection, area, one, held)
            except duckdb.Error as error:
                findings.append(unreadable(one.declared.name, broken(one.file, error)))
    return CheckReport(area=area.info.name, rows={n: h.rows for n, h in held.items()}, findings=tuple(findings))


def unreadable(name: str, error: BadInput) -> Finding:
    """The one error of a table that cannot be read."""
    return Finding(table=name, severity="error", rule="cannot be read", count=1, examples=error.problems[:EXAMPLES])


def check_table(
    connection: duckdb.DuckDBPyConnection, area: Area, held: Held, others: dict[str, Held]
) -> Iterator[Finding]:
    """Every finding about one table."""
    name = held.declared.name
    for problem in held.errors:
        yield Finding(table=name, severity="error", rule=problem.rule, count=1, examples=(problem,))
    for problem in held.warnings:
        yield Finding(table=name, severity="warning", rule=problem.rule, count=1, examples=(problem,))
    yield from check_values(connection, held)
    yield from check_key(connection, held)
    for column in held.declared.columns.values():
        if column.references:
            yield from check_reference(connection, area, held, column, others)
    yield from check_rules(connection, area, held, others)


def check_values(connection: duckdb.DuckDBPyConnection, held: Held) -> Iterator[Finding]:
    """Every value against its column: type, required, codes, range. One pass over the table."""
    name, names = held.declared.name, held.screen.screened
    columns = "".join(f", p_{n}, x_{n}" for n in names)
    flawed = f"SELECT _row, _ragged{columns} FROM seen_{name} WHERE _ragged OR {held.screen.flawed}"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE flawed AS {flawed}")
    uneven = Check((), RAGGED, "Look for a delimiter too many or too few.")
    yield from told(connection, held, uneven, "SELECT _row, NULL AS value FROM flawed WHERE _ragged")
    for column in names:
        faulty = f"FROM flawed WHERE NOT _ragged AND p_{column}"
        for (number,) in connection.execute(f"SELECT DISTINCT p_{column} {faulty} IS NOT NULL ORDER BY 1").fetchall():
            yield from told(
                connection, held, held.screen.checks[number], f"SELECT _row, x_{column} AS value {faulty} = {number}"
            )


def check_key(connection: duckdb.DuckDBPyConnection, held: Held) -> Iterator[Finding]:
    """A key stands for one row. Hashes are counted first, which settles it quickly where all differ."""
    name, key = f"seen_{held.declared.name}", ", ".join(held.declared.key)
    filled = " AND ".join(f"{k} IS NOT NULL" for k in held.declared.key)
    quick = f"SELECT count(h) - count(DISTINCT h) FROM (SELECT hash({key}) AS h FROM {name} WHERE {filled})"
    if connection.execute(quick).fetchall()[0][0] == 0:
        return
    later = (
        f"SELECT _row, {key}, row_number() OVER (PARTITION BY {key} ORDER BY _row) AS nth FROM {name} WHERE {filled}"
    )
    check = key_check(held.declared)
    yield from told(connection, held, check, f"SELECT _row, {check.value} AS value FROM ({later}) WHERE nth > 1")


def check_reference(
    connection: duckdb.DuckDBPyConnection, area: Area, held: Held, column: Column, others: dict[str, Held]
) -> Iterator[Finding]:
    """Every reference is found in the table that it names; where the area does not hold that table, that is said once."""
    name, other = held.declared.name, column.references or ""
    if column.name not in held.screen.screened:
        return
    if other not in others:
        used = connection.execute(f"SELECT count({column.name}) FROM seen_{name}").fetchall()[0][0]
        if used and absent(area, other):
            rule, do = f"the area holds no {other} table", f"Import the {other} table."
            severity: Literal["error", "warning"] = "error" if column.required else "warning"
            problem = Problem(rule, f"tables/{held.file.name}", None, column.name, None, do)
            yield Finding(table=name, severity=severity, rule=rule, count=used, examples=(problem,))
        return
    key = others[other].declared.key[0]
    same = held.types[column.name] == others[other].types[key]
    cast = "" if same else "::VARCHAR"
    rows = (
        f"SELECT _row, t.{column.name}::VARCHAR AS value FROM seen_{name} t ANTI JOIN seen_{other} o "
        f"ON o.{key}{cast} = t.{column.name}{cast} WHERE t.{column.name} IS NOT NULL"
    )
    yield from told(connection, held, reference_check(column), rows)


def absent(area: Area, name: str) -> bool:
    """Whether the area has no file of a table at all (one that is there, but cannot be used, is told elsewhere)."""
    return not any((area.path / "tables" / f"{name}{suffix}").exists() for suffix in SUFFIXES)


def check_rules(
    connection: duckdb.DuckDBPyConnection, area: Area, held: Held, others: dict[str, Held]
) -> Iterator[Finding]:
    """The declared rules between columns, all counted in one pass."""
    checks = rule_checks(held.declared)
    if not checks:
        return
    rows = f"(SELECT _row, {', '.join(held.declared.columns)} FROM seen_{held.declared.name})"
    context = with_context(held.declared, rows, area.info, {name: f"seen_{name}" for name in others})
    counted = ", ".join(f"count(*) FILTER (WHERE {check.breach})" for check in checks)
    counts = connection.execute(f"SELECT {counted} FROM ({context})").fetchall()[0]
    for check, count in zip(checks, counts, strict=True):
        if count:
            yield from told(
                connection, held, check, f"SELECT _row, {check.value} AS value FROM ({context}) WHERE {check.breach}"
            )


def told(connection: duckdb.DuckDBPyConnection, held: Held, check: Check, rows: str) -> Iterator[Finding]:
    """The finding about the rows (SQL for row and value) that break a check, if there are any."""
    counted = connection.execute(
        f"SELECT count(*), arg_min([_row::VARCHAR, value], _row, {EXAMPLES}) FROM ({rows})"
    ).fetchall()[0]
    count, first = counted
    if not count:
        return
    column = " and ".join(check.columns) or None
    examples = tuple(
        Problem(check.rule, f"tables/{held.file.name}", int(row), column, value, check.advice(value))
        for row, value in first
    )
    rule = check.rule if len(check.columns) != 1 else f"{check.columns[0]}: {check.rule}"
    yield Finding(table=held.declared.name, severity="error", rule=rule, count=count, examples=examples)
