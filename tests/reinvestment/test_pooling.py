"""Pooling: a worked example, Shapley by brute force over orders, and what every fair split holds."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.reinvestment.pooling import Pool, pool, shapley

WING = Decimal("1200000.00")
amounts = st.integers(0, 2000).map(lambda n: n / 10)


def test_three_places_reach_two_wings_that_none_reaches_alone():
    found = pool({"Bolton": 45, "Bury": 50, "Rochdale": 55}, 60, WING)
    assert (found.alone, found.together, found.gain) == (0, 2, 2)
    # By hand over the six orders: any two reach one wing and the third adds the other, so each adds 2/3 on average.
    assert [one.shapley for one in found.members] == [Decimal("800000.00")] * 3
    assert [one.in_proportion for one in found.members] == [Decimal(f"{n}.00") for n in (720_000, 800_000, 880_000)]
    assert found.smallest == ("Rochdale", "Bury")
    assert found.short == 30
    assert "0 alone, 2 together; pooling gains 2, worth £2,400,000 a year" in found.sentence
    assert Pool.from_json(found.to_json()) == found


def test_a_pool_that_reaches_nothing_says_what_is_missing():
    found = pool({"a": 10, "b": 20}, 60, WING)
    assert found.smallest == () and found.gain == 0 and found.short == 30
    assert "pooling gains nothing. The next would need 30 more places." in found.sentence
    assert all(one.shapley == one.in_proportion == 0 for one in found.members)


def test_tenths_are_added_exactly():
    assert pool({"a": 0.1, "b": 0.2}, 0.3, WING).together == 1  # 0.1 + 0.2 falls on the right side in binary by luck
    assert pool({str(n): 0.1 for n in range(10)}, 1, WING).together == 1  # ten binary tenths come to less than one


def test_eleven_members_are_split_in_proportion_only():
    found = pool({str(n): 6 for n in range(11)}, 60, WING)
    assert found.together == 1 and all(one.shapley is None for one in found.members)
    assert sum(one.in_proportion for one in found.members) == WING


@given(st.lists(amounts, min_size=2, max_size=5), st.integers(1, 900).map(lambda n: n / 10))
def test_shapley_is_the_average_over_all_orders_of_joining(freed, size):
    has, step = [Fraction(str(one)) for one in freed], Fraction(str(size))
    added = [Fraction(0)] * len(has)
    orders = list(permutations(range(len(has))))
    for order in orders:
        total = Fraction(0)
        for n in order:
            added[n] += floor((total + has[n]) / step) - floor(total / step)
            total += has[n]
    assert shapley(has, step) == [one / len(orders) for one in added]


@given(st.lists(amounts, min_size=2, max_size=6), st.integers(1, 900).map(lambda n: n / 10))
def test_splits_add_up_are_never_negative_and_leave_nobody_worse_off(freed, size):
    found = pool({str(n): one for n, one in enumerate(freed)}, size, WING)
    assert found.gain >= 0
    for split in ([one.shapley for one in found.members], [one.in_proportion for one in found.members]):
        assert sum(split) == found.together * WING
        penny = Decimal("0.01")
        assert all(got >= one.saves_alone - penny for got, one in zip(split, found.members, strict=True))
        assert all(got >= 0 for got in split)


@given(amounts, st.lists(amounts, min_size=1, max_size=4), st.integers(1, 900).map(lambda n: n / 10))
def test_equal_members_get_equal_shares_and_one_who_brings_nothing_gets_nothing(same, others, size):
    step = Fraction(str(size))
    shares = shapley([Fraction(str(one)) for one in (same, same, *others, 0)], step)
    assert shares[0] == shares[1]
    assert shares[-1] == 0


@pytest.mark.parametrize(
    ("freed", "size", "saves", "rule"),
    [
        ({"a": -1, "b": 2}, 60, WING, "a: freed capacity is a number"),
        ({"a": float("nan"), "b": 2}, 60, WING, "a: freed capacity is a number"),
        ({"a": 1}, 60, WING, "needs two members"),
        ({"a": 1, "b": 2}, 0, WING, "a step has a size above 0"),
        ({"a": 1e12, "b": 2}, 1e-3, WING, "too small"),
        ({"a": 1, "b": 2}, 60, Decimal(-1), "saves 0 pounds or more"),
    ],
)
def test_what_cannot_be_pooled_is_refused(freed, size, saves, rule):
    with pytest.raises(BadInput, match=rule):
        pool(freed, size, saves)
