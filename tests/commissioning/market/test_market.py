"""The market of a small area, worked by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.commissioning.market import (
    bought_in,
    draft_specification,
    effective_number,
    hhi,
    indicative_amounts,
    market,
    need_statement,
    personalise,
    shares_of,
)
from resettle.errors import BadInput

PROVIDERS = [
    {"provider_id": "A", "name": "Alpha", "sector": "private", "size": "large"},
    {"provider_id": "B", "name": "Beta", "sector": "voluntary", "size": "small"},
]
SERVICES = [
    {
        "service_id": "s1",
        "name": "Homes",
        "provider_id": "A",
        "strand": "accommodation",
        "capacity": 1,
        "unit_cost": "600",
    },
    {
        "service_id": "s2",
        "name": "Peers",
        "provider_id": "B",
        "strand": "peer_support",
        "capacity": 9,
        "unit_cost": "300",
    },
    {"service_id": "s3", "name": "Choirs", "provider_id": "", "strand": "community", "capacity": "", "unit_cost": ""},
]
GOODS = [
    {"service_id": "s1", "good": "life", "weight": 1},
    {"service_id": "s2", "good": "relatedness", "weight": 1},
]


def people(number, lacking="life", gap=6):
    persons = [{"person_id": f"p{i}", "place_id": "north"} for i in range(number)]
    ratings = [
        {
            "person_id": f"p{i}",
            "rated_on": "2010-01-01",
            "good": good,
            "rater": "person",
            "at_time": "now",
            "importance": 9,
            "attainment": 9 - (gap if good == lacking else 0),
        }
        for i in range(number)
        for good in ("life", "creativity")
    ]
    return persons, ratings


@pytest.fixture
def area(make_area):
    persons, ratings = people(60)
    taken = [
        {
            "participation_id": f"{service}-{i}",
            "person_id": f"p{i % 60}",
            "service_id": service,
            "referred_on": "2005-01-01",
            "started_on": "2005-02-01" if i < started else "",
        }
        for service, referred, started in (("s1", 720, 360), ("s2", 240, 240), ("s3", 4, 4))
        for i in range(referred)
    ]
    spend = [
        {
            "spend_id": f"x{i}",
            "person_id": f"p{i}",
            "kind": k,
            "spent_on": "2006-01-01",
            "amount": a,
            "category": c,
            "good": "work",
        }
        for i, (k, a, c) in enumerate(
            [("spend", 100, "tools"), ("spend", 100, "bicycle"), ("spend", 40, "tools"), ("refund", 40, "tools")]
        )
    ]
    tables = {
        "provider": PROVIDERS,
        "service": SERVICES,
        "service_good": GOODS,
        "person": persons,
        "goods_rating": ratings,
        "programme": taken,
        "spend": spend,
        "place": [{"place_id": "north", "name": "The North", "kind": "borough", "part_of": ""}],
    }
    return make_area(tables)


def test_shares_and_concentration(area):
    """30 years: Homes 360 starts at 600, Peers 240 at 300: 7,200 and 2,400 a year."""
    found = market(area, Decimal(5000))
    years = found.years
    assert years == pytest.approx(30, abs=0.01)
    assert float(found.total) == pytest.approx((360 * 600 + 240 * 300) / years, abs=0.02)
    assert {s.name: pytest.approx(s.share) for s in found.sectors} == {"private": 0.75, "voluntary": 0.25}
    assert {s.name: pytest.approx(s.share) for s in found.sizes} == {"large": 0.75, "small": 0.25}
    assert found.hhi == pytest.approx(0.75**2 + 0.25**2) and found.effective == pytest.approx(1.6)
    assert [lot.service for lot in found.reachable] == ["s2"]
    assert found.unpriced == ("s3",)
    assert float(found.personal) == pytest.approx(200 / years, abs=0.01)


def test_referrals_against_capacity(area):
    found = {s.strand: s for s in market(area).strands}
    assert found["accommodation"].load == pytest.approx(720 / 360, rel=0.001)
    assert found["peer_support"].load == pytest.approx(240 / 360 / 9, rel=0.001)
    assert found["peer_support"].small_share == 1 and found["accommodation"].voluntary_share == 0
    assert found["community"].referrals_a_month is None and found["community"].load is None
    assert "200%" in market(area).sentence


def test_need_starts_from_what_people_said(area):
    found = need_statement(area)
    assert next(g.good for g in found.goods) == "life"
    life, creativity = found.goods[0], next(g for g in found.goods if g.good == "creativity")
    assert (life.people, life.lacking, life.unmet, life.services, life.places) == (
        60,
        60,
        60,
        ("Homes",),
        ("The North",),
    )
    assert creativity.services == () and "ask people what would" in found.markdown()


def test_a_draft_specification(area):
    found = draft_specification(area)
    assert [r.good for r in found.requirements] == ["life"]
    assert found.requirements[0].people_a_year == pytest.approx(60 / 30, rel=0.01)
    assert [lot.name for lot in found.now] == ["Homes"]
    text = found.markdown()
    assert "The North" in text and "more capacity, or fewer referrals?" in text and "What does s3 cost?" in text
    with pytest.raises(BadInput, match="nobody was asked about this good"):
        draft_specification(area, ("lif",))


def test_nothing_can_be_specified_where_nobody_was_asked(maryland):
    with pytest.raises(BadInput, match="nobody was asked"):
        draft_specification(maryland)


def test_the_value_of_a_small_lot_must_be_usable(area):
    with pytest.raises(BadInput, match="above zero"):
        market(area, Decimal(0))


def test_indicative_amounts_follow_need(make_area):
    persons, ratings = [], []
    for i in range(40):
        p, r = people(1, gap=2 if i < 20 else 8)
        persons += [p[0] | {"person_id": f"q{i}"}]
        ratings += [x | {"person_id": f"q{i}"} for x in r]
    area = make_area({"person": persons, "goods_rating": ratings})
    found = indicative_amounts(area, Decimal("10000.00"), step=5)
    assert [(a.points, a.people, a.amount) for a in found.amounts] == [
        (2, 20, Decimal("100.00")),
        (8, 20, Decimal("400.00")),
    ]
    assert indicative_amounts(area, Decimal("9.99")).amounts[0].amount * 40 <= Decimal("9.99")
    with pytest.raises(BadInput, match="above zero"):
        indicative_amounts(area, Decimal(-5))


def test_no_group_of_amounts_is_small(make_area):
    persons, ratings = people(25)
    ratings = [r | {"attainment": 9 - (int(r["person_id"][1:]) % 9)} for r in ratings]
    found = indicative_amounts(make_area({"person": persons, "goods_rating": ratings}), Decimal(1000), step=1)
    assert all(a.people >= 10 for a in found.amounts) and sum(a.people for a in found.amounts) == found.people


def test_what_moving_money_to_people_does(area):
    bought = bought_in(area)
    assert bought == {"bicycle": 100.0, "tools": 100.0}
    found = personalise(
        100, Decimal(50_000), Decimal(500), Decimal(800), Decimal(100), bought=bought, most_unit=Decimal(1500)
    )
    at = {m.share: m for m in found.mixes}
    assert at[0.0].lot_unit == 1000 and at[0.5].lot_unit == 1500 and at[1.0].lot_unit is None
    assert at[0.5].total == 50_000 + 50 * 500 + 50 * 900
    assert at[1.0].total == 90_000 and at[1.0].choices == pytest.approx(2)
    assert found.tipping == pytest.approx(0.5)
    with pytest.raises(BadInput, match="between 0 and 1"):
        personalise(1, Decimal(1), Decimal(1), Decimal(1), Decimal(1), shares=[2])


amounts = st.dictionaries(st.text("abc", min_size=1, max_size=3), st.floats(0.01, 1e6), min_size=1, max_size=8)


@given(amounts)
def test_concentration_lies_between_equal_shares_and_one(found):
    index = hhi(found)
    assert 1 / len(found) - 1e-9 <= index <= 1 + 1e-9
    assert sum(shares_of(found).values()) == pytest.approx(1)
    assert effective_number(found) == pytest.approx(1 / index)
    assert hhi(dict.fromkeys(found, 3.0)) == pytest.approx(1 / len(found))
