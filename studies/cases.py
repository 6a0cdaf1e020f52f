"""The cases of `intervals.py`: each draws people with a known effect, and has one estimator find it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from made_up import NAMES, People, again_and_again, by_lot, chosen, logistic_effect

from resettle.evidence.balance import balance_table, design_checks
from resettle.evidence.designing import make_design
from resettle.evidence.effect import Check
from resettle.evidence.on_treated import effect_on_treated
from resettle.evidence.randomised import Estimate, difference_of_rates
from resettle.evidence.regression import standardised
from resettle.evidence.study import Matching

# The checks that say that an interval may not hold.
WARNINGS = ("others for each treated person",)


@dataclass(frozen=True)
class Found:
    """What one run found, and the truth: on the log scale for ratios."""

    estimate: float
    se: float
    truth: float
    interval: tuple[float, float] | None = None
    warned: bool = False


@dataclass(frozen=True)
class Case:
    """One estimator on one kind of people."""

    name: str
    once: Callable[[np.random.Generator], Found]
    ratio: bool = False


def found_of(found: Estimate, truth: float, checks: tuple[Check, ...] = ()) -> Found:
    """An estimate beside the truth; warned if a check about intervals is not green."""
    own = (found.interval.low, found.interval.high) if found.interval else None
    warned = any(check.name in WARNINGS and check.flag != "green" for check in checks)
    return Found(found.estimate, found.se, truth, own, warned)


def designed(kind: str, people: Callable[[np.random.Generator], People], settings: Matching | None = None) -> Callable[[np.random.Generator], Found]:  # fmt: skip
    """A design made from covariates, then the effect: what one run of it finds."""

    def once(random: np.random.Generator) -> Found:
        drawn = people(random)
        design = make_design(kind, drawn.x, NAMES, drawn.treated, settings)
        checks = design_checks(design, balance_table(design))
        return found_of(effect_on_treated(design, drawn.outcome, drawn.person), drawn.truth, checks)

    return once


def regressed(people: Callable[[np.random.Generator], People]) -> Callable[[np.random.Generator], Found]:
    """Standardised regression."""

    def once(random: np.random.Generator) -> Found:
        drawn = people(random)
        found = standardised(drawn.outcome, drawn.treated.astype(float), drawn.x, NAMES, drawn.person)
        return found_of(found, drawn.truth)

    return once


def compared(treated: int, others: int, rates: tuple[float, float]) -> Callable[[np.random.Generator], Found]:
    """The difference of two rates of a trial."""

    def once(random: np.random.Generator) -> Found:
        drawn = by_lot(random, treated, others, rates)
        return found_of(difference_of_rates(drawn.outcome, drawn.treated.astype(float)), drawn.truth)

    return once


ONCE, FIVE, FREE = Matching(), Matching(neighbours=5), Matching(replacement=False)
DESIGNS: tuple[tuple[str, str, Matching | None], ...] = (
    ("radius matching", "radius_matching", ONCE),
    ("nearest neighbour", "nearest_neighbour", ONCE),
    ("five nearest neighbours", "nearest_neighbour", FIVE),
    ("nearest neighbour without replacement", "nearest_neighbour", FREE),
    ("subclassification", "subclassification", ONCE),
    ("weighting", "weighting", ONCE),
    ("entropy balancing", "entropy_balancing", ONCE),
    ("doubly robust", "doubly_robust", ONCE),
)
POOLS = ((150, 1_500), (150, 450), (150, 225))

CASES: tuple[Case, ...] = (
    *(
        Case(f"randomised, {n} and {n}, {100 * a:.0f}% and {100 * b:.0f}%", compared(n, n, (a, b)))
        for n, a, b in ((60, 0.3, 0.4), (300, 0.3, 0.4), (150, 0.02, 0.05))
    ),
    *(
        Case(
            f"standardised regression, about {round(n * share):,} of {n:,}",
            regressed(partial(logistic_effect, n=n, share=share)),
        )
        for n, share in ((1_500, 0.04), (600, 0.25))
    ),
    *(
        Case(
            f"{label}, {treated:,} with {others:,} others",
            designed(kind, partial(chosen, treated=treated, others=others), settings),
        )
        for label, kind, settings in DESIGNS
        for treated, others in POOLS
    ),
    *(
        Case(
            f"exact strata, {treated:,} with {others:,} others",
            designed("exact_strata", partial(chosen, treated=treated, others=others, strata=True)),
        )
        for treated, others in POOLS
    ),
    *(
        Case(
            f"{label}, people who enter up to three times",
            designed(kind, partial(again_and_again, people=500), settings),
        )
        for label, kind, settings in DESIGNS
        if settings is ONCE
    ),
)
