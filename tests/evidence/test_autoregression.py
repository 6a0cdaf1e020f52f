import numpy as np
import pytest

from resettle.evidence.autoregression import autoregressive
from resettle.evidence.linear import classical, least_squares
from resettle.evidence.series import interrupted_series

N = 40


def design():
    number = np.arange(N) - N // 2
    after = (number >= 0).astype(float)
    return np.column_stack([np.ones(N), number, after, after * number])


def shocks(random, tie, runs):
    """Runs of a series in which each period is `tie` times the one before, and something new; variance one."""
    found = random.normal(size=(runs, N))
    for i in range(1, N):
        found[:, i] = tie * found[:, i - 1] + np.sqrt(1 - tie**2) * found[:, i]
    return found


@pytest.mark.parametrize("tie", [0.2, 0.5])
def test_the_error_is_the_spread_over_many_series(tie):
    """Simulation: the variance that is estimated is, on average, that of the estimates; the plain one is far below it."""
    x, contrast = design(), np.array([0.0, 0.0, 1.0, 9.5])
    estimates, errors, plain, ties = [], [], [], []
    for y in shocks(np.random.default_rng(1), tie, 600):
        fit = least_squares(x, y, ("a", "b", "c", "d"))
        se, seen = autoregressive(fit, contrast)
        estimates.append(contrast @ fit.beta)
        errors.append(se)
        plain.append(classical(fit, contrast))
        ties.append(seen)
    spread = np.std(estimates)
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(spread, rel=0.15)
    assert np.sqrt(np.mean(np.square(plain))) < 0.9 * spread
    assert np.mean(ties) == pytest.approx(tie, abs=0.1)


def test_without_ties_it_is_never_below_the_plain_error_by_much_and_a_perfect_fit_has_none():
    x, contrast = design(), np.array([0.0, 0.0, 1.0, 9.5])
    fit = least_squares(x, x @ np.array([1.0, 0.5, 2.0, 0.25]), ("a", "b", "c", "d"))
    assert autoregressive(fit, contrast)[0] == pytest.approx(0.0, abs=1e-6)
    alternating = least_squares(x, np.tile([1.0, -1.0], N // 2), ("a", "b", "c", "d"))
    se, tie = autoregressive(alternating, contrast)
    assert tie == 0.0 and se == pytest.approx(classical(alternating, contrast))


def test_a_series_that_goes_together_is_flagged_and_its_interval_is_wider():
    random = np.random.default_rng(2)
    number = np.arange(N) - N // 2
    period = np.repeat(number, 400)
    chance = np.clip(0.4 + 0.08 * shocks(random, 0.8, 1)[0], 0.05, 0.95)
    outcome = (random.random(len(period)) < np.repeat(chance, 400)).astype(float)
    found = interrupted_series(outcome, period)
    assert {check.name: check.flag for check in found.checks}["periods go together"] in ("amber", "red")
    assert found.errors[0].name == "each period like the one before"
    assert found.se > 1.2 * next(error.se for error in found.errors if error.name == "independent periods")
