"""SQL in named steps: written once in DuckDB's dialect, looked at step by step, run by any engine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from resettle.errors import bad, did_you_mean

Engine = Literal["duckdb", "spark"]


@dataclass(frozen=True)
class Step:
    """One named SELECT, and why it is there. It may read the area's tables and the steps before it."""

    name: str
    sql: str
    why: str


@dataclass(frozen=True)
class Steps:
    """A pipeline of steps. `then` returns a longer pipeline and leaves this one as it is."""

    steps: tuple[Step, ...] = ()

    def then(self, name: str, sql: str, why: str) -> Steps:
        """Add a step. Names are used once (`ValueError`)."""
        if any(step.name == name for step in self.steps):
            raise ValueError(f"a step is already called {name!r}")
        return replace(self, steps=(*self.steps, Step(name, sql.strip(), why)))

    def sql(self, last: str | None = None) -> str:
        """The pipeline as one statement that returns the step called `last` (default: the final one)."""
        used = self.upto(last).steps
        parts = ",\n".join(f"{step.name} AS (\n{step.sql}\n)" for step in used)
        return f"WITH {parts}\nSELECT * FROM {used[-1].name}"

    def upto(self, last: str | None = None) -> Steps:
        """The pipeline cut after the step called `last` (default: whole). An unknown name is a `BadInput`."""
        names = [step.name for step in self.steps]
        if last is not None and last not in names:
            raise bad("no such step", value=last, do=did_you_mean(last, names))
        return replace(self, steps=self.steps[: names.index(last) + 1]) if last else self


def check_engine(engine: str) -> None:
    """Stop (`BadInput`) at an engine that is neither `duckdb` nor `spark`."""
    if engine not in get_args(Engine):
        raise bad("no such engine", value=engine, do=did_you_mean(engine, get_args(Engine)))


def literal(value: object) -> str:
    """A value as an SQL literal: text is quoted, dates are typed, None is NULL."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    text = str(value).replace("'", "''")
    return f"'{text}'"


def literals(values: list[str] | tuple[str, ...]) -> str:
    """Values as an SQL list for `IN`: `('a', 'b')`; an empty list matches nothing."""
    return f"({', '.join(map(literal, values))})" if values else "(NULL)"
