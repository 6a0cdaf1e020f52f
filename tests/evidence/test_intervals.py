"""Intervals against other libraries and their own definitions."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, poisson
from statsmodels.stats.proportion import proportion_confint

from resettle.evidence.intervals import clopper_pearson, poisson_rate, student_mean, wilson

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_equals_statsmodels(count, level):
    events, n = count
    found = wilson(events, n, level)
    low, high = proportion_confint(events, n, 1 - level, "wilson")
    assert (found.low, found.high) == pytest.approx((max(0, low), min(1, high)), abs=1e-12)
    assert 0 <= found.low <= events / n <= found.high <= 1


@given(counts)
def test_the_exact_interval_leaves_a_fortieth_in_each_tail(count):
    events, n = count
    found = clopper_pearson(events, n)
    if events:
        assert binom.sf(events - 1, n, found.low) == pytest.approx(0.025, abs=1e-9)
    if events < n:
        assert binom.cdf(events, n, found.high) == pytest.approx(0.025, abs=1e-9)


@given(st.integers(0, 300), st.integers(1, 500))
def test_poisson_counts_give_the_exact_poisson_interval(total, n):
    # Squared counts of exactly the Poisson mean leave the dispersion at one.
    found = poisson_rate(total, total, n)
    assert found.method == "exact Poisson" or total > 0
    if total and found.method == "exact Poisson":
        assert poisson.sf(total - 1, found.low * n) == pytest.approx(0.025, abs=1e-9)
        assert poisson.cdf(total, found.high * n) == pytest.approx(0.025, abs=1e-9)


def test_counts_that_vary_more_give_a_wider_interval():
    plain, spread = poisson_rate(100, 100, 200), poisson_rate(100, 1000, 200)
    assert spread.low < plain.low < plain.high < spread.high
    assert "over-dispersion" in spread.method


def test_nobody_is_not_an_error():
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0, 1)
    assert poisson_rate(0, 0, 0).high == math.inf
    assert student_mean(3, 9, 1).high == math.inf


def test_student_interval_of_a_small_sample():
    values = [3.0, 4.0, 8.0]
    found = student_mean(sum(values), sum(v * v for v in values), 3)
    # mean 5, standard deviation sqrt(7), t(0.975, 2) = 4.302653
    assert (found.low, found.high) == pytest.approx(
        (5 - 4.302653 * math.sqrt(7 / 3), 5 + 4.302653 * math.sqrt(7 / 3)), abs=1e-5
    )
