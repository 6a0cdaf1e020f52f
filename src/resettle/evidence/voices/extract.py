"""A coded extract: a piece of an interview or note, what it was coded as, by whom, and whether it may be quoted."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from resettle.errors import BadInput, Problem, bad, did_you_mean
from resettle.evidence.voices.review import unguarded
from resettle.provenance import Provenance, hash_bytes
from resettle.result import Record, Result

Circle = Literal["micro", "meso", "macro", "unplaced"]
CIRCLES: dict[Circle, str] = {
    "micro": "the person and those who work with them",
    "meso": "how services are arranged and paid",
    "macro": "the money and the system",
    "unplaced": "not placed in a circle",
}
COLUMNS = ("extract_id", "source", "person_id", "role", "circle", "code", "coder", "text", "consent", "date")
NEEDED = ("extract_id", "source", "code", "coder", "text", "consent")
YES, NO = {"yes", "true", "1"}, {"no", "false", "0", ""}
LARGEST, MOST_ROWS = 50_000_000, 200_000


class Extract(Record):
    """One code that one coder gave to one piece of text.

    `id` is of the piece of text: coders who coded the same piece share it. `code` is a path of names from the broadest to
    the narrowest, joined by ` > `. `person` is a pseudonym. `consent` is whether the person agreed to be quoted.
    """

    id: str = Field(min_length=1)
    source: str
    person: str = ""
    role: str = ""
    circle: Circle = "unplaced"
    code: str = Field(min_length=1)
    coder: str
    text: str
    consent: bool = False
    said_on: date | None = None


class Voices(Result):
    """Coded extracts, with warnings on what could not be read as it was meant, and names that came with them.

    The JSON of this result holds what people said: keep it where the interviews are kept.

    `names` are of people and cases as a project file holds them: quotes are screened for them, and nothing else shows them.
    """

    extracts: tuple[Extract, ...]
    names: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """How much was coded, by how many, and how much of it may be quoted."""
        pieces = {e.id: e.consent for e in self.extracts}
        return (
            f"{len(pieces):,} pieces of text from {len({e.source for e in self.extracts}):,} sources, coded by "
            f"{len({e.coder for e in self.extracts}):,} with {len({e.code for e in self.extracts}):,} codes; "
            f"{sum(pieces.values()):,} may be quoted."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row for each code given, without the text: text leaves only through `quotes`."""
        return [e.model_dump(mode="json", exclude={"text"}) for e in self.extracts]


def read_extracts(path: str | Path) -> Voices:
    """Read coded extracts from a CSV file with the columns of `COLUMNS`, one row for each code that a coder gave.

    `consent` is yes or no (empty is no). The same extract must carry the same text, person and consent in every row. Every
    fault is told with its row, all in one `BadInput`.
    """
    file = Path(path)
    data = read_bytes(file)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise bad("not UTF-8 text", file=file, row=row, do="Save the file as CSV UTF-8.") from None
    return Voices(extracts=tuple(rows_of(text, file)), provenance=Provenance(inputs={file.name: hash_bytes(data)}))


def read_bytes(file: Path) -> bytes:
    """The bytes of a user's file; a missing, unreadable or very large file is a `BadInput`."""
    try:
        if file.stat().st_size > LARGEST:
            raise bad("too large", file=file, value=f"{file.stat().st_size} bytes", do="Keep it under 50 MB.")
        return file.read_bytes()
    except FileNotFoundError:
        raise bad("no such file", file=file, do="Check the path.") from None
    except OSError as error:
        raise bad("cannot be read", file=file, value=error.strerror, do="Name a readable file.") from None


def rows_of(text: str, file: Path) -> list[Extract]:
    """The extracts of a CSV text."""
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    made: list[Extract] = []
    problems: list[Problem] = []
    try:
        check_header(list(reader.fieldnames or ()), file)
        for number, row in enumerate(reader, start=2):
            if number > MOST_ROWS + 1:
                raise bad("too many rows", file=file, row=number, do=f"Keep to {MOST_ROWS:,} rows a file.")
            found = faults(row, number, file)
            problems += found
            if not found:
                made.append(extract_of(row))
    except csv.Error as error:
        raise bad(f"not valid CSV: {error}", file=file, row=reader.line_num, do="Mend that line.") from None
    problems += unlike(made, file)
    if problems:
        raise BadInput(*problems)
    if not made:
        raise bad("no extracts", file=file, do="Add a row for each code that a coder gave.")
    return made


def check_header(names: list[str], file: Path) -> None:
    """Stop at unknown, missing or repeated columns."""
    problems = [
        Problem("unknown column", str(file), 1, name, None, did_you_mean(str(name), COLUMNS))
        for name in names
        if name not in COLUMNS
    ]
    problems += [Problem("missing column", str(file), 1, n, None, f"Add {n!r}.") for n in NEEDED if n not in names]
    problems += [
        Problem("column twice", str(file), 1, n, None, "Keep one.") for n, times in Counter(names).items() if times > 1
    ]
    if problems:
        raise BadInput(*problems)


def faults(row: dict[str, str], number: int, file: Path) -> list[Problem]:
    """What is wrong with one row."""

    def fault(rule: str, column: str, value: str | None, do: str) -> Problem:
        return Problem(rule, str(file), number, column, value, do)

    if None in row or None in row.values():
        return [fault("another number of cells than the header", "", None, "Quote text that holds commas.")]
    found = [
        fault("must be filled", name, None, "Fill it, or leave the row out.")
        for name in ("extract_id", "code", "coder", "text")
        if not row[name].strip()
    ]
    if row["consent"].strip().lower() not in YES | NO:
        found.append(fault("neither yes nor no", "consent", row["consent"], "Write yes or no."))
    if row.get("circle", "").strip() not in (*CIRCLES, ""):
        found.append(fault("no such circle", "circle", row["circle"], did_you_mean(row["circle"], CIRCLES)))
    if day := row.get("date", "").strip():
        try:
            date.fromisoformat(day)
        except ValueError:
            found.append(fault("not a date", "date", day, "Write dates as 2024-05-31."))
    return found


def extract_of(row: dict[str, str]) -> Extract:
    """One good row as an extract."""
    clean = {name: unguarded((value or "").strip()) for name, value in row.items()}
    circle: Any = clean.get("circle") or "unplaced"
    return Extract(
        id=clean["extract_id"],
        source=clean["source"],
        person=clean.get("person_id", ""),
        role=clean.get("role", ""),
        circle=circle,
        code=clean["code"],
        coder=clean["coder"],
        text=clean["text"],
        consent=clean["consent"].lower() in YES,
        said_on=date.fromisoformat(clean["date"]) if clean.get("date") else None,
    )


def unlike(extracts: Iterable[Extract], file: Path) -> list[Problem]:
    """Extracts whose text, person or consent differs between their rows."""
    first: dict[str, Extract] = {}
    found = {}
    for e in extracts:
        held = first.setdefault(e.id, e)
        for name in ("text", "person", "consent", "source"):
            if getattr(held, name) != getattr(e, name):
                found[(e.id, name)] = Problem(
                    f"the rows of one extract differ in {name}",
                    str(file),
                    None,
                    "extract_id",
                    e.id,
                    "Make them the same.",
                )
    return list(found.values())
