"""Looking at quotes: the sheet that a person fills in, and what they decided about these very words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from resettle.errors import BadInput, Problem, bad
from resettle.evidence.voices.screen import Found
from resettle.provenance import hash_bytes
from resettle.result import Record

SHEET = ("extract_id", "seal", "theme", "text", "found", "decision", "looked_by", "looked_on", "changed_text")


class Candidate(Record):
    """Words that might be quoted: consent is there; what the screen found is beside them; `seal` is the hash of the words."""

    id: str
    code: str
    role: str
    text: str
    found: tuple[Found, ...]

    @property
    def seal(self) -> str:
        """Hash of the words: a review is of these words and no others."""
        return sealed(self.text)


class Review(Record):
    """What a person decided about a candidate after reading it.

    `use` lets the words out as they are, though the screen found something in them or not; `change` puts `text` in their
    place, which is screened in turn; `keep_back` keeps them in.
    """

    id: str
    seal: str
    decision: Literal["use", "change", "keep_back"]
    looked_by: str = Field(min_length=1)
    looked_on: date
    text: str = ""


def sealed(text: str) -> str:
    """The hash of the words, short enough to stand in a table."""
    return hash_bytes(text.encode())[:16]


def review_sheet(offered: Iterable[Candidate]) -> str:
    """The candidates as a CSV sheet for a person to fill in, those with most findings first.

    Cells that a spreadsheet could take for a formula get an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(SHEET)
    for c in sorted(offered, key=lambda c: (-len(c.found), c.id)):
        said = "; ".join(f"{f.kind}: {f.words}" for f in c.found)
        writer.writerow([guarded(x) for x in (c.id, c.seal, c.code, c.text, said, "", "", "", "")])
    return out.getvalue()


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "'") else cell


def unguarded(cell: str) -> str:
    """A cell without the apostrophe that `guarded` put in front."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@", "\t", "\r", "'") else cell


def read_reviews(path: str | Path) -> tuple[Review, ...]:
    """Read a filled sheet. Rows without a decision are passed over; they stay in the way."""
    file = Path(path)
    try:
        rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline=""), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise bad(f"cannot be read as a review sheet: {error}", file=file, do="Save the sheet as CSV UTF-8.") from None
    made, problems = [], []
    for number, row in enumerate(rows, start=2):
        clean = {k: unguarded((v or "").strip()) for k, v in row.items() if k}
        if not clean.get("decision"):
            continue
        try:
            made.append(review_of(clean))
        except ValidationError as error:
            for detail in error.errors():
                column = COLUMN_OF[str(detail["loc"][0])]
                value = str(detail["input"])
                problems.append(Problem(detail["msg"], str(file), number, column, value, "Fill the row, or clear it."))
    if problems:
        raise BadInput(*problems)
    return tuple(made)


COLUMN_OF = {
    "id": "extract_id",
    "seal": "seal",
    "decision": "decision",
    "looked_by": "looked_by",
    "looked_on": "looked_on",
    "text": "changed_text",
}


def review_of(row: dict[str, str]) -> Review:
    """One row of a sheet as a review; raises `pydantic.ValidationError`."""
    return Review.model_validate({name: row.get(column, "") for name, column in COLUMN_OF.items()})
