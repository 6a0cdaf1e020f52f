"""Standardised regression: a model of the outcome, averaged over the people treated, with and without the programme."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from resettle.evidence.effect import StandardError, Test, Unit
from resettle.evidence.glm import KINDS, Model, fit_mean
from resettle.evidence.randomised import Estimate, difference_test, normal_interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

METHOD = (
    "logistic regression standardised to the people treated (g-computation); delta-method standard error on the sandwich "
    "covariance, clustered by person"
)
SANDWICH, OF_THE_MODEL = "sandwich, clustered by person", "of the model"


def standardised(
    outcome: Floats,
    treated: Floats,
    covariates: Floats,
    names: tuple[str, ...],
    person: NDArray[np.int64] | None = None,
    unit: Unit = "share",
) -> Estimate:
    """Effect on the treated: mean over them of the modelled mean with, minus without, the programme.

    Standardisation (direct, Lane and Nelder 1982; g-computation, Robins 1986), with a logistic model of a share, a
    log-linear one of a number of events, a linear one of days. Standard error by the delta method with the sandwich
    covariance of the coefficients (Huber-White, HC0), for the covariates of the people studied.
    """
    import numpy as np

    x = np.column_stack([np.ones(len(outcome)), treated, covariates])
    model = fit_mean(unit, x[:, 1:], outcome, ("the programme", *names))
    rest = outcome - model.mean(x)
    score = x * rest[:, None]
    if person is not None:
        score = by_person(score, person)
    covariance = model.inverse @ (score.T @ score) @ model.inverse
    rates, gradients = zip(*(averaged(model, x[treated == 1], on) for on in (1.0, 0.0)), strict=True)
    gradient = gradients[0] - gradients[1]
    estimate, se = rates[0] - rates[1], length(gradient, covariance)
    errors = (
        StandardError(name=SANDWICH, se=se, headline=True, note="holds where the spread is not that of the model"),
        StandardError(
            name=OF_THE_MODEL,
            se=length(gradient, model.inverse * spread_of(model, x, rest)),
            note="holds if the model does",
        ),
    )
    tests = (difference_test(estimate, se), coefficient_test(model, covariance))
    sides = [normal_interval(rate, length(g, covariance), METHOD) for rate, g in zip(rates, gradients, strict=True)]
    return Estimate(
        estimate, se, rates[0], rates[1], tests, (unadjusted(outcome, treated, unit),), errors,
        sides=(sides[0], sides[1]), method=METHOD.replace("logistic", KINDS[unit]),
    )  # fmt: skip


def averaged(model: Model, rows: Floats, on: float) -> tuple[float, Floats]:
    """The mean of the modelled means of `rows` with the programme set on or off, and how it moves with the coefficients."""
    rows = rows.copy()
    rows[:, 1] = on
    return float(model.mean(rows).mean()), (rows * model.slope(rows)[:, None]).mean(axis=0)


def length(gradient: Floats, covariance: Floats) -> float:
    """The standard error of a combination of coefficients."""
    return math.sqrt(float(gradient @ covariance @ gradient))


def spread_of(model: Model, x: Floats, rest: Floats) -> float:
    """The spread that a model leaves: 1 for a share, the over-dispersion of numbers, the variance of days."""
    if model.unit == "share":
        return 1.0
    squares = rest**2 / model.mean(x) if model.unit == "events" else rest**2
    return float(squares.sum()) / (len(rest) - len(model.beta))


def coefficient_test(model: Model, covariance: Floats) -> Test:
    """The test of the programme's coefficient in the model itself."""
    beta, se = float(model.beta[1]), math.sqrt(float(covariance[1, 1]))
    said = {"share": "log odds", "events": "log of the ratio", "days": "days"}[model.unit]
    note = f"{said} of the programme, sandwich error"
    return Test(name="coefficient in the model", p=difference_test(beta, se).p, statistic=beta / se, note=note)


def by_person(score: Floats, person: NDArray[np.int64]) -> Floats:
    """Rows of scores added up over each person."""
    import numpy as np

    return np.column_stack([np.bincount(person, column) for column in score.T])


def unadjusted(outcome: Floats, treated: Floats, unit: Unit = "share") -> str:
    """What a comparison without covariates would have said."""
    return f"Without the covariates the difference is {plain_difference(outcome, treated == 1, unit)}."


def plain_difference(outcome: Floats, treated: NDArray[np.bool_], unit: Unit) -> str:
    """The difference of the means as they are, in words of their unit."""
    raw = outcome[treated].mean() - outcome[~treated].mean()
    if unit == "share":
        return f"{100 * raw:+.2f} points"
    return f"{raw:+.1f} days" if unit == "days" else f"{raw:+.2f} events a person"
