"""Caps of single payers: what one no longer bears, the others do, so that nothing is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from resettle.commissioning.language.terms import Contract
from resettle.commissioning.statement import Line
from resettle.money import show, split

ZERO = Decimal("0.00")


def payer_lines(contract: Contract, lines: Sequence[Line], number: int) -> list[Line]:
    """Pairs of lines that move what is beyond a payer's cap to the other payers, by their shares. They add up to nothing."""
    caps = contract.split.caps if contract.split else {}
    borne: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        borne[line.payer, line.payee] += line.amount
    made: list[Line] = []
    full: list[str] = []
    for payer in (p for p in contract.shares if p in caps):
        paid = sum((a for (p, _), a in borne.items() if p == payer), ZERO)
        full.append(payer)
        others = {p: s for p, s in contract.shares.items() if p not in full and s > 0}
        if paid <= caps[payer] or not others:
            continue
        for payee, part in over_by_payee(borne, payer, paid - caps[payer]).items():
            moved = [(payer, -part), *zip(others, split(part, list(others.values())), strict=True)]
            for other, amount in moved:
                borne[other, payee] += amount
                made.append(moved_line(contract, payer, other, payee, amount, f"L{number + len(made)}-{other}"))
    return [line for line in made if line.amount]


def over_by_payee(borne: dict[tuple[str, str], Decimal], payer: str, over: Decimal) -> dict[str, Decimal]:
    """What is beyond a payer's cap, divided between payees by what each receives from that payer."""
    owed = {payee: max(amount, ZERO) for (p, payee), amount in borne.items() if p == payer}
    return {payee: part for payee, part in zip(owed, split(over, list(owed.values())), strict=True) if part}


def moved_line(contract: Contract, payer: str, other: str, payee: str, amount: Decimal, id: str) -> Line:
    """A line that takes money off a payer at its cap, or puts it on another."""
    cap, currency = (contract.split.caps if contract.split else {})[payer], contract.currency
    name = contract.party(payer).name
    does = f"{name} pays at most {show(cap, currency)}"
    why = (
        f"{does}, so {show(-amount, currency)} falls to others."
        if other == payer
        else f"{does}; this much more falls here."
    )
    return Line(
        id=id,
        rule="payer_cap",
        label=f"Cap of {name}",
        quantity=Decimal(1),
        unit="limit",
        price=amount,
        amount=amount,
        payer=other,
        payee=payee,
        period=f"{contract.period.start} to {contract.end}",
        cell=f"|payer_cap|{payer}|{other}|{payee}",
        until=contract.end,
        inputs={"cap": str(cap)},
        why=why,
    )
