"""When things are due: clocks of working days, and reviews of the plan by the time that is left.

Clocks of referrals are those in HMPPS Refer and Monitor an Intervention; reviews by time left and what puts them off, those of
the HMPPS education and work plan, with the later end of each window.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from resettle.errors import bad, did_you_mean
from resettle.goodlives.working_days import add_working_days
from resettle.result import Record

CLOCKS: dict[str, int] = {"initial_assessment": 10, "action_plan": 5, "end_report": 5, "transfer_review": 10}
EXEMPTIONS: dict[str, int] = {"person_away": 5, "unwell": 5, "system_outage": 5, "excluded": 10, "transfer": 10}
WINDOWS: tuple[tuple[int, int], ...] = ((60, 12), (12, 6), (6, 3), (3, 3))
LAST_MONTHS, DAYS_BEFORE_RELEASE = 3, 7
MONTH = 30.4375


class Clock(Record):
    """Something with a date by which it is due, and how it stands today."""

    due: date
    state: Literal["to_do", "due_today", "overdue", "in_time", "late"]


def due(clock: str, since: date) -> date:
    """The day by which something is due, so many working days after it began; an unknown clock is a `BadInput`."""
    if clock not in CLOCKS:
        raise bad("no such clock", value=clock, do=did_you_mean(clock, CLOCKS))
    return add_working_days(since, CLOCKS[clock])


def stands(due_on: date, today: date, done_on: date | None = None) -> Clock:
    """How something due stands: what was done late stays late, whatever happens afterwards."""
    if done_on is not None:
        return Clock(due=due_on, state="late" if done_on > due_on else "in_time")
    state: Literal["to_do", "due_today", "overdue"] = "overdue" if today > due_on else "to_do"
    return Clock(due=due_on, state="due_today" if today == due_on else state)


def next_review(last: date, release: date | None) -> date | None:
    """When the plan is to be looked at again, given the last look and the day of release (None: not known, or indeterminate).

    Twelve months on with more than five years left or no date, six with more than one, three with more than half a year, and then
    a week before release at the latest; None in the last three months, where the tasks before release take its place.
    """
    if release is None:
        return months_on(last, 12)
    left = (release - last).days / MONTH
    if left <= LAST_MONTHS:
        return None
    months = next((step for floor, step in WINDOWS if left > floor), WINDOWS[-1][1])
    return min(months_on(last, months), release - timedelta(days=DAYS_BEFORE_RELEASE))


def put_off(due_on: date, today: date, why: str) -> date:
    """The new date of a review that is put off for a coded reason. One that is overdue, or an unknown reason, is a `BadInput`."""
    if why not in EXEMPTIONS:
        raise bad("no such reason to put off a review", value=why, do=did_you_mean(why, EXEMPTIONS))
    if today > due_on:
        raise bad("an overdue review cannot be put off", value=due_on, do="Do it as soon as you can.")
    return add_working_days(due_on, EXEMPTIONS[why])


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    ends = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)
    return ends.replace(day=min(day.day, ends.day))
