"""Share of savings: part of the fall in the cost of demand, above a threshold and up to a cap."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from resettle.commissioning.language.payments import ShareOfSavings, Test
from resettle.commissioning.settlement.case import Case, Cohort
from resettle.commissioning.settlement.draft import Draft, Made
from resettle.commissioning.settlement.reading import Reading
from resettle.commissioning.settlement.results import closes_on, reading_of
from resettle.commissioning.statement import Open
from resettle.commissioning.words import day, plain, share
from resettle.money import show, to_pence

ZERO = Decimal("0.00")


def share_of_savings(cost: Any, fall: Any, threshold: Any, most: Any, below: Any, above: Any) -> Any:
    """The reward for a fall in cost, in percent of the baseline cost: nothing under the threshold; from there `below` of what lies
    under it and `above` of what lies over it, up to `most`.

    Works for one `Decimal` and for arrays. Source: Local Justice Reinvestment pilots (Ministry of Justice, 2013), in the two
    variants that its sources give: half up to the threshold and all above it; or half of all.
    """
    counted = fall * (fall <= most) + most * (fall > most)
    paid = fall >= threshold
    return cost * (below * threshold + above * (counted - threshold)) / 100 * paid


def savings_lines(case: Case, payment: ShareOfSavings) -> Made:
    """One line for each cohort (year) that has a result."""
    made = Made()
    for cohort in case.cohorts():
        day_of_terms = case.last if cohort.alone else min(max(cohort.start, case.contract.period.start), case.last)
        agreed = case.payment(payment.id, day_of_terms)
        if not isinstance(agreed, ShareOfSavings):
            continue
        measure = case.terms(day_of_terms).measure(agreed.measure)
        reading = reading_of(case, measure, cohort, "percent", Test())
        if reading is None:
            closes = closes_on(case, measure, cohort)
            why = "its result is not known yet."
            made.open.append(
                Open(payment=payment.id, cohort=cohort.number, what=name(payment, cohort), why=why, closes_on=closes)
            )
        else:
            made.drafts.append(line(case, agreed, cohort, reading))
    return made if made.drafts else Made([line(case, payment, case.cohorts()[0], None)], [], made.open)


def name(payment: ShareOfSavings, cohort: Cohort) -> str:
    """The name of a line."""
    return payment.name if cohort.alone else f"{payment.name}, cohort {cohort.number}"


def line(case: Case, payment: ShareOfSavings, cohort: Cohort, reading: Reading | None) -> Draft:
    """The line of one cohort."""
    fall = reading.better if reading else Decimal(0)
    cost = reading.against if reading else Decimal(0)
    owed = (
        share_of_savings(cost, fall, payment.threshold, payment.most, payment.share_below, payment.share_above)
        if reading
        else Decimal(0)
    )
    amount = to_pence(owed)
    return Draft(
        payment=payment.id,
        rule="share_of_savings",
        label=name(payment, cohort),
        quantity=Decimal(1 if amount else 0),
        unit="reward",
        price=amount,
        amount=amount,
        payee=case.contract.payee(payment),
        period=f"{cohort.start} to {min(cohort.end, case.last) if cohort.alone else cohort.end}",
        item=f"cohort-{cohort.number}" if reading else "cohort-none",
        first=cohort.start,
        last=min(cohort.end, case.contract.end),
        inputs={
            "baseline_cost": plain(cost, 2).replace(",", ""),
            "fall_percent": plain(fall, 9),
            "threshold": str(payment.threshold),
            "most": str(payment.most),
            "share_below": str(payment.share_below),
            "share_above": str(payment.share_above),
        },
        why=why(case, payment, reading, amount),
        evidence=reading.evidence if reading else (),
        cohort=cohort.number,
    )


def why(case: Case, payment: ShareOfSavings, reading: Reading | None, amount: Decimal) -> str:
    """Why the reward is what it is."""
    if reading is None:
        return f"No result for this measure had been given by {day(case.at)}, so nothing is paid yet."
    currency = case.contract.currency
    direction = "fell" if reading.better >= 0 else "rose"
    found = f"The cost of demand {direction} by {plain(abs(reading.better))}% from {show(to_pence(reading.against), currency)}"
    if reading.better < payment.threshold:
        return f"{found}. The contract pays only from a fall of {plain(payment.threshold)}%, so nothing is paid."
    capped = f" A fall beyond {plain(payment.most)}% does not count." if reading.better > payment.most else ""
    return (
        f"{found}. It pays {share(payment.share_below)} of the savings up to {plain(payment.threshold)}%, and "
        f"{share(payment.share_above)} of those beyond: {show(amount, currency)}.{capped}"
    )
