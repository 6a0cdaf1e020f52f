"""When things are earned, known and paid: months counted from the first of the contract (0)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import cache

from resettle.commissioning.language.measures import Measure
from resettle.commissioning.language.reading import timeline
from resettle.commissioning.language.terms import Contract
from resettle.evidence.clock import Span, clock_names, read_clock

STEP = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Window:
    """One cohort: its number, and its first and last month."""

    number: int
    first: int
    last: int


@dataclass(frozen=True)
class Calendar:
    """The months of a contract, with its terms over time."""

    contract: Contract
    held: tuple[tuple[date, Contract], ...]

    @classmethod
    def of(cls, contract: Contract) -> Calendar:
        """The calendar of a contract, with every variation that takes effect in it."""
        held = tuple(timeline(contract, contract.period.end))
        return cls(held[-1][1], held)

    @property
    def start(self) -> date:
        """First day."""
        return self.contract.period.start

    @property
    def months(self) -> int:
        """Months of the contract, a begun month counted whole."""
        return max(1, self.month_of(self.contract.end) + 1)

    def month_of(self, day: date) -> int:
        """The month of a day, counted from the day of the month on which the contract starts."""
        whole = (day.year - self.start.year) * 12 + day.month - self.start.month
        return whole - (day.day < self.start.day)

    def first_day(self, month: int) -> date:
        """The first day of a month of the contract, near enough for terms and prices (the 28th at the latest)."""
        year, rest = divmod(self.start.year * 12 + self.start.month - 1 + month, 12)
        return date(year, rest + 1, min(self.start.day, 28))

    def terms(self, month: int) -> Contract:
        """The terms in force in a month; before the first, the first ones."""
        day = max(self.first_day(month), self.start)
        return next(terms for since, terms in reversed(self.held) if since <= day)

    def year_of(self, month: int) -> int:
        """The contract year of a month, from 0; months after the end belong to later years."""
        return max(0, month) // 12

    def cohorts(self) -> list[Window]:
        """The cohorts that are measured; one over the whole contract where there is no intake."""
        intake = self.contract.population.intake
        if intake is None:
            return [Window(1, 0, self.months - 1)]
        first = self.month_of(intake.start) if intake.start else 0
        if intake.every == "count":
            each = (self.months - first) / intake.cohorts
            return [
                Window(
                    n, first + round((n - 1) * each), max(first + round(n * each) - 1, first + round((n - 1) * each))
                )
                for n in range(1, intake.cohorts + 1)
            ]
        step = STEP[intake.every]
        return [Window(n, first + (n - 1) * step, first + n * step - 1) for n in range(1, intake.cohorts + 1)]

    def known(self, window: Window, measure: Measure) -> int:
        """The month in which the result of a cohort is known: its end, follow-up and wait, and publication."""
        return window.last + follow_up(measure) + self.contract.timing.publish_months

    def paid(self, month: int) -> int:
        """The month in which money for something earned or known in a month moves.

        It is drawn up at the end of its period of reconciliation (at once, where that is after the contract ends), and paid so
        many days later.
        """
        unit = self.contract.timing.reconciliation
        last = self.months - 1
        step = self.months if unit == "end" else STEP[unit]
        drawn = month if month > last else min((month // step + 1) * step - 1, last)
        return drawn + self.wait

    @property
    def wait(self) -> int:
        """Months from a statement until it is paid."""
        return math.ceil(self.contract.timing.payment_days / 30.5)


def follow_up(measure: Measure) -> int:
    """Months for which people of a measure are followed, with the wait: as the contract says, or its clock."""
    if measure.follow_up_months is not None:
        return measure.follow_up_months
    return 0 if measure.clock is None else clock_months(measure.clock)


@cache
def clock_months(name: str) -> int:
    """Follow-up and wait of a clock that ships with Resettle; nothing for others, whose contract should say."""
    if name not in clock_names():
        return 0
    clock = read_clock(name)
    return sum(months_in(span) for span in (clock.follow_up, clock.wait) if span is not None)


def months_in(span: Span) -> int:
    """Whole months of a span of time."""
    return span.number if span.unit == "months" else round(span.number / 30.4375)
