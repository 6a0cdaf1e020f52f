"""An area: a folder of declared tables about one place, opened for reading."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resettle.area.declare import Column, Table, table, tables
from resettle.area.info import AreaInfo, read_info
from resettle.area.steps import Engine, Steps, check_engine
from resettle.area.store import recover
from resettle.errors import bad
from resettle.provenance import Provenance, hash_file

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

SUFFIXES = (".parquet", ".csv")


class Area:
    """One area, read only: its description, its tables, and the means to query them with DuckDB.

    Every declared table can be queried, also one that the area does not hold (it is empty), and every declared column,
    also one that the file lacks (it is NULL).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.info: AreaInfo = read_info(path)

    def file(self, name: str) -> Path | None:
        """The file of a table, or None where the area does not hold it. Two files for one table are a `BadInput`."""
        found = [p for s in SUFFIXES if (p := self.path / "tables" / f"{name}{s}").is_file()]
        if len(found) > 1:
            raise bad("a table is there twice", file=found[0], value=found[1].name, do="Keep one of the two files.")
        return found[0] if found else None

    @property
    def tables(self) -> list[str]:
        """Names of the tables that the area holds, in reading order."""
        return [name for name in tables() if self.file(name)]

    def provenance(self, *names: str, **parameters: Any) -> Provenance:
        """Hashes of `area.toml` and of the named tables (all that are held, if none is named), with parameters."""
        files = [self.path / "area.toml", *(f for n in names or self.tables if (f := self.file(n)))]
        return Provenance(inputs={self.key(f): self.hash(f) for f in files}, parameters=parameters)

    def key(self, file: Path) -> str:
        """The name under which a file of the area stands in a provenance."""
        return f"{self.path.resolve().name}/{file.relative_to(self.path).as_posix()}"

    def hash(self, file: Path) -> str:
        """SHA-256 of a file of the area, computed once while the area is open."""
        if file not in self._hashes:
            self._hashes[file] = hash_file(file)
        return self._hashes[file]

    @cached_property
    def _hashes(self) -> dict[Path, str]:
        return {}

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection that sees every declared table as a view."""
        import duckdb

        connection = duckdb.connect()
        connection.execute("SET enable_progress_bar = false")
        for declared in tables().values():
            connection.execute(f"CREATE VIEW {declared.name} AS {self.view(connection, declared)}")
        return connection

    def view(self, connection: duckdb.DuckDBPyConnection, declared: Table) -> str:
        """The SELECT that shows a table's file under its declared columns and types."""
        file = self.file(declared.name)
        if file is None:
            nothing = ", ".join(f"NULL::{c.sql_type} AS {c.name}" for c in declared.columns.values())
            return f"SELECT {nothing} WHERE FALSE"
        source = reader(file)
        try:
            held = {row[0]: row[1] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
        except Exception as error:
            raise unreadable(file, error) from None
        return f"SELECT {', '.join(shown(c, held.get(c.name)) for c in declared.columns.values())} FROM {source}"

    def run(self, steps: Steps, last: str | None = None, engine: Engine = "duckdb") -> pa.Table:
        """Run a pipeline with DuckDB or Spark and return the rows of its last (or the named) step.

        A value that does not fit its declared type is a `BadInput` that points to `resettle area check`.
        """
        check_engine(engine)
        if engine == "spark":
            from resettle.area.spark import run_on_spark

            return run_on_spark(self, steps, last)
        return self.query(steps.sql(last))

    def query(self, sql: str) -> pa.Table:
        """Run one SQL statement over the area's tables."""
        import duckdb

        try:
            return self.connection.sql(sql).to_arrow_table()
        except (duckdb.ConversionException, duckdb.InvalidInputException, duckdb.IOException) as error:
            raise unreadable(self.path, error) from None

    def close(self) -> None:
        """Close the connection, if one was opened."""
        if "connection" in self.__dict__:
            self.connection.close()
            del self.connection

    def __enter__(self) -> Area:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{self.info.name}: {len(self.tables)} tables. {self.info.caveat}"


def open_area(path: str | Path) -> Area:
    """Open the area in a folder. A folder that is none is a `BadInput`; a change that was cut off is finished or
    dropped.
    """
    recover(Path(path))
    return Area(Path(path))


def reader(file: Path) -> str:
    """The DuckDB table function that reads a table's file."""
    name = str(file).replace("'", "''")
    if file.suffix == ".parquet":
        return f"read_parquet('{name}')"
    return f"read_csv('{name}', header = true, delim = ',', quote = '\"', escape = '\"', all_varchar = true)"


def shown(column: Column, held: str | None) -> str:
    """One column of a view: as stored where it fits, cast where it does not, NULL where the file lacks it.

    Identifiers may be whole numbers; they are left as they are, because comparing numbers is faster.
    """
    if held is None:
        return f"NULL::{column.sql_type} AS {column.name}"
    if held == column.sql_type or (column.type == "id" and "INT" in held):
        return column.name
    return f"CAST({column.name} AS {column.sql_type}) AS {column.name}"


def unreadable(file: Path, error: Exception) -> Exception:
    """What a user is told when a table's file cannot be read."""
    first = str(error).splitlines()[0]
    return bad(
        f"a table cannot be read: {first}",
        file=file,
        do="Run `resettle area check` on the area to see which rows are at fault.",
    )


def rows_of(area: Area, name: str) -> int:
    """How many rows a table of the area has (0 if it is not held)."""
    return int(area.query(f"SELECT count(*) AS n FROM {table(name).name}")["n"][0].as_py())
