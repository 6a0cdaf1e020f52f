"""A wrong link is somebody else's record, a missed person has none: the bounds hold the effect on everybody submitted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from linkage_kit import TODAY, make_lists

from resettle.evidence.diagnostics.linkage_bounds import linkage_bounds
from resettle.evidence.linkage import link_people, quality_against, read_people
from resettle.evidence.randomised import difference_of_rates

SUBMITTED = 20_000
shares = st.floats(0.0, 0.3)
rates = st.floats(0.05, 0.95)


def seen(random, own, missed_rate, others, wrong, missed, comparison):
    """What an evaluator sees of people whose own rate is `own` (`missed_rate` for those who are not found), and the truth."""
    lost = random.random(SUBMITTED) < missed
    truth = random.random(SUBMITTED) < np.where(lost, missed_rate, own)
    swapped = random.random(SUBMITTED) < wrong
    record = np.where(swapped, random.random(SUBMITTED) < others, truth)[~lost]
    control = random.random(SUBMITTED) < comparison
    outcome, side = np.concatenate([record, control]), np.repeat([1.0, 0.0], [len(record), SUBMITTED])
    exact = {"wrong": float(swapped[~lost].mean()), "missed": float(lost.mean())}
    return difference_of_rates(outcome.astype(float), side), exact, float(truth.mean()) - float(control.mean())


@given(st.integers(0, 10_000), rates, rates, rates, shares, shares, rates)
def test_the_bounds_hold_the_effect_on_all_who_were_submitted(
    seed, own, missed_rate, others, wrong, missed, comparison
):
    random = np.random.default_rng(seed)
    found, exact, truth = seen(random, own, missed_rate, others, wrong, missed, comparison)
    bounds = linkage_bounds(found, **exact)
    assert bounds.interval_low <= truth <= bounds.interval_high
    assert bounds.low - 0.02 <= truth <= bounds.high + 0.02


def test_wrong_records_like_the_comparison_hide_part_of_an_effect():
    random = np.random.default_rng(3)
    found, exact, truth = seen(random, 0.30, 0.30, 0.50, wrong=0.2, missed=0.0, comparison=0.50)
    bounds = linkage_bounds(found, **exact)
    assert found.estimate == pytest.approx(0.8 * truth, abs=0.02)
    assert bounds.likely == pytest.approx(truth, abs=0.02)


def test_a_measured_linkage_gives_what_the_bounds_need(tmp_path):
    lists = make_lists(tmp_path, size=300, listed=100, strangers=20, seed=5)
    linkage, _ = link_people(read_people(lists.ours, TODAY), read_people(lists.theirs, TODAY))
    quality = quality_against(linkage, lists.truth)
    random = np.random.default_rng(6)
    found = difference_of_rates((random.random(400) < 0.4).astype(float), np.repeat([1.0, 0.0], 200))
    bounds = linkage_bounds(found, quality.wrong, linkage.missed_at_most)
    assert 0 <= quality.wrong < 0.05 and 0.15 <= linkage.missed_at_most < 0.35
    assert bounds.low <= found.estimate <= bounds.high
