"""Rows of a Parquet file as text, whatever types it has."""

from __future__ import annotations

from pathlib import Path

from resettle.area.steps import literal
from resettle.errors import bad


def parquet_text(file: Path, target: Path) -> tuple[list[str], int]:
    """Write every value of a Parquet file as text to `target`; returns the column names and how many rows there are.

    Whole numbers that are stored as decimals lose their `.0`, and dates stored as midnight their time. Rows are numbered as
    in a text file: the first record is row 2.
    """
    import duckdb

    with duckdb.connect() as connection:
        try:
            described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(str(file))})").fetchall()
            cells = "".join(f", {as_text(name, kind)} AS c{i}" for i, (name, kind, *_) in enumerate(described))
            connection.execute(
                f"COPY (SELECT file_row_number + 2 AS _row, {len(described)}::INTEGER AS _cells, NULL::VARCHAR[] AS _more{cells} "
                f"FROM read_parquet({literal(str(file))}, file_row_number = true)) TO {literal(str(target))} (FORMAT parquet)"
            )
            count = connection.execute(f"SELECT count(*) FROM read_parquet({literal(str(target))})").fetchall()[0][0]
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise bad(
                f"not readable as Parquet: {reason}",
                file=file,
                do="It may be cut off or damaged. Take it from its source again.",
            ) from None
    return [row[0] for row in described], int(count)


def as_text(name: str, kind: str) -> str:
    """SQL: one column as the text that a careful person would have written."""
    column = '"' + name.replace('"', '""') + '"'
    if kind in ("DOUBLE", "FLOAT"):
        whole = f"isfinite({column}) AND {column} = trunc({column}) AND abs({column}) < 1e15"
        text = f"CASE WHEN {whole} THEN ({column}::BIGINT)::VARCHAR ELSE {column}::VARCHAR END"
    else:
        text = f"{column}::VARCHAR"
    return f"coalesce({text}, '')"
