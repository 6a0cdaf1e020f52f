"""Key performance indicators as OCDS metrics: what was agreed, what they came to, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from resettle.commissioning.language.terms import Contract
from resettle.commissioning.standards.base import day_of, moment, number, pence
from resettle.commissioning.standards.ocds import Metric, Observation, Period, Value
from resettle.commissioning.statement import Actual, Statement

MET = {"id": "met"}
"""The UK extension's classification of a value that reached what was required."""


def agreed(contract: Contract) -> list[Metric]:
    """The indicators of a contract, each with its target where it has one."""
    period = Period(start_date=moment(contract.period.start), end_date=moment(contract.period.end))
    return [
        Metric(
            id=kpi.id,
            title=kpi.label,
            observations=[
                Observation(
                    id=f"{kpi.id}-target",
                    period=period,
                    measure=str(kpi.target),
                    unit={"name": kpi.unit} if kpi.unit else None,
                    notes="target",
                )
            ]
            if kpi.target is not None
            else None,
        )
        for kpi in contract.report.kpis
    ]


def reported(contract: Contract, statements: Sequence[Statement]) -> list[Metric]:
    """What the indicators came to; where two statements speak of the same thing, as the later one says."""
    latest = {a.id: a for s in sorted(statements, key=lambda s: s.at) for a in s.actuals}
    return [
        Metric(id=kpi.id, title=kpi.label, observations=[observed(a) for a in own])
        for kpi in contract.report.kpis
        if (own := [a for a in latest.values() if a.kpi == kpi.id])
    ]


def observed(actual: Actual) -> Observation:
    """One value: money as a value, any other number as a measure."""
    money = Value(amount=number(actual.value), currency=actual.currency) if actual.currency else None
    return Observation(
        id=actual.id,
        period=Period(start_date=moment(actual.starts_on), end_date=moment(actual.ends_on)),
        value=money,
        measure=None if money else str(actual.value),
        unit={"name": actual.unit} if actual.unit else None,
        dimensions={"cohort": str(actual.cohort)} if actual.cohort else None,
        notes="actual",
        measure_classification=MET if actual.met else None,
    )


def from_metrics(metrics: Iterable[Metric]) -> list[Actual]:
    """What reported metrics say, as far as it is a number with its days: `met` only where that is said."""
    return [
        actual
        for metric in metrics
        for one in metric.observations or []
        if (actual := from_observation(metric.id, one)) is not None
    ]


def from_observation(kpi: str, one: Observation) -> Actual | None:
    """One value of an indicator; None where it is words, or its days are not given."""
    start, end = (day_of(one.period.start_date), day_of(one.period.end_date)) if one.period else (None, None)
    money = one.value is not None and one.value.amount is not None
    value = pence(one.value.amount) if one.value and money else decimal(one.measure)
    if start is None or end is None or value is None:
        return None
    cohort = str((one.dimensions or {}).get("cohort") or "")
    return Actual(
        id=one.id,
        kpi=kpi,
        starts_on=start,
        ends_on=end,
        value=value,
        unit=str((one.unit or {}).get("name") or ""),
        currency=(one.value.currency or "") if one.value and money else "",
        cohort=int(cohort) if cohort.isascii() and cohort.isdigit() and len(cohort) < 7 else 0,
        met=True if (one.measure_classification or {}).get("id") == MET["id"] else None,
    )


def decimal(text: str | float | None) -> Decimal | None:
    """A number that is written as one."""
    try:
        found = Decimal(str(text))
    except ArithmeticError:
        return None
    return found if found.is_finite() else None
