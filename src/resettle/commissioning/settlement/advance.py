"""Payments on account: paid before a result is known, and set against it once it is."""

from __future__ import annotations

from decimal import Decimal

from resettle.commissioning.language.payments import OutcomeRate
from resettle.commissioning.settlement.case import DAY, MONTHS, Case, Cohort, months_later
from resettle.commissioning.settlement.draft import Draft
from resettle.commissioning.words import count, span
from resettle.money import show


def advanced(case: Case, rate: OutcomeRate, cohort: Cohort, known: bool) -> list[Draft]:
    """What was paid on account of a cohort, and, once its result is known, the line that takes it back."""
    if rate.advance is None:
        return []
    units = units_due(case, rate, cohort)
    if not units:
        return []
    paid = advance_line(case, rate, cohort, units, back=False)
    return [paid, advance_line(case, rate, cohort, units, back=True)] if known else [paid]


def units_due(case: Case, rate: OutcomeRate, cohort: Cohort) -> int:
    """Whole months, quarters or years of the cohort's days that have passed."""
    step, units = MONTHS[rate.advance.every] if rate.advance else 1, 0
    stop = min(cohort.end, case.last)
    while months_later(cohort.start, (units + 1) * step) - DAY <= stop:
        units += 1
    return units


def advance_line(case: Case, rate: OutcomeRate, cohort: Cohort, units: int, back: bool) -> Draft:
    """One of the two lines."""
    agreed = rate.advance
    each = (agreed.amount if agreed else Decimal(0)) * (-1 if back else 1)
    every, currency = agreed.every if agreed else "month", case.contract.currency
    last = months_later(cohort.start, units * MONTHS[every]) - DAY
    name = rate.name if cohort.alone else f"{rate.name}, cohort {cohort.number}"
    amount = units * each
    if back:
        why = f"The result is known, so what was paid on account, {show(-amount, currency)}, is set against it."
    else:
        why = f"{count(units, every)} on account of a result that comes later, {span(cohort.start, last)}: "
        why += f"{show(each, currency)} each."
    return Draft(
        payment=rate.id,
        rule="recovery" if back else "advance",
        label=f"{'Set against the result' if back else 'On account'}: {name}",
        quantity=Decimal(units),
        unit=every,
        price=each,
        amount=amount,
        payee=case.contract.payee(rate),
        period=f"{cohort.start} to {last}",
        item=f"{'recovery' if back else 'advance'}-{cohort.number}",
        first=cohort.start,
        last=min(cohort.end, case.contract.end),
        inputs={"units": str(units), "amount": str(abs(each)), "every": every},
        why=why,
        cohort=cohort.number,
    )
