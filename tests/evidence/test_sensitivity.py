"""Sensitivity and power against published figures, brute force and other libraries."""

import numpy as np
import pytest
from design_kit import NAMES, people
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom
from statsmodels.stats.power import NormalIndPower

from resettle.errors import BadInput
from resettle.evidence.designing import make_design
from resettle.evidence.on_treated import effect_on_treated
from resettle.evidence.sensitivity import (
    bias_checks,
    caliper_curve,
    discordant,
    e_value,
    hidden_bias,
    needed_before,
    needed_to_show,
    of_ratio,
    placebo_check,
    power_checks,
    smallest_difference,
)
from resettle.evidence.study import Matching


def test_e_values_as_published():
    """VanderWeele and Ding (2017): a risk ratio of 3.9 (interval from 1.8) has E-values 7.26 and 3.0."""
    assert of_ratio(3.9) == pytest.approx(7.26, abs=0.005)
    assert of_ratio(1.8) == pytest.approx(3.0, abs=0.005)
    found = e_value(0.39, 0.1, 0.08, 0.5)
    assert (found.estimate, found.interval) == pytest.approx((7.26, 3.0), abs=0.005)


def test_an_e_value_is_the_same_in_both_directions_and_one_where_none_is_inside():
    down = e_value(0.1, 0.39, -0.5, -0.08)
    assert down.estimate == pytest.approx(7.26, abs=0.005)
    assert down.interval == pytest.approx(of_ratio(0.39 / 0.31))
    assert e_value(0.3, 0.4, -0.2, 0.01).interval == 1.0
    assert e_value(0.0, 0.4, -0.5, -0.3) is None


@given(st.integers(1, 200), st.integers(0, 200))
def test_hidden_bias_is_where_the_bound_reaches_the_level(for_it, against):
    """The upper bound of the p value, from the binomial distribution at odds equal to the factor."""
    factor = hidden_bias(for_it, against)
    assert binom.sf(for_it - 1, for_it + against, factor / (1 + factor)) == pytest.approx(0.025, abs=1e-9)


def test_no_pair_in_favour_shows_nothing():
    assert hidden_bias(0, 5) == 0.0


def test_pairs_are_counted_only_where_matching_is_in_pairs():
    x, treated, outcome = people(500, 2)
    made = make_design("nearest_neighbour", x, NAMES, treated, Matching(replacement=False))
    ones, others = discordant(made, outcome)
    difference = effect_on_treated(made, outcome).estimate * made.matches.matched.sum()
    assert ones - others == pytest.approx(difference)
    for kind, settings in (("radius_matching", {}), ("weighting", {}), ("nearest_neighbour", {"neighbours": 2})):
        assert discordant(make_design(kind, x, NAMES, treated, Matching(**settings)), outcome) is None


def test_the_smallest_difference_is_shown_four_times_in_five():
    random = np.random.default_rng(4)
    least = smallest_difference(0.05)
    shown = np.abs(random.normal(least, 0.05, 200_000)) > 1.959964 * 0.05
    assert shown.mean() == pytest.approx(0.8, abs=0.005)


def test_people_needed_to_show_the_difference_found():
    assert needed_to_show(-0.05, 0.05, 100) == 385
    assert needed_to_show(-1.96 * 0.05, 0.05, 100) == 100
    assert needed_to_show(0.0, 0.05, 100) is None


@pytest.mark.parametrize(("rate", "difference", "others"), [(0.35, -0.09, 1), (0.26, -0.06, 10), (0.5, 0.05, 3)])
def test_people_to_plan_for_have_the_power_asked(rate, difference, others):
    n = needed_before(rate, difference, others)
    new = rate + difference
    spread = np.sqrt((new * (1 - new) + rate * (1 - rate) / others) / (1 + 1 / others))
    power = NormalIndPower().power(abs(difference) / spread, n, 0.05, ratio=others)
    less = NormalIndPower().power(abs(difference) / spread, n - 1, 0.05, ratio=others)
    assert less < 0.8 <= power


@pytest.mark.parametrize(("rate", "difference"), [(0.2, -0.3), (0.2, 0.0), (1.2, -0.3)])
def test_rates_that_cannot_be_are_refused(rate, difference):
    with pytest.raises(BadInput, match="between 0 and 1"):
        needed_before(rate, difference)


def test_the_placebo_finds_people_who_differed_before():
    x, treated, _ = people(3000, 9)
    made = make_design("radius_matching", x, NAMES, treated)
    random = np.random.default_rng(1)
    alike = (random.random(3000) < 0.4).astype(float)
    person = np.arange(3000)
    assert placebo_check(made, alike, person).flag == "green"
    unlike = (random.random(3000) < 0.4 + 0.1 * treated).astype(float)
    assert placebo_check(made, unlike, person).flag == "red"
    assert placebo_check(made, alike * 0, person).value is None
    nearly_all = 1.0 + random.poisson(1 + treated)
    often = placebo_check(made, nearly_all, person)
    assert often.flag == "red"
    assert often.value == pytest.approx(1.0, abs=0.15)
    assert "a person" in often.words


def test_what_a_finding_says_of_itself():
    x, treated, outcome = people(800, 7)
    made = make_design("nearest_neighbour", x, NAMES, treated, Matching(replacement=False))
    found = effect_on_treated(made, outcome)
    low, high = found.estimate - 1.96 * found.se, found.estimate + 1.96 * found.se
    names = [one.name for one in (*power_checks(found, 100), *bias_checks(found, low, high, made, outcome))]
    assert names == [
        "smallest difference that would be shown",
        "people needed to show the difference found",
        "E-value",
        "hidden bias (Rosenbaum)",
    ]


def test_a_caliper_curve():
    """Narrower calipers leave smaller differences and fewer controls; the estimates stay together."""
    x, treated, outcome = people(8000, 13)
    points = caliper_curve(x, NAMES, treated, outcome)
    assert [p.caliper_sd for p in points] == [0.01, 0.02, 0.05, 0.1, 0.2, 0.5]
    assert [p.controls for p in points] == sorted(p.controls for p in points)
    assert [p.matched for p in points] == sorted(p.matched for p in points)
    assert points[2].largest_difference < points[-1].largest_difference
    assert max(abs(p.estimate - points[4].estimate) for p in points) < points[4].se
