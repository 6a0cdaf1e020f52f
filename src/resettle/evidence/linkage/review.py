"""What a person is asked about linked records: the sheet with both side by side, and what they decided."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from resettle.errors import BadInput, Problem, bad
from resettle.evidence.linkage.deciding import Asked
from resettle.evidence.linkage.people import FIELDS, People
from resettle.evidence.voices.review import guarded, unguarded
from resettle.provenance import hash_json
from resettle.result import Record

OWN = ("ours", "theirs", "seal", "why", "probability")
FILLED = ("decision", "looked_by", "looked_on")
Key = tuple[str, str]


class Decision(Record):
    """Whether two records are of one person, as somebody decided who looked at both; `seal` is the hash of what they saw."""

    ours: str = Field(min_length=1)
    theirs: str = Field(min_length=1)
    seal: str
    why: str
    decision: Literal["same", "different"]
    looked_by: str = Field(min_length=1)
    looked_on: date


def seal_of(ours: People, theirs: People, left: int, right: int) -> str:
    """The hash of what two records say, short enough to stand in a table."""
    seen = [[people.ids[number], people.values(number)] for people, number in ((ours, left), (theirs, right))]
    return hash_json(seen)[:16]


def review_sheet(asked: Iterable[Asked], ours: People, theirs: People) -> str:
    """The pairs as a CSV sheet for a person to fill in: both records side by side. It holds names: keep it safe.

    Cells that a spreadsheet could take for a formula get an apostrophe in front.
    """
    columns = [name for name in FIELDS if name in ours.fields or name in theirs.fields]
    sides = [f"{side}_{name}" for name in columns for side in ("ours", "theirs")]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*OWN, *sides, *FILLED])
    for one in asked:
        left, right = one.pair.ours, one.pair.theirs
        own = (
            ours.ids[left],
            theirs.ids[right],
            seal_of(ours, theirs, left, right),
            one.why,
            f"{one.pair.probability:.4f}",
        )
        seen = ours.values(left), theirs.values(right)
        writer.writerow(
            [guarded(x) for x in (*own, *(side.get(n) or "" for n in columns for side in seen), "", "", "")]
        )
    return out.getvalue()


def read_decisions(path: str | Path) -> tuple[Decision, ...]:
    """Read a filled sheet. Rows without a decision are passed over; every fault is told with its row in one `BadInput`."""
    file = Path(path)
    try:
        rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline=""), strict=True))
    except FileNotFoundError:
        raise bad("no such file", file=file, do="Check the path.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise bad(f"cannot be read as a review sheet: {error}", file=file, do="Save the sheet as CSV UTF-8.") from None
    names = [*OWN[:4], *FILLED]
    if rows and (missing := [name for name in names if name not in rows[0]]):
        raise bad(
            "missing column", file=file, row=1, column=missing[0], do="Fill in the sheet that `resettle link` wrote."
        )
    made: list[Decision] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=2):
        given = {name: unguarded((row.get(name) or "").strip()) for name in names}
        if not given["decision"]:
            continue
        try:
            made.append(Decision.model_validate(given))
        except ValidationError as error:
            problems += [
                Problem(fault["msg"], str(file), number, str(fault["loc"][0]), str(fault["input"]), "Fill the row, or clear it.")
                for fault in error.errors()
            ]  # fmt: skip
    problems += contradictions(made, file)
    if problems:
        raise BadInput(*problems)
    return tuple(made)


def contradictions(made: list[Decision], file: Path) -> list[Problem]:
    """Pairs decided twice, and records said to be two people."""
    problems = []
    seen: set[Key] = set()
    same: dict[str, str] = {}
    for one in made:
        if (pair := (one.ours, one.theirs)) in seen:
            problems.append(
                Problem("decided twice", str(file), None, None, " and ".join(pair), "Keep one of the rows.")
            )
        seen.add(pair)
        if one.decision == "same" and same.setdefault(one.ours, one.theirs) != one.theirs:
            value = f"{one.ours} is {same[one.ours]} and {one.theirs}"
            problems.append(Problem("one record cannot be two people", str(file), None, "decision", value, "Keep one."))
    return problems


def decided_pairs(
    decisions: Iterable[Decision], ours: People, theirs: People, file: Path | None = None
) -> dict[tuple[int, int], bool]:
    """Decisions by the numbers of both records; a `BadInput` where a record is gone or says something else by now."""
    places = [{own: number for number, own in enumerate(people.ids)} for people in (ours, theirs)]
    found: dict[tuple[int, int], bool] = {}
    problems: list[Problem] = []
    where = str(file) if file else None
    for one in decisions:
        left, right = places[0].get(one.ours), places[1].get(one.theirs)
        if left is None or right is None:
            gone = one.ours if left is None else one.theirs
            problems.append(
                Problem("a decision on a record that is not there", where, None, None, gone, "Remove the row.")
            )
        elif seal_of(ours, theirs, left, right) != one.seal:
            value = f"{one.ours} and {one.theirs}"
            rule, do = "the records have changed since this was decided", "Look at them again."
            problems.append(Problem(rule, where, None, "seal", value, do))
        else:
            found[left, right] = one.decision == "same"
    if problems:
        raise BadInput(*problems)
    return found
