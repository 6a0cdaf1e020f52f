"""People drawn with a known effect, as arrays: what `intervals.py` holds each estimator's interval against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NAMES = ("a", "b", "c")
EFFECT = -0.08


@dataclass(frozen=True)
class People:
    """Covariates (n x 3), who was treated, a 0/1 outcome, the true effect on the treated, and who is in which row."""

    x: np.ndarray
    treated: np.ndarray
    outcome: np.ndarray
    truth: float
    person: np.ndarray | None = None


def logistic(z: np.ndarray | float) -> np.ndarray:
    return 1 / (1 + np.exp(-np.asarray(z)))


def covariates(random: np.random.Generator, n: int) -> np.ndarray:
    """One normal, one 0/1, one count (halved)."""
    columns = random.normal(size=n), random.random(n) < 0.4, random.poisson(3, n) / 2
    return np.column_stack(columns).astype(float)


def takes_part(x: np.ndarray, share: float, strength: float = 1.0) -> np.ndarray:
    """The chance of being treated: logistic in the covariates."""
    lean = 0.5 * x[:, 0] + 0.4 * (x[:, 1] - 0.4) - 0.2 * (x[:, 2] - 1.5)
    return logistic(np.log(share / (1 - share)) + strength * lean)


def without(x: np.ndarray) -> np.ndarray:
    """The chance of the outcome untreated: between 0.15 and 0.75, so that the effect fits everywhere."""
    return 0.15 + 0.6 * logistic(0.7 * x[:, 0] + 0.5 * x[:, 1] - 0.3 * x[:, 2])


def chosen(
    random: np.random.Generator, treated: int, others: int, strength: float = 1.0, strata: bool = False
) -> People:
    """People who were not assigned by lot: so many treated and so many others, and the same effect on everybody.

    With `strata` the covariates have few values, as exact strata need.
    """
    share = treated / (treated + others)
    x, side = np.empty((0, 3)), np.empty(0, bool)
    while side.sum() < treated or (~side).sum() < others:
        more = covariates(random, (treated + others) * 6 // 5)
        if strata:
            more = np.column_stack(
                [np.clip(np.round(more[:, 0]), -1, 1), more[:, 1], np.clip(np.round(more[:, 2]), 0, 3)]
            )
        x, side = np.vstack([x, more]), np.r_[side, random.random(len(more)) < takes_part(more, share, strength)]
    rows = np.sort(np.r_[np.flatnonzero(side)[:treated], np.flatnonzero(~side)[:others]])
    x, side = x[rows], side[rows]
    outcome = random.random(len(x)) < without(x) + EFFECT * side
    return People(x, side, outcome.astype(float), EFFECT)


def again_and_again(random: np.random.Generator, people: int) -> People:
    """People who enter up to three times, as in pooled cohorts: outcomes of one person go together."""
    times = random.integers(1, 4, people)
    person = np.repeat(np.arange(people), times)
    own = covariates(random, people)[person]
    x = np.column_stack([own[:, 0], own[:, 1], own[:, 2] + 0.5 * random.poisson(1, len(person))])
    treated = random.random(len(person)) < takes_part(x, 0.2)
    # One uniform number for most entries of a person, a new one for the rest: the chance of each entry stays as it is.
    own_luck = random.random(people)[person]
    luck = np.where(random.random(len(person)) < 0.6, own_luck, random.random(len(person)))
    return People(x, treated, (luck < without(x) + EFFECT * treated).astype(float), EFFECT, person)


def logistic_effect(random: np.random.Generator, n: int, share: float, person: np.ndarray | None = None) -> People:
    """An effect that is constant in log odds, as standardised regression models it: the truth is its mean over the treated."""
    x = covariates(random, n)
    treated = random.random(n) < takes_part(x, share)
    lean = -0.6 + 0.7 * x[:, 0] + 0.5 * x[:, 1] - 0.3 * x[:, 2]
    with_it, base = logistic(lean - 0.4), logistic(lean)
    outcome = random.random(n) < np.where(treated, with_it, base)
    return People(x, treated, outcome.astype(float), float((with_it - base)[treated].mean()), person)


def by_lot(random: np.random.Generator, treated: int, others: int, rates: tuple[float, float]) -> People:
    """A trial: two groups that differ by chance alone, each with its own rate."""
    side = np.arange(treated + others) < treated
    outcome = random.random(len(side)) < np.where(side, *rates)
    return People(np.empty((len(side), 0)), side, outcome.astype(float), rates[0] - rates[1])
