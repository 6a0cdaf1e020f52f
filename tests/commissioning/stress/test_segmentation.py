"""What one person of each group is worth under a contract, by hand, by brute force, and from files."""

from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.commissioning import parse_contract
from resettle.commissioning.beliefs import Beliefs
from resettle.commissioning.stress import Groups, believed_segments, read_groups, segment_tariff
from resettle.commissioning.stress.segmentation import prices_in
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
name = "B"
role = "provider"
[population]
services = ["s"]
"""
TARIFF = """
[[payments]]
id = "one"
kind = "unit_tariff"
[payments.prices]
home = { low = "100.00", high = "300.00" }
work = "200.00"
[[payments]]
id = "two"
kind = "unit_tariff"
[payments.prices]
home = "10.00"
"""
FEE = '[[payments]]\nid = "fee"\nkind = "fee"\namount = "10.00"\n'
GROUPS = """
title = "T"
fees_a_person = "20.00"
[[groups]]
name = "easy"
people = 300
cost = "100.00"
band = "low"
outcomes = { home = 0.5, work = 0.4 }
[[groups]]
name = "middle"
people = 200
cost = "150.00"
band = "low"
outcomes = { home = 0.4, work = 0.1 }
[[groups]]
name = "hard"
people = 100
cost = "160.00"
band = "high"
outcomes = { home = 0.2, work = 0.1 }
"""


@pytest.fixture
def groups(tmp_path):
    def make(text=GROUPS):
        path = tmp_path / "groups.toml"
        path.write_text(text, "utf-8")
        return read_groups(path)

    return make


def test_prices_of_several_payments_add_up_by_band():
    assert prices_in(parse_contract(CONTRACT + TARIFF)) == {
        "home": {"low": 110, "high": 310, "any": 10},
        "work": {"any": 200},
    }


def test_a_price_for_any_band_is_no_part_of_the_others():
    both = TARIFF.replace('low = "100.00"', 'any = "50.00", low = "100.00"')
    assert prices_in(parse_contract(CONTRACT + both))["home"] == {"any": 60, "low": 110, "high": 310}


def test_margins_by_hand(groups):
    """Easy: 20 + 0.5 x 110 + 0.4 x 200 = 155 for 100. Middle: 20 + 44 + 20 = 84 for 150. Hard: 20 + 62 + 20 = 102 for 160."""
    found = segment_tariff(parse_contract(CONTRACT + TARIFF), groups())
    assert [(s.group, s.income, s.margin, s.parked) for s in found.now.segments] == [
        ("easy", 155, 55, False),
        ("middle", 84, -66, True),
        ("hard", 102, -58, True),
    ]
    easy, middle, _ = found.now.segments
    assert easy.breaks_even == pytest.approx(80 / 135) and middle.breaks_even == pytest.approx(130 / 64)
    assert found.now.parked_share == pytest.approx(0.5)
    # The fifth (120 people) with the best and with the worst prospects are all of one group.
    assert found.now.gap == 55 + 66
    assert "middle -£66" in found.sentence


def test_a_price_at_break_even_leaves_nothing_over(groups):
    found = segment_tariff(parse_contract(CONTRACT + TARIFF), groups())
    cost = {"easy": 80, "middle": 130, "hard": 140}
    expected, people = {"easy": 0.9, "middle": 0.5, "hard": 0.3}, {"easy": 300, "middle": 200, "hard": 100}
    assert [s.number for s in found.steps] == [1, 2]
    for step in found.steps:
        for band, price in step.prices.items():
            own = [g for g, b in step.bands.items() if b == band]
            left = sum(people[g] * (float(price) * expected[g] - cost[g]) for g in own)
            assert abs(left) <= 0.01 * sum(people[g] * expected[g] for g in own)


def test_no_other_cut_follows_need_more_closely(groups):
    """Every way to cut three groups in two, by brute force."""
    step = segment_tariff(parse_contract(CONTRACT + TARIFF), groups()).steps[1]
    needed = {"easy": 80 / 0.9, "middle": 130 / 0.5, "hard": 140 / 0.3}
    people = {"easy": 300, "middle": 200, "hard": 100}

    def scatter(part):
        mean = sum(needed[g] * people[g] for g in part) / sum(people[g] for g in part)
        return sum(people[g] * (needed[g] - mean) ** 2 for g in part)

    every = [
        (scatter(part) + scatter([g for g in needed if g not in part]), set(part))
        for size in (1, 2)
        for part in combinations(needed, size)
    ]
    easiest = {g for g, b in step.bands.items() if b == "1"}
    assert easiest in [part for cost, part in every if cost == pytest.approx(min(c for c, _ in every))]


@given(st.decimals(0, 1000, places=2), st.decimals(0, 1000, places=2))
def test_a_fee_moves_all_margins_alike(fee, more):
    contract = parse_contract(CONTRACT + TARIFF)
    one = {"name": "x", "people": 3, "cost": "10.00", "band": "low", "outcomes": {"home": 0.5}}
    held = {"title": "t", "groups": [one, {**one, "name": "y", "outcomes": {"work": 0.1}}]}
    before = segment_tariff(contract, Groups.model_validate({**held, "fees_a_person": str(fee)}))
    after = segment_tariff(contract, Groups.model_validate({**held, "fees_a_person": str(fee + more)}))
    moved = {a.margin - b.margin for a, b in zip(after.now.segments, before.now.segments, strict=True)}
    assert moved == {more} and after.now.gap == before.now.gap


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('band = "high"', 'band = "dear"'), "not one of the known values"),
        (("home = 0.5", "home = 1.5"), "not a probability"),
        (("home = 0.5", "home = nan"), "not a usable number"),
        (('"hard"', '"easy"'), "two groups of one name"),
        (('cost = "100.00"', 'cost = "-1.00"'), "money is negative"),
        (("people = 300", "people = 0"), "greater than or equal to 1"),
        (("home = 0.5", "hoem = 0.5"), "no price for an outcome"),
        (('band = "high"', 'price = 3\nband = "high"'), "unknown key"),
    ],
)
def test_a_broken_file_is_told(groups, change, told):
    with pytest.raises(BadInput, match=told) as fault:
        segment_tariff(parse_contract(CONTRACT + TARIFF), groups(GROUPS.replace(*change, 1)))
    assert fault.value.problems[0].column and fault.value.problems[0].do


def test_a_contract_without_prices_by_person_is_refused(groups):
    with pytest.raises(BadInput, match="no price for an outcome of one person"):
        segment_tariff(parse_contract(CONTRACT + FEE), groups())


def test_bands_at_the_chances_that_are_believed():
    contract = parse_contract(CONTRACT + TARIFF)
    given_ = {"people": 100, "outcomes": {"home": 0.5, "work": 0.1}, "bands": {"low": 0.75, "high": 0.25}}
    found = believed_segments(contract, Beliefs.model_validate(given_), fees=1000, cost=9000)
    assert [(s.band, s.people, s.income, s.cost) for s in found.segments] == [
        ("low", 75, 85, 90),
        ("high", 25, 185, 90),
    ]
    alike = Beliefs.model_validate({**given_, "bands": {"any": 1.0}})
    assert believed_segments(contract, alike, 0, 1) is None
    assert believed_segments(parse_contract(CONTRACT + FEE), Beliefs.model_validate(given_), 0, 1) is None


def test_it_is_written_and_read_back(groups):
    found = segment_tariff(parse_contract(CONTRACT + TARIFF), groups())
    assert type(found).from_json(found.to_json()) == found
    assert found.now.segments[0].cost == Decimal("100.00")
