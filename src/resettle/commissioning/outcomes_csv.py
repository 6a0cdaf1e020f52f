"""What is wrong with a file of outcomes, and on which line: read row by row only where it could not be read by column."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from resettle.commissioning.statement import OutcomeEvidence
from resettle.errors import BadInput, bad

DATES = tuple(name for name in OutcomeEvidence.model_fields if name.endswith("_on"))


def check_names(names: Sequence[str], file: Path) -> None:
    """Refuse a column that is nearly named as one that is not there: its values would be left out unseen."""
    absent = [name for name in OutcomeEvidence.model_fields if name not in names]
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        raise bad("columns are not parted by commas", file=file, row=1, value=names[0], do="Save it with commas.")
    for name in names:
        near = get_close_matches(name.strip().lower().replace(" ", "_"), absent, n=1, cutoff=0.85)
        if near and name not in OutcomeEvidence.model_fields:
            raise bad("an unknown column", file=file, row=1, column=name, do=f"Did you mean {near[0]!r}?")


def records(file: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file that are not empty, each with its line: the first is that of the names."""
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows, line = csv.reader(text), 1
        for row in rows:
            if row:
                yield line, row
            line = rows.line_num + 1


def line_of(file: Path, place: int) -> int:
    """The line of the record at a place, counted from 0."""
    found = (line for n, (line, _) in enumerate(records(file)) if n == place + 1)
    return next(found, place + 2)


def fault_of_csv(file: Path, told: str) -> BadInput:
    """The first fault of a CSV file that could not be read by column; `told` is what the reader said."""
    rule = "not a CSV file of outcomes"
    do = "Write it as UTF-8, a line of column names first, dates as 2024-12-31."
    try:
        return first_fault(file) or bad(rule, file=file, value=told.split("\n")[0], do=do)
    except UnicodeDecodeError:
        whole = file.read_bytes()
        line = whole[: undecoded(whole)].count(b"\n") + 1
        return bad("not UTF-8 text", file=file, row=line, do="Save the file as UTF-8.")
    except csv.Error as error:
        return bad(rule, file=file, value=error, do=do)


def undecoded(data: bytes) -> int:
    """Where bytes stop being UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return len(data)


def first_fault(file: Path) -> BadInput | None:
    """The first row that is longer or shorter than the names, or has a date that is none."""
    rows = records(file)
    _, names = next(rows, (1, []))
    if not names:
        return bad("an empty file", file=file, do="Write a line of column names first.")
    check_names(names, file)
    for line, row in rows:
        if len(row) != len(names):
            value = f"{len(row)} values for {len(names)} columns"
            return bad("a row of another length", file=file, row=line, value=value, do="Give each column one value.")
        for name, word in zip(names, row, strict=True):
            if name in DATES and word and not is_date(word):
                return bad("not a date", file=file, row=line, column=name, value=word, do="Write it as 2024-12-31.")
    return None


def is_date(word: str) -> bool:
    """Whether a word is a date as 2024-12-31."""
    try:
        return len(word) == 10 and date.fromisoformat(word) is not None
    except ValueError:
        return False
