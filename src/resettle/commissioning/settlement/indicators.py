"""What the contract's key performance indicators came to, by the day of the statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from resettle.commissioning.language.limits import Kpi, ServiceLevel
from resettle.commissioning.language.measures import Measure
from resettle.commissioning.language.payments import UnitTariff
from resettle.commissioning.records import CohortResult
from resettle.commissioning.settlement.case import DAY, MONTHS, Case, Cohort, months_later
from resettle.commissioning.settlement.draft import Draft
from resettle.commissioning.settlement.reading import cost_of, nine
from resettle.commissioning.settlement.results import effect_of
from resettle.commissioning.statement import Actual

UNITS = {
    "binary": "percent of people",
    "frequency": "reoffences per reoffender",
    "count": "events per person",
    "days": "days per person",
    "score": "points of the score",
    "cost": "cost",
}
"""The unit in which each kind of measure is reported."""
UNPUBLISHED = "not published"


def actuals(case: Case, drafts: Sequence[Draft]) -> list[Actual]:
    """One value of each indicator for each period, cohort or reading that is over and known.

    Of a service level: each reading. Of a measure: the result of each cohort, as measured, in the measure's own unit. Of a tariff:
    the outcomes that were paid in each period of reconciliation, none where a number was not published. Of any other payment: what
    was earned before limits.
    """
    return [actual for kpi in case.contract.report.kpis for actual in of_one(case, kpi, drafts)]


def of_one(case: Case, kpi: Kpi, drafts: Sequence[Draft]) -> Iterator[Actual]:
    """The values of one indicator."""
    level = next((s for s in case.contract.service_levels if s.id == kpi.of), None)
    measure = next((m for m in case.contract.measures if m.id == kpi.of), None)
    if level:
        return of_level(case, kpi, level)
    return of_measure(case, kpi, measure) if measure else of_payment(case, kpi, drafts)


def of_level(case: Case, kpi: Kpi, level: ServiceLevel) -> Iterator[Actual]:
    """Each reading of a service level whose period is over."""
    for reading in sorted(case.evidence.levels, key=lambda r: (r.starts_on, r.id)):
        last = months_later(reading.starts_on, MONTHS[level.every]) - DAY
        if reading.service_level != level.id or reading.starts_on < case.contract.period.start or last > case.at:
            continue
        target = level.target if kpi.target is None else kpi.target
        met = reading.value >= target if level.better == "higher" else reading.value <= target
        yield Actual(
            id=f"{kpi.id}/{reading.id}",
            kpi=kpi.id,
            starts_on=reading.starts_on,
            ends_on=last,
            value=reading.value,
            unit=kpi.unit,
            met=met,
            evidence=(f"level:{reading.id}",),
        )


def of_measure(case: Case, kpi: Kpi, measure: Measure) -> Iterator[Actual]:
    """The result of each cohort on a measure."""
    for cohort in case.cohorts():
        for result in case.evidence.results:
            if (result.measure, result.cohort) == (measure.id, cohort.number):
                value = measured(measure, result)
                if value is not None:
                    yield of_cohort(case, kpi, measure, cohort, value, f"result:{result.id}")
        effect = effect_of(case, measure.id, cohort)
        if effect:
            yield of_cohort(case, kpi, measure, cohort, Decimal(repr(effect.treated.rate)), f"effect:{effect.id}")


def measured(measure: Measure, result: CohortResult) -> Decimal | None:
    """The value of a cohort, for a cost from its quantities where they are given; None where the result holds none."""
    priced = measure.kind == "cost" and result.quantities
    return cost_of(measure, result, result.quantities, result.value, "value") if priced else result.value


def of_cohort(case: Case, kpi: Kpi, measure: Measure, cohort: Cohort, value: Decimal, evidence: str) -> Actual:
    """The value of one cohort; a share of people in percent."""
    return Actual(
        id=f"{kpi.id}/{evidence.partition(':')[2]}/{cohort.number}",
        kpi=kpi.id,
        cohort=cohort.number,
        starts_on=cohort.start,
        ends_on=cohort.end,
        value=nine(100 * value) if measure.kind == "binary" else value,
        unit=UNITS[measure.kind],
        currency=case.contract.currency if measure.kind == "cost" else "",
        evidence=(evidence,),
    )


def of_payment(case: Case, kpi: Kpi, drafts: Sequence[Draft]) -> Iterator[Actual]:
    """The outcomes paid under a tariff, or what was earned under any other payment, in each period."""
    tariff = any(isinstance(p, UnitTariff) and p.id == kpi.of for p in case.payments)
    by_period: dict[date, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.payment == kpi.of:
            by_period[case.window(draft.first).start].append(draft)
    for start, held in sorted(by_period.items()):
        if tariff and any(d.inputs.get("count") == UNPUBLISHED for d in held):
            continue
        whole = {d.item: d.quantity for d in held if d.rule == "unit_tariff"}
        yield Actual(
            id=f"{kpi.id}/{start}",
            kpi=kpi.id,
            starts_on=start,
            ends_on=case.window(start).last,
            value=sum(whole.values(), Decimal(0)) if tariff else sum((d.amount for d in held), Decimal("0.00")),
            unit="outcomes" if tariff else "earned before limits",
            currency="" if tariff else case.contract.currency,
        )
