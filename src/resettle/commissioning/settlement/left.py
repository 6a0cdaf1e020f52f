"""What is paid where a contract was left early."""

from __future__ import annotations

from decimal import Decimal

from resettle.commissioning.settlement.case import Case
from resettle.commissioning.settlement.draft import Draft, Made
from resettle.commissioning.words import day
from resettle.money import show


def left_lines(case: Case) -> Made:
    """The line of the compensation, once the contract was left."""
    rule = case.contract.termination
    if rule is None or rule.left_on is None or rule.compensation is None or case.at < rule.left_on:
        return Made()
    amount, contract = rule.compensation, case.contract
    why = f"The contract was left on {day(rule.left_on)}; {show(amount, contract.currency)} is paid for that."
    return Made(
        [
            Draft(
                payment="",
                rule="compensation",
                label="Compensation for leaving early",
                quantity=Decimal(1),
                unit="payment",
                price=amount,
                amount=amount,
                payee=contract.payee(contract.payments[0]),
                period=f"{rule.left_on} to {rule.left_on}",
                item="compensation",
                first=rule.left_on,
                last=rule.left_on,
                inputs={"left_on": str(rule.left_on)},
                why=why,
            )
        ]
    )
