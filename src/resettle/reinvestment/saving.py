"""`savings`: what a projection is worth, to whom, and what of it is money that can be moved."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from resettle.money import exact, show
from resettle.reference.figures import Figure
from resettle.reinvestment.appraisal import Sector
from resettle.result import Interval, Record, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Kind = Literal["cashable", "capacity", "social"]

TOTALS: dict[Sector, str] = {
    "fiscal": "work avoided by agencies, at average cost,",
    "economic": "worth to the economy",
    "social": "harm avoided, worth",
}


class Saving(Record):
    """One saving: to one agency, in one year, of one kind; present value in pounds of the price year, with its
    interval.

    `cashable` is money that can be moved because whole steps close; `capacity` is what the freed work costs on average:
    real, but not money; `social` is worth to victims, the economy and society. The kinds are never added together.
    `certain` is the amount reached in the appraisal's share of draws, `chance` the share of draws in which it is more
    than nothing.
    """

    id: str
    agency: str
    label: str
    place: str
    sector: Sector
    kind: Kind
    step: str | None = None
    year: int
    month: date
    amount: Decimal
    interval: Interval
    certain: Decimal
    chance: float


class Total(Record):
    """All years of one kind and sector together: mean, 95 % interval and the chance that it is more than nothing."""

    kind: Kind
    sector: Sector
    amount: Decimal
    interval: Interval
    chance: float


class StepReached(Record):
    """How near a step is: capacity free at the end (mean and interval), its size, and how many times more would reach
    it.
    """

    step: str
    agency: str
    label: str
    unit: str
    size: float
    free: float
    low: float
    high: float
    chance: float
    times_needed: float | None


class Savings(Result):
    """What a programme saves over the years of an appraisal, kinds and sectors kept apart.

    `available` is what each year adds to the cash that is certain enough to be moved.
    """

    area: str
    programme: str
    effect_id: str
    shown: bool
    what_if: bool
    note: str
    place: str
    currency: str
    price_year: int
    years: int
    people_a_month: float
    certainty: float
    draws: int
    savings: tuple[Saving, ...]
    totals: tuple[Total, ...]
    available: tuple[Decimal, ...]
    steps: tuple[StepReached, ...]
    figures: tuple[Figure, ...]

    @property
    def certain_cash(self) -> Decimal:
        """Cashable pounds of all years reached with the stated certainty: what may be offered for reinvestment, closing costs
        paid. Nothing, if no effect was shown.
        """
        return sum(self.available, Decimal("0.00")) if self.shown else Decimal("0.00")

    @property
    def label(self) -> str:
        """How every figure of these savings must be read."""
        base = f"present value, {self.price_year} prices"
        return f"what-if at {self.place} figures, {base}" if self.what_if else base

    @property
    def sentence(self) -> str:
        """What is cashable, what is capacity and what is social worth, each with its interval, never added together."""
        worth = [self.words(t) for t in self.totals if t.kind != "cashable"]
        if not worth:
            return f"{self.programme}: no saving was valued."
        opening = f"{self.programme[:1].upper()}{self.programme[1:]}, over {self.years} years ({self.label})"
        if not self.shown:
            return f"{opening}: a saving was not shown. It could be a loss: {'; '.join(worth)}. {self.cash_words}."
        return f"{opening}: {'; '.join(worth)}. {self.cash_words}."

    def words(self, total: Total) -> str:
        """One total in words, with its interval."""
        low, high = (show(exact(v), self.currency, pence=False) for v in (total.interval.low, total.interval.high))
        return f"{TOTALS[total.sector]} {show(total.amount, self.currency, pence=False)} (95% interval {low} to {high})"

    @property
    def cash_words(self) -> str:
        """What of it is money that can be moved."""
        certainty = f"{100 * self.certainty:.0f}% certainty"
        if self.certain_cash > 0:
            return f"{show(self.certain_cash, self.currency, pence=False)} is cashable with {certainty}"
        if not self.shown:
            return "Nothing is cashable: a difference was not shown"
        return f"Nothing is cashable with {certainty}: no whole step is reached"

    def rows(self) -> list[dict[str, Any]]:
        """One row a saving."""
        return [
            {**s.model_dump(exclude={"interval"}), "low": s.interval.low, "high": s.interval.high} for s in self.savings
        ]
