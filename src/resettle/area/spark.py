"""Running a pipeline of steps on Spark: the same SQL, translated step by step, over the same declared tables.

Needs the extra `spark` (pyspark and sqlglot) and Java 17 or later. The area's folder must be readable under the same path on every
machine of the cluster.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from resettle.area.declare import Column, Table, tables
from resettle.area.steps import Steps
from resettle.area.translate import spark_sql, spark_type, tables_read
from resettle.errors import BadInput, bad

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

    from resettle.area.area import Area

INSTALL = "Install it with `pip install 'resettle[spark]'`, or leave the engine as duckdb."
USE_DUCKDB = "Leave the engine as duckdb for this pipeline."
JAVA = "Install Java 17 or later and set JAVA_HOME, or leave the engine as duckdb."


def run_on_spark(area: Area, steps: Steps, last: str | None = None, session: SparkSession | None = None) -> pa.Table:
    """Run a pipeline on Spark and return the rows of its last (or the named) step.

    `session` is a Spark session to run in; without one the running session is used, or one is started as Spark is configured
    (by default on this machine). Temporary views and settings are kept apart from those of the session. A step that Spark
    cannot run, a value that does not fit its declared type, and a machine without Spark or Java are each a `BadInput`.
    """
    frame = last_frame(area, steps, last, session)
    try:
        return frame.toArrow()
    except Exception as error:
        raise cannot_read(area.path, error) from None


def count_on_spark(area: Area, steps: Steps, last: str | None = None, session: SparkSession | None = None) -> int:
    """How many rows a step returns on Spark."""
    frame = last_frame(area, steps, last, session)
    try:
        return int(frame.count())
    except Exception as error:
        raise cannot_read(area.path, error) from None


def last_frame(area: Area, steps: Steps, last: str | None, session: SparkSession | None) -> DataFrame:
    """The last (or the named) step as a frame that is not yet computed, over views of the tables and of the steps before."""
    translated = [(step.name, spark_sql(step)) for step in steps.upto(last).steps]
    spark = apart(session or start())
    for name in tables_read(steps.upto(last)) & set(tables()):
        table_frame(spark, area, tables()[name]).createOrReplaceTempView(name)
    for name, sql in translated:
        frame = step_frame(spark, name, sql)
        frame.createOrReplaceTempView(name)
    return frame


def start() -> SparkSession:
    """The running session, or a new one as Spark is configured; without pyspark or Java a `BadInput`."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise bad("Spark is not installed", do=INSTALL) from None
    if SparkSession.getActiveSession() is None and not has_java():
        raise bad("Spark needs Java, and none was found", do=JAVA)
    quiet: dict[str, bool | float | int | str | None] = {
        "spark.log.level": "ERROR",
        "spark.ui.showConsoleProgress": "false",
    }
    try:
        # Workers on this machine run the Python that has Resettle, unless the cluster says which.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        return SparkSession.builder.appName("Resettle").config(map=quiet).getOrCreate()
    except Exception as error:
        raise bad("Spark did not start", value=first_line(error), do=JAVA) from None


def has_java() -> bool:
    """Whether Java can be started: from JAVA_HOME, or from the path."""
    home = os.environ.get("JAVA_HOME")
    return bool(shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java"))


def apart(session: SparkSession) -> SparkSession:
    """A session beside the given one, with views and settings of its own.

    A value that cannot be cast is an error, as in DuckDB, and dates know no time zone but UTC. On one machine a query is cut
    into few parts: Spark's usual 200 are for clusters.
    """
    spark = session.newSession()
    spark.conf.set("spark.sql.ansi.enabled", "true")
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    if str(spark.conf.get("spark.master", "")).startswith("local"):
        spark.conf.set("spark.sql.shuffle.partitions", str(os.cpu_count() or 1))
    return spark


def table_frame(spark: SparkSession, area: Area, declared: Table) -> DataFrame:
    """A declared table under its declared columns and types: empty if not held, NULL where the file lacks a column."""
    file = area.file(declared.name)
    columns = declared.columns.values()
    if file is None:
        return spark.sql(
            f"SELECT {', '.join(f'CAST(NULL AS {spark_type(c)}) AS {c.name}' for c in columns)} WHERE FALSE"
        )
    try:
        frame = read(spark, file)
        held = dict(frame.dtypes)
    except Exception as error:
        raise cannot_read(file, error) from None
    return frame.selectExpr(*(shown(c, held.get(c.name), file.suffix == ".csv") for c in columns))


def read(spark: SparkSession, file: Path) -> DataFrame:
    """A table's file as it is: typed from Parquet, all text from CSV."""
    path = file.resolve().as_uri()
    if file.suffix == ".parquet":
        return spark.read.parquet(path)
    return spark.read.csv(
        path, header=True, sep=",", quote='"', escape='"', multiLine=True, encoding="UTF-8", mode="FAILFAST"
    )


def shown(column: Column, held: str | None, text: bool) -> str:
    """One column of a view, by the same rules as in DuckDB: identifiers may stay whole numbers, an empty text is NULL."""
    if held is None:
        return f"CAST(NULL AS {spark_type(column)}) AS {column.name}"
    if column.type == "id" and held in ("tinyint", "smallint", "int", "bigint"):
        return column.name
    value = f"nullif({column.name}, '')" if text else column.name
    return f"CAST({value} AS {spark_type(column)}) AS {column.name}"


def step_frame(spark: SparkSession, name: str, sql: str) -> DataFrame:
    """A step as a frame; what Spark does not know is a `BadInput` that names the step."""
    try:
        return spark.sql(sql)
    except Exception as error:
        raise bad("Spark cannot run a step", column=name, value=first_line(error), do=USE_DUCKDB) from None


def cannot_read(file: Path, error: Exception) -> BadInput:
    """What a user is told when Spark stops at a file or a value."""
    return bad(
        f"Spark cannot read a table: {first_line(error)}",
        file=file,
        do="Run `resettle area check` on the area to see which rows are at fault.",
    )


def first_line(error: Exception) -> str:
    """The first line of an error, which in Spark can be hundreds long."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
