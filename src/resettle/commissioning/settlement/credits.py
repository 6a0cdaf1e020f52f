"""Service credits: what is taken from a fee where a service level was missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from resettle.commissioning.language.limits import ServiceLevel
from resettle.commissioning.language.payments import Fee
from resettle.commissioning.records import LevelReading
from resettle.commissioning.settlement.case import DAY, MONTHS, Case, months_later
from resettle.commissioning.settlement.draft import Draft, Made
from resettle.commissioning.settlement.fee import units_of
from resettle.commissioning.statement import Open
from resettle.commissioning.words import plain, share, span
from resettle.money import show, to_pence

ZERO = Decimal("0.00")


def credit_share(steps: Sequence[tuple[Any, Any]], shortfall: Any) -> Any:
    """The share of the fee that a shortfall costs. `steps` are (short by, credit), from the smallest shortfall to the largest.

    Works for one number and for arrays.
    """
    credit = 0 * shortfall
    for short_by, part in steps:
        reached = (shortfall >= short_by) & (shortfall > 0)
        credit = credit * (1 - reached) + part * reached
    return credit


def credit_lines(case: Case) -> Made:
    """A line for each period in which a service level was missed, within the share of the fee that is at risk in a year."""
    made = Made()
    taken: dict[tuple[str, int], Decimal] = defaultdict(lambda: ZERO)
    for reading in sorted(case.evidence.levels, key=lambda r: (r.starts_on, r.service_level, r.id)):
        level = next((s for s in case.terms(reading.starts_on).service_levels if s.id == reading.service_level), None)
        if level is None or not case.contract.period.start <= reading.starts_on <= case.last:
            made.notes.append(
                f"A reading of {reading.service_level} set aside: the contract had no such service level then."
            )
            continue
        last = months_later(reading.starts_on, MONTHS[level.every]) - DAY
        if last > case.at:
            why = "its period is not over."
            made.open.append(Open(payment=level.payment, what=level.name, why=why, closes_on=last))
            continue
        draft = credit_line(case, level, reading, taken)
        made.drafts += [draft] if draft else []
    made.open += unread(case)
    return made


def credit_line(
    case: Case, level: ServiceLevel, reading: LevelReading, taken: dict[tuple[str, int], Decimal]
) -> Draft | None:
    """The line of one reading; none where the level was met."""
    sign = 1 if level.better == "higher" else -1
    shortfall = sign * (level.target - reading.value)
    part = credit_share([(s.short_by, s.credit) for s in level.steps], shortfall)
    if not part:
        return None
    last = months_later(reading.starts_on, MONTHS[level.every]) - DAY
    units = list(units_of(case, level.payment))
    fee = sum((u.price for u in units if reading.starts_on <= u.last <= last), ZERO)
    year = case.year(reading.starts_on)
    wanted = to_pence(part * fee)
    credit = wanted if level.reinvested else min(wanted, room(case, level, year, units, taken))
    if not level.reinvested:
        taken[level.payment, year] += credit
    fee_terms = case.payment(level.payment, reading.starts_on)
    owed = ZERO if level.reinvested else -credit
    return Draft(
        payment=level.payment,
        rule="credit",
        label=f"Service credit: {level.name}",
        quantity=Decimal(1),
        unit="credit",
        price=owed,
        amount=owed,
        payee=case.contract.payee(fee_terms) if fee_terms else case.contract.providers[0],
        period=f"{reading.starts_on} to {last}",
        item=f"{level.id}/{reading.starts_on}",
        first=reading.starts_on,
        last=last,
        inputs={"target": str(level.target), "value": str(reading.value), "share": str(part), "fee": str(fee)},
        why=why(case, level, reading, part, fee, wanted, credit, span(reading.starts_on, last)),
        evidence=(f"level:{reading.id}",),
    )


def room(
    case: Case, level: ServiceLevel, year: int, units: list[Any], taken: dict[tuple[str, int], Decimal]
) -> Decimal:
    """How much more may be taken from a fee in a contract year."""
    fee = sum((u.price for u in units if case.year(u.last) == year), ZERO)
    most = case.contract.limits.credits
    return max(ZERO, to_pence(fee * (1 if most is None else most)) - taken[level.payment, year])


def why(
    case: Case,
    level: ServiceLevel,
    reading: LevelReading,
    part: Decimal,
    fee: Decimal,
    wanted: Decimal,
    credit: Decimal,
    when: str,
) -> str:
    """Why a credit is due."""
    currency = case.contract.currency
    text = (
        f"{level.name} came to {plain(reading.value)} {when}; the target is {plain(level.target)}. For this shortfall "
        f"{share(part)} of the fee of {show(fee, currency)} is taken off: {show(wanted, currency)}."
    )
    if level.reinvested:
        return f"{text} By agreement it is spent on the service instead, so the fee stays as it is."
    if credit < wanted:
        most = share(case.contract.limits.credits or Decimal(1))
        return f"{text} No more than {most} of a year's fee is at risk: {show(credit, currency)}."
    return text


def unread(case: Case) -> list[Open]:
    """Service levels without any reading, though a period is over."""
    seen = {r.service_level for r in case.evidence.levels}
    missing = [
        s
        for s in case.contract.service_levels
        if s.id not in seen and isinstance(case.payment(s.payment, case.last), Fee)
    ]
    return [
        Open(payment=s.payment, what=s.name, why="no reading of this service level has been given.") for s in missing
    ]
