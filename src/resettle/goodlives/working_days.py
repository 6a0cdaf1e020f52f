"""Working days of England and Wales: Monday to Friday without bank holidays (as the `holidays` package lists them)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from resettle.errors import bad

FARTHEST = 2000


def is_working_day(day: date) -> bool:
    """Whether offices are open: no Saturday, Sunday or bank holiday."""
    return day.weekday() < 5 and day not in bank_holidays(day.year)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England and Wales in a year, those moved and declared for once included."""
    from holidays import country_holidays

    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


def add_working_days(start: date, days: int) -> date:
    """The day that is so many working days after `start`; `start` itself is not counted, whatever day it is.

    Fewer than 0 or more than 2,000 days are a `BadInput`. None leaves a working day where it is, and moves any other on.
    """
    if not 0 <= days <= FARTHEST:
        raise bad(f"a clock runs from 0 to {FARTHEST:,} working days", value=days, do="Correct the number of days.")
    day = start
    if days == 0:
        while not is_working_day(day):
            day += timedelta(days=1)
    for _ in range(days):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start` up to and including `end`; 0 if `end` is not later."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_working_day(day) for day in days)
