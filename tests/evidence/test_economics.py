"""Cost-effectiveness equal to brute force and to closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from resettle.errors import BadInput
from resettle.evidence.economics import (
    CostEffectiveness,
    cost_effectiveness,
    evpi,
    evpi_normal,
    frontier,
    normal_draws,
    over_people,
    people_draws,
)

SAID = {"perspective": "public sector", "effect_unit": "people kept from reoffending"}


def test_evpi_of_a_normal_in_closed_form():
    assert evpi_normal(0, 1) == pytest.approx(0.39894, abs=1e-5)
    assert evpi_normal(1, 1) == pytest.approx(0.08332, abs=1e-5)
    assert evpi_normal(-1, 1) == evpi_normal(1, 1)
    assert evpi_normal(3, 0) == 0


@pytest.mark.parametrize(("mean", "sd"), [(0, 1), (1, 1), (-500, 2000)])
def test_evpi_from_draws_comes_to_the_closed_form(mean, sd):
    # Evenly spaced quantiles in place of chance, so that nothing but the rule is tested.
    draws = norm.ppf((np.arange(200_000) + 0.5) / 200_000, mean, sd)
    assert evpi(np.column_stack([np.zeros_like(draws), draws])) == pytest.approx(evpi_normal(mean, sd), rel=1e-3)


def test_evpi_of_several_options_by_hand():
    # Best in each draw: 4, 6, 5; mean 5. Best mean: the second option's 4.
    assert evpi([[4, 1, 0], [0, 6, 1], [2, 5, 3]]) == pytest.approx(1.0)
    assert evpi([[1, 2], [1, 2]]) == 0


draws_of = st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(-1, 1)), min_size=2, max_size=40)


@given(draws_of, st.lists(st.floats(0, 1e5), min_size=1, max_size=5))
def test_the_acceptability_curve_equals_brute_force(draws, thresholds):
    costs, effects = zip(*draws, strict=True)
    found = cost_effectiveness(costs, effects, thresholds, **SAID)
    for at, worth in zip(found.curve, thresholds, strict=True):
        assert at.chance == sum(worth * e - c > 0 for c, e in draws) / len(draws)
        best = sum(max(0.0, worth * e - c) for c, e in draws) / len(draws)
        mean = sum(worth * e - c for c, e in draws) / len(draws)
        assert at.evpi == pytest.approx(max(0.0, best - max(0.0, mean)), abs=1e-6)
        assert at.net_benefit.value == pytest.approx(mean, abs=1e-6)
    assert sum(found.quadrants.values()) == pytest.approx(1)


def test_the_curve_of_a_normal_in_closed_form():
    draws = normal_draws((500, 100), (0.05, 0.02), 0.4, draws=200_000, seed=3)
    found = cost_effectiveness(*draws, [5000, 10_000, 20_000], estimate=(500, 0.05), seed=3, **SAID)
    assert found.correlation == pytest.approx(0.4, abs=0.01)
    for at in found.curve:
        worth = at.threshold
        sd = math.sqrt(100**2 + (worth * 0.02) ** 2 - 2 * 0.4 * 100 * worth * 0.02)
        assert at.chance == pytest.approx(norm.cdf((worth * 0.05 - 500) / sd), abs=0.005)
        assert at.evpi == pytest.approx(evpi_normal(worth * 0.05 - 500, sd), rel=0.03)
        assert at.net_benefit.interval.low == pytest.approx(worth * 0.05 - 500 - 1.96 * sd, abs=sd * 0.02)


def test_one_service_by_hand():
    found = cost_effectiveness([400, 600], [0.03, 0.07], [5000, 10_000, 20_000], price=800, **SAID)
    assert found.position == "better and dearer"
    assert found.icer == pytest.approx(10_000)
    low, even, high = found.curve
    assert (low.net_benefit.value, even.net_benefit.value, high.net_benefit.value) == pytest.approx((-250, 0, 500))
    assert low.break_even_effect == pytest.approx(0.1)
    assert high.break_even_price.value == pytest.approx(1300)
    assert found.sentence == (
        "For each person the service adds £500 (£405 to £595) to cost and brings +0.050 (+0.031 to +0.069) people kept from "
        "reoffending: better and dearer; one costs £10,000. If one is worth £20,000, the chance that it pays is 100% "
        "(public sector perspective)."
    )
    assert CostEffectiveness.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    ("cost", "effect", "position"),
    [
        (-5, 0.1, "better and cheaper"),
        (5, -0.1, "worse and dearer"),
        (-5, -0.1, "worse and cheaper"),
        (5, 0, "worse and dearer"),
    ],
)
def test_a_price_for_one_is_given_only_where_it_means_something(cost, effect, position):
    found = cost_effectiveness([cost, cost], [effect, effect], [100], **SAID)
    assert (found.position, found.icer, found.correlation) == (position, None, None)
    assert (found.curve[0].break_even_effect is None) == (cost < 0)


def test_an_interval_for_the_price_is_given_only_where_the_sign_is_sure():
    sure = cost_effectiveness(*normal_draws((500, 10), (0.05, 0.005)), [1e4], **SAID)
    unsure = cost_effectiveness(*normal_draws((500, 10), (0.05, 0.05)), [1e4], **SAID)
    assert sure.icer_interval.low < 10_000 < sure.icer_interval.high
    assert unsure.icer is not None
    assert unsure.icer_interval is None


def test_people_are_drawn_with_both_their_cost_and_their_effect():
    random = np.random.default_rng(5)
    treated = np.repeat([1, 0], [300, 500])
    effect = random.random(800) < np.where(treated == 1, 0.7, 0.6)
    cost = 1000 - 600 * effect + random.normal(0, 100, 800) + 250 * treated
    d_cost, d_effect = people_draws(cost, effect, treated, draws=4000, seed=2)
    for draws, values in ((d_cost, cost), (d_effect, effect.astype(float))):
        ones, zeros = values[treated == 1], values[treated == 0]
        assert draws.mean() == pytest.approx(ones.mean() - zeros.mean(), abs=4 * draws.std() / math.sqrt(4000))
        assert draws.std() == pytest.approx(math.sqrt(ones.var() / 300 + zeros.var() / 500), rel=0.05)
    shared = [np.cov(cost[treated == g], effect[treated == g], bias=True)[0, 1] / n for g, n in ((1, 300), (0, 500))]
    assert np.cov(d_cost, d_effect)[0, 1] == pytest.approx(sum(shared), rel=0.08)
    assert np.array_equal(d_cost, people_draws(cost, effect, treated, draws=4000, seed=2)[0])


def test_a_value_over_all_people_by_hand():
    assert over_people(10, 100, 1) == 1000
    assert over_people(10, 100, 2) == pytest.approx(1000 + 1000 / 1.035)
    assert over_people(10, 100, 2, {"discounting.years_1_to_30": 25.0}) == pytest.approx(1800)


def test_the_frontier_by_hand():
    found = {
        o.name: o for o in frontier({"none": (0, 0), "a": (100, 1), "b": (300, 2), "c": (320, 3), "d": (400, 2.5)})
    }
    assert {name: o.verdict for name, o in found.items()} == {
        "none": "first",
        "a": "on the frontier",
        "b": "extendedly dominated",
        "c": "on the frontier",
        "d": "dominated",
    }
    assert (found["a"].icer, found["b"].icer, found["c"].icer) == (100, None, 110)


@given(
    st.dictionaries(
        st.text("abcdef", min_size=1, max_size=2), st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1
    )
)
def test_the_frontier_holds_what_is_best_at_some_worth(options):
    found = frontier(options)
    kept = [o for o in found if o.verdict in ("first", "on the frontier")]
    prices = [o.icer for o in kept[1:]]
    assert prices == sorted(set(prices))
    for worth in [0, *prices, 1e6]:
        best = max(worth * e - c for c, e in options.values())
        assert best == pytest.approx(max(worth * o.effect - o.cost for o in kept))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cost_effectiveness([1, 2], [1], [1], **SAID), "drawn together"),
        (lambda: cost_effectiveness([1], [1], [1], **SAID), "drawn together"),
        (lambda: cost_effectiveness([1, math.nan], [1, 2], [1], **SAID), "cost: must be a list of finite"),
        (lambda: cost_effectiveness([1, "x"], [1, 2], [1], **SAID), "cost: not numbers"),
        (lambda: cost_effectiveness([1, 2], [1, 2], [], **SAID), "thresholds"),
        (lambda: cost_effectiveness([1, 2], [1, 2], [-1], **SAID), "thresholds"),
        (lambda: people_draws([1, 2, 3], [1, 2, 3], [1, 1, 0]), "fewer than two"),
        (lambda: people_draws([1, 2], [1, 2], [1, 2]), "0 or 1"),
        (lambda: normal_draws((1, -1), (0, 1)), "not usable"),
        (lambda: normal_draws((1, 1), (0, 1), 2), "not usable"),
        (lambda: evpi([1, 2]), "draws by options"),
        (lambda: evpi([[1, math.inf]]), "draws by options"),
        (lambda: evpi_normal(1, -1), "not a normal"),
        (lambda: over_people(1, 1, 0), "horizon"),
        (lambda: frontier({}), "one option"),
    ],
)
def test_what_has_no_answer_is_refused(call, message):
    with pytest.raises(BadInput, match=message):
        call()
