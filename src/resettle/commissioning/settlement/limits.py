"""Caps and floors: what they cut and what they make up, each as a line of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from resettle.commissioning.settlement.case import Case
from resettle.commissioning.settlement.draft import Draft
from resettle.commissioning.words import day
from resettle.money import show, split

ZERO = Decimal("0.00")
OF_RESULTS = ("outcome_rate", "share_of_savings", "advance", "recovery")
"""Rules of lines that pay for the result of a cohort."""

Numbered = tuple[str, Draft]


def above(amount: Any, most: Any) -> Any:
    """How much of `amount` lies above a cap. Works for one `Decimal` and for arrays."""
    return (amount - most) * (amount > most)


def below(amount: Any, least: Any) -> Any:
    """How much `amount` lacks to a floor. Works for one `Decimal` and for arrays."""
    return (least - amount) * (amount < least)


def total(drafts: Iterable[Numbered]) -> Decimal:
    """The money of some lines."""
    return sum((d.amount for _, d in drafts), ZERO)


def limit_lines(case: Case, drafts: list[Numbered]) -> tuple[list[Draft], list[str]]:
    """The lines that caps and the floor add to `drafts` (each with the id of its line), and notes on what is still open.

    Order: caps of single payments, of cohorts, of contract years, then of the contract, then its floor, which is made up once the
    contract has ended.
    """
    limits, made = case.contract.limits, list[Draft]()
    for payment, most in limits.cap_payment.items():
        own = [(i, d) for i, d in drafts if d.payment == payment]
        name = next((p.name for p in case.payments if p.id == payment), payment)
        made += cut(case, own, most, payment, f"Cap on {name}", f"cap/{payment}")
    if limits.cap_cohort is not None:
        for number in sorted({d.cohort for _, d in drafts if d.cohort}):
            own = of_cohort([*drafts, *unnumbered(made)], number)
            made += cut(case, own, limits.cap_cohort, "", f"Cap on cohort {number}", f"cap/cohort-{number}", number)
    if limits.cap_year is not None:
        made += year_caps(case, [*drafts, *unnumbered(made)], limits.cap_year)
    if limits.cap is not None:
        made += cut(case, [*drafts, *unnumbered(made)], limits.cap, "", "Cap on the contract", "cap")
    topped, notes = floor_lines(case, drafts, total(drafts) + total(unnumbered(made)))
    return [*made, *topped], notes


def unnumbered(drafts: Iterable[Draft]) -> list[Numbered]:
    """Lines that have no id yet."""
    return [("", d) for d in drafts]


def of_cohort(drafts: Sequence[Numbered], number: int) -> list[Numbered]:
    """The lines that pay for the result of one cohort, with what already limits them."""
    return [(i, d) for i, d in drafts if d.cohort == number and (d.rule in OF_RESULTS or d.rule == "cap")]


def year_caps(case: Case, drafts: Sequence[Numbered], most: Decimal) -> list[Draft]:
    """What the cap on a contract year cuts, year by year: a line belongs to the year of its last day."""
    made: list[Draft] = []
    by_year: dict[int, list[Numbered]] = {}
    for numbered in drafts:
        by_year.setdefault(case.year(min(numbered[1].last, case.contract.end)), []).append(numbered)
    for year, own in sorted(by_year.items()):
        made += cut(case, own, most, "", f"Cap on year {year + 1}", f"cap/year-{year + 1}")
    return made


def cut(
    case: Case, drafts: Sequence[Numbered], most: Decimal, payment: str, label: str, item: str, cohort: int = 0
) -> list[Draft]:
    """Negative lines, one for each payee in proportion to what each was to receive, where the drafts exceed a cap."""
    before = total(drafts)
    over = above(before, most)
    if not over:
        return []
    owed: dict[str, Decimal] = {}
    for _, draft in drafts:
        owed[draft.payee] = owed.get(draft.payee, ZERO) + draft.amount
    earning = {payee: max(amount, ZERO) for payee, amount in owed.items()}
    currency = case.contract.currency
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
            item=item,
            first=min(d.first for _, d in drafts),
            last=max(d.last for _, d in drafts),
            inputs={"cap": str(most), "before": str(before), "cut": str(over), "payee_share": str(owed[payee])},
            why=f"At most {show(most, currency)} is paid, and {show(before, currency)} was earned, "
            f"so {show(part, currency)} is taken off.",
            evidence=tuple(f"line:{i}" for i, d in drafts if i and d.payee == payee and d.amount),
            cohort=cohort,
        )
        for payee, part in zip(earning, split(over, list(earning.values())), strict=True)
        if part
    ]


def floor_lines(case: Case, drafts: list[Numbered], paid: Decimal) -> tuple[list[Draft], list[str]]:
    """The line that makes up the floor once the contract has ended; before, a note where it is not reached yet."""
    floor = case.contract.limits.floor
    if floor is None or not below(paid, floor):
        return [], []
    if case.at >= case.contract.end:
        return [top_up(case, paid, floor, drafts)], []
    least = show(floor, case.contract.currency)
    return [], [
        f"The contract pays at least {least} in all. This is made up when it ends, on {day(case.contract.end)}."
    ]


def top_up(case: Case, paid: Decimal, floor: Decimal, drafts: list[Numbered]) -> Draft:
    """The line that makes up a floor, owed to the payee of the first payment."""
    missing, contract = below(paid, floor), case.contract
    start: date = contract.period.start
    return Draft(
        payment="",
        rule="floor",
        label="Floor of the contract",
        quantity=Decimal(1),
        unit="limit",
        price=missing,
        amount=missing,
        payee=contract.payee(contract.payments[0]),
        period=f"{start} to {contract.end}",
        item="floor",
        first=start,
        last=contract.end,
        inputs={"floor": str(floor), "before": str(paid)},
        why=f"The contract pays at least {show(floor, contract.currency)} in all, and {show(paid, contract.currency)} "
        f"was earned, so {show(missing, contract.currency)} is added.",
        evidence=tuple(f"line:{i}" for i, _ in drafts),
    )
