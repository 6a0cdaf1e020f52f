"""Time in a state: closed forms, exact sums, and the rule for parts of a month."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import gamma

from resettle.reinvestment.flows.kernels import (
    Kernel,
    changed,
    compete,
    from_the_end,
    hazard,
    integrated,
    listed,
    looked_up,
    reach,
    stay,
)

ONE = np.ones((1, 1))
means = st.floats(1.0, 60.0)
spreads = st.sampled_from([0.0, 0.3, 0.5, 1.0, 1.7])


def at(value):
    return np.array([[value]])


def mean_of(leaves):
    return float((leaves * np.arange(1, len(leaves) + 1)[:, None, None]).sum())


def test_a_part_of_a_month_is_shared_out():
    """2.5 months: half leave after 2, half after 3; 3 months: all after 3."""
    assert stay(at(2.5), 0.0, 5)[:, 0, 0] == pytest.approx([0, 0.5, 0.5, 0, 0])
    assert stay(at(3.0), 0.0, 5)[:, 0, 0] == pytest.approx([0, 0, 1, 0, 0])


@given(means, spreads)
def test_the_mean_stay_is_kept_and_nobody_is_lost(mean, spread):
    leaves = stay(at(mean), spread, 3000)
    assert (leaves >= 0).all()
    assert leaves.sum() == pytest.approx(1, abs=1e-9)
    assert mean_of(leaves) == pytest.approx(mean, rel=1e-5)


@pytest.mark.parametrize("spread", [0.4, 0.8, 1.5])
def test_stays_follow_the_gamma_distribution(spread):
    """Brute force: draws of 1 + gamma, rounded up or down by their part of a month."""
    rng = np.random.default_rng(5)
    drawn = 1 + gamma.rvs(1 / spread**2, scale=spread**2 * 8.0, size=400_000, random_state=rng)
    whole = np.floor(drawn) + (rng.random(len(drawn)) < drawn % 1)
    counted = np.bincount(whole.astype(int), minlength=31)[1:31] / len(drawn)
    assert stay(at(9.0), spread, 30)[:, 0, 0] == pytest.approx(counted, abs=5 * 0.5 / np.sqrt(len(drawn)))


@given(means, spreads, st.floats(0.3, 2.5), st.floats(0, 1))
def test_a_stretched_stay_has_the_stretched_mean(mean, spread, factor, eligible):
    leaves = stay(at(mean), spread, 800)
    new = changed(np.pad(leaves, ((0, 1300), (0, 0), (0, 0))), at(factor), 0 * ONE, at(eligible))
    assert (new >= -1e-12).all()
    assert new.sum() == pytest.approx(leaves.sum(), abs=1e-6)
    shortest = mean * factor < 1 or leaves[: int(1 / factor) + 1].sum() > 1e-9
    if factor >= 1 or not shortest:
        assert mean_of(new) == pytest.approx(mean_of(leaves) * (1 - eligible + eligible * factor), rel=1e-3)


def test_days_off_are_taken_off_but_a_month_is_the_shortest_stay():
    new = changed(listed((0.5, 0.0, 0.5), 3), ONE, at(1.0), ONE)
    assert new[:, 0, 0] == pytest.approx([0.5, 0.5, 0])


def test_the_official_models_stretch():
    """prisonsreadyreckoner: three months stretched by 1.5 are four and a half: half leave after 4, half after 5."""
    new = changed(np.pad(listed((0, 0, 1.0), 3), ((0, 4), (0, 0), (0, 0))), at(1.5), 0 * ONE, ONE)
    assert new[:, 0, 0] == pytest.approx([0, 0, 0, 0.5, 0.5, 0, 0])


@given(st.floats(0.01, 0.9), st.floats(1, 36), st.floats(0.3, 2))
def test_hazards_give_the_share_that_they_were_made_from(share, months, shape):
    whole = round(months)
    total = hazard(np.array([share]), whole, shape, whole).sum()
    assert 1 - np.exp(-total) == pytest.approx(share)


@given(means, spreads, st.floats(0.01, 0.9), st.floats(0.01, 0.9))
def test_ways_out_and_those_left_add_up_in_every_month(mean, spread, one, other):
    leaves = stay(at(mean), spread, 120)
    hazards = [hazard(np.array([s]), 12, k, 120) for s, k in ((one, 0.7), (other, 1.0))]
    kernel = compete(leaves, hazards)
    gone = np.cumsum(sum(kernel.ways), axis=0)
    assert all((w >= 0).all() for w in kernel.ways)
    assert kernel.alive[1:] + gone == pytest.approx(np.ones((120, 1, 1)), abs=1e-12)


def test_constant_chances_are_a_markov_chain():
    """Two constant hazards and no stay: after u months (1 - p) ** u are left, shared in proportion to the hazards."""
    hazards = [hazard(np.array([s]), 12, 1.0, 60) for s in (0.3, 0.5)]
    kernel = compete(np.zeros((60, 1, 1)), hazards)
    months = np.arange(61)
    assert kernel.alive[:, 0, 0] == pytest.approx((0.7 * 0.5) ** (months / 12))
    assert kernel.ways[1] / kernel.ways[2] == pytest.approx(np.log(0.7) / np.log(0.5))


@given(means, spreads)
def test_the_reach_leaves_next_to_nobody(mean, spread):
    assert 1 - stay(at(mean), spread, reach(mean, spread, 5000)).sum() < 2e-6


def test_looking_a_value_up_by_the_root_of_its_place_is_linear_interpolation():
    grid, value = integrated(0.6)
    y = np.concatenate(
        [np.random.default_rng(1).uniform(0, grid[-1], (200, 1, 3)), grid[:200, None, None] * np.ones(3)]
    )
    assert looked_up(y, grid, value) == pytest.approx(np.interp(y, grid, value), rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("draws", [3, 400])
def test_sums_from_the_end_count_what_lies_beyond(draws):
    """Short rows and long ones are added in different ways."""
    shares = np.random.default_rng(2).random((9, 2, draws))
    assert from_the_end(shares, 4) == pytest.approx(np.array([shares[t:].sum(axis=0) for t in range(4)]))
    assert from_the_end(shares, 40) == pytest.approx(np.array([shares[t:].sum(axis=0) for t in range(9)]))


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (3, 1), (3, 4)])
def test_windows_are_the_shares_month_by_month_and_nobody_beyond_the_last(shape):
    shares = np.random.default_rng(3).random((10, *shape))
    found, axes = Kernel((shares,), shares).windows(0, 2, 9, 5)
    longer = np.concatenate([shares, np.zeros((9, *shape))])
    expected = np.array([[longer[2 + u + m] for m in range(5)] for u in range(7)])
    names = "ug"[: 1 + (shape[0] > 1)] + "d" * (shape[1] > 1) + "m"
    assert axes == names
    assert np.moveaxis(found, -1, 1) == pytest.approx(expected.reshape(np.moveaxis(found, -1, 1).shape))
