"""NYC ABLE to the dollar, and money that is neither made nor lost on its way to investors."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.commissioning import Evidence, parse_contract, settle
from resettle.commissioning.investors import repay
from resettle.commissioning.records import CohortResult, Outflow
from resettle.errors import BadInput

D = Decimal
ABLE = """
id = "able"
title = "ABLE"
currency = "USD"
price_base_year = 2012
[parameters]
tier_1 = { value = 4800000, low = 0, high = 9600000, why = "not confirmed" }
guaranteed = 7200000
[period]
start = 2012-09-01
end = 2016-08-31
[[parties]]
id = "city"
name = "The city"
role = "commissioner"
[[parties]]
id = "mdrc"
name = "The intermediary"
role = "vehicle"
[[parties]]
id = "lender"
name = "The lender"
role = "investor"
[[parties]]
id = "fund"
name = "The guarantor"
role = "guarantor"
[population]
services = ["mrt"]
[[measures]]
id = "jail_days"
kind = "days"
definition = "days in jail within 24 months of a first stay"
follow_up_months = 24
[[payments]]
id = "fewer_days"
kind = "outcome_rate"
measure = "jail_days"
scale = "percent"
dead_zone = "none"
payee = "mdrc"
[[payments.tiers]]
from = "8.5"
to = 10
amount = "=tier_1"
[[payments.tiers]]
from = 10
to = 20
amount = 9600000
[[payments.tiers]]
from = 20
amount = 11712000
[capital]
vehicle = "mdrc"
[[capital.instruments]]
id = "loan"
party = "lender"
kind = "equity"
commitment = 9600000
[[capital.guarantees]]
party = "fund"
covers = ["loan"]
most = "=guaranteed"
"""
END = date(2016, 8, 31)


def able(percent, drawn=9_600_000, guaranteed=7_200_000):
    agreed = parse_contract(ABLE, inputs={"guaranteed": guaranteed})
    result = CohortResult(
        id="r",
        measure="jail_days",
        people=1000,
        comparison_people=1000,
        value=30 * (1 - D(percent) / 100),
        comparison=D(30),
    )
    evidence = Evidence(
        results=(result,), outflows=(Outflow(id="d", instrument="loan", on=date(2012, 9, 1), amount=D(drawn)),)
    )
    statement = settle(agreed, evidence, END)
    return statement, repay(agreed, statement, evidence, END)


@pytest.mark.parametrize(
    ("percent", "paid"), [("8.4", 0), ("8.5", 4_800_000), ("10", 9_600_000), ("20", 11_712_000), ("35", 11_712_000)]
)
def test_the_tiers(percent, paid):
    statement, _ = able(percent)
    assert statement.total == paid


def test_nothing_is_paid_and_the_lender_loses_what_is_not_guaranteed():
    statement, found = able("0", drawn=7_200_000, guaranteed=6_000_000)
    assert statement.total == 0
    assert found.holdings[0].lost == D("1200000.00")
    assert found.guaranteed == {"fund": D("6000000.00")}
    assert found.sentence == "ABLE: $7,200,000.00 was put in, $0.00 received. Investors lose $1,200,000.00."


def test_at_full_term_more_is_at_stake():
    assert able("0")[1].holdings[0].lost == D("2400000.00")


def test_breaking_even_and_the_most_that_can_be_gained():
    assert able("10")[1].holdings[0].gain == 0
    assert able("20")[1].holdings[0].gain == D("2112000.00")


LAYERS = ABLE.replace(
    """[[capital.instruments]]
id = "loan"
party = "lender"
kind = "equity"
commitment = 9600000
""",
    """[[capital.instruments]]
id = "loan"
party = "lender"
commitment = "500.00"
rate = "0.05"
[[capital.instruments]]
id = "junior"
party = "lender"
commitment = "300.00"
rank = 2
[[capital.instruments]]
id = "gift"
party = "fund"
kind = "grant"
commitment = "100.00"
[[capital.instruments]]
id = "rest"
party = "lender"
kind = "equity"
commitment = "100.00"
return_cap = "0.13"
""",
)


@given(st.integers(0, 200_000), st.integers(0, 100_000))
def test_money_is_neither_made_nor_lost(received, guaranteed):
    agreed = parse_contract(LAYERS, inputs={"guaranteed": D(guaranteed) / 100})
    statement = settle(agreed, Evidence(), END)
    line = statement.lines[0].model_copy(update={"amount": D(received) / 100})
    found = repay(agreed, statement.model_copy(update={"lines": (line,)}), Evidence(), END)
    handed = sum(h.repaid + h.earned for h in found.holdings)
    assert handed + found.left == D(received) / 100
    assert all(min(h.repaid, h.earned, h.guaranteed, h.lost) >= 0 for h in found.holdings)
    assert sum(found.guaranteed.values()) == sum(h.guaranteed for h in found.holdings) <= D(guaranteed) / 100
    senior, junior, gift, equity = found.holdings
    assert junior.repaid == 0 or senior.repaid == D("500.00")
    assert gift.lost == gift.repaid == 0
    assert equity.repaid + equity.earned == 0 or senior.earned > D("99")
    assert equity.repaid + equity.earned <= D("163.10")


def test_more_than_was_promised_and_no_investors():
    with pytest.raises(BadInput, match="more was put in than was promised"):
        able("0", drawn=9_600_001)
    with pytest.raises(BadInput, match="no investors"):
        agreed = parse_contract(ABLE.split("[capital]")[0])
        repay(agreed, settle(agreed, Evidence(), END), Evidence(), END)
