"""Gini and concentration index against their definitions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.reinvestment.rounds.equity import concentration, gini

heads = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), min_size=1, max_size=8)


@given(heads)
def test_gini_is_half_the_mean_difference_over_the_mean(places):
    each = [amount for amount, people in places for _ in range(people)]  # every person written out
    mean = sum(each) / len(each)
    apart = sum(abs(a - b) for a in each for b in each) / len(each) ** 2
    expected = apart / (2 * mean) if mean else 0.0
    assert gini([a for a, _ in places], [n for _, n in places]) == pytest.approx(expected, abs=1e-12)


def test_all_money_to_the_half_with_more_need_is_a_half():
    assert concentration([0, 10], [5, 5], [0.1, 0.2]) == pytest.approx(0.5)
    assert concentration([10, 0], [5, 5], [0.1, 0.2]) == pytest.approx(-0.5)
    assert concentration([10, 0], [5, 5], [0.1, 0.1]) == pytest.approx(0)


@given(heads)
def test_the_index_of_money_against_need_is_never_beyond_its_gini(places):
    amounts, people = [a for a, _ in places], [n for _, n in places]
    order = list(range(len(places)))
    assert abs(concentration(amounts, people, order)) <= gini(amounts, people) + 1e-12
