"""Cases of trials, of places over time, and of time to an event."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from found import Case, Found, found_of, log_found_of
from made_up import EFFECT, NAMES, covariates, logistic, without

from resettle.evidence.before_after import Cohorts, difference_in_differences
from resettle.evidence.complier import complier_effect
from resettle.evidence.over_time import hazard_ratio, time_ratio
from resettle.evidence.randomised import difference_of_means
from resettle.evidence.series import interrupted_series
from resettle.evidence.spells import followed, make_spells
from resettle.evidence.stratified import stratified
from resettle.evidence.trial import adjusted, clustered_difference

Once = Callable[[np.random.Generator], Found]


def assigned(random: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A trial of n people on each side with covariates that matter: covariates, sides, outcomes."""
    x = covariates(random, 2 * n)
    side = random.permutation(2 * n) < n
    return x, side, (random.random(2 * n) < without(x) + EFFECT * side).astype(float)


def adjusted_trial(random: np.random.Generator) -> Found:
    """Lin's regression."""
    x, side, outcome = assigned(random, 100)
    return found_of(adjusted(outcome, side.astype(float), x, NAMES), EFFECT)


def stratified_trial(random: np.random.Generator) -> Found:
    """Lots drawn within six blocks, twice as often for the programme in some."""
    block = random.integers(0, 6, 240)
    side = random.random(240) < np.where(block < 3, 0.5, 0.67)
    outcome = random.random(240) < 0.25 + 0.07 * block + EFFECT * side
    return found_of(stratified(outcome.astype(float), side, block, "mantel_haenszel"), EFFECT)


def counts_of_events(random: np.random.Generator) -> Found:
    """Numbers of reoffences of two groups, over-dispersed."""
    side = np.arange(200) < 100
    outcome = random.poisson(np.where(side, 1.2, 1.5) * random.gamma(1.0, 1.0, 200)).astype(float)
    return found_of(difference_of_means(outcome, side.astype(float)), -0.3)


def clusters(groups: int, size: int) -> Once:
    """Whole clusters assigned, each with a level of its own."""

    def once(random: np.random.Generator) -> Found:
        cluster = np.repeat(np.arange(groups), random.integers(size // 2, size * 3 // 2, groups))
        side = (random.permutation(groups) < groups // 2)[cluster]
        level = np.clip(random.normal(0.4, 0.06, groups), 0.1, 0.9)[cluster]
        outcome = random.random(len(cluster)) < level + EFFECT * side
        found = clustered_difference(outcome.astype(float), side.astype(float), cluster)
        return found_of(found, EFFECT, found.checks)

    return once


def compliers(random: np.random.Generator) -> Found:
    """Six in ten of those assigned start, and one in twenty of the others; those who would start differ from those who would not."""
    n = 400
    side, kind = np.arange(n) < n // 2, random.random(n)
    started = np.where(side, kind < 0.60, kind < 0.05)
    outcome = random.random(n) < 0.45 + 0.1 * (kind < 0.60) - 0.15 * started
    return found_of(complier_effect(outcome.astype(float), side.astype(float), started.astype(float)), -0.15)


def places(each: int) -> Once:
    """So many places on each side, two years before and after, with levels and changes of their own."""

    def once(random: np.random.Generator) -> Found:
        n = 2 * each * 80
        place, period = random.integers(0, 2 * each, n), random.integers(-8, 8, n)
        group, after = (place < each).astype(float), (period >= 0).astype(float)
        level, change = random.normal(0.4, 0.05, 2 * each), random.normal(-0.02, 0.04, 2 * each)
        chance = np.clip(level[place] + after * change[place] + EFFECT * group * after, 0.02, 0.98)
        outcome = (random.random(n) < chance).astype(float)
        found = difference_in_differences(outcome, Cohorts(group, after, period, place, np.arange(n)))
        return found_of(found, EFFECT, found.checks)

    return once


def series(periods: int, tie: float, shocks: float = 0.02) -> Once:
    """A trend with a step of the effect half way, and shocks that go together from period to period by `tie`."""

    def once(random: np.random.Generator) -> Found:
        number = np.arange(periods) - periods // 2
        shock = np.empty(periods)
        shock[0] = random.normal(0, shocks)
        for i in range(1, periods):
            shock[i] = tie * shock[i - 1] + random.normal(0, shocks * math.sqrt(1 - tie**2))
        chance = np.clip(0.45 - 0.001 * number + EFFECT * (number >= 0) + shock, 0.02, 0.98)
        period = np.repeat(number, 150)
        outcome = random.random(len(period)) < np.repeat(chance, 150)
        found = interrupted_series(outcome.astype(float), period)
        return found_of(found, EFFECT, found.checks)

    return once


def released(random: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Covariates of people, and who was treated by them."""
    x = covariates(random, n)[:, :2]
    return x, (random.random(n) < logistic(-0.5 + 0.5 * x[:, 0])).astype(float)


def cox_people(random: np.random.Generator) -> Found:
    """A hazard ratio of exp(-0.4), a year of follow-up, whole days."""
    x, treated = released(random, 250)
    hazard = 0.002 * np.exp(-0.4 * treated + 0.5 * x[:, 0] + 0.3 * x[:, 1])
    days = np.ceil(random.exponential(1 / hazard))
    people = followed(np.where(days <= 365, days, np.nan), np.full(250, 365.0), np.arange(250))
    return log_found_of(hazard_ratio(make_spells(people, treated, x), ("programme", "a", "b")), -0.4)


def times(random: np.random.Generator) -> Found:
    """Times multiplied by exp(0.4), log-normal, a year of follow-up."""
    x, treated = released(random, 250)
    days = np.ceil(np.exp(5.0 + 0.4 * treated - 0.3 * x[:, 0] + 1.1 * random.normal(size=250)))
    people = followed(np.where(days <= 365, days, np.nan), np.full(250, 365.0), np.arange(250))
    design = np.column_stack([treated, x])[people.row]
    return log_found_of(time_ratio(people, design, ("programme", "a", "b"), "log_normal"), 0.4)


FURTHER: tuple[Case, ...] = (
    Case("trial, difference of means of counts, 100 and 100", counts_of_events),
    Case("trial, adjusted, 100 and 100", adjusted_trial),
    Case("trial, stratified, 240 in six blocks", stratified_trial),
    Case("trial of 8 clusters of about 30", clusters(8, 30)),
    Case("trial of 24 clusters of about 20", clusters(24, 20)),
    Case("trial, complier effect, 200 and 200", compliers),
    Case("difference in differences, 4 and 4 places", places(4)),
    Case("difference in differences, 12 and 12 places", places(12)),
    Case("interrupted series of 16 periods", series(16, 0.0)),
    Case("interrupted series of 40 periods", series(40, 0.0)),
    Case("interrupted series of 40 periods that go together (0.4)", series(40, 0.4)),
    Case("interrupted series of 40 periods with large shocks that go together (0.7)", series(40, 0.7, 0.05)),
    Case("Cox regression, 250 people", cox_people, ratio=True),
    Case("accelerated failure time, 250 people", times, ratio=True),
)
