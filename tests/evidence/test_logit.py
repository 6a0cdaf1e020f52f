"""The logistic fit against statsmodels, its laws, and what it refuses."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.evidence import logit
from resettle.evidence.logit import fit_logit

NAMES = ("a", "b", "c")


def problem(n, seed=5, rare=0.0):
    random = np.random.default_rng(seed)
    x = np.column_stack([random.normal(40, 12, n), random.random(n) < 0.3, random.poisson(3, n)]).astype(float)
    odds = -0.8 - rare + 0.02 * (x[:, 0] - 40) + 0.5 * x[:, 1] - 0.1 * x[:, 2]
    return x, (random.random(n) < 1 / (1 + np.exp(-odds))).astype(float)


def in_statsmodels(x, y):
    return sm.GLM(y, sm.add_constant(x), family=sm.families.Binomial()).fit(tol=1e-13, maxiter=100)


def test_it_equals_statsmodels():
    x, y = problem(800)
    ours, theirs = fit_logit(x, y, NAMES), in_statsmodels(x, y)
    assert np.concatenate([[ours.intercept], ours.slopes]) == pytest.approx(theirs.params, abs=1e-8)
    assert ours.covariance == pytest.approx(theirs.cov_params(), rel=1e-5)
    assert ours.score == pytest.approx(np.log(theirs.fittedvalues / (1 - theirs.fittedvalues)), abs=1e-8)


def test_starting_from_a_sample_reaches_the_same_maximum(monkeypatch):
    x, y = problem(60_000, rare=2.5)
    assert logit.sampled_start(x, y, NAMES, "y") is not None
    quick = fit_logit(x, y, NAMES)
    monkeypatch.setattr(logit, "SAMPLE", 10**9)
    assert quick.slopes == pytest.approx(fit_logit(x, y, NAMES).slopes, abs=1e-9)
    assert quick.slopes == pytest.approx(in_statsmodels(x, y).params[1:], abs=1e-8)


def test_a_sample_that_will_not_do_is_not_used():
    """A level seen for a handful of rows only: it does not vary in the sample, but it does among all rows."""
    x, y = problem(100_000)
    x[:, 1] = 0
    some = np.flatnonzero(np.arange(100_000) % 9 == 4)[:4000]
    x[some[np.isin(some, np.flatnonzero(y == 0)[::5], invert=True)], 1] = 1
    quick = fit_logit(x, y, NAMES)
    assert quick.slopes == pytest.approx(in_statsmodels(x, y).params[1:], abs=1e-7)


@given(st.integers(0, 10**6), st.floats(-3, 3), st.floats(0.01, 100))
def test_units_do_not_matter(seed, shift, stretch):
    """Log odds of each row stay as they are when a column is measured from another origin in another unit."""
    x, y = problem(200, seed)
    moved = x.copy()
    moved[:, 0] = shift + stretch * x[:, 0]
    assert fit_logit(moved, y, NAMES).score == pytest.approx(fit_logit(x, y, NAMES).score, abs=1e-6)


def test_the_order_of_rows_and_blocks_does_not_matter():
    x, y = problem(5_000)
    order = np.random.default_rng(1).permutation(5_000)
    assert fit_logit(x[order], y[order], NAMES).score == pytest.approx(fit_logit(x, y, NAMES).score[order], abs=1e-9)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda x, y: x.__setitem__((slice(None), 1), y), "b: a covariate separates taking part"),
        (lambda x, y: x.__setitem__((slice(None), 1), 7.0), "b: covariate is the same for everyone"),
        (lambda x, y: x.__setitem__((slice(None), 2), x[:, 0] * 3 - 5), "c: a covariate repeats others"),
        (lambda x, y: x.__setitem__((slice(None), 2), x[:, 0] + x[:, 1]), "c: a covariate repeats others"),
        (lambda x, y: x.__setitem__((slice(None), 1), y * (np.arange(len(y)) % 2)), "b: a covariate separates"),
        (lambda x, y: y.__setitem__(slice(None), 1.0), "taking part is the same for everyone"),
    ],
    ids=["separated", "constant", "copy", "sum", "half separated", "all treated"],
)
@pytest.mark.parametrize("n", [400, 50_000])
def test_what_has_no_finite_maximum_is_refused(n, spoil, message):
    x, y = problem(n)
    spoil(x, y)
    with pytest.raises(BadInput, match=message):
        fit_logit(x, y, NAMES, "taking part")


def test_no_covariates_gives_the_plain_log_odds():
    fit = fit_logit(np.zeros((8, 0)), np.array([1.0, 0, 0, 0, 0, 0, 0, 1]), ())
    assert fit.intercept == pytest.approx(np.log(2 / 6))
