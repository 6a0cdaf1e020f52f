"""Every step of a pipeline laid open: its name, why it is there, its SQL, and how many rows it returns."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import TYPE_CHECKING

from resettle.area.steps import Engine, Step, Steps, check_engine
from resettle.area.translate import spark_sql

if TYPE_CHECKING:
    from resettle.area.area import Area


def explain(area: Area, steps: Steps, engine: Engine = "duckdb", *, rows: bool = False) -> str:
    """The steps of a pipeline in order, as text to read.

    The SQL is in the dialect of the engine (`duckdb` or `spark`). With `rows`, each step is run on that engine and the number of
    rows it returns is shown.
    """
    check_engine(engine)
    parts = [
        explain_step(number, step, engine, count(area, steps, step, engine) if rows else None)
        for number, step in enumerate(steps.steps, 1)
    ]
    return "\n".join(parts)


def explain_step(number: int, step: Step, engine: Engine, rows: int | None) -> str:
    """One step: a heading, its SQL set in, and the number of rows if known."""
    sql = spark_sql(step) if engine == "spark" else straight(step.sql)
    text = f"{number}. {step.name}: {step.why}\n{indent(sql, '   ')}\n"
    return text if rows is None else f"{text}   -- {rows:,} {'row' if rows == 1 else 'rows'}\n"


def straight(sql: str) -> str:
    """SQL whose later lines lose the margin they have in the source."""
    first, _, rest = sql.partition("\n")
    return f"{first}\n{indent(dedent(rest), '    ')}" if rest else first


def count(area: Area, steps: Steps, step: Step, engine: Engine) -> int:
    """How many rows a step returns, on this engine."""
    if engine == "spark":
        from resettle.area.spark import count_on_spark

        return count_on_spark(area, steps, step.name)
    counted = steps.upto(step.name).then("rows_of_step", f"SELECT count(*) AS n FROM {step.name}", "its number of rows")
    return int(area.run(counted)["n"][0].as_py())
