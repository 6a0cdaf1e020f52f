"""Rows of a CSV file: encoding, delimiter, quoting."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from resettle.errors import BadInput, bad

DELIMITERS = ",;\t|"
LARGEST_CELL = 10_000_000
UTF16 = (b"\xff\xfe", b"\xfe\xff")
ARCHIVES = {
    b"PK\x03\x04": "a zip file or workbook",
    b"\xd0\xcf\x11\xe0": "an old or locked workbook",
    b"PAR1": "a Parquet file",
}


def text_rows(file: Path, encoding: str | None, delimiter: str | None) -> Iterator[tuple[int, list[str]]]:
    """Each record of a text file with its number, the first being 1. UTF-8 unless `encoding` says otherwise.

    Without `delimiter`, the one of , ; tab | that divides the first record into most cells is taken.
    """
    with file.open("rb") as start:
        head = start.read(4)
    if found := next((what for mark, what in ARCHIVES.items() if head.startswith(mark)), None):
        raise bad(f"not a text file: it is {found}", file=file, do="Give the file its right ending, or save it as CSV.")
    if encoding is None and head.startswith(UTF16):
        raise bad("UTF-16 text", file=file, row=1, do='Save it as UTF-8, or put `encoding = "utf-16"` in the mapping.')
    known = encoding or "utf-8-sig"
    limit = csv.field_size_limit(LARGEST_CELL)
    row = 0
    try:
        mark = delimiter or sniff(file, known)
        with file.open(encoding=known, newline="") as lines:
            for row, cells in enumerate(csv.reader(lines, delimiter=mark, strict=True), 1):
                yield row, cells
    except UnicodeError:
        raise not_decoded(file, encoding) from None
    except csv.Error as error:
        raise bad(
            f"not readable as CSV: {error}",
            file=file,
            row=row + 1,
            do="Look for a quotation mark that is not closed or not doubled.",
        ) from None
    finally:
        csv.field_size_limit(limit)


def sniff(file: Path, encoding: str) -> str:
    """The delimiter that divides the first record into most cells; a comma where none does."""

    def cells(mark: str) -> int:
        with file.open(encoding=encoding, newline="") as lines:
            return max((len(row) for row in [next(csv.reader(lines, delimiter=mark), [])]), default=0)

    return max(DELIMITERS, key=cells)


def not_decoded(file: Path, encoding: str | None) -> BadInput:
    """What a user is told about bytes that are not in the encoding, with the row where the first of them stands."""
    stated = encoding or "utf-8"
    number, value = 1, None
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):  # noqa: B007
            try:
                line.decode(stated)
            except UnicodeDecodeError as error:
                value = line[max(error.start - 20, 0) : error.start + 1].decode("latin-1")
                break
    do = 'Save it as UTF-8, or say in the mapping what it is, for example `encoding = "windows-1252"`.'
    return bad(f"not {stated.upper()} text", file=file, row=number, value=value, do=do)
