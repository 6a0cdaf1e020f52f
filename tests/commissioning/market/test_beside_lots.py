"""Personal budgets and individual service funds beside a lot, from a file."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.commissioning.market import PersonalPlan, beside_lots, read_personal_plan
from resettle.errors import BadInput

PLAN = """
title = "T"
people = 100
shares = [0.5, 0, 1]
[lot]
fixed = "50000.00"
varying = "500.00"
most_unit = "1500.00"
[[ways]]
way = "personal budget"
budget = "800.00"
administration = "100.00"
bought = { bicycle = 100, tools = 100 }
[[ways]]
way = "individual service fund"
budget = "800.00"
administration = "300.00"
"""


@pytest.fixture
def plan(tmp_path):
    def make(text=PLAN):
        path = tmp_path / "plan.toml"
        path.write_text(text, "utf-8")
        return read_personal_plan(path)

    return make


def test_both_ways_beside_the_lot_by_hand(plan):
    found = beside_lots(plan(), {"rent": 30.0, "travel": 10.0})
    own, fund = found.ways
    assert [m.share for m in own.mixes] == [0, 0.5, 1]
    assert own.mixes[1].total == 50_000 + 50 * 500 + 50 * 900 and fund.mixes[1].total == 50_000 + 50 * 500 + 50 * 1100
    # The file says what budgets buy; for the fund the area does: shares of 3/4 and 1/4 are 1.6 of one size.
    assert found.wide == {"personal budget": pytest.approx(2), "individual service fund": pytest.approx(1.6)}
    assert own.tipping == fund.tipping == pytest.approx(0.5)
    assert "hold a personal budget" in found.sentence and "hold an individual service fund" in found.sentence
    assert found.rows()[1]["each"] == Decimal("1200.00")
    assert type(found).from_json(found.to_json()) == found


@given(
    st.integers(1, 5000),
    st.decimals(0, 10**6, places=2),
    st.decimals(0, 5000, places=2),
    st.decimals(0, 5000, places=2),
)
def test_the_whole_costs_what_its_parts_cost(people, fixed, varying, budget):
    made = PersonalPlan.model_validate(
        {"title": "t", "people": people, "lot": {"fixed": str(fixed), "varying": str(varying)},
         "ways": [{"way": "personal budget", "budget": str(budget), "administration": "10.00"}]}
    )  # fmt: skip
    units = []
    for mix in beside_lots(made).ways[0].mixes:
        holding = round(people * mix.share)
        left = people - holding
        parts = (mix.lot_unit or 0) * left + (mix.budget_unit or 0) * holding
        assert abs(mix.total - parts) <= Decimal("0.005") * (people + 1)
        units += [mix.lot_unit] if mix.lot_unit is not None else []
    assert units == sorted(units)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("[0.5, 0, 1]", "[1.5]"), "not a share between 0 and 1"),
        (('"individual service fund"', '"personal budget"'), "the same way twice"),
        (("bicycle = 100", "bicycle = -1"), "a negative amount"),
        (("bicycle = 100", "bicycle = inf"), "not a usable number"),
        (('fixed = "50000.00"', 'fixed = "lots"'), "not an amount of money"),
        (("people = 100", "people = 0"), "greater than or equal to 1"),
        (('way = "personal budget"', 'way = "voucher"'), "not one of the known values"),
    ],
)
def test_a_broken_plan_is_told(plan, change, told):
    with pytest.raises(BadInput, match=told) as fault:
        plan(PLAN.replace(*change, 1))
    assert fault.value.problems[0].file and fault.value.problems[0].column
