"""Within which limits, when, and who bears the money."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from resettle.commissioning.language.base import EARLIEST, LATEST, Terms
from resettle.commissioning.language.fields import Amount, Id, Money, Number, Share
from resettle.commissioning.language.payments import Every


class Limits(Terms):
    """The most and the least that is paid."""

    cap: Money | None = Field(None, description="Most that is paid in all.")
    floor: Money | None = Field(None, description="Least that is paid in all, made up once the contract has ended.")
    cap_year: Money | None = Field(None, description="Most that is paid for one contract year.")
    cap_cohort: Money | None = Field(None, description="Most that is paid for the results of one cohort.")
    cap_payment: dict[str, Money] = Field({}, description="Most that is paid under one payment, by payment id.")
    credits: Share | None = Field(
        None,
        description="Most that service credits take from a fee in one contract year, as a share of it (fee at risk).",
    )


class Step(Terms):
    """How much a shortfall costs."""

    short_by: Amount = Field(
        description="Shortfall against the target, in the unit of the service level, from which it applies."
    )
    credit: Share = Field(description="Share of the period's fee that is taken off.")


class ServiceLevel(Terms):
    """A service level: a target for how the service is delivered, with credits (deductions) where it is missed."""

    id: Id = Field(description="Name, used in evidence.")
    label: str = Field("", description="What is asked for, in a reader's words.")
    payment: Id = Field(description="Fee from which credits are taken.")
    target: Number = Field(description="What is asked for.")
    better: Literal["higher", "lower"] = Field("higher", description="Which way is good.")
    every: Every = Field("month", description="How often it is judged.")
    steps: tuple[Step, ...] = Field(description="Credits by size of the shortfall, from the smallest to the largest.")
    reinvested: bool = Field(
        False, description="Whether credits are spent on the service by agreement: shown, and not taken from the fee."
    )

    @property
    def name(self) -> str:
        """The label, or the id where there is none."""
        return self.label or self.id


class Indexation(Terms):
    """How amounts rise with prices."""

    by_year: dict[int, Amount] = Field(
        min_length=1,
        description="Factor on amounts by calendar year, 1 in the price base year; a year that is not named takes the one before.",
    )


class Timing(Terms):
    """When results are known and money moves."""

    reconciliation: Literal["month", "quarter", "year", "end"] = Field(
        "end",
        description="Periods in which lines are drawn up, counted from the first day. `end`: one for the whole contract.",
    )
    publish_months: int = Field(
        0, ge=0, le=60, description="Months from the end of follow-up until the result is published."
    )
    payment_days: int = Field(30, ge=0, le=730, description="Days from a statement until it is paid.")


class Split(Terms):
    """Who bears the money."""

    payers: dict[str, Share] = Field(
        min_length=1, description="Share of every line by party id; the shares add up to 1."
    )
    by_payment: dict[str, dict[str, Share]] = Field(
        {}, description="Other shares for single payments, by payment id and party id."
    )
    caps: dict[str, Money] = Field(
        {}, description="Most that a payer pays in all; what is beyond falls to the other payers by their shares."
    )
    reinvest: Share = Field(
        "0", validate_default=True, description="Share that the payee must spend on reducing reoffending."
    )


class EvidenceTerms(Terms):
    """What counts as proof."""

    verification: Literal["self", "audit_sample", "independent"] = Field(
        "independent", description="Who verifies: the provider, an audit of a sample, or someone else."
    )
    verifier: Id | None = Field(None, description="Party that verifies.")
    within_days: int | None = Field(
        None, ge=0, le=3660, description="Days from observation within which an outcome must be verified to be paid."
    )
    dispute_days: int = Field(0, ge=0, le=3660, description="Days in which a statement can be disputed.")
    privacy: str = Field("", description="How data about people are protected, in words.")


class Kpi(Terms):
    """A key performance indicator that is published."""

    id: Id = Field(description="Name.")
    label: str = Field(min_length=1, description="What is reported, in a reader's words.")
    of: Id = Field(description="Measure, service level or payment that it reports.")
    target: Number | None = Field(None, description="Target.")
    unit: str = Field("", description="Unit.")


class Report(Terms):
    """What is published about the contract."""

    kpis: tuple[Kpi, ...] = Field((), description="Key performance indicators.")


class Termination(Terms):
    """How the contract can end early."""

    break_from: date | None = Field(None, ge=EARLIEST, le=LATEST, description="First day on which it can be left.")
    notice_months: int = Field(0, ge=0, le=120, description="Months of notice.")
    trigger: str = Field("", description="What lets it be ended, in words.")
    compensation: Money | None = Field(None, description="Paid to the provider where it was left.")
    left_on: date | None = Field(
        None, ge=EARLIEST, le=LATEST, description="Last day, where it was left: set by a variation."
    )
