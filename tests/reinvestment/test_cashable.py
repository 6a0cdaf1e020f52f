"""Steps, notice and pooling: hand cases, published identities and laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.reinvestment.cashable import cash, freed, steps_closed

months = st.lists(st.floats(-200, 400), min_size=1, max_size=40).map(lambda v: np.array([v]))


def test_the_convolution_core_of_the_official_model():
    """prisonsreadyreckoner: an inflow of 100 a month that stays three months gives a stock of 100, 200, 300, 300 ..."""
    stock = freed(np.array([100.0]), np.ones(6), 1.0, 3)
    assert stock.tolist() == [[100, 200, 300, 300, 300, 300]]


def test_littles_law():
    """At a steady flow, what is free is the flow times how long each unit is free."""
    stock = freed(np.array([7.0]), np.ones(60), 0.2, 9)
    assert stock[0, -1] == pytest.approx(7.0 * 0.2 * 9)


def test_neighbours_reach_together_steps_that_none_reaches_alone():
    """45 + 50 + 55 freed places, wing of 60: alone none, together two."""
    alone = [steps_closed(np.array([[f]]), 60, 0).sum() for f in (45.0, 50.0, 55.0)]
    assert alone == [0, 0, 0]
    assert steps_closed(np.array([[150.0]]), 60, 0).sum() == 2


def test_nothing_closes_before_notice_and_only_what_stayed_free():
    free = np.array([[60.0, 60, 130, 130, 70, 130, 130, 130]])
    assert steps_closed(free, 60, 2).tolist() == [[0, 0, 1, 1, 1, 1, 1, 2]]


def test_a_free_capacity_equal_to_the_step_has_reached_it():
    assert steps_closed(np.array([[0.1 + 0.2]]), 0.3, 0).tolist() == [[1.0]]


def test_closing_costs_are_paid_once_for_each_step_closed():
    money = cash(np.array([[0.0, 1, 1, 2]]), 1200.0, 500.0)
    assert money.tolist() == [[0, 100 - 500, 100, 200 - 500]]


@given(months, st.floats(1, 100), st.integers(0, 12))
def test_steps_are_whole_never_negative_and_never_more_than_is_free(free, size, notice):
    closed = steps_closed(free, size, notice)
    assert (closed == np.floor(closed)).all()
    assert (closed >= 0).all()
    assert (closed * size <= np.maximum(free, 0) + 1e-6).all()
    assert not closed[:, :notice].any()


@given(months, st.floats(1, 100), st.integers(0, 6))
def test_more_freed_never_closes_fewer_steps(free, size, notice):
    assert (steps_closed(free + 10, size, notice) >= steps_closed(free, size, notice)).all()
