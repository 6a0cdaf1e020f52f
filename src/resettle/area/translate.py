"""Steps are written in DuckDB's SQL; here they are put into the SQL of Spark."""

from __future__ import annotations

from resettle.area.declare import Column
from resettle.area.steps import Step, Steps
from resettle.errors import bad

SPARK_TYPES = {"VARCHAR": "STRING"}


def spark_sql(step: Step) -> str:
    """The SQL of a step for Spark. What cannot be translated, and a missing sqlglot, are each a `BadInput`."""
    try:
        import sqlglot
    except ImportError:
        raise bad(
            "sqlglot, which translates SQL for Spark, is not installed",
            do="Install it with `pip install 'resettle[spark]'`, or leave the engine as duckdb.",
        ) from None
    try:
        statements = sqlglot.transpile(
            step.sql, read="duckdb", write="spark", pretty=True, unsupported_level=sqlglot.ErrorLevel.RAISE
        )
    except sqlglot.errors.SqlglotError as error:
        why = str(error).splitlines()[0]
        raise bad(
            "a step cannot be translated for Spark",
            column=step.name,
            value=why,
            do="Leave the engine as duckdb for this pipeline.",
        ) from None
    return statements[0]


def tables_read(steps: Steps) -> set[str]:
    """Names of the tables and steps that a pipeline reads."""
    import sqlglot

    return {
        found.name
        for step in steps.steps
        for found in sqlglot.parse_one(step.sql, read="duckdb").find_all(sqlglot.exp.Table)
    }


def spark_type(column: Column) -> str:
    """The type under which Spark sees a declared column."""
    return SPARK_TYPES.get(column.sql_type, column.sql_type)
