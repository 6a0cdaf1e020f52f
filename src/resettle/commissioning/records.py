"""The records that a contract is settled on, besides outcomes of single people: cohorts, volumes, service levels, spending."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field, model_validator

from resettle.commissioning.language.fields import Amount, Band, Id, Number, Whole
from resettle.commissioning.language.measures import Design
from resettle.document import Misfit
from resettle.result import Record

HAIR = Decimal("0.00001")
"""Less than a part of a penny that anybody meant: what is left of a binary number."""


class Start(Record):
    """One person's start with a service: a row of the area's table `programme`."""

    participation: str
    person: str
    service: str
    started_on: date
    referred_on: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Start:
        if self.referred_on and self.referred_on > self.started_on:
            raise Misfit("referred after the start", "referred_on", value=self.referred_on, do="Check both dates.")
        return self


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
    cohort: Whole = Field(1, ge=1)
    people: Whole = Field(ge=1)
    value: Amount | None = None
    comparison: Amount | None = None
    comparison_people: Whole | None = Field(None, ge=1)
    low: Number | None = None
    high: Number | None = None
    quantities: dict[str, Amount] = {}
    comparison_quantities: dict[str, Amount] = {}
    mean_risk: Number | None = None
    design: Design | None = None
    known_on: date | None = None
    label: str = ""

    @model_validator(mode="after")
    def _an_interval(self) -> CohortResult:
        if (self.low is None) != (self.high is None):
            has, lacks = ("low", "high") if self.high is None else ("high", "low")
            raise Misfit(f"an interval with one end: `{lacks}` is missing", has, do=f"Give `{lacks}`, or neither.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise Misfit("the interval is upside down", "low", value=self.low, do=f"It ends at {self.high}.")
        return self


class OutcomeCount(Record):
    """How many people reached an outcome, where only that was published. `number` is None where it was not: missing, not zero."""

    id: Id
    outcome: str
    number: Whole | None = Field(None, ge=0)
    band: Band = "any"
    counted_on: date


class VolumeCount(Record):
    """How many people (or cases) of a band were served in a period that begins on a day: for volume-based fees."""

    id: Id
    starts_on: date
    number: Whole = Field(ge=0)
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

    @model_validator(mode="after")
    def _whole_pence(self) -> Spending:
        if abs(self.amount - self.pence) > HAIR:
            rule = "money has more than two decimals"
            raise Misfit(rule, "amount", value=self.amount, do="Round it to whole pence.")
        return self

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
