"""Every table of a page as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from resettle.report.blocks import Cell, Table
from resettle.report.study.chapter import Chapter


def write_tables(made: Sequence[Chapter], folder: Path) -> None:
    """Write every table of the chapters into a new folder."""
    folder.mkdir()
    for name, table in tables(made):
        (folder / f"{name}.csv").write_text(csv_of(table), "utf-8")


def tables(made: Sequence[Chapter]) -> list[tuple[str, Table]]:
    """Every table with a name from its chapter."""
    return [
        (f"{chapter.id}-{n}", part)
        for chapter in made
        for n, part in enumerate((p for p in chapter.parts if isinstance(p, Table)), start=1)
    ]


def csv_of(table: Table) -> str:
    """A table as CSV, with its header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for line in (table.head, *(one.cells for one in table.rows)):
        writer.writerow([words(cell) for cell in line])
    return text.getvalue()


def words(cell: Cell) -> str:
    """A cell as text."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in cell.pieces)
