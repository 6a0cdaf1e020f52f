"""The terms of a contract as a typed model: the vocabulary in which a contract file is written.

The descriptions here are the reference page `docs/reference/contract.md`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from resettle.commissioning.language.fields import DeadZone, Id, Money, Points, Prices, Share, Verification

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)
Role = Literal["commissioner", "co-payer", "provider", "evaluator", "verifier"]


class Terms(BaseModel):
    """A block of a contract: fixed once read, with no keys but those described."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Period(Terms):
    """The first and the last day, both included."""

    start: date = Field(ge=EARLIEST, le=LATEST, description="First day.")
    end: date = Field(ge=EARLIEST, le=LATEST, description="Last day, included.")


class Party(Terms):
    """Someone who signs, pays, provides, measures or verifies."""

    id: Id = Field(description="Short name by which the rest of the contract calls the party.")
    name: str = Field(min_length=1, description="Full name.")
    role: Role = Field(description="What the party does under the contract.")


class Population(Terms):
    """Whom the contract is about."""

    services: tuple[Id, ...] = Field(description="Services that the contract pays for, by `service_id` of the area.")
    index: Period | None = Field(
        None,
        description="Only starts whose index event falls in this window count; the study of the effect uses the same window.",
    )
    size: int | None = Field(
        None,
        ge=1,
        description="People expected in the cohort that is measured: lets `check` say how often chance would pay.",
    )
    comparison_size: int | None = Field(
        None, ge=1, description="People expected in the comparison group; absent: a fixed baseline."
    )


class Measure(Terms):
    """A result of the whole cohort that a payment may depend on. It is measured elsewhere, and arrives as an `Effect`."""

    id: Id = Field(description="Name by which payments call it.")
    kind: Literal["binary"] = Field("binary", description="`binary`: the share of people with at least one event.")
    clock: str = Field(description="Clock that says what counts and for how long people are followed, by name.")
    label: str = Field("", description="What is measured, in a reader's words; absent: the clock's own label.")
    baseline_rate: float | None = Field(
        None, gt=0, lt=1, description="Share expected without the service, from 0 to 1: used only by `check`."
    )


class Payment(Terms):
    """What every payment says of itself."""

    id: Id = Field(description="Name of the payment, used in statements and limits.")
    label: str = Field("", description="What is paid for, in a reader's words.")
    payee: Id | None = Field(None, description="Party that is paid; may be left out where there is one provider.")

    @property
    def name(self) -> str:
        """The label, or the id where there is none."""
        return self.label or self.id


class Fee(Payment):
    """Fee for service: a fixed amount for each whole month or quarter delivered, or once at the start."""

    kind: Literal["fee"] = Field(description="`fee`.")
    amount: Money = Field(description="Amount for each `every`.")
    every: Literal["month", "quarter", "once"] = Field("month", description="How often the amount falls due.")


class UnitTariff(Payment):
    """Unit tariff: a price for each verified outcome of one person."""

    kind: Literal["unit_tariff"] = Field(description="`unit_tariff`.")
    prices: dict[str, Prices] = Field(
        description="Price for each outcome code: one amount, or a table by complexity band (`low`, `medium`, `high`, `any`).",
    )
    verification: tuple[Verification, ...] = Field(
        ("document", "registry"), description="Kinds of verification that are accepted."
    )
    once_per_person: bool = Field(True, description="Whether each outcome is paid once only for one person.")
    max_per_person: int | None = Field(
        None, ge=1, description="Most outcomes paid for one person under this payment; the dearest are paid."
    )


class Tier(Terms):
    """One step of a tiered payment: from `from` points up to, but not including, `to` points."""

    start: Points = Field(alias="from", description="Percentage points better at which the tier starts.")
    to: Points | None = Field(None, description="Percentage points at which it stops; the last tier leaves it out.")
    amount: Money = Field(description="Amount paid in this tier, in all.")


class OutcomeRate(Payment):
    """Outcome rate: the cohort's result against a comparison, paid by the point, by the person, or in tiers."""

    kind: Literal["outcome_rate"] = Field(description="`outcome_rate`.")
    measure: Id = Field(description="Measure that decides.")
    price: Money | None = Field(None, description="Price for each `per`; not with tiers.")
    per: Literal["point", "person"] = Field(
        "point", description="`point`: a percentage point better. `person`: a person kept from the outcome."
    )
    threshold_points: Points = Field(
        Decimal(0), description="Percentage points that must be passed and are not paid for; not with tiers."
    )
    dead_zone: DeadZone = Field(
        "interval",
        description="Results too close to the comparison to pay: `interval` (the 95% interval includes zero), a number of "
        "percentage points, or `none`. Outside it, the whole distance beyond the threshold is paid.",
    )
    tiers: tuple[Tier, ...] = Field((), description="Fixed amounts by size of the difference, instead of a price.")
    hurdle: Id | None = Field(
        None,
        description="A measure that must be shown to be better (its 95% interval leaves out zero) before this pays.",
    )


AnyPayment = Annotated[Fee | UnitTariff | OutcomeRate, Field(discriminator="kind")]


class Limits(Terms):
    """The most and the least that is paid over the whole contract."""

    cap: Money | None = Field(None, description="Most that is paid in all.")
    floor: Money | None = Field(None, description="Least that is paid in all, made up once the contract has ended.")
    cap_payment: dict[str, Money] = Field({}, description="Most that is paid under one payment, by payment id.")


class Split(Terms):
    """Who bears the money."""

    payers: dict[str, Share] = Field(
        min_length=1, description="Share of every line by party id; the shares add up to 1."
    )


class Contract(Terms):
    """A contract: one document that says who, what is measured, against what, at which price and within which limits."""

    id: Id = Field(description="Identifier; services name it in `contract_id`, and evidence in its lot.")
    title: str = Field(min_length=1, description="Title as people call it.")
    currency: str = Field("GBP", pattern="^[A-Z]{3}$", description="Currency of every amount (ISO 4217).")
    price_base_year: int = Field(ge=1900, le=2200, description="Calendar year whose prices the amounts are in.")
    note: str = Field("", description="Anything a reader must know; it stands on every statement.")
    period: Period = Field(description="When the contract runs.")
    parties: tuple[Party, ...] = Field(description="Who is in it.")
    population: Population = Field(description="Whom it is about.")
    measures: tuple[Measure, ...] = Field((), description="Results of the cohort that payments depend on.")
    payments: tuple[AnyPayment, ...] = Field(description="What is paid, one block a payment.")
    limits: Limits = Field(Limits(), description="The most and the least.")
    split: Split | None = Field(
        None, description="Who bears the money; may be left out where there is one commissioner."
    )

    def party(self, party_id: str) -> Party:
        """One party by id (`KeyError` if there is none)."""
        return {p.id: p for p in self.parties}[party_id]

    def measure(self, measure_id: str) -> Measure:
        """One measure by id (`KeyError` if there is none)."""
        return {m.id: m for m in self.measures}[measure_id]

    @property
    def providers(self) -> list[str]:
        """Ids of the parties whose role is provider."""
        return [p.id for p in self.parties if p.role == "provider"]

    def payee(self, payment: Payment) -> str:
        """Who receives a payment: as the payment says, or else the only provider."""
        return payment.payee or self.providers[0]

    @property
    def shares(self) -> dict[str, Decimal]:
        """Who bears how much of every line: as the split says, or else the only commissioner bears all."""
        if self.split:
            return self.split.payers
        return {next(p.id for p in self.parties if p.role == "commissioner"): Decimal(1)}
