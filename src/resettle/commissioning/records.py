"""The records that a contract is settled on, besides outcomes of single people: cohorts, volumes, service levels, spending."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field

from resettle.commissioning.language.fields import Amount, Band, Id, Number
from resettle.commissioning.language.measures import Design
from resettle.result import Record


class Start(Record):
    """One person's start with a service: a row of the area's table `programme`."""

    participation: str
    person: str
    service: str
    started_on: date
    referred_on: date | None = None


class CohortResult(Record):
    """The result of one cohort on one measure, as published or as an evaluation found it.

    `value` is of the cohort and `comparison` of those it is compared with, in the unit of the measure (a share from 0 to 1, events
    or days per person, a score, a cost); where the contract has an agreed baseline, `comparison` is left out. `low` and `high` are
    the ends of the 95% interval of the reduction (comparison less value). `cohort` is the number of the cohort, 1 where there is
    one only. `mean_risk` is the cohort's mean of the covariate that the baseline is adjusted by. For a measure of kind `cost`,
    `quantities` and `comparison_quantities` may be given by metric instead of `value` and `comparison`.
    """

    id: Id
    measure: Id
    cohort: int = Field(1, ge=1)
    people: int = Field(ge=1)
    value: Amount | None = None
    comparison: Amount | None = None
    comparison_people: int | None = Field(None, ge=1)
    low: Number | None = None
    high: Number | None = None
    quantities: dict[str, Amount] = {}
    comparison_quantities: dict[str, Amount] = {}
    mean_risk: Number | None = None
    design: Design | None = None
    known_on: date | None = None
    label: str = ""


class OutcomeCount(Record):
    """How many people reached an outcome, where only that was published. `number` is None where it was not: missing, not zero."""

    id: Id
    outcome: str
    number: int | None = Field(None, ge=0)
    band: Band = "any"
    counted_on: date


class VolumeCount(Record):
    """How many people (or cases) of a band were served in a period that begins on a day: for volume-based fees."""

    id: Id
    starts_on: date
    number: int = Field(ge=0)
    band: str = "any"


class LevelReading(Record):
    """What a service level came to in the period that begins on a day."""

    id: Id
    service_level: Id
    starts_on: date
    value: Number


class Spending(Record):
    """Money spent: for a person (personal budget), or by the provider (open book). A refund is negative."""

    id: Id
    payment: Id
    spent_on: date
    amount: Number
    person: str | None = None
    band: Band | None = None
    goal: str | None = None
    what: str = ""

    @property
    def pence(self) -> Decimal:
        """The amount to the penny."""
        return Decimal(self.amount).quantize(Decimal("0.01"))


class Outflow(Record):
    """Money that an investor has put in under one instrument."""

    id: Id
    instrument: Id
    on: date
    amount: Amount
