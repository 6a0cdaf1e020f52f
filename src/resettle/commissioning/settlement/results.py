"""Which result a payment reads: of the right measure, cohort and design, known by the day; and the fall-back agreed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from resettle.commissioning.language.measures import Estimator, Measure
from resettle.commissioning.language.payments import Test
from resettle.commissioning.language.sure import width
from resettle.commissioning.records import CohortResult
from resettle.commissioning.settlement.case import DAY, Case, Cohort, months_later
from resettle.commissioning.settlement.reading import Reading, believed, nine, of_effect, of_result, power
from resettle.commissioning.words import percent, share
from resettle.errors import bad
from resettle.evidence.clock import read_clock
from resettle.evidence.effect import Effect


def reading_of(case: Case, measure: Measure, cohort: Cohort, scale: str, test: Test) -> Reading | None:
    """The result of a cohort on a measure, with what was believed before taken into its interval where that was agreed.

    None where there is no result yet, or the fall-back lacks one of its designs.
    """
    found = measured(case, measure, cohort, scale, test)
    return found and believed(found, test)


def measured(case: Case, measure: Measure, cohort: Cohort, scale: str, test: Test) -> Reading | None:
    """The result of a cohort on a measure, with the interval of the measurement alone."""
    effect = effect_of(case, measure.id, cohort)
    results = [r for r in case.evidence.results if (r.measure, r.cohort) == (measure.id, cohort.number)]
    if effect and results:
        raise bad(
            "an effect and a result of the same cohort",
            file=f"result {results[0].id}",
            value=measure.id,
            do="Keep one of them.",
        )
    if measure.estimator:
        return by_design(measure, measure.estimator, effect, results, scale, test)
    if len(results) > 1:
        raise bad(
            "two results of the same cohort and measure",
            file=f"result {results[1].id}",
            column="cohort",
            value=cohort.number,
            do="Keep one, or let the contract's estimator say which design counts.",
        )
    if effect:
        return of_effect(measure, effect, scale, test)
    return of_result(measure, results[0], scale, test) if results else None


def effect_of(case: Case, measure_id: str, cohort: Cohort) -> Effect | None:
    """The effect of an evaluation on this cohort."""
    effects = case.evidence.effects
    return effects.get(f"{measure_id}@{cohort.number}") or (effects.get(measure_id) if cohort.alone else None)


def by_design(
    measure: Measure, rule: Estimator, effect: Effect | None, results: list[CohortResult], scale: str, test: Test
) -> Reading | None:
    """The result by the agreed design; where its power is too low, the agreed mixture of designs."""
    if effect:
        if effect.design != rule.design:
            raise bad(f"the contract pays on a {rule.design} design", file=f"effect {effect.id}", value=effect.design)
        return of_effect(measure, effect, scale, test)
    by = {r.design: r for r in results}
    if len(by) < len(results):
        raise bad(
            "two results of the same cohort by the same design",
            file=f"result {results[-1].id}",
            value=results[-1].design,
        )
    first = by.get(rule.design)
    if first is None:
        return None
    reading = of_result(measure, first, scale, test)
    fallback = rule.fallback
    if fallback is None or reading.low is None or reading.high is None:
        return reading
    unit = 1.0 if scale == "points" else float(reading.against)
    se = abs(float(reading.high - reading.low)) * unit / (2 * width(test)) / 100
    strength = power(fallback.effect, se)
    if strength >= fallback.power_below:
        return reading
    parts = [(weight, by.get(design)) for design, weight in fallback.mix.items()]
    if any(r is None for _, r in parts):
        return None
    mixed = [(w, of_result(measure, r, scale, test)) for w, r in parts if r is not None]
    said = " and ".join(f"{share(w)} {design}" for design, w in fallback.mix.items())
    note = f"The {rule.design} design had a power of {percent(strength)}, below {share(fallback.power_below)}: paid on {said}."
    return mixture(mixed, note)


def mixture(parts: list[tuple[Decimal, Reading]], note: str) -> Reading:
    """The weighted mean of results by several designs, taken as independent of each other."""
    first = parts[0][1]
    better = nine(sum((w * r.better for w, r in parts), Decimal(0)))
    halves = [w * (r.high - r.low) / 2 for w, r in parts if r.high is not None and r.low is not None]
    half = sum((h * h for h in halves), Decimal(0)).sqrt() if len(halves) == len(parts) else None
    return Reading(
        id=first.id,
        better=better,
        absolute=nine(sum((w * r.absolute for w, r in parts), Decimal(0))),
        low=None if half is None else nine(better - half),
        high=None if half is None else nine(better + half),
        people=first.people,
        value=first.value,
        against=first.against,
        words=f"{first.words}. {note.removesuffix('.')}",
        inputs={**first.inputs, "fallback": note},
        evidence=tuple(e for _, r in parts for e in r.evidence),
    )


def closes_on(case: Case, measure: Measure, cohort: Cohort) -> date | None:
    """When a cohort's result can be known: the end of its intake, follow-up and wait, and the months until publication.

    None for cohorts made by count, which end when they are full.
    """
    intake = case.contract.population.intake
    if intake and intake.every == "count":
        return None
    window = case.contract.population.index
    end = window.end if window and cohort.alone else cohort.end
    months, days = follow_up(measure)
    done = months_later(end, months) + days * DAY
    return months_later(done, case.contract.timing.publish_months)


def follow_up(measure: Measure) -> tuple[int, int]:
    """Months and days from the index date until a result is mature: as the measure says, or else its clock."""
    if measure.follow_up_months is not None:
        return measure.follow_up_months, 0
    if measure.clock is None or measure.clock.endswith(".toml"):
        return 0, 0
    span = read_clock(measure.clock).mature_after
    return span.months or 0, span.days or 0
