"""The effect stage: from a sealed design and the outcomes to the effect on the treated, with its errors and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.evidence.designing import Designed
from resettle.evidence.effect import StandardError, Test
from resettle.evidence.logit import expit, fit_logit
from resettle.evidence.randomised import Estimate, difference_test
from resettle.evidence.standard_errors import (
    ABADIE_IMBENS,
    CLUSTERED,
    WEIGHTED,
    abadie_imbens,
    clustered,
    headline,
    influences,
    two_sample,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

ESTIMATED = "allowing for the estimated weights"
BOTH = "allowing for both estimated models"
NOTES = {
    WEIGHTED: "two weighted means, weights taken as given: the Justice Data Lab's test",
    CLUSTERED: "weights taken as given; a person in several cohorts counts once",
    ABADIE_IMBENS: "the score taken as given; allows for controls used more than once",
    ESTIMATED: "sandwich over persons, with the step that made the weights",
    BOTH: "sandwich over persons, with the models of taking part and of the outcome",
}


def effect_on_treated(designed: Designed, outcome: Floats, person: Ints | None = None) -> Estimate:
    """The effect on the treated who are kept: their mean outcome less the weighted mean of the comparison.

    `outcome` has one entry for each row of the design (0/1, or any number unless the design is doubly robust); `person`
    numbers the people from 0 where one may be in several rows.
    """
    import numpy as np

    cluster = person if person is not None and np.bincount(person).max() > 1 else None
    if designed.kind == "doubly_robust":
        return doubly_robust(designed, outcome, cluster)
    return weighted_difference(designed, outcome, cluster)


def weighted_difference(designed: Designed, outcome: Floats, person: Ints | None) -> Estimate:
    """The difference of two weighted means, for every design but the doubly robust one."""
    treated, weights = designed.treated, designed.weights
    mean1, mean0 = means(outcome, designed)
    influence = influences(outcome, treated, weights)
    errors = [error(WEIGHTED, two_sample(outcome, treated, weights))]
    chosen = WEIGHTED
    if designed.matches is not None:
        errors.append(error(ABADIE_IMBENS, abadie_imbens(outcome, treated, designed.matches)))
        chosen = ABADIE_IMBENS
    else:
        corrected = influence + through_weights(designed, outcome - mean0)
        errors.append(error(ESTIMATED, clustered(corrected, person)))
        chosen = ESTIMATED
    if person is not None:
        errors.append(error(CLUSTERED, clustered(influence, person)))
        chosen = ESTIMATED if designed.matches is None else CLUSTERED
    return estimate_of(mean1 - mean0, mean1, headline(errors, chosen), designed, outcome)


def doubly_robust(designed: Designed, outcome: Floats, person: Ints | None) -> Estimate:
    """Weighting by the odds of taking part, put right by a logistic model of the outcome among the others.

    Right if either model is (Robins, Rotnitzky and Zhao 1994; for the effect on the treated Mercatanti and Li 2014).
    """
    import numpy as np

    treated, kept, weights = designed.treated, designed.kept, designed.weights
    others = ~treated & kept
    model = fit_logit(designed.x[others], outcome[others], designed.names)
    expected = expit(designed.x @ model.slopes + model.intercept)
    rest = outcome - expected
    mean1, mean0 = means(rest, designed)
    plain = influences(rest, treated, weights)
    corrected = plain + through_weights(designed, rest - mean0)
    # How the estimate moves with the model of the outcome, and how each of the others moves that model.
    z = np.column_stack([np.ones(len(outcome)), designed.x])
    slope = expected * (1 - expected)
    share = np.where(treated, -1.0, 1.0) * weights / weights[treated].sum()
    towards = (share * slope) @ z
    corrected[others] += rest[others] * (z[others] @ (model.covariance @ towards))
    errors = [
        error(BOTH, clustered(corrected, person)),
        error(WEIGHTED, two_sample(rest, treated, weights)),
    ]
    if person is not None:
        errors.append(error(CLUSTERED, clustered(plain, person)))
    return estimate_of(mean1 - mean0, means(outcome, designed)[0], headline(errors, BOTH), designed, outcome)


def through_weights(designed: Designed, rest: Floats) -> Floats:
    """How far each person moves the estimate by moving the weights: what an error with given weights leaves out.

    `rest` is the outcome less the comparison's weighted mean.
    """
    import numpy as np

    treated, weights = designed.treated, designed.weights
    total = weights[~treated].sum()
    w = np.where(treated, 0.0, weights)
    if designed.logit is not None:
        towards = -np.concatenate([[w @ rest], (w * rest) @ designed.x]) / total
        by = designed.logit.covariance @ towards
        surprise = treated - expit(designed.logit.score)
        through_score: Floats = surprise * (designed.x @ by[1:] + by[0])
        return through_score
    z = designed.x - designed.x[treated].mean(axis=0)
    slope = np.linalg.lstsq((z * w[:, None]).T @ z, (w * rest) @ z, rcond=1e-12)[0]
    side = np.where(treated, -1.0 / treated.sum(), w / total)
    through_balance: Floats = side * (z @ slope)
    return through_balance


def means(values: Floats, designed: Designed) -> tuple[float, float]:
    """The weighted means of the treated and of the comparison."""
    found = []
    for side in (designed.treated, ~designed.treated):
        w = designed.weights[side]
        found.append(float((w * values[side]).sum() / w.sum()))
    return found[0], found[1]


def error(name: str, se: float) -> StandardError:
    """A standard error with what its method allows for."""
    return StandardError(name=name, se=se, note=NOTES[name])


def estimate_of(
    effect: float, rate: float, errors: tuple[StandardError, ...], designed: Designed, outcome: Floats
) -> Estimate:
    """The estimate with a test for each of its errors, the headline one first."""
    tests = [difference_test(effect, one.se, f"difference ({one.name})") for one in errors]
    tests = [tests[0], *(other_test(test, one) for test, one in zip(tests[1:], errors[1:], strict=True))]
    raw = 100 * (outcome[designed.treated].mean() - outcome[~designed.treated].mean())
    note = f"Without the design the difference is {raw:+.2f} points."
    return Estimate(effect, errors[0].se, rate, rate - effect, tuple(tests), (note,), errors)


def other_test(test: Test, error: StandardError) -> Test:
    """A test beside the headline, with what its error allows for."""
    return test.model_copy(update={"note": error.note})
