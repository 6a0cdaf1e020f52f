"""`Case`: a contract, the evidence that counts, and the day, as every rule of settlement sees them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from resettle.commissioning.evidence import Evidence
from resettle.commissioning.language.payments import AnyPayment
from resettle.commissioning.language.reading import timeline
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.outcomes import Outcomes
from resettle.commissioning.settlement.columns import NEVER, Columns, day_number
from resettle.money import to_pence

MONTHS = {"month": 1, "quarter": 3, "year": 12}
DAY = timedelta(days=1)


def months_later(start: date, months: int) -> date:
    """The same day of a later month, or the last day of that month where it is too short."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Window:
    """One period of reconciliation: first day, last, and last day that has passed. `tag` is empty where it is the only one."""

    start: date
    end: date
    last: date
    tag: str

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    @property
    def words(self) -> str:
        """The days that have passed, as a line says them."""
        return f"{self.start} to {self.last}"


@dataclass(frozen=True)
class Cohort:
    """One cohort: its number (from 1), and the days in which people enter it."""

    number: int
    start: date
    end: date
    alone: bool


@dataclass(frozen=True)
class Case:
    """What is settled: the contract as in force on the day, its terms over time, the evidence that counts, and the day.

    `columns` are the outcomes that count, as whole numbers.
    """

    contract: Contract
    held: list[tuple[date, Contract]]
    evidence: Evidence
    columns: Columns
    at: date

    @property
    def last(self) -> date:
        """The last day of the contract that has passed."""
        return min(self.at, self.contract.end)

    def late_bands(self, before: str) -> Any:
        """Which outcomes have a complexity band that was set later than the person's referral or start."""
        import numpy as np

        banded = self.columns.banded
        if (banded == NEVER).all():
            return np.zeros(len(banded), dtype=bool)
        first: dict[str, int] = {}
        for s in self.evidence.starts:
            on = day_number((s.referred_on if before == "referral" else None) or s.started_on)
            first[s.person] = min(on, first.get(s.person, on))
        return (banded != NEVER) & (banded > self.columns.by_person(first))

    def terms(self, day: date) -> Contract:
        """The terms on a day."""
        return next(terms for start, terms in reversed(self.held) if start <= day)

    def payment(self, payment_id: str, day: date) -> AnyPayment | None:
        """A payment as agreed on a day; None where it was not agreed then."""
        return next((p for p in self.terms(day).payments if p.id == payment_id), None)

    @cached_property
    def payments(self) -> list[AnyPayment]:
        """Every payment that was ever agreed, each as last agreed."""
        found = {p.id: p for _, terms in self.held for p in terms.payments}
        order = [p.id for p in self.contract.payments]
        return [found[i] for i in [*order, *(i for i in found if i not in order)]]

    @cached_property
    def windows(self) -> list[Window]:
        """The periods of reconciliation that have begun: years at least for a cap on each, months to hold money for months."""
        unit = self.contract.timing.reconciliation
        months = MONTHS.get(unit) or (12 if self.contract.limits.cap_year is not None else None)
        if any(p.deferred_months or (p.retention and p.retention.months) for p in self.contract.payments):
            months = 1
        start, stop = self.contract.period.start, self.contract.end
        if months is None:
            return [Window(start, stop, self.last, "")]
        made: list[Window] = []
        while (first := months_later(start, len(made) * months)) <= self.last:
            end = min(months_later(start, (len(made) + 1) * months) - DAY, stop)
            made.append(Window(first, end, min(self.at, end), str(first)))
        return made

    def window(self, day: date) -> Window:
        """The period of reconciliation of a day; days after the last one belong to it."""
        return next((w for w in self.windows if day <= w.end), self.windows[-1])

    def year(self, day: date) -> int:
        """The contract year of a day, from 0."""
        start, number = self.contract.period.start, 0
        while months_later(start, 12 * (number + 1)) <= day:
            number += 1
        return number

    def years(self) -> Iterator[tuple[date, date]]:
        """The contract years that have begun, with their last days."""
        start, number = self.contract.period.start, 0
        while (first := months_later(start, 12 * number)) <= self.last:
            yield first, min(months_later(start, 12 * (number + 1)) - DAY, self.contract.end)
            number += 1

    def cohorts(self) -> list[Cohort]:
        """The cohorts as agreed on the day."""
        intake, period = self.contract.population.intake, self.contract.period
        if intake is None:
            return [Cohort(1, period.start, self.contract.end, True)]
        start = intake.start or period.start
        if intake.every == "count":
            return [Cohort(n, start, self.contract.end, False) for n in range(1, intake.cohorts + 1)]
        months = MONTHS[intake.every]
        return [
            Cohort(n, months_later(start, (n - 1) * months), months_later(start, n * months) - DAY, False)
            for n in range(1, intake.cohorts + 1)
        ]

    def indexed(self, payment: AnyPayment, amount: Decimal, day: date) -> Decimal:
        """An amount in the prices of a day, to the penny, where the payment rises with prices."""
        return to_pence(amount * index_factor(self.contract, day)) if payment.indexed else amount


def index_factor(contract: Contract, day: date) -> Decimal:
    """The factor of indexation on a day: of its calendar year, or of the last year named before it; 1 before all of them."""
    by_year = contract.indexation.by_year if contract.indexation else {}
    named = [year for year in by_year if year <= day.year]
    return by_year[max(named)] if named else Decimal(1)


def open_case(contract: Contract, evidence: Evidence, at: date) -> Case:
    """The case on a day: the terms in force then, without variations still to come, and all the evidence given."""
    held = timeline(contract, at)
    return Case(held[-1][1], held, evidence, Columns(Outcomes.of(evidence.outcomes).table), at)
