"""A user's file, of any kind that is read, as numbered rows of text on the disk: nothing is converted yet, and nothing is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from resettle.area.conversion import EXCEL_1900, SPACES
from resettle.area.importing.excel import excel_rows
from resettle.area.importing.mapping import Mapping
from resettle.area.importing.parquet import parquet_text
from resettle.area.importing.text import text_rows
from resettle.errors import bad

KINDS = {
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".parquet": "parquet",
}
MOST_COLUMNS = 2000
CHUNK = 20_000

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Source:
    """A file read as text: its column names, how many rows it has (blank ones apart), and a Parquet file with them.

    That file has `_row` (the header is row 1), `_cells` (how many cells the row has), `_more` (cells beyond the header) and the
    cells as `c0`, `c1`, ...
    """

    file: Path
    header: list[str]
    rows: int
    text: Path
    epoch: date = EXCEL_1900


def read_source(file: Path, mapping: Mapping, table: str, folder: Path) -> Source:
    """Read a CSV, Excel or Parquet file into a Parquet file of text in `folder`. What cannot be read is a `BadInput`."""
    kind = kind_of(file)
    target = folder / "text.parquet"
    if kind == "parquet":
        header, rows = parquet_text(file, target)
        return Source(file, check_header(file, header), rows, target)
    epoch = EXCEL_1900
    if kind == "excel":
        lines, epoch = excel_rows(file, mapping.sheet, table)
    else:
        lines = text_rows(file, mapping.encoding, mapping.delimiter)
    filled = (row for row in lines if any(cell.strip(SPACES) for cell in row[1]))
    first = next(filled, None)
    if first is None:
        raise bad("the file is empty", file=file, do="Give a file with a header row and records under it.")
    header = check_header(file, first[1])
    if kind == "excel":  # a workbook does not store the empty cells at the end of a row
        filled = ((number, cells + [""] * (len(header) - len(cells))) for number, cells in filled)
    return Source(file, header, write_text(filled, len(header), target), target, epoch)


def kind_of(file: Path) -> str:
    """How a file is to be read, by the end of its name; a missing, empty or unknown file is a `BadInput`."""
    if not file.exists():
        raise bad("no such file", file=file, do="Check the path.")
    if not file.is_file():
        raise bad("not a file", file=file, do="Name one CSV, Excel or Parquet file.")
    if file.suffix.lower() not in KINDS:
        known = ", ".join(KINDS)
        raise bad("a kind of file that is not read", file=file, value=file.suffix, do=f"Save it as one of {known}.")
    if not os.access(file, os.R_OK):
        raise bad("the file may not be read", file=file, do="Get the right to read it.")
    if file.stat().st_size == 0:
        raise bad("the file is empty", file=file, do="Give a file with a header row and records under it.")
    return KINDS[file.suffix.lower()]


def check_header(file: Path, cells: list[str]) -> list[str]:
    """Column names without surrounding space and without nameless columns at the end; none may be there twice."""
    header = [cell.strip(SPACES) for cell in cells]
    while header and not header[-1]:
        header.pop()
    if any("\x00" in name for name in header):
        raise bad("not text", file=file, row=1, do='Save it as UTF-8 CSV, or put `encoding = "utf-16"` in the mapping.')
    if len(header) > MOST_COLUMNS:
        raise bad("too many columns", file=file, row=1, value=len(header), do=f"Keep at most {MOST_COLUMNS}.")
    header = [name or f"(column {i} has no name)" for i, name in enumerate(header, 1)]
    if twice := next((name for i, name in enumerate(header) if name in header[:i]), None):
        raise bad("a column name is there twice", file=file, row=1, column=twice, do="Rename or remove one of the two.")
    return header


def write_text(lines: Iterator[Row], width: int, target: Path) -> int:
    """Write rows of text to Parquet in pieces, so that memory stays small; returns how many there are."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [f"c{i}" for i in range(width)]
    types = [("_row", pa.int64()), ("_cells", pa.int32()), ("_more", pa.list_(pa.string()))]
    schema = pa.schema(types + [(name, pa.string()) for name in names])
    count = 0
    with pq.ParquetWriter(target, schema, compression="zstd", compression_level=1) as writer:
        while chunk := list(islice(lines, CHUNK)):
            count += len(chunk)
            writer.write_batch(pa.record_batch(columns(chunk, width, pa), schema=schema))
    return count


def columns(chunk: list[Row], width: int, pa: Any) -> list[Any]:
    """The Arrow arrays of a piece: row numbers, cell counts, cells too many, and each column."""
    cells = [fit(row, width) for _, row in chunk]
    more = [over(row, width) for _, row in chunk]
    sizes = [min(len(row), width) for _, row in chunk]
    return [
        pa.array([number for number, _ in chunk], pa.int64()),
        pa.array(sizes, pa.int32()),
        pa.array(more, pa.list_(pa.string())),
        *(pa.array(column, pa.string()) for column in zip(*cells, strict=True)),
    ]


def fit(row: list[str], width: int) -> list[str]:
    """Exactly `width` cells."""
    return row if len(row) == width else (row + [""] * width)[:width]


def over(row: list[str], width: int) -> list[str] | None:
    """Filled cells beyond the header; blank ones at the end of a row mean nothing."""
    if len(row) <= width or not any(cell.strip(SPACES) for cell in row[width:]):
        return None
    return row[width:]
