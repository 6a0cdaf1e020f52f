"""Coded extracts from any file that this reads, the CSV form in which they are kept, and lists of names to screen for."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from resettle.errors import bad
from resettle.evidence.voices.extract import COLUMNS, LARGEST, Voices, read_extracts
from resettle.evidence.voices.refi import read_project
from resettle.evidence.voices.review import guarded


def read_voices(path: str | Path) -> Voices:
    """Read coded extracts: a REFI-QDA project (`.qdpx`) or a CSV file (`.csv`). Another ending is a `BadInput`."""
    file = Path(path)
    ending = file.suffix.lower()
    if ending == ".qdpx":
        return read_project(file)
    if ending == ".csv":
        return read_extracts(file)
    do = "Name a .csv file, or a REFI-QDA project (.qdpx) as NVivo, ATLAS.ti or MAXQDA export it."
    raise bad("not a file of coded extracts", file=file, value=ending or "no ending", do=do)


def extracts_csv(voices: Voices) -> str:
    """The extracts as a CSV file that `read_extracts` reads back. It holds what people said.

    Cells that a spreadsheet could take for a formula get an apostrophe in front, which is taken off again when they are read.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for e in voices.extracts:
        consent, day = "yes" if e.consent else "no", e.said_on.isoformat() if e.said_on else ""
        cells = (e.id, e.source, e.person, e.role, e.circle, e.code, e.coder, e.text, consent, day)
        writer.writerow([guarded(cell) for cell in cells])
    return out.getvalue()


def read_names(path: str | Path) -> tuple[str, ...]:
    """Names (or places) to screen for, one a line; empty lines are passed over."""
    file = Path(path)
    try:
        if file.stat().st_size > LARGEST:
            raise bad("too large for a list of names", file=file, do="Name a text file with one name a line.")
        lines = file.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise bad("not UTF-8 text", file=file, do="Save the list as text in UTF-8, one name a line.") from None
    except OSError as error:
        raise bad("cannot be read", file=file, value=error.strerror, do="Name a readable file.") from None
    return tuple(line.strip() for line in lines if line.strip())
