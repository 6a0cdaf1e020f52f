"""Every number that a business case rests on, with its source, its year, and whether it was overridden."""

from __future__ import annotations

from collections.abc import Iterator

from resettle.reference.discounting import discount_figures
from resettle.reference.figures import Figure
from resettle.reference.prices import DEFAULT_INDEX, cpi
from resettle.reinvestment.appraisal import step_saves, unit_worth
from resettle.reinvestment.business_case.model import EACH, Case, measured
from resettle.reinvestment.flows.quantity import Quantity
from resettle.result import Record

OWN = "input of the case file, no published source"


class Assumption(Record):
    """One number: value with its range where it has one, unit, year, source, and who put it in place of a published one."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    unit: str
    year: str = ""
    source: str
    overridden_by: str | None = None


def assumptions(case: Case) -> tuple[tuple[Figure, ...], tuple[Assumption, ...]]:
    """The published figures of a case, and all its numbers: effects, costs, shares, figures, price index, discount rates."""
    used = {f"{one.name} {one.period}": one for one in figures_used(case)}
    figures = tuple(used.values())
    return figures, (*effects(case), *own_numbers(case), *given(case), *(from_figure(one) for one in figures))


def figures_used(case: Case) -> Iterator[Figure]:
    """Published figures: unit costs, what steps save, the consumer prices between years, discount rates."""
    appraisal = case.appraisal
    years = {appraisal.price_year}
    for worth in appraisal.worth:
        found = unit_worth(worth, appraisal.price_year, case.own)[1]
        years |= {one.price_year for one in found if one.price_year} | (
            {worth.price_year} if worth.price_year else set()
        )
        yield from found
    for step in appraisal.steps:
        found = step_saves(step, appraisal.price_year, case.own)[1]
        years |= {one.price_year for one in found if one.price_year}
        yield from found
    years |= {one.price_year for one in case.file.pays} | {one.price_year for one in case.file.budgets}
    yield from (one for one in cpi() if min(years) < int(one.period) <= max(years))
    yield from discount_figures(case.own.values, case.own.name)


def effects(case: Case) -> Iterator[Assumption]:
    """Each programme's effect and people, and reoffences of a reoffender."""
    for one in case.file.programme:
        effect = case.effects[one.id]
        yield Assumption(
            name=f"Effect of {effect.programme} on {effect.outcome_label}, in points",
            value=100 * effect.estimate,
            low=100 * effect.interval.low,
            high=100 * effect.interval.high,
            unit="percentage points",
            year=effect.follow_up,
            source=f"{effect.id}: {effect.design}, {effect.n:,} people",
        )
        yield Assumption(
            name=f"People who start {effect.programme} each month", value=one.people_a_month, unit="people", source=OWN
        )
    if measured(case.events) and case.file.reoffences_each is None:
        assert case.events is not None and case.events.interval is not None and case.events.value is not None
        ends = case.events.interval
        yield Assumption(
            name=EACH.capitalize(),
            value=case.events.value,
            low=ends.low,
            high=ends.high,
            unit="reoffences",
            source=f"measured on {case.events.n:,} people of the area, clock {case.events.clock}",
        )


def own_numbers(case: Case) -> Iterator[Assumption]:
    """Numbers of the case file that have, or could have, a range."""
    for name, (quantity, _) in case.quantities.items():
        unit = (
            "GBP a person" if name.startswith("personal budgets") else "share" if quantity.centre() <= 1 else "factor"
        )
        unit = "factor" if name.startswith(("cost:", "unit cost:")) else unit
        yield stated(name, quantity, unit)


def stated(name: str, quantity: Quantity, unit: str) -> Assumption:
    """A quantity of the file."""
    return Assumption(
        name=name[:1].upper() + name[1:],
        value=quantity.centre(),
        low=quantity.low,
        high=quantity.high,
        unit=unit,
        source=quantity.source or OWN,
    )


def given(case: Case) -> Iterator[Assumption]:
    """Amounts that agencies pay, and amounts and steps of the appraisal that are the user's own."""
    currency = case.appraisal.currency
    for pays in case.file.pays:
        amounts = pays.amounts or (pays.amount,)
        for n, amount in enumerate(amounts):
            when = f", year {n + 1}" if len(amounts) > 1 else ", each year"
            yield Assumption(
                name=f"{pays.agency}: {pays.label}{when}", value=float(amount or 0), unit=currency,
                year=f"{pays.price_year} prices", source=pays.source,
            )  # fmt: skip
    for worth in case.appraisal.worth:
        if worth.amount is not None:
            yield Assumption(
                name=f"{worth.agency}: {worth.label}, a {worth.per}", value=float(worth.amount), unit=currency,
                year=f"{worth.price_year} prices", source=worth.source,
            )  # fmt: skip
        for figure, share in worth.mix.items():
            yield Assumption(
                name=f"{worth.agency}: {worth.label}, share of {figure}", value=share * worth.multiplier,
                unit=f"a {worth.per}", source="mix of the appraisal file",
            )  # fmt: skip
    for step in case.appraisal.steps:
        yield Assumption(name=f"{step.agency}: {step.label}", value=step.size, unit=step.unit, source=step.source)


def from_figure(one: Figure) -> Assumption:
    """A published figure as an assumption."""
    index = one.name.startswith("prices.")
    return Assumption(
        name=f"{one.label} ({one.name}{f', {one.period}' if index else ''})",
        value=one.value,
        unit=one.unit,
        year=one.period + (f", {one.price_year} prices" if one.price_year else ""),
        source=f"{DEFAULT_INDEX}: {one.source}" if index else one.source,
        overridden_by=one.overridden_by,
    )
