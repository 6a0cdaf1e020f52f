"""Grants: paid on agreed days, and repaid where a target was agreed and missed."""

from __future__ import annotations

from decimal import Decimal

from resettle.commissioning.language.payments import Clawback, Grant, Test
from resettle.commissioning.settlement.case import Case
from resettle.commissioning.settlement.draft import Draft, Made
from resettle.commissioning.settlement.reading import Reading
from resettle.commissioning.settlement.results import closes_on, reading_of
from resettle.commissioning.statement import Open
from resettle.commissioning.words import day, plain
from resettle.money import show, to_pence

ZERO = Decimal("0.00")


def grant_lines(case: Case, grant: Grant) -> Made:
    """One line for each instalment that has fallen due, and what is repaid."""
    due = [i for i in grant.instalments if i.on <= case.at]
    made = Made([instalment_line(case, grant, n) for n, i in enumerate(grant.instalments) if i in due])
    paid = sum((d.amount for d in made.drafts), ZERO)
    if grant.clawback and due:
        made.add(repaid(case, grant, grant.clawback, paid))
    if not made.drafts:
        first = min((i.on for i in grant.instalments), default=case.contract.end)
        made.drafts.append(
            line(case, grant, "grant", grant.name, ZERO, "none", f"The first part is paid on {day(first)}.", ())
        )
    return made


def instalment_line(case: Case, grant: Grant, number: int) -> Draft:
    """The line of one instalment."""
    part = grant.instalments[number]
    amount = case.indexed(grant, part.amount, part.on)
    why = f"This part of the grant, {show(amount, case.contract.currency)}, is paid on {day(part.on)}, whatever the result."
    return line(case, grant, "grant", grant.name, amount, f"instalment-{number + 1}", why, (), part)


def repaid(case: Case, grant: Grant, rule: Clawback, paid: Decimal) -> Made:
    """What is repaid where the target was missed: nothing where the provider left in time, or the result is not known."""
    left = case.contract.termination.left_on if case.contract.termination else None
    if left and rule.waived_if_left_by and left <= rule.waived_if_left_by:
        words = f"The contract was left on {day(left)}, by {day(rule.waived_if_left_by)}, so nothing is repaid whatever the result."
        return Made([], [f"{grant.name}: {words}"])
    measure, cohort = case.contract.measure(rule.measure), case.cohorts()[-1]
    reading = reading_of(case, measure, cohort, "percent", Test())
    if reading is None:
        why = "whether it must be repaid depends on a result that is not known yet."
        closes = closes_on(case, measure, cohort)
        return Made([], [], [Open(payment=grant.id, cohort=cohort.number, what=grant.name, why=why, closes_on=closes)])
    return Made([clawback_line(case, grant, rule, reading, paid)])


def clawback_line(case: Case, grant: Grant, rule: Clawback, reading: Reading, paid: Decimal) -> Draft:
    """The line of the clawback, of zero where the target was met."""
    missed = reading.better < rule.minimum
    amount = -to_pence(paid * rule.share) if missed else ZERO
    direction = "fell" if reading.better >= 0 else "rose"
    found = f"{case.contract.measure(rule.measure).name} {direction} by {plain(abs(reading.better))}%"
    met = f"the target of {plain(rule.minimum)}% was {'missed' if missed else 'met'}"
    end = f", so {show(-amount, case.contract.currency)} is repaid." if missed else ", so nothing is repaid."
    why = f"{found[:1].upper()}{found[1:]}; {met}{end}"
    return line(case, grant, "clawback", f"Repaid: {grant.name}", amount, "clawback", why, reading.evidence)


def line(
    case: Case,
    grant: Grant,
    rule: str,
    label: str,
    amount: Decimal,
    item: str,
    why: str,
    evidence: tuple[str, ...],
    part: object = None,
) -> Draft:
    """A line of a grant."""
    on = getattr(part, "on", case.last)
    return Draft(
        payment=grant.id,
        rule=rule,
        label=label,
        quantity=Decimal(1 if amount else 0),
        unit="payment",
        price=amount,
        amount=amount,
        payee=case.contract.payee(grant),
        period=f"{case.contract.period.start} to {case.last}" if part is None else f"{on} to {on}",
        item=item,
        first=on,
        last=on if part is not None else case.contract.end,
        inputs={"amount": str(abs(amount))},
        why=why,
        evidence=evidence,
    )
