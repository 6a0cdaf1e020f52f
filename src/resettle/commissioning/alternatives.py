"""Alternatives to a contract, written out: the same money as a fee, a grant, a block, personal budgets, or half and half."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from resettle.commissioning.beliefs import Beliefs
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.value import SEED, value
from resettle.errors import bad
from resettle.money import exact, to_pence

KINDS = ("fee", "grant", "block", "personal budgets", "half results", "by investors")


def alternatives(contract: Contract, beliefs: Beliefs, draws: int = 2000, seed: int = SEED) -> list[Contract]:
    """Other arrangements for the same people and about the same money: what the contract is expected to pay.

    A fee each month that follows volume; a grant a year, in advance; a block (a fee that moves with nothing); personal budgets
    where people are expected; half as a fee and half as now; and the contract as it is with an investor who carries its cost
    until it pays. Those that the contract already is, and those that make no sense for it, are left out.
    """
    expected = to_pence(exact(round(value(contract, beliefs, draws, seed).total.mean, 2)))
    if expected <= 0:
        raise bad("the contract is expected to pay nothing, so there is nothing to compare", value=expected)
    raw = contract.model_dump(mode="json", by_alias=True, exclude={"variations", "limits", "service_levels", "capital"})
    made = [like(contract, raw, name, payments) for name, payments in whole(contract, beliefs, expected).items()]
    if any(p.kind not in ("fee", "grant") for p in contract.payments):
        made.append(half(contract, expected))
    if contract.capital is None and any(p.kind == "outcome_rate" for p in contract.payments):
        made.append(invested(contract, beliefs))
    return made


def whole(contract: Contract, beliefs: Beliefs, expected: Decimal) -> dict[str, list[dict[str, Any]]]:
    """The arrangements that pay all of the money in another way."""
    months = max(1, round((contract.period.end - contract.period.start).days / 30.44))
    monthly = str(to_pence(expected / months))
    made: dict[str, list[dict[str, Any]]] = {
        "block": [{"id": "block", "kind": "fee", "label": "Block", "amount": monthly}]
    }
    starts = years_of(contract)
    each = str(to_pence(expected / len(starts)))
    made["grant"] = [
        {"id": "grant", "kind": "grant", "label": "Grant", "instalments": [{"on": d, "amount": each} for d in starts]}
    ]
    if beliefs.people:
        yearly = beliefs.people / (months / 12)
        volume = {"expected": yearly, "low": yearly, "high": yearly, "marginal": "1"}
        made["fee"] = [{"id": "fee", "kind": "fee", "label": "Fee by volume", "amount": monthly, "volume": volume}]
        person = str(to_pence(expected / beliefs.people))
        made["personal budgets"] = [
            {"id": "budgets", "kind": "personal_budget", "label": "Personal budgets", "amounts": person}
        ]
    return made


def years_of(contract: Contract) -> list[str]:
    """The first day of every contract year."""
    start = contract.period.start
    days = [
        date(start.year + n, start.month, min(start.day, 28)) for n in range(contract.period.end.year - start.year + 1)
    ]
    return [d.isoformat() for d in days if d <= contract.period.end]


def like(contract: Contract, raw: dict[str, Any], name: str, payments: list[dict[str, Any]]) -> Contract:
    """The contract with other payments, for the same parties and people."""
    payee = contract.payee(contract.payments[0])
    held = {**raw, "id": f"{contract.id}.{name.replace(' ', '-')}", "title": f"{contract.title}: {name}"}
    held["payments"] = [{**p, "payee": payee} for p in payments]
    held["split"] = {"payers": {k: str(v) for k, v in contract.shares.items()}}
    return Contract.model_validate(held)


def half(contract: Contract, expected: Decimal) -> Contract:
    """Half of the money as a fee, and half of every payment of the contract."""
    raw = contract.model_dump(mode="json", by_alias=True, exclude={"variations", "capital"})
    months = max(1, round((contract.period.end - contract.period.start).days / 30.44))
    payee = contract.payee(contract.payments[0])
    raw["payments"] = [halved(p) for p in raw["payments"]]
    fee = {"id": "half-fee", "kind": "fee", "label": "Half as a fee", "amount": str(to_pence(expected / months / 2))}
    raw["payments"].append({**fee, "payee": payee})
    return Contract.model_validate({**raw, "id": f"{contract.id}.half", "title": f"{contract.title}: half as a fee"})


AMOUNTS = ("amount", "price", "penalty")


def halved(node: Any, key: str = "") -> Any:
    """Every amount of a payment divided by two."""
    if isinstance(node, dict):
        return {k: (halved(v, "amount") if key in ("prices", "amounts") else halved(v, k)) for k, v in node.items()}
    if isinstance(node, list):
        return [halved(item, key) for item in node]
    return str(to_pence(Decimal(node) / 2)) if key in AMOUNTS and node is not None else node


def invested(contract: Contract, beliefs: Beliefs) -> Contract:
    """The same contract with an investor who puts up the cost of delivery, and is repaid from what it pays."""
    raw = contract.model_dump(mode="json", by_alias=True, exclude={"variations"})
    months = max(1, round((contract.period.end - contract.period.start).days / 30.44))
    cost = to_pence(beliefs.monthly_cost * months + beliefs.cost.mobilisation + beliefs.cost.a_start * beliefs.people)
    raw["parties"].append({"id": "an-investor", "name": "An investor", "role": "investor"})
    instrument = {
        "id": "investment",
        "party": "an-investor",
        "kind": "equity",
        "commitment": str(max(cost, Decimal("1.00"))),
    }
    raw["capital"] = {"vehicle": contract.payee(contract.payments[0]), "instruments": [instrument]}
    return Contract.model_validate({**raw, "id": f"{contract.id}.invested", "title": f"{contract.title}: by investors"})
