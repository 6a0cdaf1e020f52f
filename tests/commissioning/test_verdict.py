"""Should it be payment by results: the answer follows the numbers, and alternatives are worth the same."""

from decimal import Decimal

import pytest

from resettle.commissioning import Beliefs, compare, parse_contract, value
from resettle.commissioning.alternatives import alternatives
from resettle.commissioning.library import deal
from resettle.commissioning.tornado import tornado
from resettle.commissioning.verdict import Bars, verdict
from resettle.errors import BadInput

GOOD = """
id = "good"
title = "A good one"
price_base_year = 2024
[period]
start = 2024-01-01
end = 2024-12-31
[[parties]]
id = "a"
name = "A"
role = "commissioner"
[[parties]]
id = "b"
name = "B"
role = "provider"
[population]
services = ["s"]
[[measures]]
id = "m"
follow_up_months = 12
[[payments]]
id = "r"
kind = "outcome_rate"
measure = "m"
per = "person"
price = "1000.00"
"""


def believed(n=100_000, mean=6.0, **more):
    rate = {"n": n, "comparison_n": n, "baseline": 0.45, "effect_mean": mean, "effect_sd": 0.5, "worth": "2000.00"}
    return Beliefs.model_validate({"rates": {"m": rate | more}, "monthly_cost": "1000.00"})


def test_a_large_cohort_and_a_large_effect_can_be_paid_by_results():
    found = verdict(parse_contract(GOOD), believed(), draws=2000)
    assert found.advice == "yes" and not found.against
    assert "nothing that was asked speaks against it" in found.sentence


def test_chance_trend_and_loss_speak_against_it():
    text = GOOD.replace('price = "1000.00"', 'price = "1000.00"\ndead_zone = "none"')
    beliefs = believed(n=200, mean=0.5, comparison_n=None, drift_mean=6.0)
    found = verdict(parse_contract(text), beliefs.model_copy(update={"monthly_cost": Decimal("90000.00")}), draws=2000)
    assert found.advice == "no"
    assert {r.question for r in found.against} >= {
        "Is chance seldom paid?",
        "Is it paid for what the service adds?",
        "Can whoever delivers live on it?",
    }


def test_the_bars_are_the_commissioners():
    strict = verdict(parse_contract(GOOD), believed(), Bars(chance=0.001), draws=2000)
    assert [r.question for r in strict.against] == ["Is chance seldom paid?"] and strict.advice == "with changes"
    assert strict.bars.chance == 0.001


def test_alternatives_are_worth_what_the_contract_is():
    contract, beliefs = parse_contract(GOOD), believed().model_copy(update={"people": 600})
    expected = value(contract, beliefs).total.mean
    made = {c.id: c for c in alternatives(contract, beliefs)}
    assert set(made) == {"good.block", "good.grant", "good.fee", "good.personal-budgets", "good.half", "good.invested"}
    found = compare([contract, *made.values()], beliefs, draws=2000)
    for one in found.valuations:
        assert one.total.mean == pytest.approx(expected, rel=0.02), one.contract_id
    risks = {r["contract"]: r for r in found.risks()}
    assert risks["good.block"]["payer_p90_over_mean"] == pytest.approx(0, abs=0.01)
    assert 0 < risks["good.half"]["payer_p90_over_mean"] < risks["good"]["payer_p90_over_mean"]
    invested = next(v for v in found.valuations if v.contract_id == "good.invested").investors
    assert invested and invested[0].put_in == 12_000


def test_nothing_expected_has_no_alternative():
    with pytest.raises(BadInput, match="expected to pay nothing"):
        alternatives(parse_contract(GOOD), believed(mean=-50))


@pytest.mark.parametrize("name", ["hmp-doncaster", "drug-recovery-wigan", "peer-mentoring", "nyc-able"])
def test_every_kind_of_deal_has_an_answer_and_alternatives(name):
    found = deal(name)
    contract, beliefs = found.contract(), found.beliefs
    assert verdict(contract, beliefs, draws=500).reasons
    assert len(alternatives(contract, beliefs, draws=500)) >= 2


def test_the_tornado_moves_one_thing_at_a_time():
    found = deal("local-justice-reinvestment-a")
    bars = {b.name: b for b in tornado(found.contract, found.beliefs, 500)}
    named = bars[f"effect on {found.contract().measure('demand').name}"]
    assert named.at_low < named.middle < named.at_high
