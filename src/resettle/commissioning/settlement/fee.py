"""Fee for service: a fixed amount for each whole month, quarter or year delivered, or once at the start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from resettle.commissioning.language.base import Period
from resettle.commissioning.language.payments import Fee
from resettle.commissioning.settlement.case import DAY, MONTHS, Case, Window, months_later
from resettle.commissioning.settlement.draft import Draft, Made
from resettle.commissioning.words import count, day, span
from resettle.money import show, to_pence

__all__ = ["fee_amount", "fee_lines", "months_later", "part_left_over", "units_of", "whole_units"]


@dataclass(frozen=True)
class Unit:
    """One month, quarter or year delivered, or the one payment at the start, with what it is paid."""

    first: date
    last: date
    price: Decimal


def whole_units(fee: Fee, period: Period, at: date) -> tuple[int, date]:
    """How many whole months or quarters were delivered by the end of day `at`, and the last day of the last one."""
    last = min(at, period.end)
    if fee.every == "once":
        return (1, last) if period.start <= at else (0, last)
    units, step = 0, MONTHS[fee.every]
    while months_later(period.start, (units + 1) * step) - DAY <= last:
        units += 1
    return units, months_later(period.start, units * step) - DAY


def part_left_over(fee: Fee, period: Period) -> int:
    """Days at the end of the contract that are no whole month or quarter: they carry no fee."""
    return 0 if fee.every == "once" else (period.end - whole_units(fee, period, period.end)[1]).days


def fee_amount(fee: Fee, year: int) -> Decimal:
    """The amount of a fee in a contract year (from 0), after what is learned each year, to the penny."""
    learned = (1 - fee.learning) ** year if year else Decimal(1)  # nothing to the power of nothing is refused
    return to_pence(fee.amount * learned)


def units_of(case: Case, fee_id: str) -> Iterator[Unit]:
    """Every unit of a fee delivered by the day, each at the price of the terms in force on its first day."""
    start, number = case.contract.period.start, 0
    while number <= 12 * 400:
        fee = case.payment(fee_id, first := months_later(start, number))
        if first > case.last:
            return
        if not isinstance(fee, Fee):
            number += 1
            continue
        if fee.every == "once":
            yield Unit(first, first, case.indexed(fee, fee.amount, first))
            return
        end = months_later(start, number + MONTHS[fee.every]) - DAY
        if end > case.last:
            return
        yield Unit(first, end, case.indexed(fee, fee_amount(fee, case.year(first)), first))
        number += MONTHS[fee.every]


def fee_lines(case: Case, fee: Fee) -> Made:
    """A line for each price in each period: units delivered times the amount. Its evidence is the people who started by then."""
    groups: dict[tuple[Window, Decimal], list[Unit]] = defaultdict(list)
    for unit in units_of(case, fee.id):
        groups[case.window(unit.last), unit.price].append(unit)
    if not groups:
        return Made([nothing_yet(case, fee)])
    once = len(groups) == 1
    return Made([delivered(case, fee, w, price, units, once) for (w, price), units in groups.items()])


def nothing_yet(case: Case, fee: Fee) -> Draft:
    """The line of a fee of which no whole unit has been delivered."""
    contract = case.contract
    why = f"No whole {fee.every} had been delivered by {day(case.at)}, so no fee is due."
    return line(case, fee, case.windows[0], fee.amount, 0, f"{contract.period.start} to {case.at}", why, [])


def delivered(case: Case, fee: Fee, window: Window, price: Decimal, units: list[Unit], once: bool) -> Draft:
    """The line of units at one price in one period."""
    contract, first = case.contract, case.contract.period.start if once else units[0].first
    last = case.last if fee.every == "once" else units[-1].last
    since = contract.period.start if once else window.start
    started = [s.participation for s in case.evidence.starts if since <= s.started_on <= max(last, first)]
    money, number = show(price, contract.currency), len(units)
    if fee.every == "once":
        why = f"The contract pays {money} once, when it starts."
    else:
        why = (
            f"{count(number, fee.every)} of service {'was' if number == 1 else 'were'} delivered, {span(first, last)}. "
            f"Each is paid {money}: {show(number * price, contract.currency)}."
        )
    if case.evidence.starts:
        why += f" {count(len(started), 'person', 'people')} started by then."
    return line(case, fee, window, price, number, f"{first} to {last}", why, started)


def line(
    case: Case, fee: Fee, window: Window, price: Decimal, number: int, period: str, why: str, started: list[str]
) -> Draft:
    """A line of a fee."""
    return Draft(
        payment=fee.id,
        rule="fee",
        label=fee.name,
        quantity=Decimal(number),
        unit="payment" if fee.every == "once" else fee.every,
        price=price,
        amount=to_pence(number * price),
        payee=case.contract.payee(fee),
        period=period,
        item=f"{window.tag}@{price}",
        first=window.start,
        last=window.end,
        inputs={"units": str(number), "amount": str(price), "every": fee.every, "starts": str(len(started))},
        why=why,
        evidence=tuple(sorted(f"participation:{p}" for p in started)) if number else (),
    )
