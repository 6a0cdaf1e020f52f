"""Sending a file, looking at what it would do, and bringing it in: all at once or not at all, and nothing twice."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from resettle.area.importing.mapping import Mapping
from resettle.errors import Problem
from resettle.web.access.audit import record
from resettle.web.access.models import User, Verb
from resettle.web.importing.judging import faults_of, numbers_of, person_of, same, somebody_like
from resettle.web.importing.landing import LANDS, add_numbers, from_json
from resettle.web.importing.models import Import, Row
from resettle.web.importing.reading import Read, declared, header_of, read_rows

KEPT_FOR = timedelta(days=7)
"""How long a file that nobody confirmed is kept."""


def send(kind: str, name: str, data: bytes, user: User, mapping: Mapping | None = None) -> Import:
    """Keep a file until its columns are matched. What cannot be read is a `BadInput`, and nothing is kept."""
    drop_unconfirmed()
    short = Path(name).name[-120:]
    header = header_of(short, data, mapping or Mapping())
    return Import.objects.create(kind=kind, file_name=short, data=data, header=header, by=user)


def drop_unconfirmed() -> None:
    """Throw away files that nobody confirmed in time."""
    Import.objects.exclude(state=Import.State.DONE).filter(at__lt=timezone.now() - KEPT_FOR).delete()


def last_mapping(made: Import) -> dict[str, Any]:
    """How the last file with the same columns was matched, so that it is not asked again."""
    before = Import.objects.filter(kind=made.kind, by=made.by, state=Import.State.DONE)
    found = next((one for one in before[:20] if one.header == made.header), None)
    return found.mapping if found else {}


@transaction.atomic
def show(made: Import, mapping: Mapping) -> None:
    """Read and judge every row, and keep what would become of it. A header that does not fit is a `BadInput`."""
    reads, layout = read_rows(made.kind, made.file_name, bytes(made.data or b""), mapping)
    made.mapping = mapping.model_dump(mode="json", exclude_defaults=True)
    spare = [name for name in layout.ignored if not name.startswith("_")]
    made.warnings = [f"Kept nowhere: {', '.join(spare)}."] if spare else []
    made.state = Import.State.SHOWN
    made.rows.all().delete()
    columns = columns_of(made)
    rows = judged(made, reads, columns)
    try_out(made, rows, columns)
    Row.objects.bulk_create(rows)
    made.save()


def judged(made: Import, reads: list[Read], columns: dict[str, str]) -> list[Row]:
    """What becomes of each row, before anything is brought in."""
    rows, seen = [], {}
    for read in reads:
        row = Row(of=made, number=read.number, values=plain(read.values), cells=read.cells)
        row.fingerprint = fingerprint(made.kind, read)
        row.problems = [asdict(one) for one in read.problems]
        if not read.problems:
            found = faults_of(made.kind, read, made.by)
            row.problems = [problem(made, read.number, columns, *fault) for fault in found]
        judge(made, row, read, columns, seen)
        row.mends = waiting(made, read)
        rows.append(row)
    return rows


def judge(made: Import, row: Row, read: Read, columns: dict[str, str], seen: dict[Any, int]) -> None:
    """The state of one row; `seen` holds the rows before it by what makes them the same."""
    row.state = Row.State.GOOD
    if row.problems:
        row.state = set_aside(row)
        return
    earlier = seen.setdefault(row.fingerprint, row.number)
    landed = Row.objects.filter(fingerprint=row.fingerprint, state=Row.State.KEPT).select_related("person").first()
    if earlier != row.number or landed is not None:
        row.state, row.person = Row.State.THERE, landed.person if landed else None
    elif made.kind == Import.Kind.PEOPLE:
        judge_person(made, row, read, columns, seen)


def set_aside(row: Row) -> str:
    """The state of a bad row: to mend, or waiting for it already since an earlier file."""
    held = waiting_rows().filter(fingerprint=row.fingerprint)
    return Row.State.HELD if held.exists() else Row.State.BAD


def waiting_rows() -> Any:
    """The rows of all files that wait to be mended."""
    return Row.objects.filter(state=Row.State.BAD, of__state=Import.State.DONE)


def judge_person(made: Import, row: Row, read: Read, columns: dict[str, str], seen: dict[Any, int]) -> None:
    """Whether somebody is here already, is like somebody who is, or stands in the file twice."""
    values, found = read.values, person_of(read.values["number"])
    taken = [typed for typed, number in numbers_of(values["number"]) if number and person_of(typed)]
    marks: list[Any] = [number for _, number in numbers_of(values["number"])]
    marks = marks or [(values["name"].casefold().strip(), values["birth_date"])]
    twice = next((seen[mark] for mark in marks if mark in seen), None)
    for mark in marks:
        seen.setdefault(mark, row.number)
    if found is not None and same(values, found):
        row.state, row.person = Row.State.THERE, found
    elif taken:
        row.state = Row.State.BAD
        do = "Look the number up, and correct the row or the record."
        rule = "the number belongs to somebody with another name or date of birth"
        row.problems = [problem(made, row.number, columns, "number", rule, values["number"], do)]
    elif twice is not None:
        row.state = Row.State.BAD
        do = "Keep one of the two rows, with all the numbers."
        row.problems = [problem(made, row.number, columns, "name", f"stands in row {twice} too", values["name"], do)]
    else:
        row.like = somebody_like(values)
        row.state = Row.State.LIKE if row.like else Row.State.GOOD


def try_out(made: Import, rows: list[Row], columns: dict[str, str]) -> None:
    """Bring good rows in and take it all back, so that what a rule refuses is known before anybody confirms."""
    if made.kind == Import.Kind.PEOPLE:
        return
    with transaction.atomic():
        for row in rows:
            if row.state == Row.State.GOOD:
                land(made, row, columns)
                row.state = Row.State.GOOD if row.state == Row.State.KEPT else row.state
        transaction.set_rollback(True)


def land(made: Import, row: Row, columns: dict[str, str]) -> None:
    """Bring one row in, or say why it does not come in and leave nothing of it."""
    values = from_json(made.kind, row.values)
    with transaction.atomic():
        person, refused, there = LANDS[made.kind](values, made.by)
        if refused is not None:
            transaction.set_rollback(True)
    if refused is not None:
        column = refused.broken if refused.broken in columns else "number"
        said = problem(made, row.number, columns, column, refused.reason, values.get(column), refused.do)
        row.state, row.problems = set_aside(row), [said]
        return
    row.state, row.person = Row.State.THERE if there else Row.State.KEPT, person


@transaction.atomic
def confirm(made: Import, choices: dict[int, str] | None = None) -> Counter[str]:
    """Bring in what was shown; how many rows came to what. `choices` says by row what becomes of somebody who is like another:
    `new`, `same` or, where nothing is said, left out. A file is brought in once.
    """
    made = Import.objects.select_for_update().get(pk=made.pk)
    if made.state != Import.State.SHOWN:
        return counted(made)
    columns = columns_of(made)
    touched: set[Any] = set()
    for row in made.rows.select_related("like", "mends").order_by("number"):
        if row.state == Row.State.LIKE:
            choose(row, (choices or {}).get(row.number, ""))
        if row.state == Row.State.GOOD:
            judge_again(made, row, columns)
        if row.state != Row.State.BAD:
            finish(row)
        row.save()
        if row.state == Row.State.KEPT and row.person and made.kind != Import.Kind.PEOPLE:
            touched.add(row.person)
    for person in touched:
        record(made.by, Verb.CHANGE, "import", person, f"{made.get_kind_display().lower()} brought in from a file")
    made.state, made.done_at, made.data = Import.State.DONE, timezone.now(), None
    made.save()
    return counted(made)


def columns_of(made: Import) -> dict[str, str]:
    """Every declared column under the name that it has in the file."""
    named = {column: source for source, column in made.mapping.get("columns", {}).items()}
    return {column: named.get(column, column) for column in declared()[made.kind].columns}


def judge_again(made: Import, row: Row, columns: dict[str, str]) -> None:
    """Bring a row in, unless somebody has brought the same in since it was shown."""
    if made.kind == Import.Kind.PEOPLE and (found := person_of(row.values["number"])):
        row.state, row.person = Row.State.THERE, found
        return
    land(made, row, columns)


def choose(row: Row, choice: str) -> None:
    """What becomes of somebody who is like another: a new record, their numbers added to the one that is here, or nothing."""
    row.state = {"new": Row.State.GOOD, "same": Row.State.KEPT}.get(choice, Row.State.LEFT)
    if choice == "same" and row.like is not None:
        row.person = row.like
        add_numbers(row.like, row.values["number"])
        record(row.of.by, Verb.CHANGE, "import", row.like, "numbers brought in from a file")


def finish(row: Row) -> None:
    """What a row said is needed no longer: the record has it. A row that waited to be mended is closed."""
    row.values, row.cells, row.problems = {}, [], []
    if row.state in (Row.State.KEPT, Row.State.THERE):
        closed = waiting_rows().filter(Q(pk=row.mends_id) | Q(fingerprint=row.fingerprint))
        closed.update(state=Row.State.MENDED, values={}, cells=[], problems=[])


def waiting(made: Import, read: Read) -> Row | None:
    """The row that this one mends, by the number that the file of rows to mend gave it."""
    if not read.row_id.isdigit() or len(read.row_id) > 18:
        return None
    return waiting_rows().filter(of__by=made.by, of__kind=made.kind, pk=int(read.row_id)).first()


def counted(made: Import) -> Counter[str]:
    """How many rows came to what."""
    return Counter(made.rows.values_list("state", flat=True))


def problem(made: Import, number: int, columns: dict[str, str], column: str, rule: str, value: Any, do: str) -> Any:
    """A fault of a row in the words of every other: file, row, column, rule, value and what to do."""
    text = None if value in (None, "") else str(value)
    return asdict(Problem(rule, made.file_name, number, columns.get(column, column), text, do))


def told(row: Row) -> list[Problem]:
    """What is wrong with a row."""
    return [Problem(**one) for one in row.problems]


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them."""
    return {name: value if value is None or isinstance(value, int) else str(value) for name, value in values.items()}


def fingerprint(kind: str, read: Read) -> str:
    """A hash of what a row says; of its cells where it is bad."""
    says = [kind, sorted(plain(read.values).items()), read.cells if read.problems else None]
    return hashlib.sha256(json.dumps(says, ensure_ascii=False, default=str).encode()).hexdigest()


def run(kind: str, file: Path, user: User, mapping: Mapping, go: bool) -> tuple[Import, Counter[str]]:
    """Send, look at and (with `go`) bring in a file in one go, for the command line; without it nothing is kept."""
    with transaction.atomic():
        made = Import.objects.create(kind=kind, file_name=file.name[-120:], data=file.read_bytes(), by=user)
        made.header = header_of(made.file_name, bytes(made.data), mapping)
        made.save()
        show(made, mapping)
        if go:
            confirm(made)
    return made, counted(made)


def said_of(counts: Counter[str]) -> str:
    """The counts in a sentence."""
    words = {
        Row.State.GOOD: "to bring in",
        Row.State.KEPT: "brought in",
        Row.State.LIKE: "like somebody who is here",
        Row.State.BAD: "to mend",
        Row.State.THERE: "here already",
        Row.State.HELD: "waiting to be mended already",
        Row.State.LEFT: "left out",
    }
    parts = [f"{counts[state]:,} {text}" for state, text in words.items() if counts[state]]
    read = sum(counts.values())
    return f"{read:,} {'row' if read == 1 else 'rows'} read: {', '.join(parts)}." if parts else "No rows were read."
