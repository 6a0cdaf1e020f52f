"""The terms of a contract as a typed model: the vocabulary in which a contract file is written.

The descriptions of the blocks are the reference page `docs/reference/contract.md` and the JSON Schema.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import Field, PrivateAttr

from resettle.commissioning.language.base import EARLIEST, LATEST, Framework, Party, Period, Terms
from resettle.commissioning.language.capital import Capital
from resettle.commissioning.language.fields import Id, Words
from resettle.commissioning.language.limits import (
    EvidenceTerms,
    Indexation,
    Limits,
    Report,
    ServiceLevel,
    Split,
    Termination,
    Timing,
)
from resettle.commissioning.language.measures import Measure
from resettle.commissioning.language.parameters import Parameters
from resettle.commissioning.language.payments import AnyPayment, Payment
from resettle.commissioning.language.people import Population


class Variation(Terms):
    """A change of the terms from a day on. Earlier days keep their terms, so that old statements settle to the same penny."""

    effective: date = Field(ge=EARLIEST, le=LATEST, description="First day on which the new terms hold.")
    reason: str = Field(min_length=1, description="Why it was agreed.")
    changes: dict[str, Any] = Field(
        {},
        description='New values by place: `"payments.fee.amount" = "1200.00"`. Blocks of a list are named by their id, tiers and '
        "other steps by their number. A table as value adds or replaces a whole block.",
    )
    removes: tuple[str, ...] = Field((), description="Blocks that end, by place: `payments.fee`.")


class Contract(Terms):
    """A contract: one document that says who, what is measured, against what, at which price and within which limits."""

    id: Id = Field(description="Identifier; services name it in `contract_id`, and evidence in its lot.")
    title: Words = Field(min_length=1, description="Title as people call it.")
    version: str = Field("", description="Version of the text.")
    ocid: str = Field("", description="Identifier of the contracting process (Open Contracting).")
    indigo_id: str = Field("", description="Identifier in the INDIGO data set of impact bonds.")
    jurisdiction: str = Field("", description="Law and place.")
    currency: str = Field("GBP", pattern="^[A-Z]{3}$", description="Currency of every amount (ISO 4217).")
    price_base_year: int = Field(ge=1900, le=2200, description="Calendar year whose prices the amounts are in.")
    note: str = Field("", description="Anything a reader must know; it stands on every statement.")
    framework: Framework | None = Field(None, description="Framework and call-off.")
    period: Period = Field(description="When the contract runs.")
    parameters: Parameters = Field(
        {}, description="Named inputs: a number, a formula, or a block with its plausible range and source."
    )
    parties: tuple[Party, ...] = Field(description="Who is in it.")
    population: Population = Field(description="Whom it is about.")
    measures: tuple[Measure, ...] = Field((), description="Results of the cohort that payments depend on.")
    payments: tuple[AnyPayment, ...] = Field(description="What is paid, one block a payment.")
    service_levels: tuple[ServiceLevel, ...] = Field((), description="Targets for delivery, with service credits.")
    limits: Limits = Field(Limits(), description="The most and the least.")
    indexation: Indexation | None = Field(None, description="How amounts rise with prices.")
    timing: Timing = Field(Timing(), description="When results are known and money moves.")
    split: Split | None = Field(
        None, description="Who bears the money; may be left out where there is one commissioner."
    )
    capital: Capital | None = Field(None, description="Investment, guarantees and the order of repayment.")
    evidence: EvidenceTerms = Field(EvidenceTerms(), description="What counts as proof.")
    report: Report = Field(Report(), description="What is published.")
    termination: Termination | None = Field(None, description="How it can end early.")
    variations: tuple[Variation, ...] = Field(
        (), description="Changes of the terms, each from a day on, in their order."
    )
    _folder: Path | None = PrivateAttr(None)
    """Where the contract's file lies, if one of its clocks is a file beside it."""

    def party(self, party_id: str) -> Party:
        """One party by id (`KeyError` if there is none)."""
        return {p.id: p for p in self.parties}[party_id]

    def measure(self, measure_id: str) -> Measure:
        """One measure by id (`KeyError` if there is none)."""
        return {m.id: m for m in self.measures}[measure_id]

    def payment(self, payment_id: str) -> AnyPayment:
        """One payment by id (`KeyError` if there is none)."""
        return {p.id: p for p in self.payments}[payment_id]

    @property
    def end(self) -> date:
        """The last day: of the period, or earlier where the contract was left."""
        left = self.termination.left_on if self.termination else None
        return min(self.period.end, left) if left else self.period.end

    @property
    def providers(self) -> list[str]:
        """Ids of the parties whose role is provider."""
        return [p.id for p in self.parties if p.role == "provider"]

    def payee(self, payment: Payment) -> str:
        """Who receives a payment: as the payment says (the first, where there are several), or else the only provider."""
        return next(iter(self.payees(payment)))

    def payees(self, payment: Payment) -> dict[str, Decimal]:
        """Who receives a payment, with their shares."""
        return payment.payees or {payment.payee or self.providers[0]: Decimal(1)}

    @property
    def shares(self) -> dict[str, Decimal]:
        """Who bears how much of every line: as the split says, or else the only commissioner bears all."""
        if self.split:
            return self.split.payers
        return {next(p.id for p in self.parties if p.role == "commissioner"): Decimal(1)}

    def payer_shares(self, payment_id: str) -> dict[str, Decimal]:
        """Who bears how much of one payment's lines (an empty id: of lines on the whole contract)."""
        own = self.split.by_payment.get(payment_id) if self.split else None
        return own or self.shares
