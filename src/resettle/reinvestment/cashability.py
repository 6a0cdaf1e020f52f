"""What is cashable, when, and by whom: the result, step by step and month by month, and agency by agency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from resettle.result import Interval, Record, Result


class StepMonth(Record):
    """One step in one month: capacity free, the share of draws in which a step is closed, steps closed, and pounds moved."""

    month: date
    free: float
    low: float
    high: float
    chance: float
    closed: float
    cash: float


class PooledPlace(Record):
    """One place in a pool: its chance of closing a step alone, mean pounds alone, and its fair share of the pool's mean pounds."""

    place: str
    people_a_month: float
    chance_alone: float
    alone: Decimal
    share: Decimal


class StepPool(Record):
    """A step over several places: together against alone. `smallest` are the fewest that reach it with the wanted certainty."""

    chance_together: float
    chance_alone: float
    together: Decimal
    alone: Decimal
    split: str
    places: tuple[PooledPlace, ...]
    smallest: tuple[str, ...]


class StepCash(Record):
    """One step month by month, when it is closed with the wanted certainty (None: never), and what would make it so."""

    step: str
    agency: str
    label: str
    unit: str
    size: float
    months: tuple[StepMonth, ...]
    first: date | None
    needed: str
    pool: StepPool | None = None

    @property
    def last(self) -> StepMonth:
        """The last month."""
        return self.months[-1]


class AgencyCash(Record):
    """One agency over all years, present values: the three kinds apart, with intervals; `what` says what would make it cash."""

    agency: str
    cashable: Decimal
    cashable_interval: Interval
    chance: float
    usable: Decimal
    usable_interval: Interval
    not_cashable: Decimal
    not_cashable_interval: Interval
    what: str


class Cashability(Result):
    """What is cashable, usable but not cashable, and not cashable, by agency; and each step month by month."""

    place: str
    currency: str
    price_year: int
    certainty: float
    agencies: tuple[AgencyCash, ...]
    steps: tuple[StepCash, ...]

    @property
    def sentence(self) -> str:
        """Which steps close from when, or that none does and what would make it so."""
        certain = [one for one in self.steps if one.first is not None]
        if certain:
            parts = [f"{one.agency} can close {one.label} from {one.first:%B %Y}" for one in certain]
            return f"With {self.certainty:.0%} certainty {'; '.join(parts)}."
        nearest = max(self.steps, key=lambda one: one.last.free / one.size, default=None)
        if nearest is None:
            return "Nothing is cashable: no step is named, so nothing can be closed."
        return f"Nothing is cashable with {self.certainty:.0%} certainty. Nearest is {nearest.agency}: {nearest.needed}"

    def rows(self) -> list[dict[str, Any]]:
        """One row an agency."""
        return [
            {
                "agency": one.agency,
                "cashable": one.cashable,
                "chance": one.chance,
                "usable": one.usable,
                "not_cashable": one.not_cashable,
                "what would make it cash": one.what,
            }
            for one in self.agencies
        ]

    def by_month(self, every: int = 6) -> list[dict[str, Any]]:
        """Each step at the end of every so many months."""
        return [
            {"step": one.step, "size": one.size, **month.model_dump()}
            for one in self.steps
            for month in one.months[every - 1 :: every]
        ]

    def pooled(self) -> list[dict[str, Any]]:
        """One row for each step and place of a pool."""
        return [
            {"step": one.step, **place.model_dump(), "chance_together": one.pool.chance_together}
            for one in self.steps
            if one.pool
            for place in one.pool.places
        ]
