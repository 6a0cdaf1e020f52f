"""Conventions with published alternatives: what they are, and that a case at one of their ends is the case with that figure."""

from decimal import Decimal

import pytest
from case_kit import TERMS, effect, write_case

from resettle.reference.prices import deflator, inflate
from resettle.reinvestment.appraisal import Overrides, read_appraisal
from resettle.reinvestment.business_case.case import appraise_case
from resettle.reinvestment.conventions import conventions, discount_rate, restated

LATER = TERMS.replace('amount = "1000.00"\nprice_year = 2024', 'amount = "1000.00"\nprice_year = 2010')


def case_of(folder, terms=TERMS, own=None):
    return appraise_case(write_case(folder, terms=terms, effects=(effect(se=1e-12),), draws=400), own=own)


def bars(found):
    return {one.name: one for one in found.tornado.bars}


def test_the_discount_rate_goes_between_the_published_ones_and_takes_in_the_users_own():
    found = discount_rate(Overrides())
    assert (found.low.value, found.high.value) == (1.5, 3.5)
    assert found.low.words == "1.5% a year, as for health"
    own = discount_rate(Overrides({"discounting.years_1_to_30": 6.0}))
    assert (own.low.value, own.high.value, own.high.words) == (1.5, 6.0, "6% a year, as here")


def test_a_bar_of_the_discount_rate_is_the_case_with_that_rate(tmp_path):
    bar = bars(case_of(tmp_path))["the discount rate"]
    for rate, answer in ((1.5, bar.at_low), (3.5, bar.at_high)):
        alone = case_of(tmp_path, own={"discounting.years_1_to_30": rate})
        assert answer == pytest.approx(float(alone.headline.value), abs=1.0)
    assert bar.at_low > bar.at_high and bar.ends == ("1.5% a year, as for health", "3.5% a year, as here")


def test_a_bar_of_the_price_index_moves_only_what_was_in_other_prices(tmp_path):
    assert "the price index" not in bars(case_of(tmp_path / "same"))
    found = case_of(tmp_path / "later", LATER)
    bar = bars(found)["the price index"]
    by_cpi, by_gdp = (float(inflate(Decimal(1), 2010, 2024, growth)) for growth in (None, deflator()))
    assert {bar.low, bar.high} == {by_cpi, by_gdp}
    at = {bar.low: bar.at_low, bar.high: bar.at_high}
    gained = float(next(one for one in found.headline.agencies if one.agency == "police" and one.year == 0).gains)
    assert at[by_gdp] - at[by_cpi] == pytest.approx(gained * (by_gdp / by_cpi - 1), rel=2e-4)  # units are whole pence


def test_an_index_of_the_users_own_has_no_alternative(tmp_path):
    write_case(tmp_path, terms=LATER, effects=(effect(),))
    appraisal = read_appraisal(tmp_path / "appraisal.toml")
    assert [one.name for one in conventions(appraisal, Overrides())] == ["the discount rate", "the price index"]
    assert [one.name for one in conventions(appraisal, Overrides(growth=deflator()))] == ["the discount rate"]


def test_another_price_year_changes_pounds_and_no_sign():
    year, amount = restated(Decimal("-1000.00"), 2024)
    assert year == 2025 and amount == Decimal("-1034.00000")
