import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.reference.discounting import discount_factor, discount_figures


@pytest.mark.parametrize(
    ("years", "factor"),
    [
        (0, 1.0),
        (1, 1 / 1.035),
        (10, 1.035**-10),
        (30, 1.035**-30),
        (31, 1.035**-30 / 1.03),
        (75, 1.035**-30 * 1.03**-45),
        (76, 1.035**-30 * 1.03**-45 / 1.025),
        (0.5, 1.035**-0.5),
    ],
)
def test_by_hand(years, factor):
    assert discount_factor(years) == pytest.approx(factor, rel=1e-12)


def test_as_printed_to_four_places():
    assert [round(discount_factor(y), 4) for y in (1, 10, 31)] == [0.9662, 0.7089, 0.3459]


@given(st.floats(0, 500), st.floats(0, 100))
def test_later_is_never_worth_more(years, more):
    assert 0 < discount_factor(years + more) <= discount_factor(years) <= 1


@pytest.mark.parametrize("years", [-1, -0.001, math.nan, math.inf, -math.inf])
def test_times_that_cannot_be_discounted(years):
    with pytest.raises(BadInput, match="cannot discount over this time"):
        discount_factor(years)


def test_an_override_is_used_and_recorded():
    own = {"discounting.years_1_to_30": 1.5}
    assert discount_factor(2, own) == pytest.approx(1.015**-2)
    assert [f.overridden_by for f in discount_figures(own, "own.toml")] == ["own.toml", None, None]


def test_a_rate_of_minus_a_hundred_percent_is_refused():
    with pytest.raises(BadInput, match=r"discounting\.years_1_to_30: not a usable discount rate"):
        discount_factor(1, {"discounting.years_1_to_30": -100})
