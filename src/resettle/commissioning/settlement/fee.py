"""Fee for service: a fixed amount for each whole month or quarter delivered, or once at the start."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from resettle.commissioning.evidence import Evidence
from resettle.commissioning.language.base import Period
from resettle.commissioning.language.payments import Fee
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.settlement.draft import Draft
from resettle.commissioning.words import count, day, span
from resettle.money import show, to_pence

MONTHS = {"month": 1, "quarter": 3}


def months_later(start: date, months: int) -> date:
    """The same day of a later month, or the last day of that month where it is too short."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def whole_units(fee: Fee, period: Period, at: date) -> tuple[int, date]:
    """How many whole months or quarters were delivered by the end of day `at`, and the last day of the last one."""
    last = min(at, period.end)
    if fee.every == "once":
        return (1, last) if period.start <= at else (0, last)
    units, step = 0, MONTHS[fee.every]
    while months_later(period.start, (units + 1) * step) - timedelta(days=1) <= last:
        units += 1
    return units, months_later(period.start, units * step) - timedelta(days=1)


def part_left_over(fee: Fee, period: Period) -> int:
    """Days at the end of the contract that are no whole month or quarter: they carry no fee."""
    return 0 if fee.every == "once" else (period.end - whole_units(fee, period, period.end)[1]).days


def fee_lines(contract: Contract, fee: Fee, evidence: Evidence, at: date) -> list[Draft]:
    """One line: units delivered by `at`, times the amount. Its evidence is the participations that started by then."""
    units, last = whole_units(fee, contract.period, at)
    started = [s for s in evidence.starts if contract.period.start <= s.started_on <= max(last, contract.period.start)]
    amount = to_pence(units * fee.amount)
    money = show(fee.amount, contract.currency)
    if fee.every == "once":
        why = f"The contract pays {money} once, when it starts." if units else "The contract has not started."
    elif units:
        why = (
            f"{count(units, fee.every)} of service {'was' if units == 1 else 'were'} delivered, "
            f"{span(contract.period.start, last)}. "
            f"Each is paid {money}: {show(amount, contract.currency)}."
        )
    else:
        why = f"No whole {fee.every} had been delivered by {day(at)}, so no fee is due."
    return [
        Draft(
            payment=fee.id,
            rule="fee",
            label=fee.name,
            quantity=Decimal(units),
            unit="payment" if fee.every == "once" else fee.every,
            price=fee.amount,
            amount=amount,
            payee=contract.payee(fee),
            period=f"{contract.period.start} to {last}" if units else f"{contract.period.start} to {at}",
            inputs={"units": str(units), "amount": str(fee.amount), "every": fee.every, "starts": str(len(started))},
            why=f"{why} {count(len(started), 'person', 'people')} started by then." if units else why,
            evidence=tuple(sorted(f"participation:{s.participation}" for s in started)) if units else (),
        )
    ]
