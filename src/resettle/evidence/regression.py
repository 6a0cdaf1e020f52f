"""Standardised regression: a logistic model of the outcome, averaged over the people treated, with and without the
programme.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from resettle.evidence.effect import Test
from resettle.evidence.logit import expit, fit_logit
from resettle.evidence.randomised import Estimate, difference_test

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

METHOD = (
    "logistic regression standardised to the people treated (g-computation); delta-method standard error on the sandwich "
    "covariance, clustered by person"
)


def standardised(
    outcome: Floats,
    treated: Floats,
    covariates: Floats,
    names: tuple[str, ...],
    person: NDArray[np.int64] | None = None,
) -> Estimate:
    """Effect on the treated: mean over them of the modelled probability with, minus without, the programme.

    Standardisation (direct, Lane and Nelder 1982; g-computation, Robins 1986). Standard error by the delta method with
    the sandwich covariance of the coefficients (Huber-White, HC0), for the covariates of the people studied.
    """
    import numpy as np

    x = np.column_stack([np.ones(len(outcome)), treated, covariates])
    fit = fit_logit(x[:, 1:], outcome, ("the programme", *names))
    beta, fitted = np.concatenate([[fit.intercept], fit.slopes]), expit(fit.score)
    bread = np.linalg.inv((x * (fitted * (1 - fitted))[:, None]).T @ x)
    score = x * (outcome - fitted)[:, None]
    if person is not None:
        score = by_person(score, person)
    covariance = bread @ (score.T @ score) @ bread
    with_it = x[treated == 1]
    without = with_it.copy()
    without[:, 1] = 0.0
    p1, p0 = expit(with_it @ beta), expit(without @ beta)
    gradient = (with_it * (p1 * (1 - p1))[:, None] - without * (p0 * (1 - p0))[:, None]).mean(axis=0)
    estimate, se = float((p1 - p0).mean()), math.sqrt(float(gradient @ covariance @ gradient))
    odds = Test(
        name="coefficient in the model",
        p=difference_test(float(beta[1]), math.sqrt(float(covariance[1, 1]))).p,
        statistic=float(beta[1] / math.sqrt(covariance[1, 1])),
        note="log odds of the programme, sandwich error",
    )
    tests = (difference_test(estimate, se), odds)
    return Estimate(estimate, se, float(p1.mean()), float(p0.mean()), tests, (unadjusted(outcome, treated),))


def by_person(score: Floats, person: NDArray[np.int64]) -> Floats:
    """Rows of scores added up over each person."""
    import numpy as np

    return np.column_stack([np.bincount(person, column) for column in score.T])


def unadjusted(outcome: Floats, treated: Floats) -> str:
    """What a comparison without covariates would have said."""
    raw = 100 * (outcome[treated == 1].mean() - outcome[treated == 0].mean())
    return f"Without the covariates the difference is {raw:+.2f} points."
