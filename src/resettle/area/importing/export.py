"""The quarantine as a CSV file that a person can mend in a spreadsheet and import again."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path
from typing import Any

from resettle.area.importing.quarantine import quarantined
from resettle.errors import bad

FORMULA = re.compile(r"'*[=+\-@\t\r]")
PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
NOTES = ["_quarantine_id", "_file", "_row", "_column", "_rule", "_value", "_do"]


def write_quarantine(area_path: Path, table_name: str, out: Path) -> list[Path]:
    """Write the open bad rows of a table with their original columns, and beside them what is wrong and what to do.

    Rows that came with different columns go to files of their own (`out`, `out-2`, ...). Mend the rows and import the file
    again, with the same mapping; of the columns that begin with `_` only the row's number is read. Values that a spreadsheet
    would run are written after a `'`, which the import takes off again. Nothing is written over: a file that is there is a
    `BadInput`.
    """
    layouts: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in quarantined(area_path, table_name).to_pylist():
        layouts.setdefault(tuple(row["header"]), []).append(row)
    if not layouts:
        raise bad("no open quarantined rows", file=area_path, value=table_name, do="There is nothing to mend.")
    paths = [Path(out) if i == 1 else Path(out).with_stem(f"{Path(out).stem}-{i}") for i in range(1, len(layouts) + 1)]
    if there := next((p for p in paths if p.exists()), None):
        raise bad(
            "there is a file of this name", file=there, do="Name another file; this one may hold rows that were mended."
        )
    for path, (header, rows) in zip(paths, layouts.items(), strict=True):
        write_rows(path, list(header), rows)
    return paths


def write_rows(path: Path, header: list[str], rows: list[dict[str, Any]]) -> None:
    """Write one file whole, under its name only when it is complete."""
    draft = path.with_name(f".{path.name}.partial")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*NOTES, *map(guarded, header)])
            writer.writerows([*map(guarded, notes(row)), *map(guarded, row["cells"])] for row in rows)
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise bad(
            "the file cannot be written", file=path, value=error.strerror, do="Name a place where you can write."
        ) from None


def notes(row: dict[str, Any]) -> list[str]:
    """What is said of a bad row: its number, file and row, and for each problem the column, rule, value and what to do."""
    told = [
        "; ".join(str(problem[part]) for problem in row["problems"] if problem[part] is not None)
        for part in ("column", "rule", "value", "do")
    ]
    return [row["quarantine_id"], row["file"], str(row["row"]), *told]


def guarded(text: str) -> str:
    """Text that a spreadsheet does not run as a formula; a plain number stays as it is."""
    return f"'{text}" if FORMULA.match(text) and not PLAIN_NUMBER.fullmatch(text) else text
