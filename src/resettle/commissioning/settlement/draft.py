"""`Draft`: one line of a statement before its money is divided between payers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from resettle.commissioning.language.terms import Contract
from resettle.commissioning.statement import Line, Open
from resettle.commissioning.words import share as share_text
from resettle.money import show, split


@dataclass(frozen=True)
class Draft:
    """What one rule says is owed to one payee. `payment` is the id of the payment, empty for a limit on the whole.

    `item` names what is paid for within the payment, the same in every statement; `first` and `last` are the days it belongs to;
    `cohort` its cohort, 0 where there is none; `part` the payee's share where several are paid.
    """

    payment: str
    rule: str
    label: str
    quantity: Decimal
    unit: str
    price: Decimal
    amount: Decimal
    payee: str
    period: str
    item: str
    first: date
    last: date
    inputs: dict[str, str] = field(default_factory=dict)
    why: str = ""
    evidence: tuple[str, ...] = ()
    cohort: int = 0
    part: Decimal = Decimal(1)


@dataclass
class Made:
    """What one rule makes: lines, notes on what was not paid, and what is still open."""

    drafts: list[Draft] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    open: list[Open] = field(default_factory=list)

    def add(self, other: Made) -> None:
        """Put what another rule made behind."""
        self.drafts += other.drafts
        self.notes += other.notes
        self.open += other.open


def to_payees(draft: Draft, payees: dict[str, Decimal]) -> list[Draft]:
    """The draft divided between those who are paid, to the penny (largest remainder)."""
    if len(payees) == 1:
        return [draft]
    amounts = split(draft.amount, list(payees.values()))
    return [
        replace(
            draft,
            payee=payee,
            part=part,
            amount=amount,
            why=f"{draft.why} {share_text(part)} of this, {show_of(amount)}, goes to this payee.",
        )
        for (payee, part), amount in zip(payees.items(), amounts, strict=True)
    ]


def show_of(amount: Decimal) -> str:
    """An amount without its currency."""
    return f"{amount:,}"


def divided(number: int, draft: Draft, contract: Contract) -> list[Line]:
    """The draft as lines, one for each payer, whose amounts add up to the draft's to the penny (largest remainder)."""
    shares = contract.payer_shares(draft.payment)
    amounts = split(draft.amount, list(shares.values()))
    alone = len(shares) == 1
    return [
        Line(
            id=f"L{number}" if alone else f"L{number}-{payer}",
            rule=draft.rule,
            label=draft.label,
            quantity=draft.quantity,
            unit=draft.unit,
            price=draft.price,
            share=part * draft.part,
            amount=amount,
            payer=payer,
            payee=draft.payee,
            period=draft.period,
            payment=draft.payment,
            cell="|".join((draft.payment, draft.rule, draft.item, payer, draft.payee)),
            until=draft.last,
            inputs=draft.inputs if alone else {**draft.inputs, "whole": str(draft.amount), "share": str(part)},
            why=draft.why if alone else f"{draft.why} {bears(contract, payer, part, amount)}",
            bears="" if alone else bears(contract, payer, part, amount),
            evidence=draft.evidence if alone else tuple(own_line(e, payer) for e in draft.evidence),
        )
        for (payer, part), amount in zip(shares.items(), amounts, strict=True)
    ]


def own_line(evidence: str, payer: str) -> str:
    """A limit leads back to the payer's own share of the lines it limits; other evidence is the same for all payers."""
    return f"{evidence}-{payer}" if evidence.startswith("line:") else evidence


def bears(contract: Contract, payer: str, part: Decimal, amount: Decimal) -> str:
    """The sentence that says what one payer bears."""
    return f"{contract.party(payer).name} bears {share_text(part)} of this: {show(amount, contract.currency)}."
