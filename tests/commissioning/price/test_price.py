"""What a service should cost, worked by hand; what a bidder can accept; whether the two sides meet."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.commissioning.price import Share, pass_through, read_bid, should_cost, transaction_cost, zone
from resettle.errors import BadInput

BID = """
id = "bid"
title = "A mentoring service"
price_base_year = 2024
years = 2
[volume]
starts_a_month = 20
months_each = 6
[[staff]]
role = "mentor"
salary = "30000.00"
on_costs = 0.2
caseload = 25
least = 1
step = 0.5
[[staff]]
role = "manager"
salary = "40000.00"
on_costs = 0.2
posts = 1
[[things]]
name = "premises"
a_year = "12000.00"
a_person = "50.00"
[mobilisation]
months = 3
amount = "20000.00"
[money]
overheads = 0.1
pay_rise = 0.05
"""


@pytest.fixture
def bid(tmp_path: Path):
    def make(text: str = BID):
        path = tmp_path / "bid.toml"
        path.write_text(text, "utf-8")
        return read_bid(path)

    return make


def test_should_cost_by_hand(bid):
    """120 people at a time over 25 are 4.8 posts, so 5 mentors at 36,000; a manager at 48,000; 12,000 and 240 times 50."""
    found = should_cost(bid())
    first = (5 * 36_000 + 48_000 + 12_000 + 240 * 50) * Decimal("1.1")
    second = ((5 * 36_000 + 48_000) * Decimal("1.05") + 24_000) * Decimal("1.1")
    assert found.by_year == {0: Decimal(20_000), 1: first, 2: second}
    assert found.total == first + second + 20_000
    assert found.cost_a_person == (found.total / 480).quantize(Decimal("0.01"))
    fixed = ((36_000 + 48_000) * Decimal("2.05") + 24_000) * Decimal("1.1")
    assert found.fixed_share == pytest.approx(float(fixed / (first + second)))
    assert found.caseload_relief == pytest.approx(125 / 120)


def test_more_people_than_planned_overload_the_posts(bid):
    assert should_cost(bid(), 40).caseload_relief == pytest.approx(125 / 240)


def test_people_who_transfer_keep_their_pay_and_the_rest_are_let_go(bid):
    text = BID + '[transfer]\npeople = 7\nsalary = "33000.00"\nreplaces = "mentor"\nredundancy = "8000.00"\n'
    with_, without = should_cost(bid(text)), should_cost(bid())
    assert with_.by_year[0] - without.by_year[0] == 2 * 8000
    assert with_.by_year[1] - without.by_year[1] == Decimal(5 * 3000 * 12) / 10 * Decimal("1.1")


@given(st.floats(0.01, 500), st.floats(0.01, 500))
def test_cost_never_falls_as_people_come(tmp_path_factory, a, b):
    path = tmp_path_factory.mktemp("bids") / "bid.toml"
    path.write_text(BID, "utf-8")
    low, high = (should_cost(read_bid(path), x) for x in sorted((a, b)))
    assert low.total <= high.total
    assert all(0 <= line.fixed <= line.amount for line in high.lines)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("caseload = 25\n", "", "either a caseload or a fixed number"),
        ("posts = 1\n", "posts = 1\ncaseload = 3\n", "either a caseload or a fixed number"),
        ("months_each = 6", "months_each = 0", "greater than 0"),
        ('salary = "30000.00"', 'salary = "-1.00"', "money is negative"),
        ("overheads = 0.1", "overhead = 0.1", "unknown key"),
        ("[money]", '[transfer]\nreplaces = "chef"\n[money]', "transfer into a role"),
    ],
)
def test_a_bad_bid_says_what_to_do(bid, old, new, told):
    with pytest.raises(BadInput, match=told):
        bid(BID.replace(old, new))


def test_a_negative_volume_is_refused(bid):
    with pytest.raises(BadInput, match="starts a month"):
        should_cost(bid(), -1)
    assert should_cost(bid(), 0).cost_a_person is None


def test_the_zone_by_hand():
    found = zone(
        Decimal(1000),
        0.4,
        Decimal(6000),
        without=0.1,
        finance_rate=0.06,
        lag_years=1.5,
        shortfall=Decimal(200),
        aversion=0.5,
        surplus=0.05,
    )
    assert found.lowest == (Decimal(1000) + 90 + 100 + 50) / Decimal("0.4")
    assert found.highest == Decimal(4500)
    assert found.agreed and found.width == Decimal(1400)


def test_no_zone_says_do_not_pay_by_results():
    found = zone(Decimal(1000), 0.3, Decimal(3500), without=0.27)
    assert not found.agreed and found.highest == Decimal(350)
    assert "Do not pay for this by results" in found.sentence


def test_a_share_of_success_beyond_one_is_refused():
    with pytest.raises(BadInput, match="success"):
        zone(Decimal(1), 1.5, Decimal(1))


def test_transaction_cost_and_scale():
    found = transaction_cost(
        Decimal(200_000), Decimal(100_000), Decimal(3_000_000), benefit=Decimal(2000), cost=Decimal(1400)
    )
    assert found.share == pytest.approx(0.1) and found.break_even_people == 500
    assert transaction_cost(Decimal(1), Decimal(1), Decimal(1)).break_even_people is None


def test_risk_passed_down_ruins_the_small_before_the_large():
    rng = np.random.default_rng(3)
    results = rng.normal(400_000, 200_000, 20_000)
    small = Share(name="charity", sure=0.05, uncertain=0.2, cost=110_000, reserves=40_000)
    found = pass_through(600_000, results, [small], prime="prime", prime_cost=850_000, prime_reserves=2_000_000)
    prime, charity = found.parties
    assert prime.income + charity.income == pytest.approx(600_000 + results.mean())
    assert charity.at_risk > prime.at_risk
    loses = (0.05 * 600_000 + 0.2 * results - 110_000 < -40_000).mean()
    assert charity.ruined == pytest.approx(loses) and charity.ruined > prime.ruined == 0
    assert "charity" in found.sentence


def test_more_than_all_of_the_money_is_refused():
    many = [Share(name=str(i), sure=0.6, uncertain=0, cost=1, reserves=1) for i in range(2)]
    with pytest.raises(BadInput, match="more than all of the sure money"):
        pass_through(1, 1, many)
