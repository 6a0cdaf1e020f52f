"""Rows of an Excel workbook: values only, never formulas, and nothing that swells when it is opened."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from resettle.area.conversion import EXCEL_1900
from resettle.errors import BadInput, bad

LARGEST = 2_000_000_000
SWELL = 200
SMALL = 20_000_000
MOST_ROWS = 1_048_576
EXCEL_1904 = date(1904, 1, 1)
DO = "Save the sheet as CSV (UTF-8) and import that."


def excel_rows(file: Path, sheet: str | None, table: str) -> tuple[Iterator[tuple[int, list[str]]], date]:
    """Each row of a sheet with its number, as text, and the day from which the workbook counts its dates.

    The sheet is the one named; else the one called like the table; else the only one with anything in it.
    """
    import openpyxl

    refuse_swollen(file)
    try:
        with warnings.catch_warnings(action="ignore"):  # about styles, which are not read
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        raise broken(file, error) from None
    epoch = EXCEL_1904 if book.epoch.year == 1904 else EXCEL_1900
    return sheet_rows(file, book, choose(file, book, sheet, table)), epoch


def refuse_swollen(file: Path) -> None:
    """Look at the sizes that a workbook states before anything is unpacked, and refuse XML that defines entities."""
    try:
        with ZipFile(file) as parts:
            for part in parts.infolist():
                if part.file_size > LARGEST or part.file_size > max(SMALL, SWELL * part.compress_size):
                    raise bad("a workbook that swells when it is opened", file=file, value=part.filename, do=DO)
                if part.filename.endswith((".xml", ".rels")):
                    with parts.open(part) as text:
                        if b"<!DOCTYPE" in text.read(65_536).upper():
                            raise bad("a workbook with XML definitions", file=file, value=part.filename, do=DO)
    except BadInput:
        raise
    except (BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        raise broken(file, error) from None


def choose(file: Path, book: Any, sheet: str | None, table: str) -> Any:
    """The sheet to read."""
    names = [s.title for s in book.worksheets]
    if sheet is not None and sheet not in names:
        raise bad("no such sheet", file=file, value=sheet, do=f"The workbook has {', '.join(names)}.")
    if (wanted := sheet or table) in names:
        return book[wanted]
    filled = [found for found in book.worksheets if not blank(file, found)]
    if len(filled) > 1:
        listed = ", ".join(s.title for s in filled)
        raise bad(
            "more than one sheet",
            file=file,
            value=listed,
            do=f'Say which in the mapping, as `sheet = "{filled[0].title}"`.',
        )
    if not filled:
        raise bad("the file is empty", file=file, do="Give a file with a header row and records under it.")
    return filled[0]


def blank(file: Path, sheet: Any) -> bool:
    """Whether the first rows of a sheet hold nothing."""
    try:
        return all(value is None for row in sheet.iter_rows(max_row=5, values_only=True) for value in row)
    except Exception as error:
        raise broken(file, error) from None


def sheet_rows(file: Path, book: Any, sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Each row of one sheet; a workbook that breaks off half way is a `BadInput`."""
    sheet.reset_dimensions()
    try:
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            if number > MOST_ROWS:
                raise bad("more rows than a workbook can have", file=file, row=number, do=DO)
            yield number, [shown(value) for value in row]
    except BadInput:
        raise
    except Exception as error:
        raise broken(file, error) from None
    finally:
        book.close()


def shown(value: object) -> str:
    """A cell as text: a date as YYYY-MM-DD (with its time, if it has one), a whole number without decimals."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(Decimal(repr(value)), "f")
    return str(value)


def broken(file: Path, error: Exception) -> BadInput:
    """What a user is told about a workbook that cannot be opened."""
    return bad(
        f"not readable as an Excel workbook: {error}",
        file=file,
        do="It may be cut off, locked or of another kind. Open it in a spreadsheet and save it again as .xlsx or CSV.",
    )
