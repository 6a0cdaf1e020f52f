"""The cases of `intervals.py`: each draws people with a known effect, and has one estimator find it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from found import Case, Found, found_of
from made_up import NAMES, People, again_and_again, by_lot, chosen, logistic_effect
from trials_and_times import FURTHER

from resettle.evidence.balance import balance_table, design_checks
from resettle.evidence.designing import make_design
from resettle.evidence.on_treated import effect_on_treated
from resettle.evidence.randomised import difference_of_rates
from resettle.evidence.regression import standardised
from resettle.evidence.study import Matching


def designed(kind: str, people: Callable[[np.random.Generator], People], settings: Matching | None = None) -> Callable[[np.random.Generator], Found]:  # fmt: skip
    """A design made from covariates, then the effect: what one run of it finds."""

    def once(random: np.random.Generator) -> Found:
        drawn = people(random)
        design = make_design(kind, drawn.x, NAMES, drawn.treated, settings)
        checks = design_checks(design, balance_table(design)) if random.random() < 0.05 else ()
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
# Many, some and few others for each treated person; the designs that take people one by one are looked at in all three.
MANY, SOME, FEW = (100, 1_000), (100, 300), (100, 150)
POOLS = {
    "radius matching": (MANY, SOME, FEW),
    "nearest neighbour": (MANY, SOME, FEW),
    "nearest neighbour without replacement": (MANY, SOME, FEW),
}
OFTEN = ("radius matching", "weighting", "doubly robust")

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
        for n, share in ((1_500, 0.04), (500, 0.25))
    ),
    *(
        Case(
            f"{label}, {treated:,} with {others:,} others",
            designed(kind, partial(chosen, treated=treated, others=others), settings),
        )
        for label, kind, settings in DESIGNS
        for treated, others in POOLS.get(label, (MANY, FEW))
    ),
    *(
        Case(
            f"exact strata, {treated:,} with {others:,} others",
            designed("exact_strata", partial(chosen, treated=treated, others=others, strata=True)),
        )
        for treated, others in (MANY, FEW)
    ),
    *(
        Case(
            f"{label}, people who enter up to three times",
            designed(kind, partial(again_and_again, people=400), settings),
        )
        for label, kind, settings in DESIGNS
        if label in OFTEN
    ),
    *FURTHER,
)
