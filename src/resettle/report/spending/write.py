"""A spending map written as a page that needs nothing from outside, as PDF where Typst is installed, and as tables."""

from __future__ import annotations

from pathlib import Path

from resettle.reinvestment.spending.boundaries import Boundaries
from resettle.reinvestment.spending.told import SpendingTold
from resettle.report.chaptered import write_chapters
from resettle.report.csv_tables import write_tables
from resettle.report.folder import replaced_folder
from resettle.report.spending.chapters import spending_chapters

MARK = "spending.html"
"""The file by which a folder is known as one that `write_spending` made."""


def write_spending(found: SpendingTold, out: Path, drawn: Boundaries | None = None) -> list[Path]:
    """Write `spending.html` (and PDF), the result as JSON and each table as CSV; what an earlier run wrote to `out` is replaced."""
    made = spending_chapters(found, drawn)
    title = f"What is spent: {found.latest.area}"
    with replaced_folder(out, MARK) as folder:
        pages = write_chapters(folder / "spending", title, "saving", found.latest.caveat, made)
        (folder / "spending.json").write_text(found.to_json(), "utf-8")
        write_tables(made, folder / "tables")
        names = [*(page.name for page in pages), "spending.json"]
    return [out / name for name in names]
