"""Whether a programme pays: closed forms, identities of its parts, and the draws of the savings beside it."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from resettle.errors import BadInput
from resettle.evidence.economics.information import evpi_normal
from resettle.evidence.evaluate import evaluate
from resettle.reinvestment.appraisal import read_appraisal
from resettle.reinvestment.appraise import ValueForMoney, appraise, appraise_programme
from resettle.reinvestment.valuing import savings

FLAT = dict.fromkeys(("discounting.years_1_to_30", "discounting.years_31_to_75", "discounting.after_75_years"), 0.0)


def certain(*years):
    return np.array([years] * 2, dtype=float)


def test_a_pound_twenty_for_a_pound_breaks_even_at_a_sixth_less():
    # Intensive Alternatives to Custody in Manchester was costed at £1.20 a pound: the benefit could be 16.7 % less.
    found = appraise({"all": certain(120)}, {"all": [Decimal(100)]}, optimism=0, overrides=FLAT)
    assert found.ratio == pytest.approx(1.2) and 1 - found.break_even == pytest.approx(1 / 6)
    assert "£1 brings £1.20. 83% of the benefit would be enough." in found.sentence
    poor = appraise({"all": certain(40)}, {"all": [Decimal(100)]}, optimism=0, overrides=FLAT)
    assert "2.5 times the benefit would be needed." in poor.sentence
    assert ValueForMoney.from_json(found.to_json()) == found


def test_the_chance_and_the_value_of_information_are_those_of_the_normal():
    for mean in (0.0, 1.0):
        drawn = 100_000 * np.random.default_rng(4).normal(10 + mean, 1, (200_000, 1))
        found = appraise({"all": drawn}, {"all": [Decimal(1_000_000)]}, optimism=0, overrides=FLAT)
        assert found.chance == pytest.approx(norm.cdf(mean), abs=0.005)
        assert float(found.information) / 100_000 == pytest.approx(evpi_normal(mean, 1), abs=0.005)


def test_payback_optimism_and_discounting_by_hand():
    gains, pays = {"prisons": certain(0, 60, 60)}, {"probation": [Decimal(100), Decimal(0), Decimal(0)]}
    assert appraise(gains, pays, optimism=0, overrides=FLAT).payback == 3
    dear = appraise(gains, pays, optimism=0.4, overrides=FLAT)
    assert dear.payback is None and dear.cost == 140 and "not paid back within its years" in dear.sentence
    assert appraise(gains, pays, optimism=0).cost == Decimal("98.29")  # 100 / 1.035 ** 0.5


money = st.integers(0, 1000)


@given(st.lists(st.tuples(money, money, money, money), min_size=1, max_size=4))
def test_agencies_and_years_add_up_to_the_whole(rows):
    found = np.array(rows, dtype=float)
    gains = {"a": found[:, :1].T.repeat(3, axis=0), "b": found[:, 1:2].T.repeat(3, axis=0)}
    pays = {"b": [Decimal(one[2]) for one in rows], "c": [Decimal(one[3]) for one in rows]}
    result = appraise(gains, pays, optimism=0.2)
    whole = [one for one in result.agencies if one.year == 0]
    assert sum(one.net for one in whole) == pytest.approx(result.value, abs=Decimal("0.05"))
    for one in whole:
        years = sum(part.net for part in result.agencies if part.agency == one.agency and part.year)
        assert years == pytest.approx(one.net, abs=Decimal("0.05"))
    assert result.value == pytest.approx(result.benefit - result.cost, abs=Decimal("0.02"))


def test_gains_are_those_of_the_savings_and_perspectives_are_kept_apart(maryland, examples):
    effect = evaluate(maryland, examples / "studies" / "maryland-aid.toml")
    costs = read_appraisal(examples / "appraisals" / "england-wales-what-if.toml")
    pays = {"commissioner": [Decimal(100_000)] * costs.years}
    totals = {one.kind: one.amount for one in savings("x", effect, costs, 50, draws=500).totals}
    found = {
        one: appraise_programme(effect, costs, 50, pays, optimism=0.1, perspective=one, draws=500)
        for one in ("cash", "agencies", "society")
    }
    assert found["cash"].benefit == pytest.approx(totals.get("cashable", Decimal(0)), abs=Decimal("0.05"))
    assert found["agencies"].benefit == pytest.approx(totals["capacity"], abs=Decimal("0.05"))
    both = totals["capacity"] + totals["social"]
    assert found["society"].benefit == pytest.approx(both, abs=Decimal("0.05"))
    assert len({one.cost for one in found.values()}) == 1


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"gains": {}}, "no gains to appraise"),
        ({"gains": {"a": certain(1), "b": certain(1, 2)}}, "of one shape"),
        ({"gains": {"a": certain(np.nan)}}, "of one shape"),
        ({"pays": {"a": [Decimal(1), Decimal(2)]}}, "0 pounds or more for each of 1 years"),
        ({"pays": {"a": [Decimal(-1)]}}, "0 pounds or more for each of 1 years"),
        ({"optimism": 40}, "optimism bias is a share of 0 to 5"),
    ],
)
def test_what_cannot_be_appraised_is_refused(change, rule):
    given = {"gains": {"a": certain(1)}, "pays": {"a": [Decimal(1)]}, "optimism": 0.0, **change}
    with pytest.raises(BadInput, match=rule):
        appraise(given["gains"], given["pays"], optimism=given["optimism"])
