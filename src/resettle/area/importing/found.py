"""The faults found in the rows of one file: noted as SQL finds them, told in words at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.area.faults import Check
from resettle.area.importing.headers import Layout
from resettle.area.importing.report import SHOWN
from resettle.area.steps import literal
from resettle.errors import Problem

if TYPE_CHECKING:
    import duckdb

MOST_ADVICE = 5000


class Found:
    """The table `fault` (`_row`, `number`, `value`) of a connection; a number stands for a check."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.checks: list[Check] = []
        connection.execute("CREATE TABLE fault (_row BIGINT, number INTEGER, value VARCHAR)")

    def add(self, checks: list[Check]) -> int:
        """Give numbers to checks; returns the first."""
        start = len(self.checks)
        self.checks += checks
        return start

    def insert(self, rows: str) -> int:
        """Note faults: SQL for row, number of the check and value. Returns how many."""
        done = self.connection.execute(f"INSERT INTO fault {rows}").fetchall()
        return int(done[0][0])

    def note(self, check: Check, rows: str) -> int:
        """Note the faults of one check: SQL for row and value. Returns how many."""
        number = self.add([check])
        return self.insert(f"SELECT _row, {number}, value FROM ({rows}) AS found(_row, value)")

    def rows(self) -> int:
        """How many rows have a fault."""
        return int(self.connection.execute("SELECT count(DISTINCT _row) FROM fault").fetchall()[0][0])

    def by_rule(self) -> dict[str, int]:
        """How often each rule is broken, the most broken first."""
        counted: dict[str, int] = {}
        for number, count in self.connection.execute("SELECT number, count(*) FROM fault GROUP BY number").fetchall():
            check = self.checks[number]
            name = check.rule if len(check.columns) != 1 or check.whole_row else f"{check.columns[0]}: {check.rule}"
            counted[name] = counted.get(name, 0) + count
        return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))

    def first(self, file: str, layout: Layout) -> tuple[Problem, ...]:
        """The first faults in the order of the file."""
        rows = self.connection.execute(
            f"SELECT _row, number, value FROM fault ORDER BY _row, number LIMIT {SHOWN}"
        ).fetchall()
        return tuple(self.problem(file, layout, *row) for row in rows)

    def problem(self, file: str, layout: Layout, row: int, number: int, value: str | None) -> Problem:
        """One fault in a user's words."""
        check = self.checks[number]
        return Problem(check.rule, file, row, column_name(check, layout), value, check.advice(value))

    def tell(self, layout: Layout) -> None:
        """Make the tables `told` (what is said of each broken check) and `advice` (what to do about single values)."""
        self.connection.execute(
            'CREATE TABLE told (number INTEGER, "column" VARCHAR, rule VARCHAR, "do" VARCHAR, involved VARCHAR[])'
        )
        self.connection.execute('CREATE TABLE advice (number INTEGER, value VARCHAR, "do" VARCHAR)')
        numbers = [row[0] for row in self.connection.execute("SELECT DISTINCT number FROM fault").fetchall()]
        for number in numbers:
            check = self.checks[number]
            involved = layout.header if check.whole_row else [layout.source(n) for n in check.columns]
            said = ", ".join(map(literal, (number, column_name(check, layout), check.rule, check.do)))
            self.connection.execute(f"INSERT INTO told VALUES ({said}, [{', '.join(map(literal, involved))}])")
        advised = [n for n in numbers if self.checks[n].advise]
        values = self.connection.execute(
            f"SELECT DISTINCT number, value FROM fault WHERE list_contains({advised}::INTEGER[], number) LIMIT {MOST_ADVICE}"
        ).fetchall()
        if values:
            rows = ", ".join(f"({n}, {literal(v)}, {literal(self.checks[n].advice(v))})" for n, v in values)
            self.connection.execute(f"INSERT INTO advice VALUES {rows}")


def column_name(check: Check, layout: Layout) -> str | None:
    """The columns that a check speaks of, as the file's owner knows them; None for a whole row."""
    return " and ".join(layout.source(n) for n in check.columns) or None
