"""How a contract's risk reaches the organisations below its prime, against the valuation and against sums made by hand."""

from pathlib import Path

import numpy as np
import pytest

from resettle.commissioning import parse_contract
from resettle.commissioning.beliefs import Beliefs
from resettle.commissioning.price import passed_on, read_chain
from resettle.commissioning.value import value
from resettle.errors import BadInput

CONTRACT = """
id = "c"
title = "C"
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
name = "The prime"
role = "provider"
[population]
services = ["s"]
[[payments]]
id = "fee"
kind = "fee"
amount = "1000.00"
[[payments]]
id = "homes"
kind = "unit_tariff"
[payments.prices]
home = "100.00"
"""
BELIEFS = Beliefs.model_validate(
    {"people": 400, "volume_sd": 0.1, "outcomes": {"home": {"chance": 0.4, "sd": 0.1}}, "monthly_cost": "2000.00"}
)
CHAIN = """
title = "T"
reserves = "50000.00"
[[subcontractors]]
name = "Small"
sure = "0.25"
uncertain = "0.5"
cost = "9000.00"
reserves = "1000.00"
[[subcontractors]]
name = "Safe"
sure = "0.10"
uncertain = "0"
cost = "1100.00"
reserves = "0"
"""


@pytest.fixture
def chain(tmp_path: Path):
    def make(text: str = CHAIN):
        path = tmp_path / "chain.toml"
        path.write_text(text, "utf-8")
        return read_chain(path)

    return make


def test_all_money_reaches_somebody_and_no_more(chain):
    contract = parse_contract(CONTRACT)
    found = passed_on(contract, BELIEFS, chain(), 4000, 7)
    whole = value(contract, BELIEFS, 4000, 7)
    assert sum(p.income for p in found.parties) == pytest.approx(whole.total.mean, abs=0.01)
    assert [p.name for p in found.parties] == ["The prime", "Small", "Safe"]
    prime, small, safe = found.parties
    homes = whole.payments[1].spread.mean
    assert small.income == pytest.approx(0.25 * 12_000 + 0.5 * homes, abs=0.01)
    assert prime.income == pytest.approx(0.65 * 12_000 + 0.5 * homes, abs=0.01)
    assert (safe.income, safe.margin, safe.at_risk, safe.ruined) == pytest.approx((1200, 100, 0, 0))


def test_the_margin_has_the_range_of_the_results_it_shares(chain):
    contract = parse_contract(CONTRACT)
    homes = value(contract, BELIEFS, 4000, 7).payments[1].spread
    small = passed_on(contract, BELIEFS, chain(), 4000, 7).parties[1]
    assert (small.low, small.high) == pytest.approx(
        (3000 + 0.5 * homes.p10 - 9000, 3000 + 0.5 * homes.p90 - 9000), abs=0.02
    )
    assert small.low < small.margin < small.high


def test_the_prime_bears_what_it_does_not_pass_on(chain):
    """By default the prime's own part costs what delivery is believed to cost, less the others' parts."""
    found = passed_on(parse_contract(CONTRACT), BELIEFS, chain(), 1000, 7)
    own = passed_on(
        parse_contract(CONTRACT), BELIEFS, chain(CHAIN.replace('"50000.00"', '"50000.00"\ncost = "100.00"', 1)), 1000, 7
    )
    assert own.parties[0].margin - found.parties[0].margin == pytest.approx(24_000 - 9000 - 1100 - 100)


def test_a_limit_on_the_whole_is_sure_money(chain):
    capped = parse_contract(CONTRACT + '[limits]\ncap = "13000.00"\n')
    found = passed_on(capped, BELIEFS, chain(), 1000, 7)
    assert sum(p.income for p in found.parties) == pytest.approx(value(capped, BELIEFS, 1000, 7).total.mean, abs=0.01)


def test_more_of_what_is_uncertain_ruins_more_often(chain):
    contract, worst = parse_contract(CONTRACT), []
    for sure, uncertain in (("0.70", "0.10"), ("0.45", "0.30"), ("0.20", "0.50")):
        text = CHAIN.replace('sure = "0.25"\nuncertain = "0.5"', f'sure = "{sure}"\nuncertain = "{uncertain}"')
        worst.append(passed_on(contract, BELIEFS, chain(text), 2000, 7).parties[1])
    spans = [p.high - p.low for p in worst]
    assert np.all(np.diff(spans) > 0) and np.all(np.diff([p.at_risk for p in worst]) > 0)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('sure = "0.25"', 'sure = "0.95"'), "more than all of the sure money"),
        (('uncertain = "0.5"', 'uncertain = "1.5"'), "not a share between 0 and 1"),
        (('cost = "9000.00"', 'cost = "-9000.00"'), "money is negative"),
        (('reserves = "50000.00"', "reserves = nan"), "not a usable"),
        (('title = "T"', 'title = "T"\nprime = "nobody"'), "does not pay the prime"),
        (('name = "Small"', 'nmae = "Small"'), "missing key"),
    ],
)
def test_a_broken_chain_is_told(chain, change, told):
    with pytest.raises(BadInput, match=told) as fault:
        passed_on(parse_contract(CONTRACT), BELIEFS, chain(CHAIN.replace(*change, 1)), 100, 1)
    assert fault.value.problems[0].column


def test_who_passes_on_must_be_said_where_several_are_paid(chain):
    two = (
        CONTRACT.replace("[population]", '[[parties]]\nid = "d"\nname = "D"\nrole = "provider"\n[population]')
        .replace('kind = "fee"', 'kind = "fee"\npayee = "b"')
        .replace('kind = "unit_tariff"', 'kind = "unit_tariff"\npayee = "d"')
    )
    with pytest.raises(BadInput, match="which is the prime"):
        passed_on(parse_contract(two), BELIEFS, chain(), 100, 1)
    named = passed_on(
        parse_contract(two), BELIEFS, chain(CHAIN.replace('title = "T"', 'title = "T"\nprime = "d"')), 100, 1
    )
    assert named.parties[0].name == "D" and sum(p.income for p in named.parties) < 40_000
