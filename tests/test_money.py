from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.money import exact, pounds, show, split, to_pence


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1234.5", "1234.50"), ("£1,234.50", "1234.50"), (7, "7.00"), ("-3", "-3.00"), (12.5, "12.50"), ("0", "0.00")],
)
def test_money_is_read_as_written(written, meant):
    assert pounds(written) == Decimal(meant)


@pytest.mark.parametrize(
    "written", ["1.005", "12.345", 0.1 + 0.2, "nan", "inf", "-Infinity", "1e30", "twelve", "", "1.2.3"]
)
def test_money_that_cannot_be_meant_is_refused_with_its_place(written):
    with pytest.raises(BadInput, match=r"contract\.toml, line 4, price: .*money.*"):
        pounds(written, file="contract.toml", row=4, column="price")


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=2),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any),
)
def test_shares_add_up_to_the_penny_and_stay_within_a_penny_of_proportion(amount, weights):
    parts = split(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - amount * weight / sum(weights)) < Decimal("0.01")


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=8), st.randoms())
def test_shares_do_not_depend_on_order_except_for_ties(weights, random):
    amount = Decimal("100.00")
    order = list(range(len(weights)))
    random.shuffle(order)
    shuffled = split(amount, [weights[i] for i in order])
    assert sorted(shuffled) == sorted(split(amount, weights))


@pytest.mark.parametrize("weights", [[], [0, 0], [-1, 2], [float("nan")], [float("inf"), 1]])
def test_weights_that_share_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        split(Decimal("1.00"), weights)


def test_money_is_shown_as_a_reader_expects():
    assert show(Decimal("1234.5")) == "£1,234.50"
    assert show(Decimal("-0.005")) == "-£0.01"
    assert show(Decimal("2.5"), "USD", pence=False) == "$3"
    assert show(Decimal("1"), "SEK") == "SEK 1.00"


def test_halves_round_away_from_zero_and_floats_mean_what_they_print():
    assert to_pence(Decimal("2.675")) == Decimal("2.68")
    assert exact(0.1) == Decimal("0.1")
