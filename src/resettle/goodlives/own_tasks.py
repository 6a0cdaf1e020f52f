"""Tasks of one person's own around a release, beside the list that is the same for everybody: when each is due, and what must be
said when one is changed or dropped.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from resettle.errors import bad
from resettle.goodlives.states import Refused

FIRST_DAYS, FURTHEST = 3, 365
Part = Literal["before", "day", "first_days", "later"]
Event = Literal["change", "done", "not_needed"]


def due(release: date, days: int | None, on: date | None) -> date:
    """The day a task is due: so many days from release (before it: negative), which moves with it, or a date of its own.

    Neither or both, or days further off than a year, are a `BadInput`.
    """
    if (days is None) == (on is None):
        raise bad("a task is due some days from release, or on a date", value=days, do="Give one of the two.")
    if days is not None and abs(days) > FURTHEST:
        raise bad("a task is at most a year from release", column="days", value=days, do="Give a date in its place.")
    return on or release + timedelta(days=days or 0)


def part(due_on: date, release: date) -> Part:
    """In which part of the list a day stands: before release, on the day, in the first 72 hours, or later."""
    days = (due_on - release).days
    if days < 0:
        return "before"
    return "day" if days == 0 else "first_days" if days <= FIRST_DAYS else "later"


def may(event: Event, reason: str) -> Refused | None:
    """Why something may not be done with a task; None where it may. Done needs no words; a change or a drop says why."""
    if event == "done" or reason.strip():
        return None
    why = "Say why the task is changed" if event == "change" else "Say why the task is not needed"
    return Refused(event=event, reason=why, do="A few words are enough.", broken="reason")
