"""The user's table of offence codes: each code's actuarial category and flags, in the form in which they are published."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resettle.document import read_text
from resettle.errors import BadInput, Problem, bad, did_you_mean
from resettle.evidence.scores.columns import Columns, factorise
from resettle.evidence.scores.scored import Floats, Reason
from resettle.evidence.scores.tables import categories

REQUIRED = ("offence_code", "actuarial_category", "violent_sanction", "opd_violence_sex")
# Categories that the published table uses for codes which do not say what was done.
TOO_BROAD = ("UNKNOWN", "NEED_DETAILS_OF_EXACT_OFFENCE")
MOST_TOLD = 20


@dataclass(frozen=True)
class OffenceCodes:
    """Offence codes of five digits, sorted, with the category of each and two flags.

    `violent` marks codes that count as a violent sanction; `violence_or_sex` violence or sexual offending as used in
    screening. `file` is where they were read.
    """

    file: Path
    codes: NDArray[np.str_]
    category: NDArray[np.str_]
    violent: NDArray[np.bool_]
    violence_or_sex: NDArray[np.bool_]

    @cached_property
    def place(self) -> dict[str, int]:
        """Position of each code."""
        return {str(code): i for i, code in enumerate(self.codes)}

    def positions(self, columns: Columns) -> NDArray[np.intp]:
        """For each person the position of their offence code, -1 where there is none.

        A code that the table lacks is a `BadInput` with the nearest one; people without a code, or with one too broad to be
        scored, are blamed.
        """
        where, found = factorise(columns.given("offence_code"))
        table = np.array([-1 if v in ("", None) else self.place.get(str(v), -2) for v in found] + [-1])
        positions = table[where]
        if (positions == -2).any():
            code = str(columns.people["offence_code"][np.argmax(positions == -2)])
            raise columns.fault(positions == -2, "offence_code", "unknown offence code", self.suggest(code))
        columns.needed("offence_code", positions == -1, Reason.OFFENCE)
        columns.blame((positions >= 0) & self.too_broad[positions], Reason.EXACT_OFFENCE)
        return positions

    @cached_property
    def too_broad(self) -> NDArray[np.bool_]:
        """Codes that do not say which offence it was."""
        return np.isin(self.category, TOO_BROAD)

    def weights(self, table: Mapping[str, float]) -> Floats:
        """The weight of each code's category, then NaN for people without a code (position -1)."""
        return np.array([table.get(str(c), np.nan) for c in self.category] + [np.nan])

    def suggest(self, code: str) -> str:
        """What to do about a code that is not in the table."""
        if (padded := code.zfill(5)) in self.place:
            return f"Did you mean {padded!r}? Keep the leading zeros."
        near = [c for c in self.place if c[:3] == padded[:3]]
        said = did_you_mean(code, near) if near else ""
        return said if said.startswith("Did") else f"Use a code of {self.file.name}: five digits, kept as text."


NO_CODES = OffenceCodes(
    Path(), np.array([], dtype=str), np.array([], dtype=str), np.array([], dtype=bool), np.array([], dtype=bool)
)


def read_offence_codes(path: str | Path) -> OffenceCodes:
    """Read a table of offence codes (CSV, UTF-8) in the published form.

    Columns: offence_code (five digits), actuarial_category, violent_sanction and opd_violence_sex (0 or 1); others are
    left aside. Every fault is told with its row in one `BadInput`.
    """
    file = Path(path)
    reader = csv.DictReader(io.StringIO(read_text(file)), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise bad(f"not a CSV table: {error}", file=file, row=reader.line_num, do="Mend that line.") from None
    for name in REQUIRED:
        if name not in (reader.fieldnames or ()):
            raise bad("a column is missing", file=file, row=1, column=name, do=f"Add the column {name}.")
    if not rows:
        raise bad("no offence codes in the table", file=file, do="Use the published table, or one of the same form.")
    problems = list(faults(rows, str(file)))
    if problems:
        raise BadInput(*problems[:MOST_TOLD])
    rows.sort(key=lambda row: row["offence_code"])
    code, category, violent, screened = (np.array([row[name] for row in rows]) for name in REQUIRED)
    return OffenceCodes(file, code, category, violent == "1", screened == "1")


def faults(rows: Iterable[Mapping[str, str | None]], file: str) -> Iterable[Problem]:
    """What is wrong with the rows of a table of offence codes."""
    known, seen = [*categories(), *TOO_BROAD], set()
    for i, row in enumerate(rows, start=2):
        code, category, *flags = (row[name] or "" for name in REQUIRED)
        if not (len(code) == 5 and code.isascii() and code.isdigit()):
            do = "Keep the column as text: a spreadsheet drops leading zeros."
            yield Problem("an offence code has five digits", file, i, "offence_code", code, do)
        if code in seen:
            yield Problem("an offence code stands twice", file, i, "offence_code", code, "Keep one of the rows.")
        seen.add(code)
        if category not in known:
            do = did_you_mean(category, known)
            yield Problem("unknown actuarial category", file, i, "actuarial_category", category, do)
        for name, flag in zip(REQUIRED[2:], flags, strict=True):
            if flag not in ("0", "1"):
                yield Problem("a flag is 0 or 1", file, i, name, flag, "Write 1 for yes, 0 for no.")
