"""Warnings about tests: paying for chance, cohorts too small, dead zones, stale baselines."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from statistics import NormalDist

from resettle.commissioning.language.finding import Fault
from resettle.commissioning.language.measures import Measure
from resettle.commissioning.language.payments import OutcomeRate
from resettle.commissioning.language.people import Population
from resettle.commissioning.language.sure import least, width
from resettle.commissioning.language.terms import Contract

ACCEPTABLE = 0.05
POWER = 0.8
NORMAL = NormalDist()
Where = tuple[str | int, ...]


def caution(where: Where, rule: str, why: str, do: str, value: object = None) -> Fault:
    """A warning at a place in the contract."""
    return Fault(where, rule, why, do, value, severity="warning")


def of_tests(contract: Contract, i: int, rate: OutcomeRate) -> Iterator[Fault]:
    """Warnings about how one outcome rate judges its measure."""
    measure = next((m for m in contract.measures if m.id == rate.measure), None)
    if measure is None:
        return
    yield from pays_for_chance(contract.population, measure, i, rate)
    yield from pays_for_belief(i, rate)
    yield from too_small(contract.population, measure, i, rate)
    yield from sheltered(i, rate)
    yield from hurdle_of_itself(i, rate)


def stale_baselines(contract: Contract) -> Iterator[Fault]:
    """Baselines that are older than agreed when the last people are measured, and are not set anew."""
    intake = contract.population.intake
    last = contract.population.index.end if contract.population.index else contract.period.end
    for i, measure in enumerate(contract.measures):
        base = measure.baseline
        if base is None or base.period is None:
            continue
        set_on = max([base.period.end, *(day for day in base.rebase if day <= last)])
        age = years_between(set_on, last)
        if age > base.stale_after_years:
            cohorts = " of the last cohort" if intake else ""
            yield caution(
                ("measures", i, "baseline"),
                f"a stale baseline: {age} years old at the end{cohorts}",
                "What changes for everybody (police, courts, drugs) would be paid or deducted as if the service had done it.",
                "Agree dates in `rebase`, compare with a group of the same time, or use a trend.",
                base.period.end,
            )


def years_between(first: date, last: date) -> int:
    """Whole years from one day to another."""
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))


def asked(rate: OutcomeRate) -> float:
    """The smallest result that pays, on the payment's scale; 0 where any better one does."""
    zone = rate.dead_zone if not isinstance(rate.dead_zone, str) else 0
    start = rate.tiers[0].start if rate.tiers else rate.threshold_points
    return float(max(start, zone, rate.test.minimum or 0))


def error_of(people: Population, measure: Measure) -> float | None:
    """The standard error of a result in percentage points; None where the cohort's size or the baseline is not given."""
    size = people.size or (people.intake.size if people.intake else None)
    rate = measure.baseline_rate or (float(measure.fixed) if measure.fixed is not None else None)
    if size is None or rate is None or measure.kind in ("score", "cost"):
        return None
    fixed = measure.baseline is not None or people.comparison_size is None
    inverse = 1 / size + (0 if fixed else 1 / (people.comparison_size or 1))
    spread = rate * (1 - rate) if measure.kind == "binary" else measure.dispersion * rate
    return 100 * math.sqrt(max(spread, 0) * inverse)


def on_scale(rate: OutcomeRate, measure: Measure, points: float) -> float | None:
    """A difference in points on the payment's scale; None where that needs a baseline which is not given."""
    if rate.scale == "points":
        return points
    base = measure.baseline_rate or (float(measure.fixed) if measure.fixed is not None else 0)
    return points / base if base else None


def chance_payment(needed: float, people: Population, measure: Measure) -> float | None:
    """The probability that chance alone passes `needed` points; None where cohort size or baseline rate is not given.

    Normal approximation, 1 - Phi(needed / SE), with SE the standard error of a difference of two equal rates, or of one rate
    against a fixed baseline.
    """
    error = error_of(people, measure)
    return None if not error else 1 - NORMAL.cdf(needed / error)


def pays_for_chance(people: Population, measure: Measure, i: int, rate: OutcomeRate) -> Iterator[Fault]:
    """A test that chance alone passes more than one time in twenty."""
    needed = asked(rate)
    error = error_of(people, measure)
    wide = on_scale(rate, measure, error) if error else None
    chance: float | None
    if rate.dead_zone == "interval" and wide:
        chance = 1 - NORMAL.cdf(max(needed, least(rate.test, wide)) / wide)
    elif rate.dead_zone == "interval":
        chance = None if rate.test.prior else (1 - rate.test.confidence) / rate.test.sides
    else:
        chance = 1 - NORMAL.cdf(needed / wide) if wide else None
    if chance is not None and chance <= ACCEPTABLE + 1e-9:
        return
    if chance is None and (needed > 0 or rate.test.prior):
        return
    often = f"about {100 * chance:.0f} times in 100" if chance is not None else "about one time in two"
    yield caution(
        ("payments", i, "test" if rate.dead_zone == "interval" else "dead_zone"),
        f"pays for chance: {often} when the service makes no difference",
        "Luck would be paid as if it were a result.",
        'Set dead_zone = "interval", raise the threshold, or measure more people.',
        rate.dead_zone,
    )


def pays_for_belief(i: int, rate: OutcomeRate) -> Iterator[Fault]:
    """A prior that passes the test before anybody is measured."""
    prior = rate.test.prior
    if prior and rate.dead_zone == "interval" and float(prior.mean) > width(rate.test) * float(prior.sd):
        yield caution(
            ("payments", i, "test", "prior"),
            "pays for belief: what was believed before passes the test on its own",
            "A weak or small result would be paid for what the parties thought beforehand.",
            "Give the prior a wider spread, or a mean nearer to no difference.",
            prior.mean,
        )


def too_small(people: Population, measure: Measure, i: int, rate: OutcomeRate) -> Iterator[Fault]:
    """A cohort so small that the result the contract hopes for would mostly be missed."""
    hoped = float(max([t.start for t in rate.tiers] or [rate.test.minimum or rate.threshold_points]))
    error = error_of(people, measure)
    wide = on_scale(rate, measure, error) if error else None
    if rate.dead_zone != "interval" or not wide or hoped <= 0:
        return
    seen = least(rate.test, wide) + NORMAL.inv_cdf(POWER) * wide
    if seen > hoped:
        yield caution(
            ("population", "intake" if people.size is None else "size"),
            f"the cohort is too small for its own test: it can show {seen:.1f} and is asked for {hoped:g}",
            "A service that achieves what is hoped for would go unpaid more than one time in five.",
            "Measure more people, pool cohorts, or pay for something that can be seen.",
            people.size or (people.intake.size if people.intake else None),
        )


def sheltered(i: int, rate: OutcomeRate) -> Iterator[Fault]:
    """A dead zone with a deduction beyond it: inside, doing less costs nothing."""
    if rate.penalty and rate.dead_zone != "none":
        yield caution(
            ("payments", i, "dead_zone"),
            "pays for doing less: inside the dead zone a worse result costs nothing",
            "Where effort costs money and small changes pay nothing, the most profitable thing can be to do less.",
            'Pay and deduct by the point with dead_zone = "none", or give the part that is not tested a fee of its own.',
            rate.dead_zone,
        )


def hurdle_of_itself(i: int, rate: OutcomeRate) -> Iterator[Fault]:
    """A hurdle on the measure that is paid on: the dead zone does that already."""
    if rate.hurdle == rate.measure:
        yield caution(
            ("payments", i, "hurdle"),
            "the hurdle is the measure itself",
            "It is the same test twice.",
            'Use dead_zone = "interval" instead.',
            rate.hurdle,
        )
