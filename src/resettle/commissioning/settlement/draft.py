"""`Draft`: one line of a statement before its money is divided between payers."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from resettle.commissioning.language.terms import Contract
from resettle.commissioning.statement import Line
from resettle.commissioning.words import share as share_text
from resettle.money import show, split


@dataclass(frozen=True)
class Draft:
    """What one rule says is owed to one payee. `payment` is the id of the payment, empty for a limit on the whole."""

    payment: str
    rule: str
    label: str
    quantity: Decimal
    unit: str
    price: Decimal
    amount: Decimal
    payee: str
    period: str
    inputs: dict[str, str] = field(default_factory=dict)
    why: str = ""
    evidence: tuple[str, ...] = ()


def divided(number: int, draft: Draft, contract: Contract) -> list[Line]:
    """The draft as lines, one for each payer, whose amounts add up to the draft's to the penny (largest remainder)."""
    shares = contract.shares
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
            share=part,
            amount=amount,
            payer=payer,
            payee=draft.payee,
            period=draft.period,
            payment=draft.payment,
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
