"""The lines of an outcome rate, one a cohort, and why each pays or does not, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from resettle.commissioning.language.payments import OutcomeRate
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.settlement.advance import advanced
from resettle.commissioning.settlement.case import Case, Cohort
from resettle.commissioning.settlement.draft import Draft, Made
from resettle.commissioning.settlement.rate import (
    NO_ZONE,
    amount,
    deduction,
    outside_zone,
    price,
    quantity,
    rule_of,
    worse,
)
from resettle.commissioning.settlement.rate_words import inputs, reason, result
from resettle.commissioning.settlement.reading import UNITS, Reading, pooled
from resettle.commissioning.settlement.results import closes_on, reading_of
from resettle.commissioning.statement import Open
from resettle.commissioning.words import day
from resettle.errors import bad
from resettle.money import to_pence

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Judged:
    """One cohort under the terms that hold for it, with its result and that of the hurdle, where they are known."""

    contract: Contract
    rate: OutcomeRate
    cohort: Cohort
    reading: Reading | None
    hurdle: Reading | None

    @property
    def over_hurdle(self) -> bool:
        """Whether the hurdle was passed, where there is one."""
        return self.rate.hurdle is None or (self.hurdle is not None and self.hurdle.shown)

    @property
    def passed(self) -> bool:
        """Whether the cohort is paid on its own."""
        rule, r = rule_of(self.rate), self.reading
        return r is not None and bool(
            self.over_hurdle and outside_zone(rule, r.better, r.surest) and r.better >= rule.minimum
        )


def rate_lines(case: Case, rate: OutcomeRate) -> Made:
    """A line for each cohort that has a result, of zero where nothing is paid, and what is still open."""
    made = Made()
    judged = [j for cohort in case.cohorts() if (j := judge(case, rate, cohort))]
    together = pool(rate, judged)
    for one in judged:
        made.drafts += advanced(case, one.rate, one.cohort, one.reading is not None)
        if one.reading is None:
            made.open.append(waiting(case, one))
            continue
        made.drafts.append(line(case, one, one.reading, together))
        made.notes += disputed_note(rate, one.reading)
    if not any(d.rule == "outcome_rate" for d in made.drafts):
        made.drafts.insert(0, unmeasured(case, rate))
    return made


def judge(case: Case, rate: OutcomeRate, cohort: Cohort) -> Judged | None:
    """One cohort under the terms of its first day (where there is one cohort, of the day of the statement)."""
    terms_of = case.last if cohort.alone else min(max(cohort.start, case.contract.period.start), case.last)
    agreed = case.payment(rate.id, terms_of)
    if not isinstance(agreed, OutcomeRate):
        return None
    contract = case.terms(terms_of)
    measure = contract.measure(agreed.measure)
    reading = reading_of(case, measure, cohort, agreed.scale, agreed.test)
    alone = agreed.test.model_copy(update={"prior": None})  # what was believed is of the measure that is paid on
    hurdle = reading_of(case, contract.measure(agreed.hurdle), cohort, "points", alone) if agreed.hurdle else None
    if reading and reading.low is None and agreed.dead_zone == "interval":
        raise bad(
            "the contract pays outside an interval, and the result has none",
            file=f"result {reading.id}",
            column="low",
            do="Give low and high, or the number of people compared with.",
        )
    return Judged(contract, agreed, cohort, reading, hurdle)


def pool(rate: OutcomeRate, judged: Sequence[Judged]) -> Decimal | None:
    """The result of all cohorts together, where the test asks for it and every cohort has one."""
    held = [j.reading for j in judged if j.reading]
    if rate.test.pooled_minimum is None or not held or len(held) < len(judged):
        return None
    return pooled(held, rate.scale)


def line(case: Case, one: Judged, reading: Reading, together: Decimal | None) -> Draft:
    """The line of one cohort with a result."""
    rate, rule = one.rate, rule_of(one.rate)
    least = rate.test.pooled_minimum
    by_pool = together is not None and least is not None and together >= least and not one.passed
    paid_rule = replace(rule, zone=NO_ZONE, minimum=NO_ZONE) if by_pool else rule
    people, hurdle = Decimal(reading.people), one.over_hurdle
    absolute = reading.absolute if rate.scale == "percent" else None
    args = (reading.better, reading.surest, people, absolute)
    units, each = quantity(paid_rule, *args) * hurdle, Decimal(price(paid_rule, reading.better))
    owed = to_pence(amount(paid_rule, *args) * hurdle)
    off = to_pence(Decimal(deduction(rule, reading.better, high_of(reading), people, absolute)))
    if off and hurdle and not by_pool:
        units, each, owed = worse(rule, reading.better, high_of(reading), people, absolute), -rule.penalty, -off
    why = reason(case, one, rule, reading, Decimal(units), owed, together if by_pool else None)
    return Draft(
        payment=rate.id,
        rule="outcome_rate",
        label=label(rate, one.cohort),
        quantity=abs(Decimal(units)),
        unit=unit(one),
        price=each,
        amount=owed if owed else ZERO,
        payee=case.contract.payee(rate),
        period=days_of(case, one.cohort),
        item=f"cohort-{one.cohort.number}",
        first=one.cohort.start,
        last=min(one.cohort.end, case.contract.end),
        inputs=inputs(rate, reading),
        why=f"{result(one.contract.measure(rate.measure), rate, reading)} {why}",
        evidence=(*reading.evidence, *(one.hurdle.evidence if one.hurdle else ())),
        cohort=one.cohort.number,
    )


def high_of(reading: Reading) -> Decimal:
    """The good end of the interval; without one, the result itself."""
    return reading.better if reading.high is None else reading.high


def label(rate: OutcomeRate, cohort: Cohort) -> str:
    """The name of a line."""
    return rate.name if cohort.alone else f"{rate.name}, cohort {cohort.number}"


def days_of(case: Case, cohort: Cohort) -> str:
    """The days of a cohort, as a line says them."""
    if cohort.alone:
        return f"{case.contract.period.start} to {case.last}"
    return f"{cohort.start} to {cohort.end}"


def unit(one: Judged) -> str:
    """What the line of an outcome rate counts."""
    rate = one.rate
    if rate.tiers:
        return "tier"
    if rate.per != "point":
        return rate.per
    return "percent" if rate.scale == "percent" else UNITS[one.contract.measure(rate.measure).kind]


def unmeasured(case: Case, rate: OutcomeRate) -> Draft:
    """The line of an outcome rate whose measure has no result yet."""
    contract = case.contract
    return Draft(
        payment=rate.id,
        rule="outcome_rate",
        label=rate.name,
        quantity=Decimal(0),
        unit="percentage point",
        price=rate.price or ZERO,
        amount=ZERO,
        payee=contract.payee(rate),
        period=f"{contract.period.start} to {case.last}",
        item="cohort-none",
        first=contract.period.start,
        last=contract.end,
        inputs={"measure": rate.measure, "effect": "none yet"},
        why=f"No result for this measure had been given by {day(case.at)}, so nothing is paid yet.",
    )


def waiting(case: Case, one: Judged) -> Open:
    """What is open: a cohort without a result, and when it can have one."""
    measure = one.contract.measure(one.rate.measure)
    closes: date | None = closes_on(case, measure, one.cohort)
    late = closes is not None and closes <= case.at
    why = "its result was due and has not been given." if late else "its result is not known yet."
    return Open(
        payment=one.rate.id, cohort=one.cohort.number, what=label(one.rate, one.cohort), why=why, closes_on=closes
    )


def disputed_note(rate: OutcomeRate, reading: Reading) -> list[str]:
    """A note where tests of the same question fall on both sides of p = 0.05."""
    effect = reading.effect
    if effect is None or not effect.disputed:
        return []
    tests = ", ".join(f"{t.name} p = {t.p:.4f}" for t in effect.tests)
    level = "95%" if rate.test.confidence == 0.95 else f"{100 * rate.test.confidence:g}%"
    return [
        f"{rate.name}: the answer changes with the test chosen ({tests}). The contract reads the {level} interval alone."
    ]
