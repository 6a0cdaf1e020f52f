"""Checks of a finding against hand counts, brute force, and the same question asked the long way."""

import numpy as np
import pytest
from design_kit import NAMES, people
from hypothesis import given
from hypothesis import strategies as st

from resettle.evidence.designing import make_design
from resettle.evidence.diagnostics.linkage_bounds import linkage_bounds
from resettle.evidence.diagnostics.overlap import overlap
from resettle.evidence.diagnostics.profile import PUT_TOGETHER, profile, put_together
from resettle.evidence.diagnostics.sides import Sides, reach
from resettle.evidence.diagnostics.specification import Specification, specification_curve
from resettle.evidence.diagnostics.subgroups import parts_of, seal_of_parts, subgroup_effects
from resettle.evidence.diagnostics.time_checks import immortal
from resettle.evidence.on_treated import effect_on_treated
from resettle.evidence.randomised import Estimate, difference_of_rates, difference_test
from resettle.evidence.sensitivity import caliper_curve
from resettle.evidence.study import Matching

SEALED = Specification(kind="sealed", name="as sealed", estimate=-0.1, low=-0.2, high=0.0)


@pytest.fixture(scope="module")
def matched():
    x, treated, outcome = people(3000, 5)
    designed = make_design("radius_matching", x, NAMES, treated)
    return Sides("radius_matching", x, NAMES, treated, np.arange(3000), designed.weights, designed), outcome


def trial(treated):
    n = len(treated)
    return Sides("randomised", np.zeros((n, 0)), (), np.asarray(treated, bool), np.arange(n), np.ones(n))


def test_every_specification_is_the_question_asked_that_way(matched):
    sides, outcome = matched
    found = {(s.kind, s.name): s for s in specification_curve(SEALED, sides, outcome, Matching(), (0.1, 0.3))}
    assert found["sealed", "as sealed"] == SEALED
    for point in caliper_curve(sides.x, NAMES, sides.treated, outcome, (0.1, 0.3)):
        one = found["caliper", f"{point.caliper_sd:g}"]
        assert one.estimate == pytest.approx(point.estimate)
        assert one.largest_difference == pytest.approx(point.largest_difference)
    again = effect_on_treated(make_design("entropy_balancing", sides.x, NAMES, sides.treated), outcome, sides.person)
    one = found["design", "entropy balancing"]
    assert (one.estimate, one.low, one.high) == pytest.approx((again.estimate, *reach(again)))
    fewer = effect_on_treated(
        make_design("radius_matching", sides.x[:, 1:], NAMES[1:], sides.treated), outcome, sides.person
    )
    assert found["covariate", "a"].estimate == pytest.approx(fewer.estimate)
    raw = outcome[sides.treated].mean() - outcome[~sides.treated].mean()
    assert found["raw", "nothing allowed for"].estimate == pytest.approx(raw)
    assert all(s.low < s.estimate < s.high for s in found.values())


def test_a_specification_that_cannot_be_made_says_why(matched):
    sides, outcome = matched
    found = specification_curve(SEALED, sides, outcome, Matching(), (1e6,))
    wide = next(s for s in found if s.kind == "caliper")
    assert wide.estimate is None and "wider than the range" in wide.why_not


def test_a_trial_has_no_design_to_change():
    sides = trial([True] * 50 + [False] * 50)
    assert specification_curve(SEALED, sides, np.tile([0.0, 1.0], 50), Matching(), (0.1,)) == (SEALED,)


def test_the_effect_in_a_group_is_that_of_its_people_alone(matched):
    sides, outcome = matched
    values = ["one" if v > 0 else "other" for v in sides.x[:, 0]]
    parts = parts_of(sides, {"group": values}, Matching())
    lines, differ = subgroup_effects(parts, outcome)
    for line in lines:
        who = np.array(values) == line.level
        own = make_design("radius_matching", sides.x[who], NAMES, sides.treated[who])
        alone = effect_on_treated(own, outcome[who], np.arange(who.sum()))
        assert line.estimate == pytest.approx(alone.estimate)
        assert line.treated == int((sides.treated[who] & own.kept).sum())
        assert line.events == int(outcome[who][sides.treated[who] & own.kept].sum())
        assert line.p_holm >= line.p and line.p_bh >= line.p
    assert [d.grouping for d in differ] == ["group"]


def test_small_groups_and_their_seal(matched):
    sides, outcome = matched
    values = ["few"] * 12 + ["many"] * 2988
    parts = parts_of(sides, {"group": values}, Matching())
    few, many = subgroup_effects(parts, outcome)[0]
    assert few.estimate is None and "fewer than 10" in few.why_not and many.estimate is not None
    moved = parts_of(sides, {"group": ["few"] * 13 + ["many"] * 2987}, Matching())
    assert seal_of_parts(parts) == seal_of_parts(parts_of(sides, {"group": values}, Matching())) != seal_of_parts(moved)


def test_immortal_time_by_hand():
    """Of 40 treated 30 start after the index date, and 2 of those had the event by the day of their start."""
    treated = np.array([True] * 40 + [False] * 40)
    start = np.array([10.0] * 30 + [0.0] * 10 + [np.nan] * 40)
    first = np.array([5.0, 10.0, 20.0] + [np.nan] * 27 + [100.0] * 5 + [np.nan] * 5 + [50.0] * 10 + [np.nan] * 30)
    found = immortal(trial(treated), start, first, 10)
    assert (found.treated, found.after, found.before_start, found.flag) == (40, 30, 2, "red")
    # From day 10 on: 6 of 38 against 10 of 40.
    assert found.estimate == pytest.approx(6 / 38 - 10 / 40)
    assert found.low < found.estimate < found.high
    nobody = immortal(trial(treated), np.where(treated, 0.0, np.nan), first, 10)
    assert (nobody.after, nobody.flag) == (0, "green")


@given(st.floats(0.05, 0.95), st.floats(0, 0.3), st.floats(0, 0.5), st.floats(0.01, 0.1))
def test_linkage_bounds_hold_whatever_the_lost_people_did(p, wrong, missed, se):
    found = Estimate(p - 0.4, se, p, 0.4, (difference_test(p - 0.4, se),))
    bounds = linkage_bounds(found, wrong, missed)
    for other in np.linspace(0, 1, 11):
        rightly = (p - wrong * other) / (1 - wrong)
        if not 0 <= rightly <= 1:
            continue
        for lost in (0.0, 0.5, 1.0):
            true = (1 - missed) * rightly + missed * lost - 0.4
            assert bounds.low - 1e-9 <= true <= bounds.high + 1e-9
    assert bounds.interval_low <= bounds.low <= bounds.high <= bounds.interval_high


def test_no_errors_of_linkage_leave_the_finding_as_it_is():
    found = Estimate(-0.1, 0.02, 0.3, 0.4, (difference_test(-0.1, 0.02),))
    bounds = linkage_bounds(found, 0.0, 0.0)
    assert (bounds.low, bounds.high, bounds.likely) == pytest.approx((-0.1, -0.1, -0.1))
    assert (bounds.interval_low, bounds.interval_high) == pytest.approx(reach(found))


def test_the_curves_of_overlap_are_densities(matched):
    found = overlap(matched[0])
    step = found.score[1] - found.score[0]
    for curve in (found.treated, found.before, found.after):
        assert sum(curve) * step == pytest.approx(1.0, abs=0.06)
    shared = sum(map(min, found.treated, found.after)), sum(map(min, found.treated, found.before))
    assert shared[0] > shared[1]
    assert overlap(trial([True, False] * 20)) is None


@given(st.lists(st.sampled_from("abcdefg"), min_size=40, max_size=200), st.integers(0, 2**31))
def test_levels_are_put_together_until_none_is_small(values, seed):
    treated = np.random.default_rng(seed).random(len(values)) < 0.5
    made = put_together({"g": values}, (treated, ~treated), 10)
    for shown in made.values():
        for level in set(shown):
            who = np.array(shown) == level
            assert level == PUT_TOGETHER or min((who & treated).sum(), (who & ~treated).sum()) >= 10
        assert len(set(shown)) > 1 or len(set(values)) == 1
        assert all(new in (old, PUT_TOGETHER) for old, new in zip(values, shown, strict=True))


def test_the_profile_adds_up(matched):
    sides, _ = matched
    levels = {"g": ["x" if v > 0 else "y" for v in sides.x[:, 0]]}
    found = profile(levels, sides.treated, sides.weights)
    assert sum(s.n for s in found) == int((sides.treated & sides.kept).sum())
    assert [sum(s.treated for s in found), sum(s.comparison for s in found)] == pytest.approx([1.0, 1.0])
    assert abs(found[0].treated - found[0].comparison) < 0.05


def test_some_people_by_the_design_of_the_study():
    random = np.random.default_rng(3)
    treated, outcome = random.random(400) < 0.5, (random.random(400) < 0.4).astype(float)
    who = np.arange(400) < 250
    found = trial(treated).effect_among(who, outcome)
    plain = difference_of_rates(outcome[who], treated[who].astype(float))
    assert found.estimate == pytest.approx(plain.estimate)
    assert found.se == pytest.approx(plain.se, rel=0.02)
    assert trial(treated).effect_among(np.arange(400) < 12, outcome) is None
