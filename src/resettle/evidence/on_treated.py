"""The effect stage: from a sealed design and the outcomes to the effect on the treated, with its errors and tests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from resettle.errors import bad
from resettle.evidence.designing import FEWEST, Designed
from resettle.evidence.effect import StandardError, Test, Unit
from resettle.evidence.glm import fit_mean
from resettle.evidence.logit import expit
from resettle.evidence.randomised import Estimate, difference_test, normal_interval
from resettle.evidence.regression import plain_difference
from resettle.evidence.standard_errors import (
    ABADIE_IMBENS,
    CLUSTERED,
    PARTLY,
    WEIGHTED,
    abadie_imbens,
    clustered,
    headline,
    influences,
    side_errors,
    two_sample,
)
from resettle.result import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

ESTIMATED = "allowing for the estimated weights"
BOTH = "allowing for both estimated models"
NOTES = {
    WEIGHTED: "two weighted means, weights taken as given: the Justice Data Lab's test",
    CLUSTERED: "weights taken as given; a person in several cohorts counts once",
    PARTLY: "weights taken as given; the number of people with the outcome is itself a chance",
    ABADIE_IMBENS: "the score taken as given; allows for controls used more than once",
    ESTIMATED: "sandwich over persons, with the step that made the weights",
    BOTH: "sandwich over persons, with the models of taking part and of the outcome",
}


def effect_on_treated(
    designed: Designed, outcome: Floats, person: Ints | None = None, unit: Unit = "share"
) -> Estimate:
    """The effect on the treated who are kept: their mean outcome less the weighted mean of the comparison.

    `outcome` has one entry for each row of the design: 0/1 for a share, any number otherwise, nan for people of whom it
    is not an outcome (custody, of those who did not reoffend), who are left out on both sides; `person` numbers the people
    from 0 where one may be in several rows.
    """
    import numpy as np

    known = ~np.isnan(outcome)
    weights = check_weights(designed.weights) * known
    for side in (designed.treated, ~designed.treated):
        if int((side & (weights > 0)).sum()) < FEWEST:
            raise bad(
                f"the outcome is known of fewer than {FEWEST} people on one side",
                do="Choose another outcome, or widen the study.",
            )
    cluster = person if person is not None and np.bincount(person).max() > 1 else None
    estimator = doubly_robust if designed.kind == "doubly_robust" else weighted_difference
    found = estimator(designed, np.where(known, outcome, 0.0), cluster, unit, weights)
    raw = plain_difference(outcome[known], designed.treated[known], unit)
    return replace(found, notes=(f"Without the design the difference is {raw}.",))


def check_weights(weights: Floats) -> Floats:
    """The weights, refused where one is negative or not a number."""
    import numpy as np

    wrong = ~(weights >= 0) | np.isinf(weights)
    if wrong.any():
        at = int(wrong.argmax())
        raise bad(
            "a weight is negative or not a number", row=at + 1, value=weights[at], do="Give weights of nil or more."
        )
    return weights


def weighted_difference(
    designed: Designed, outcome: Floats, person: Ints | None, unit: Unit = "share", weights: Floats | None = None
) -> Estimate:
    """The difference of two weighted means, for every design but the doubly robust one.

    `weights` are those of the design, nil for people of whom the outcome is not: if it is given, the error of Abadie and
    Imbens, which needs whole matches, is left out where somebody was.
    """
    treated, weights = designed.treated, designed.weights if weights is None else weights
    whole = bool((weights == designed.weights).all())
    mean1, mean0 = means(outcome, treated, weights)
    influence = influences(outcome, treated, weights)
    errors = [error(WEIGHTED, two_sample(outcome, treated, weights))]
    chosen = WEIGHTED
    if designed.matches is not None and whole:
        errors.append(error(ABADIE_IMBENS, abadie_imbens(outcome, treated, designed.matches)))
        chosen = ABADIE_IMBENS
    elif designed.matches is not None:
        errors.append(error(PARTLY, clustered(influence)))
    else:
        corrected = influence + through_weights(designed, outcome - mean0, weights)
        errors.append(error(ESTIMATED, clustered(corrected, person)))
        chosen = ESTIMATED
    if person is not None:
        errors.append(error(CLUSTERED, clustered(influence, person)))
        chosen = ESTIMATED if designed.matches is None else CLUSTERED
    sides = sides_of(outcome, treated, weights, mean1, mean1 - mean0)
    return estimate_of(mean1 - mean0, mean1, headline(errors, chosen), sides)


def doubly_robust(
    designed: Designed, outcome: Floats, person: Ints | None, unit: Unit = "share", weights: Floats | None = None
) -> Estimate:
    """Weighting by the odds of taking part, put right by a model of the outcome among the others.

    Right if either model is (Robins, Rotnitzky and Zhao 1994; for the effect on the treated Mercatanti and Li 2014).
    """
    import numpy as np

    treated, weights = designed.treated, designed.weights if weights is None else weights
    others = ~treated & (weights > 0)
    model = fit_mean(unit, designed.x[others], outcome[others], designed.names)
    z = np.column_stack([np.ones(len(outcome)), designed.x])
    rest = outcome - model.mean(z)
    mean1, mean0 = means(rest, treated, weights)
    plain = influences(rest, treated, weights)
    corrected = plain + through_weights(designed, rest - mean0, weights)
    # How the estimate moves with the model of the outcome, and how each of the others moves that model.
    share = np.where(treated, -1.0 / weights[treated].sum(), 1.0 / weights[others].sum()) * weights
    towards = (share * model.slope(z)) @ z
    corrected[others] += rest[others] * (z[others] @ (model.inverse @ towards))
    errors = [
        error(BOTH, clustered(corrected, person)),
        error(WEIGHTED, two_sample(rest, treated, weights)),
    ]
    if person is not None:
        errors.append(error(CLUSTERED, clustered(plain, person)))
    rate = means(outcome, treated, weights)[0]
    sides = sides_of(outcome, treated, weights, rate, mean1 - mean0)
    return estimate_of(mean1 - mean0, rate, headline(errors, BOTH), sides)


def through_weights(designed: Designed, rest: Floats, weights: Floats) -> Floats:
    """How far each person moves the estimate by moving the weights: what an error with given weights leaves out.

    `rest` is the outcome less the comparison's weighted mean; `weights` those of the design, nil for people of whom the
    outcome is not.
    """
    import numpy as np

    treated, made = designed.treated, np.where(designed.treated, 0.0, designed.weights)
    w = np.where(treated, 0.0, weights)
    total = w.sum()
    if designed.logit is not None:
        towards = -np.concatenate([[w @ rest], (w * rest) @ designed.x]) / total
        by = designed.logit.covariance @ towards
        surprise = treated - expit(designed.logit.score)
        through_score: Floats = surprise * (designed.x @ by[1:] + by[0])
        return through_score
    z = designed.x - designed.x[treated].mean(axis=0)
    slope = np.linalg.lstsq((z * made[:, None]).T @ z, (w * rest) @ z, rcond=1e-12)[0]
    side = np.where(treated, -1.0 / total, made / total)
    through_balance: Floats = side * (z @ slope)
    return through_balance


def means(values: Floats, treated: Bools, weights: Floats) -> tuple[float, float]:
    """The weighted means of the treated and of the comparison."""
    found = []
    for side in (treated, ~treated):
        w = weights[side]
        found.append(float(w @ values[side] / w.sum()))
    return found[0], found[1]


def error(name: str, se: float) -> StandardError:
    """A standard error with what its method allows for."""
    return StandardError(name=name, se=se, note=NOTES[name])


def sides_of(outcome: Floats, treated: Bools, weights: Floats, rate: float, effect: float) -> tuple[Interval, Interval]:
    """The intervals of both means."""
    one, other = side_errors(outcome, treated, weights)
    return normal_interval(rate, one, WEIGHTED), normal_interval(rate - effect, other, WEIGHTED)


def estimate_of(
    effect: float, rate: float, errors: tuple[StandardError, ...], sides: tuple[Interval, Interval]
) -> Estimate:
    """The estimate with a test for each of its errors, the headline one first."""
    tests = [difference_test(effect, one.se, f"difference ({one.name})") for one in errors]
    tests = [tests[0], *(other_test(test, one) for test, one in zip(tests[1:], errors[1:], strict=True))]
    return Estimate(effect, errors[0].se, rate, rate - effect, tuple(tests), errors=errors, sides=sides)


def other_test(test: Test, error: StandardError) -> Test:
    """A test beside the headline, with what its error allows for."""
    return test.model_copy(update={"note": error.note})
