"""The database of a workspace as a file: copied whole while the site runs, put back, and its rows counted.

SQLite is copied by its online back-up, PostgreSQL by `pg_dump` in the snapshot in which its rows are counted, so that the
counts belong to the copy whatever is written meanwhile.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from resettle.errors import ResettleError, bad
from resettle.web.deployment import database

Counts = dict[str, int]
DATABASE = "workspace.sqlite3"
OF_SQLITE = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal")
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name",
    "postgresql": "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
    " AND table_type = 'BASE TABLE' ORDER BY table_name",
}


def engine() -> str:
    """Which database the settings name."""
    return "postgresql" if os.environ.get("RESETTLE_DATABASE") else "sqlite"


def copy(home: Path, into: Path) -> Counts:
    """Copy the database of a workspace to a new file; rows by table, as they are in the copy."""
    return copy_postgres(home, into) if engine() == "postgresql" else copy_sqlite(home / DATABASE, into)


def put_back(copied: Path, home: Path) -> Counts:
    """Make the database from a copy, in a folder or in an empty PostgreSQL database; rows by table, as they are there now."""
    if engine() == "postgresql":
        return put_back_postgres(copied, home)
    os.replace(copied, home / DATABASE)
    with closing(sqlite3.connect(home / DATABASE)) as made:
        return counts(made, "sqlite")


def counts(connection: Any, kind: str) -> Counts:
    """The rows of every table."""
    names = [name for (name,) in connection.execute(TABLES[kind]).fetchall()]
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def copy_sqlite(source: Path, into: Path) -> Counts:
    """A copy in one step, on its own, in one file."""
    if not source.exists():
        raise bad("there is no workspace in this folder", file=source.parent, do="Name its folder with --home.")
    with closing(sqlite3.connect(source, timeout=20)) as live, closing(sqlite3.connect(into)) as made:
        live.backup(made)
        made.execute("PRAGMA journal_mode=DELETE")
        found = made.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise ResettleError(f"{source} is damaged, and no back-up was made: {found}.")
        return counts(made, "sqlite")


def copy_postgres(home: Path, into: Path) -> Counts:
    """A copy of the snapshot in which the rows are counted."""
    with connected(home) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone()
        found = counts(connection, "postgresql")
        if not found:
            raise bad("the database holds no workspace", column="RESETTLE_DATABASE", do="Run `resettle setup` first.")
        kept = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={into}")
        program(home, "pg_dump", *kept, "--dbname")
    return found


def put_back_postgres(copied: Path, home: Path) -> Counts:
    """All of a copy, or nothing of it, in a database that is empty."""
    require_empty(home)
    kept = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    program(home, "pg_restore", *kept, "--dbname", last=str(copied))
    copied.unlink()
    with connected(home) as connection:
        return counts(connection, "postgresql")


def require_empty(home: Path) -> None:
    """Refuse a PostgreSQL database that holds tables."""
    with connected(home) as connection:
        there = connection.execute(TABLES["postgresql"]).fetchall()
    if there:
        rule = f"the database is not empty ({len(there)} tables)"
        raise bad(rule, column="RESETTLE_DATABASE", do="Name an empty database (createdb makes one).")


@contextmanager
def connected(home: Path) -> Iterator[Any]:
    """A connection to the PostgreSQL database that the settings name."""
    import psycopg

    named = database(os.environ["RESETTLE_DATABASE"], home)
    where = {"host": named["HOST"], "port": named["PORT"], "user": named["USER"], "password": named["PASSWORD"]}
    try:
        opened = psycopg.connect(dbname=named["NAME"], autocommit=True, **{k: v for k, v in where.items() if v})
    except psycopg.OperationalError as error:
        raise ResettleError(f"The database of RESETTLE_DATABASE cannot be reached: {last_line(str(error))}") from None
    with closing(opened):
        yield opened


def program(home: Path, name: str, *options: str, last: str | None = None) -> None:
    """Run a PostgreSQL program on the database; the password goes by the environment, where others cannot see it."""
    named = database(os.environ["RESETTLE_DATABASE"], home)
    where = {"PGHOST": named["HOST"], "PGPORT": named["PORT"], "PGUSER": named["USER"], "PGPASSWORD": named["PASSWORD"]}
    outside = {**os.environ, **{key: str(value) for key, value in where.items() if value}}
    command = [name, *options, named["NAME"], *([last] if last else [])]
    try:
        done = subprocess.run(command, env=outside, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise ResettleError(f"{name} is not on this machine: install PostgreSQL's client programs.") from None
    if done.returncode:
        raise ResettleError(f"{name} failed: {last_line(done.stderr)}")


def last_line(text: str) -> str:
    """The last line of what a program said."""
    return (text.strip().splitlines() or ["it said nothing"])[-1]
