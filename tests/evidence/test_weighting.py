"""Weights: their laws, and entropy balancing against a general optimiser."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from resettle.errors import BadInput
from resettle.evidence.weighting import entropy_balance, inside, odds_weights

NAMES = ("a", "b", "c")


def problem(seed, n=300):
    random = np.random.default_rng(seed)
    x = np.column_stack([random.normal(size=n), random.random(n) < 0.4, random.poisson(3, n)]).astype(float)
    treated = random.random(n) < 1 / (1 + np.exp(1 - 0.6 * x[:, 0] - 0.4 * x[:, 1]))
    return x, treated


@given(st.integers(0, 10**6))
def test_entropy_balancing_gives_equal_means_and_positive_weights(seed):
    x, treated = problem(seed)
    weights = entropy_balance(x, treated, NAMES)
    means = weights[~treated] @ x[~treated] / weights[~treated].sum()
    assert means == pytest.approx(x[treated].mean(axis=0), abs=1e-8)
    assert weights[~treated].min() > 0
    assert weights[~treated].sum() == pytest.approx(treated.sum())
    assert (weights[treated] == 1).all()


def test_entropy_balancing_is_the_most_even_of_all_such_weights():
    x, treated = problem(4, 60)
    others, aim = x[~treated], x[treated].mean(axis=0)
    found = entropy_balance(x, treated, NAMES)[~treated] / treated.sum()
    constraints = [
        {"type": "eq", "fun": lambda w: w @ others - aim},
        {"type": "eq", "fun": lambda w: w.sum() - 1},
    ]
    start = np.full(len(others), 1 / len(others))
    best = minimize(
        lambda w: w @ np.log(w), start, bounds=[(1e-9, 1)] * len(others), constraints=constraints, tol=1e-14,
        options={"maxiter": 1000},
    )  # fmt: skip
    assert found @ np.log(found) <= best.fun + 1e-8
    assert found == pytest.approx(best.x, abs=1e-4)


def test_treated_people_unlike_anybody_are_refused():
    x, treated = problem(4)
    x[treated, 1] = 1.0
    x[~treated, 1] = 0.0
    with pytest.raises(BadInput, match="b: no weights can make the comparison like the people treated"):
        entropy_balance(x, treated, NAMES)


def test_a_column_that_repeats_another_is_balanced_all_the_same():
    x, treated = problem(9)
    twice = np.column_stack([x, x[:, 0]])
    assert entropy_balance(twice, treated, (*NAMES, "a again")) == pytest.approx(
        entropy_balance(x, treated, NAMES), rel=1e-6
    )


def test_odds_weights_follow_the_odds_and_add_up_to_the_treated():
    score = np.array([0.0, 1.0, -1.0, 800.0, 2.0])
    treated = np.array([True, False, False, False, True])
    weights = odds_weights(score, treated)
    assert weights[~treated].sum() == pytest.approx(2)
    ordinary = odds_weights(score[:3], treated[:3])
    assert ordinary[1] / ordinary[2] == pytest.approx(np.exp(2))


def test_trimming_keeps_a_probability_of_just_the_limit():
    score = np.log(np.array([0.5, 0.89, 0.91]) / (1 - np.array([0.5, 0.89, 0.91])))
    assert inside(score, 0.9).tolist() == [True, True, False]
