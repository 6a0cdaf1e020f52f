"""A file of people to link: names, dates of birth and identifiers, each brought into one form."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from resettle.area.importing.reading import check_header, kind_of
from resettle.area.importing.text import text_rows
from resettle.errors import BadInput, Problem, bad, did_you_mean
from resettle.provenance import hash_file
from resettle.reference.identifiers import Kind, identifier

ID = "record_id"
NAMES = ("forename", "surname")
IDENTIFIERS: tuple[Kind, ...] = ("pnc", "cro", "crn", "prison_number")
FIELDS = (*NAMES, "birth_date", "sex", *IDENTIFIERS)
COLUMNS = (ID, *FIELDS)
SEXES = {"m": "M", "male": "M", "f": "F", "female": "F"}
UNKNOWN = {"n", "ns", "not known", "not specified", "unknown", "u"}
EARLIEST = date(1900, 1, 1)
MOST_ROWS = 5_000_000


@dataclass(frozen=True)
class People:
    """The people of one file, in its order.

    `ids` are their record identifiers; `fields` holds for each column of the file its values, None where there is none or
    it was set aside; `rows` is where each stands in the file; `faults` are the values set aside.
    """

    file: Path
    hash: str
    ids: tuple[str, ...]
    rows: tuple[int, ...]
    fields: dict[str, list[str | None]]
    faults: tuple[Problem, ...]

    def values(self, number: int) -> dict[str, str | None]:
        """The values of one record, by column."""
        return {name: column[number] for name, column in self.fields.items()}

    def enough(self, number: int) -> bool:
        """Whether a record can be linked: an identifier, or both names and the date of birth."""
        values = self.values(number)
        return any(values.get(kind) for kind in IDENTIFIERS) or all(values.get(name) for name in (*NAMES, "birth_date"))


def read_people(path: str | Path, today: date) -> People:
    """Read a CSV file with a column `record_id` and any of those of `FIELDS`, one row for each record.

    Names lose accents, case, spaces and marks; dates of birth are YYYY-MM-DD or DD/MM/YYYY. A value that cannot be right (a
    wrong check letter, a date that no living person has) is set aside and told in `faults`; the record stays. A file that
    cannot be read, an unknown, repeated or missing column, and an empty or repeated `record_id` are a `BadInput`.
    """
    file = Path(path)
    if kind_of(file) != "text":
        raise bad("not a CSV file", file=file, do="Save the sheet as CSV UTF-8.")
    lines = ((number, cells) for number, cells in text_rows(file, None, None) if any(cell.strip() for cell in cells))
    first = next(lines, None)
    if first is None:
        raise bad("the file is empty", file=file, do=f"Give a header row with {ID} and records under it.")
    header = check_header(file, first[1])
    check_columns(header, file)
    read = readers(today)
    rows, ids, problems = [], [], []
    faults: list[Problem] = []
    columns: dict[str, list[str | None]] = {name: [] for name in header if name != ID}
    for number, cells in lines:
        if len(cells) != len(header):
            problems.append(uneven(len(cells), len(header), number, file))
            continue
        rows.append(number)
        for name, cell in zip(header, cells, strict=True):
            if name == ID:
                ids.append(cell.strip())
            else:
                columns[name].append(read_value(read[name], cell, Problem("", str(file), number, name), faults))
        if len(rows) > MOST_ROWS:
            raise bad("too many rows", file=file, row=number, do=f"Keep to {MOST_ROWS:,} rows a file.")
    problems += faults_of_ids(ids, rows, file)
    if problems:
        raise BadInput(*problems)
    if not ids:
        raise bad("no records", file=file, row=1, do="Add a row for each person.")
    return People(file, hash_file(file), tuple(ids), tuple(rows), columns, tuple(faults))


def uneven(cells: int, wanted: int, row: int, file: Path) -> Problem:
    """A row that does not fit the header."""
    return Problem(
        "another number of cells than the header has", str(file), row, None, str(cells), f"Give it {wanted}."
    )


def check_columns(header: list[str], file: Path) -> None:
    """Stop at unknown columns (a list for linkage holds nothing else about people) and missing ones."""
    problems = [
        Problem("a column that linkage has no use for", str(file), 1, name, None, f"Remove it. {did_you_mean(name, COLUMNS)}")
        for name in header
        if name not in COLUMNS
    ]  # fmt: skip
    if ID not in header:
        problems.append(
            Problem("missing column", str(file), 1, ID, None, "Number the records in a column of this name.")
        )
    problems += [
        Problem("missing column", str(file), 1, name, None, "Names and the date of birth are what is linked on.")
        for name in (*NAMES, "birth_date")
        if name not in header
    ]
    if problems:
        raise BadInput(*problems)


def faults_of_ids(ids: list[str], rows: list[int], file: Path) -> list[Problem]:
    """Empty and repeated record identifiers."""
    problems = []
    seen: dict[str, int] = {}
    for own, row in zip(ids, rows, strict=True):
        if not own:
            problems.append(Problem("no record identifier", str(file), row, ID, None, "Give each record its own."))
        elif own in seen:
            problems.append(
                Problem(f"the same as in row {seen[own]}", str(file), row, ID, own, "Give each record its own.")
            )
        seen.setdefault(own, row)
    return problems


def read_value(read: Callable[[str], str | None], cell: str, where: Problem, faults: list[Problem]) -> str | None:
    """A cell in its one form; None where it is empty, or set aside with its fault."""
    if not cell.strip():
        return None
    try:
        return read(cell)
    except BadInput as error:
        found = error.problems[0]
        faults.append(Problem(found.rule, where.file, where.row, where.column, found.value, found.do))
        return None


def readers(today: date) -> dict[str, Callable[[str], str | None]]:
    """How the cells of each column are read."""
    numbers: dict[str, Callable[[str], str | None]] = {
        kind: partial(identifier, kind, on=today) for kind in IDENTIFIERS
    }
    return {**dict.fromkeys(NAMES, name_of), "birth_date": partial(birth_date, today=today), "sex": sex_of, **numbers}


def name_of(text: str) -> str | None:
    """A name in capital letters only: no accents, spaces, hyphens or apostrophes. None where nothing is left."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if letter.isalpha()).upper() or None


def birth_date(text: str, today: date) -> str:
    """A date of birth as YYYY-MM-DD, from that form or DD/MM/YYYY; from 1900 to today."""
    text = text.strip()
    try:
        born = datetime.strptime(text, "%d/%m/%Y").date() if "/" in text else date.fromisoformat(text)
    except ValueError:
        raise bad("not a date", value=text, do="Write YYYY-MM-DD or DD/MM/YYYY.") from None
    if not EARLIEST <= born <= today:
        raise bad("not the date of birth of a living person", value=text, do="Check the year.")
    return born.isoformat()


def sex_of(text: str) -> str | None:
    """M or F; None where it is not known or not specified."""
    word = text.strip().lower()
    if word in UNKNOWN:
        return None
    if word not in SEXES:
        raise bad("not a code of sex", value=text, do="Write M or F, or leave it empty.")
    return SEXES[word]
