"""A run of retention from the command line: what is due, and erasing it for good."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from resettle.errors import bad
from resettle.web.serve import demo_of, ready


@dataclass(frozen=True)
class Due:
    """What is due of one person: the short name of the record, which names nobody, and each kind with its last day and why."""

    record: str
    kinds: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Run:
    """What a run erased: people, kinds of record, rows and files; and rows that were brought in and never mended."""

    people: int
    kinds: int
    rows: int
    files: int
    unmended: int


def due(home: Path) -> list[Due]:
    """What is due today in the workspace of a folder. A workspace without a schedule is a `BadInput`."""
    schedule = ready_schedule(home)
    from resettle.web.retention.due import everybody_due

    return [
        Due(str(one.person.pk)[:8], tuple((kind.label, str(kind.last), kind.why) for kind in one.due))
        for one in everybody_due(schedule)
    ]


def unmended(home: Path) -> int:
    """How many rows of files, about nobody yet, waited to be mended for longer than the schedule keeps them."""
    schedule = ready_schedule(home)
    from resettle.web.retention.unmended import past_rows

    return past_rows(schedule).count()


def run(home: Path) -> Run:
    """Erase what is due today, each person in one transaction, and leave nothing of it in the database's file."""
    schedule = ready_schedule(home)
    from resettle.web.retention.due import everybody_due
    from resettle.web.retention.erase import erase
    from resettle.web.retention.unmended import erase_rows

    made = [(one.person.pk, erase(schedule, one.person, None)) for one in list(everybody_due(schedule))]
    unmended = erase_rows(schedule, None)
    tidy()
    every = [erasure for _, erasures in made for erasure in erasures]
    rows = sum(sum(erasure.rows.values()) for erasure in every)
    return Run(sum(bool(e) for _, e in made), len(every), rows, sum(erasure.files for erasure in every), unmended)


def ready_schedule(home: Path) -> object:
    """The schedule in force."""
    ready(home, demo_of(home))
    from resettle.web.retention.due import in_force

    schedule = in_force()
    if schedule is None:
        raise bad(
            "no retention schedule is in force", file=home, do="The administrator sets one: Retention, in the menu."
        )
    return schedule


def tidy() -> None:
    """Take what was erased out of the pages of the database, and sessions that are over, which can name people."""
    from django.core.management import call_command
    from django.db import connection

    call_command("clearsessions")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
