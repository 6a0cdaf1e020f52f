"""Caps and floors: what they cut and what they make up, each as a line of its own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from resettle.commissioning.language.terms import Contract
from resettle.commissioning.settlement.draft import Draft
from resettle.commissioning.words import day
from resettle.money import show, split

ZERO = Decimal("0.00")


def above(amount: Any, most: Any) -> Any:
    """How much of `amount` lies above a cap. Works for one `Decimal` and for arrays."""
    return (amount - most) * (amount > most)


def below(amount: Any, least: Any) -> Any:
    """How much `amount` lacks to a floor. Works for one `Decimal` and for arrays."""
    return (least - amount) * (amount < least)


def limit_lines(contract: Contract, drafts: list[tuple[str, Draft]], at: date) -> tuple[list[Draft], list[str]]:
    """The lines that caps and the floor add to `drafts` (each with the id of its line), and notes on what is still open.

    Order: caps of single payments, then the cap of the contract, then its floor, which is made up once the contract has ended.
    """
    made: list[Draft] = []
    for payment, most in contract.limits.cap_payment.items():
        own = [(i, d) for i, d in drafts if d.payment == payment]
        name = next((p.name for p in contract.payments if p.id == payment), payment)
        made += cut(contract, own, most, payment, f"Cap on {name}")
    whole = drafts + [("", d) for d in made]
    if contract.limits.cap is not None:
        made += cut(contract, whole, contract.limits.cap, "", "Cap on the contract")
    notes: list[str] = []
    if contract.limits.floor is not None:
        paid = sum((d.amount for _, d in drafts), ZERO) + sum((d.amount for d in made), ZERO)
        if at >= contract.period.end:
            made += top_up(contract, paid, drafts)
        elif below(paid, contract.limits.floor):
            floor = show(contract.limits.floor, contract.currency)
            notes.append(
                f"The contract pays at least {floor} in all. This is made up when it ends, on {day(contract.period.end)}."
            )
    return made, notes


def cut(contract: Contract, drafts: list[tuple[str, Draft]], most: Decimal, payment: str, label: str) -> list[Draft]:
    """Negative lines, one for each payee in proportion to what each was to receive, where the drafts exceed a cap."""
    before = sum((d.amount for _, d in drafts), ZERO)
    over = above(before, most)
    if not over:
        return []
    owed: dict[str, Decimal] = {}
    for _, draft in drafts:
        owed[draft.payee] = owed.get(draft.payee, ZERO) + draft.amount
    currency = contract.currency
    return [
        Draft(
            payment=payment,
            rule="cap",
            label=label,
            quantity=Decimal(1),
            unit="limit",
            price=-part,
            amount=-part,
            payee=payee,
            period=drafts[0][1].period,
            inputs={"cap": str(most), "before": str(before), "cut": str(over), "payee_share": str(owed[payee])},
            why=f"At most {show(most, currency)} is paid, and {show(before, currency)} was earned, "
            f"so {show(part, currency)} is taken off.",
            evidence=tuple(f"line:{i}" for i, d in drafts if i and d.payee == payee and d.amount),
        )
        for payee, part in zip(owed, split(over, list(owed.values())), strict=True)
        if part
    ]


def top_up(contract: Contract, paid: Decimal, drafts: list[tuple[str, Draft]]) -> list[Draft]:
    """The line that makes up a floor, owed to the payee of the first payment."""
    floor = contract.limits.floor or ZERO
    missing = below(paid, floor)
    if not missing:
        return []
    return [
        Draft(
            payment="",
            rule="floor",
            label="Floor of the contract",
            quantity=Decimal(1),
            unit="limit",
            price=missing,
            amount=missing,
            payee=contract.payee(contract.payments[0]),
            period=f"{contract.period.start} to {contract.period.end}",
            inputs={"floor": str(floor), "before": str(paid)},
            why=f"The contract pays at least {show(floor, contract.currency)} in all, and {show(paid, contract.currency)} "
            f"was earned, so {show(missing, contract.currency)} is added.",
            evidence=tuple(f"line:{i}" for i, _ in drafts),
        )
    ]
