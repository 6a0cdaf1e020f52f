from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.reference.prices import cpi, deflator, inflate

years = st.integers(1988, 2028)


def test_a_chain_by_hand():
    # 2015/16 prices to 2018 prices: growth of 2016 (0.7 %), 2017 (2.7 %) and 2018 (2.5 %).
    assert inflate(Decimal("1000.00"), 2015, 2018) == Decimal("1060.043725")


def test_the_same_year_changes_nothing():
    assert inflate(Decimal("12.34"), 2020, 2020) == Decimal("12.34")
    assert inflate(Decimal("12.34"), 1900, 1900) == Decimal("12.34")


def test_going_back_divides():
    assert inflate(Decimal("107.3"), 2023, 2022) == Decimal(100)


@given(st.decimals(0, 10**9, places=2), years, years)
def test_there_and_back(amount, start, end):
    back = inflate(inflate(amount, start, end), end, start)
    assert abs(back - amount) < Decimal("1e-15")


@given(years, years, years)
def test_a_chain_may_be_broken_anywhere(start, middle, end):
    whole, parts = inflate(Decimal(100), start, end), inflate(inflate(Decimal(100), start, middle), middle, end)
    assert abs(whole - parts) < Decimal("1e-20")


def test_a_series_of_ones_own():
    assert inflate(Decimal(100), 1999, 2001, {2000: 10, 2001: Decimal("5.5")}) == Decimal("116.05")


def test_an_empty_series_is_no_series():
    with pytest.raises(BadInput, match="no price growth for this year"):
        inflate(Decimal(1), 2015, 2016, {})


@pytest.mark.parametrize(("start", "end", "year"), [(1980, 2020, 1981), (2015, 2060, 2029), (2020, 1970, 1971)])
def test_a_year_without_growth_is_refused(start, end, year):
    with pytest.raises(
        BadInput, match=rf"no price growth for this year \(found '{year}'\).*from prices of 1988 to prices of 2028"
    ):
        inflate(Decimal(1), start, end)


def test_the_index_has_every_year_once_and_is_named():
    assert [int(f.period) for f in cpi()] == list(range(1989, 2029))
    assert all("Consumer Prices Index" in f.note for f in cpi())


# Office for National Statistics, series D7G7, 25 March 2026; Office for Budget Responsibility, March 2026.
def test_the_growth_of_consumer_prices():
    growth = {int(f.period): f.value for f in cpi()}
    assert [growth[y] for y in range(2005, 2026)] == [
        2.1, 2.3, 2.3, 3.6, 2.2, 3.3, 4.5, 2.8, 2.6, 1.5, 0.0, 0.7, 2.7, 2.5, 1.8, 0.9, 2.6, 9.1, 7.3, 2.5, 3.4,
    ]  # fmt: skip
    assert (growth[2026], growth[2027], growth[2028]) == (2.3, 2.0, 2.0)


# The same office's index of calendar-year averages (series D7BT, 2015 = 100, release of 20 July 2022).
@pytest.mark.parametrize(
    ("year", "index"),
    [
        (2005, 78.1),
        (2006, 79.9),
        (2007, 81.8),
        (2008, 84.7),
        (2010, 89.4),
        (2012, 96.1),
        (2016, 100.7),
        (2018, 105.9),
        (2021, 111.6),
    ],
)
def test_the_chain_keeps_to_the_published_index(year, index):
    assert float(inflate(Decimal(100), 2015, year)) == pytest.approx(index, rel=0.002)


def test_the_deflator_is_another_index_and_consumer_prices_go_on_where_it_ends():
    # The index stood at 76.4554 in 2016 and at 100 in 2024.
    found = inflate(Decimal(1000), 2016, 2024, deflator())
    assert found == pytest.approx(Decimal(1000) * 100 / Decimal("76.4554"), abs=Decimal("1e-9"))
    assert found != inflate(Decimal(1000), 2016, 2024)
    later = {int(one.period): one.amount for one in cpi()}
    assert [deflator()[year] for year in (2025, 2028)] == [later[2025], later[2028]]
