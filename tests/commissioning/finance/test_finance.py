"""Returns against pyxirr, the waterfall against NYC ABLE's published terms, and money that is neither made nor lost."""

from datetime import date, timedelta

import numpy as np
import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

from resettle.commissioning.finance import (
    Tranche,
    expected_shortfall,
    financing_cost,
    irr_draws,
    loss_after_guarantee,
    multiple,
    payback,
    peak_need,
    ruin,
    value_at_risk,
    waterfall,
    xirr,
)
from resettle.errors import BadInput

START = date(2020, 1, 1)
flows = st.tuples(
    st.lists(st.floats(-1e6, -1), min_size=1, max_size=4),
    st.lists(st.floats(1, 1e6), min_size=1, max_size=8),
    st.integers(20, 400),
)


@given(flows)
def test_a_return_is_that_of_pyxirr(parts):
    out, back, gap = parts
    amounts = [*out, *back]
    dates = [START + timedelta(days=gap * i) for i in range(len(amounts))]
    found, other = xirr(amounts, dates), pyxirr.xirr(dates, amounts)
    if other is None or not -0.99 < other < 100:
        return
    assert found == pytest.approx(other, abs=1e-6)


def test_a_return_that_can_be_worked_by_hand():
    assert xirr([-100, 110], [START, date(2020, 12, 31)]) == pytest.approx(0.10)
    assert xirr([-100, 50], [START, date(2020, 12, 31)]) == pytest.approx(-0.5)
    assert xirr([100, 110], [START, date(2021, 1, 1)]) is None
    with pytest.raises(BadInput, match="each amount needs its date"):
        xirr([-1], [])


def test_many_returns_at_once():
    found = irr_draws([[-100, 0, 121], [-100, 0, 0], [0, 0, 0], [-100, 100, 0]], [0, 1, 2])
    assert found[0] == pytest.approx(0.1) and found[1] == -1 and np.isnan(found[2]) and abs(found[3]) < 1e-9


def test_working_capital_of_a_payment_two_years_late():
    # £100 a month for a year, paid back in month 22: the lag of the cohort of October to December 2015.
    cash = [-100.0] * 12 + [0.0] * 9 + [1200.0]
    assert peak_need(cash) == 1200
    assert payback(cash) == 22
    owed = sum(100 * min(m, 12) for m in range(1, 22))
    assert financing_cost(cash, 0.12) == pytest.approx(owed * 0.01)
    assert payback([-1.0, 0.5]) == np.inf and payback([1.0, 1.0]) == 1
    assert multiple([100.0, 0.0], [150.0, 1.0])[0] == 1.5


def test_value_at_risk_and_shortfall_of_a_uniform_margin():
    margin = np.arange(-100, 900) + 0.5
    assert value_at_risk(margin) == pytest.approx(50, abs=1)
    assert expected_shortfall(margin) == pytest.approx(75, abs=1)
    assert ruin([[-10, 30], [5, 5], [-40, 100]], 20) == pytest.approx(1 / 3)


def test_nyc_able_lender():
    """7.2m drawn with 6.0m guaranteed loses 1.2m; 9.6m with 7.2m loses 2.4m; the most it could gain is 2.112m."""
    assert loss_after_guarantee(7.2, 0, 6.0) == pytest.approx(1.2)
    assert loss_after_guarantee(9.6, 0, 7.2) == pytest.approx(2.4)
    drawn = np.array([9.6, 0, 0, 0, 0])
    loan = Tranche("loan", drawn, share_of_rest=1.0, guarantee=7.2)
    paid = waterfall([[0, 0, 0, 0, 11.712], [0, 0, 0, 0, 0]], [loan], range(5))
    assert paid.tranches["loan"].sum(axis=1) - 9.6 == pytest.approx([2.112, -9.6])
    assert paid.guaranteed["loan"] == pytest.approx([0, 7.2])


def test_senior_before_junior_before_what_is_left():
    """Massachusetts Roca: 9m senior, 3m junior, 6m of grants that are not paid back (rates here are the test's own)."""
    drawn = np.array([1.0, 0.0, 0.0])
    layers = [
        Tranche("senior", 9 * drawn, rate=0.05),
        Tranche("junior", 3 * drawn, rate=0.02, seniority=2, share_of_rest=0.5, most=1.5),
        Tranche("grants", 6 * drawn, seniority=3, repayable=False, loses=False),
    ]
    paid = waterfall([[0, 0, 9.0], [0, 0, 11.0], [0, 0, 20.0]], layers, [0, 1, 2])
    senior, junior = paid.tranches["senior"].sum(axis=1), paid.tranches["junior"].sum(axis=1)
    owed = 9 * 1.10, 3 * 1.04  # simple interest over two years
    assert senior == pytest.approx([9.0, owed[0], owed[0]])
    assert junior == pytest.approx([0, 11 - owed[0], 4.5])
    assert paid.tranches["grants"].sum() == 0
    assert paid.left.sum(axis=1)[2] == pytest.approx(20 - owed[0] - 4.5)


def test_a_cap_on_the_return_is_a_cap_on_the_rate():
    """Peterborough: at most 13% a year."""
    equity = Tranche("investors", np.array([5.0, 0, 0, 0]), share_of_rest=1.0, most_rate=0.13, repayable=False)
    paid = waterfall([[0, 2.0, 2.0, 20.0]], [equity], [0, 2, 4, 6])
    flows = paid.tranches["investors"][0] - equity.drawn
    assert irr_draws([flows], [0, 2, 4, 6])[0] == pytest.approx(0.13)
    assert paid.left.sum() == pytest.approx(24 - paid.tranches["investors"].sum())


amounts = st.floats(0, 1e6)


@given(
    st.lists(st.lists(amounts, min_size=3, max_size=3), min_size=1, max_size=4),
    st.lists(
        st.tuples(amounts, st.floats(0, 0.3), st.integers(1, 3), st.floats(0, 0.3), st.floats(0, 3), amounts),
        min_size=1,
        max_size=3,
    ),
)
def test_a_waterfall_makes_and_loses_nothing(proceeds, layers):
    tranches = [
        Tranche(str(i), np.array([d, 0.0, 0.0]), r, s, rest, most, guarantee=g)
        for i, (d, r, s, rest, most, g) in enumerate(layers)
    ]
    paid = waterfall(proceeds, tranches, [0, 1, 2])
    total = np.sum(list(paid.tranches.values()), axis=0) + paid.left
    assert total == pytest.approx(np.array(proceeds), rel=1e-9, abs=1e-6)
    for t in tranches:
        assert (paid.tranches[t.name] >= 0).all() and (paid.guaranteed[t.name] <= t.guarantee).all()
        assert (paid.tranches[t.name].sum(axis=1) <= t.most * t.drawn.sum() + 1e-6).all()
