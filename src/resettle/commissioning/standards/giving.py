"""360Giving 1.4: a grant, and money that is reinvested, as others publish them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field

from resettle.commissioning.language.payments import Grant as GrantPayment
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.standards.base import Loss, Wire, Written, day_of, number, pence
from resettle.errors import bad
from resettle.result import Record


class Organisation(Wire):
    """A funder or a recipient."""

    id: str
    name: str


class Event(Wire):
    """Planned dates."""

    start_date: str | None = None
    end_date: str | None = None


class Grant(Wire):
    """One grant."""

    id: str
    title: str
    description: str
    currency: str
    amount_awarded: float
    award_date: str
    planned_dates: list[Event] = []
    recipient_organization: list[Organisation] = Field([], alias="recipientOrganization")
    funding_organization: list[Organisation] = Field([], alias="fundingOrganization")


class GrantPackage(Wire):
    """Grants that are published together."""

    grants: list[Grant]


class GrantFound(Record):
    """What a published grant says."""

    id: str
    title: str
    amount: Decimal
    currency: str
    awarded: date
    start: date | None
    end: date | None
    funder: str
    recipient: str


def to_360giving(contract: Contract, prefix: str) -> Written[GrantPackage]:
    """The grants of a contract, one for each payment of kind `grant`; a contract without one is a `BadInput`.

    `prefix` is the publisher's own, as 360Giving gives it (`360G-name`).
    """
    grants = [p for p in contract.payments if isinstance(p, GrantPayment)]
    if not grants:
        raise bad(
            "the contract pays no grant", column="payments", do="Only payments of kind `grant` are 360Giving grants."
        )
    funder = next(p for p in contract.parties if p.role in ("commissioner", "co-payer"))
    made = [
        Grant(
            id=f"{prefix}-{contract.id}-{g.id}",
            title=g.label or contract.title,
            description=contract.note or contract.title,
            currency=contract.currency,
            amount_awarded=number(sum((i.amount for i in g.instalments), Decimal(0))),
            award_date=min(i.on for i in g.instalments).isoformat(),
            planned_dates=[
                Event(start_date=contract.period.start.isoformat(), end_date=contract.period.end.isoformat())
            ],
            recipient_organization=[Organisation(id=contract.payee(g), name=contract.party(contract.payee(g)).name)],
            funding_organization=[Organisation(id=funder.id, name=funder.name)],
        )
        for g in grants
    ]
    return Written(GrantPackage(grants=made), tuple(giving_losses(contract, grants)))


def giving_losses(contract: Contract, grants: list[GrantPayment]) -> list[Loss]:
    """What 360Giving has no place for."""
    made = [
        Loss(what=f"payments.{p.id}", why="Only grants are published in 360Giving.")
        for p in contract.payments
        if not isinstance(p, GrantPayment)
    ]
    for g in grants:
        if len(g.instalments) > 1:
            made.append(Loss(what=f"payments.{g.id}.instalments", why="Instalments are given as one amount."))
        if g.clawback:
            made.append(Loss(what=f"payments.{g.id}.clawback", why="360Giving has no place for claw-backs."))
    made += [Loss(what=f"measures.{m.id}", why="360Giving has no place for measures.") for m in contract.measures]
    return made


def from_360giving(package: GrantPackage) -> list[GrantFound]:
    """What each published grant says."""
    return [
        GrantFound(
            id=g.id,
            title=g.title,
            amount=pence(g.amount_awarded) or Decimal(0),
            currency=g.currency,
            awarded=day_of(g.award_date) or date.min,
            start=day_of(g.planned_dates[0].start_date) if g.planned_dates else None,
            end=day_of(g.planned_dates[0].end_date) if g.planned_dates else None,
            funder=g.funding_organization[0].name if g.funding_organization else "",
            recipient=g.recipient_organization[0].name if g.recipient_organization else "",
        )
        for g in package.grants
    ]
