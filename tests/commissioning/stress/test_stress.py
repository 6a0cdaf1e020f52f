"""Closed forms against published and reconstructed tables, exact sums, and simulations written for the test alone."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from resettle.commissioning.stress import (
    Group,
    band_prices,
    best_bands,
    chance_of_payment,
    cohort_needed,
    dead_weight,
    dead_zone,
    error_of_frequency,
    error_of_rate,
    least_detectable,
    net_of_trend,
    overpayment,
    segments,
    volume_risk,
)
from resettle.errors import BadInput

ZONES = {
    700: (3.70, (0.027, 0.081, 0.191, 0.363, 0.577, 0.766)),
    1300: (2.72, (0.025, 0.106, 0.301, 0.578, 0.819, 0.949)),
    2500: (1.96, (0.025, 0.174, 0.525, 0.857, 0.980, 0.999)),
}


@pytest.mark.parametrize("people", ZONES)
def test_the_dead_zone_table(people):
    zone, chances = ZONES[people]
    found = dead_zone(0.5, people, range(6))
    assert found.zone == pytest.approx(zone, abs=0.005)
    assert [p.chance for p in found.points] == pytest.approx(chances, abs=0.01)


def test_the_pay_of_a_dead_zone_and_why_doing_less_pays():
    found = dead_zone(0.5, 1300, [-1.5, 0, 1, 2, 3, 4, 5], worth=1.5)
    assert [p.mean_paid for p in found.points[1:]] == pytest.approx([0, 0.35, 1.09, 2.28, 3.64, 4.88], abs=0.02)
    profit = {p.effect: p.paid_profit for p in found.points}
    assert profit[-1.5] > 0 and profit[1] < 0 and profit[2] < 0 and profit[3] > 0
    assert found.perverse and "doing less pays" in found.sentence
    linear = {p.effect: p.linear_profit for p in found.points}
    assert linear[-1.5] < 0 < linear[1]
    assert min(p.effect for p in dead_zone(0.5, 1300, [1, 2, 3], worth=3).points if p.paid_profit > 0) == 1


def test_a_dead_zone_by_simulation():
    rng = np.random.default_rng(5)
    better = 100 * (0.5 - rng.binomial(700, 0.48, 400_000) / 700)
    paid = better[np.abs(better) > 100 * 1.959964 * np.sqrt(0.25 / 700)]
    found = dead_zone(0.5, 700, [2]).points[0]
    assert found.chance == pytest.approx((paid > 0).sum() / 400_000, abs=0.004)
    assert found.mean_paid == pytest.approx(paid.sum() / 400_000, abs=0.03)


def test_sample_sizes_of_a_test():
    asked = (1, 2, 2.5, 3.7, 5)
    one = [cohort_needed(0.475, d / 100) for d in asked]
    two = [cohort_needed(0.475, d / 100, arms=2) for d in asked]
    assert one == pytest.approx([19_560, 4_886, 3_125, 1_425, 779], abs=1)
    assert two == pytest.approx([39_103, 9_762, 6_243, 2_844, 1_553], abs=1)
    assert least_detectable(0.475, 1000) == pytest.approx(0.044, abs=0.0005)
    assert least_detectable(0.475, 1000, arms=2) == pytest.approx(0.0625, abs=0.0006)


@given(st.floats(0.05, 0.9), st.integers(50, 50_000), st.sampled_from([1, 2]))
def test_the_least_detectable_difference_needs_just_these_people(rate, people, arms):
    least = least_detectable(rate, people, arms=arms)
    if least is None:
        assert cohort_needed(rate, rate * 0.999999, arms=arms) > people
        return
    assert cohort_needed(rate, least, arms=arms) <= people
    assert cohort_needed(rate, max(least * 0.999, 1e-9), arms=arms) >= people - max(2, people // 200)


def test_the_power_of_a_cohort_that_is_large_enough():
    """By the exact binomial: a fixed baseline, tested at 5% on both sides."""
    n = cohort_needed(0.475, 0.05)
    line = 0.475 - 1.959964 * error_of_rate(0.475, n)
    assert binom.cdf(np.floor(line * n), n, 0.425) == pytest.approx(0.8, abs=0.02)


def test_peterborough_could_be_paid_by_chance():
    """Mean 1.55 events, 1,000 men, ten comparators each: one cohort at 10%, and two pooled at 7.5%."""
    errors = [error_of_frequency(1.55, phi, 1000, 10_000) for phi in (3.2, 4.9)]
    assert errors == pytest.approx([0.048, 0.059], abs=0.0005)
    assert [chance_of_payment(0.10, e) for e in errors] == pytest.approx([0.018, 0.045], abs=0.001)
    pooled = [error_of_frequency(1.55, phi, 2000, 20_000) for phi in (3.2, 4.9)]
    assert [chance_of_payment(0.075, e) for e in pooled] == pytest.approx([0.013, 0.036], abs=0.001)
    assert [chance_of_payment(0.075, e, 0.0902) for e in pooled] == pytest.approx([0.67, 0.64], abs=0.01)


def test_a_standard_error_of_nothing_is_refused():
    with pytest.raises(BadInput, match="above zero"):
        chance_of_payment(1, 0)


def test_volume_broke_the_rehabilitation_companies():
    found = volume_risk(Decimal(1_000_000), Decimal(1_000_000), fixed_share=0.77, fee_moves=0.8)
    assert found.break_even_share == pytest.approx(0.2) and found.loses
    # profit = fee (1 + m x) - fixed - variable (1 + x) = (m - v) x at a balanced budget
    assert [p.profit for p in found.points] == [Decimal(0), Decimal(-11_400), Decimal(-91_200), Decimal(-273_600)]
    assert not volume_risk(Decimal(100), Decimal(100), 0.2, 0.8).loses


@given(st.floats(0, 1), st.floats(0, 1), st.floats(-1, 1), st.integers(1, 10**9))
def test_the_break_even_share_decides_who_loses(fixed, moves, shock, pence):
    money = Decimal(pence) / 100
    found = volume_risk(money, money, fixed, moves, [shock])
    exact_profit = float(money) * (moves - (1 - fixed)) * shock
    assert float(found.points[0].profit) == pytest.approx(exact_profit, abs=0.011, rel=1e-9)


def test_within_the_bands_the_fee_does_not_move():
    found = volume_risk(Decimal(100), Decimal(100), 0.5, 1.0, [-0.1, -0.3], free_range=0.2)
    assert [p.fee for p in found.points] == [Decimal(100), Decimal(90)]


def test_a_share_beyond_one_is_refused():
    with pytest.raises(BadInput, match="fixed_share"):
        volume_risk(Decimal(1), Decimal(1), 1.2, 0.5)
    with pytest.raises(BadInput, match="shock"):
        volume_risk(Decimal(1), Decimal(1), 0.2, 0.5, [-2])


def test_dead_weight():
    assert dead_weight(0.3, 0.4) == pytest.approx(0.75)
    assert overpayment(Decimal("500.00"), 200, 0.25) == Decimal("25000.00")
    # West London: 38% fewer nights, where England and Wales fell from 1,991 to 1,249.
    assert net_of_trend(0.38, 742 / 1991) == pytest.approx(0.0117, abs=0.0001)


GROUPS = [
    Group(name="low", people=500, cost=Decimal(400), outcomes={"home": 0.8}),
    Group(name="middle", people=300, cost=Decimal(800), outcomes={"home": 0.5}),
    Group(name="high", people=200, cost=Decimal(1500), outcomes={"home": 0.2}),
]


def test_one_price_for_all_pays_for_creaming_and_parking():
    found = segments(GROUPS, {"home": {"any": Decimal(1500)}})
    assert [s.margin for s in found.segments] == [Decimal(800), Decimal(-50), Decimal(-1200)]
    assert found.parked_share == 0.5
    assert found.gap == Decimal(2000)


def test_banded_prices_take_the_profit_out_of_choosing():
    bands = best_bands(GROUPS, 3)
    prices = band_prices(GROUPS, bands)
    assert prices == {"1": Decimal(500), "2": Decimal(1600), "3": Decimal(7500)}
    found = segments(GROUPS, {"home": prices}, bands)
    assert {s.margin for s in found.segments} == {Decimal("0.00")} and found.spread == 0 and found.parked_share == 0


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(1, 3000), st.floats(0.05, 1)), min_size=3, max_size=7))
def test_cuts_are_the_best_of_all_cuts(rows):
    from itertools import combinations

    groups = [Group(name=f"g{i}", people=n, cost=Decimal(c), outcomes={"home": p}) for i, (n, c, p) in enumerate(rows)]
    order = sorted(groups, key=lambda g: (float(g.cost) / g.outcomes["home"], g.name))
    price = np.array([float(g.cost) / g.outcomes["home"] for g in order])
    weight = np.array([g.people for g in order])

    def scatter(cuts):
        pieces = np.split(np.arange(len(order)), cuts)
        means = [np.average(price[p], weights=weight[p]) for p in pieces]
        return sum((weight[p] * (price[p] - m) ** 2).sum() for p, m in zip(pieces, means, strict=True))

    bands = best_bands(groups, 2)
    own = [i for i in range(1, len(order)) if bands[order[i].name] != bands[order[i - 1].name]]
    best = min(scatter(list(c)) for c in combinations(range(1, len(order)), 1))
    assert scatter(own) == pytest.approx(best, rel=1e-6, abs=1e-3)
