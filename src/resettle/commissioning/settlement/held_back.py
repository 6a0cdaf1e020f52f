"""Retention and deferral: what was earned and is held back until later, each as a line of its own that goes when it is released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from resettle.commissioning.language.payments import Payment
from resettle.commissioning.settlement.case import Case, months_later
from resettle.commissioning.settlement.draft import Draft
from resettle.commissioning.settlement.limits import Numbered, total
from resettle.commissioning.words import day, share
from resettle.money import show, to_pence

ZERO = Decimal("0.00")


def held_lines(case: Case, drafts: Sequence[Numbered], cuts: Decimal) -> list[Draft]:
    """What is held back of each payment's lines. Nothing is held back of what the limits have cut (`cuts`, zero or less)."""
    made: list[Draft] = []
    room = max(total(drafts) + cuts, ZERO)
    for payment in case.payments:
        for number, draft in drafts:
            if draft.payment != payment.id or draft.amount <= 0 or draft.rule == "advance":
                continue
            for held in (retained(case, payment, number, draft), deferred(case, payment, number, draft)):
                if held and room:
                    kept = min(-held.amount, room)
                    room -= kept
                    made.append(held if kept == -held.amount else less(held, kept))
    return made


def retained(case: Case, payment: Payment, number: str, draft: Draft) -> Draft | None:
    """The share of a line that is retained, until its months have passed or the contract has ended."""
    rule = payment.retention
    if rule is None:
        return None
    until = case.contract.end if rule.months is None else months_later(min(draft.last, case.at), rule.months)
    part = to_pence(draft.amount * rule.share)
    if case.at >= until or not part:
        return None
    why = f"{share(rule.share)} of this payment is held back until {day(until)}: {show(part, case.contract.currency)}."
    return held(case, "retention", "Held back", number, draft, part, until, why)


def deferred(case: Case, payment: Payment, number: str, draft: Draft) -> Draft | None:
    """What is left of a line, where it is owed only some months after it was earned."""
    if not payment.deferred_months:
        return None
    until = months_later(min(draft.last, case.at), payment.deferred_months)
    kept = retained(case, payment, number, draft)
    part = draft.amount + (kept.amount if kept else ZERO)
    if case.at >= until or part <= 0:
        return None
    why = f"This is owed on {day(until)}, {payment.deferred_months} months after it was earned."
    return held(case, "deferral", "Owed later", number, draft, part, until, why)


def held(case: Case, rule: str, label: str, number: str, draft: Draft, part: Decimal, until: date, why: str) -> Draft:
    """A line that holds money back."""
    return Draft(
        payment=draft.payment,
        rule=rule,
        label=f"{label}: {draft.label}",
        quantity=Decimal(1),
        unit="amount held",
        price=-part,
        amount=-part,
        payee=draft.payee,
        period=draft.period,
        item=f"{rule}/{draft.rule}/{draft.item}",
        first=draft.first,
        last=until,
        inputs={"held": str(part), "until": str(until)},
        why=why,
        evidence=(f"line:{number}",),
        cohort=draft.cohort,
    )


def less(draft: Draft, kept: Decimal) -> Draft:
    """A line that holds back no more than is left after the limits."""
    why = f"{draft.why} No more than is left after the limits can be held back."
    return replace(draft, price=-kept, amount=-kept, why=why, inputs={**draft.inputs, "held": str(kept)})
