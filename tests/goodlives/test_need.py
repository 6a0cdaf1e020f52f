"""Who lacked what, and what was done about it: hand cases and small numbers."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.evidence.disclosure import FEWEST, TOTAL, bounds
from resettle.evidence.intervals import wilson
from resettle.goodlives.gaps import gap_steps
from resettle.goodlives.need import Need, Needs, needs
from resettle.goodlives.small_needs import table


def rating(person, good, importance, attainment, rated_on="2024-01-01", rater="person", at_time="now"):
    return {"person_id": person, "rated_on": rated_on, "good": good, "rater": rater, "at_time": at_time,
            "importance": importance, "attainment": attainment}  # fmt: skip


@pytest.fixture
def area(make_area):
    """Ann lacks work and inner peace; a goal, a contact and money reach her want of work. Bob lacks work; nothing reaches him."""
    return make_area({
        "place": [{"place_id": "bolton", "name": "Bolton", "kind": "borough"}],
        "person": [{"person_id": "ann", "place_id": "bolton"}, {"person_id": "bob", "place_id": "bolton"}, {"person_id": "cat", "place_id": ""}],
        "goods_rating": [
            rating("ann", "work", 9, 2), rating("ann", "inner_peace", 8, 4), rating("ann", "play", 3, 3),
            rating("ann", "work", 5, 5, rated_on="2023-01-01"),  # an older rating does not count
            rating("ann", "work", 1, 9, rater="worker"),  # nor does the worker's, nor that of when things went wrong
            rating("ann", "play", 10, 0, at_time="then"),
            rating("bob", "work", 7, 3), rating("bob", "play", "", 3), rating("cat", "work", 10, 7),
        ],
        "plan": [{"plan_id": "pl", "person_id": "ann", "status": "agreed"}],
        "goal": [
            {"goal_id": "g1", "plan_id": "pl", "person_id": "ann", "good": "work", "status": "active"},
            {"goal_id": "g2", "plan_id": "pl", "person_id": "ann", "good": "inner_peace", "status": "idea"},
        ],
        "service": [{"service_id": "s", "name": "s", "strand": "other"}],
        "delivery": [
            {"delivery_id": "d1", "person_id": "ann", "service_id": "s", "goal_id": "g1", "delivered_on": "2024-02-01", "attended": "yes"},
            {"delivery_id": "d2", "person_id": "ann", "service_id": "s", "goal_id": "g1", "delivered_on": "2024-02-08", "attended": "no_unacceptable"},
        ],
        "spend": [
            {"spend_id": "s1", "person_id": "ann", "good": "work", "kind": "spend", "spent_on": "2024-02-01", "amount": "80.50"},
            {"spend_id": "s2", "person_id": "ann", "good": "work", "kind": "refund", "spent_on": "2024-02-09", "amount": "20.25"},
        ],
    })  # fmt: skip


def test_who_lacked_what_and_what_was_done_about_it(area):
    rows = {(r["person_id"], r["good"]): r for r in area.run(gap_steps()).to_pylist()}
    assert set(rows) == {("ann", "work"), ("ann", "inner_peace"), ("bob", "work")}
    ann = rows["ann", "work"]
    assert (ann["gap"], ann["goal_id"], ann["contacts"], ann["pounds"]) == (7, "g1", 1, Decimal("60.25"))
    assert rows["bob", "work"]["goal_id"] is None


def test_need_by_good_and_place(area):
    found = {(n.place, n.good): n for n in needs(area).needs}
    work = found["bolton", "work"]
    assert (work.people, work.lacking, work.met, work.unmet, work.gap) == (2, 2, 1, 1, 5.5)
    assert (found["bolton", "inner_peace"].unmet, found["bolton", "play"].lacking) == (1, 0)
    assert found[None, "work"].lacking == 0  # a gap of three is under the line
    assert work.interval.low < 1.0 == work.interval.high


def test_another_line_for_lacking(area):
    assert {n.place: n.lacking for n in needs(area, lacking=3).needs if n.good == "work"} == {"bolton": 2, None: 1}
    with pytest.raises(BadInput, match="1 to 10"):
        needs(area, lacking=0)


def test_small_groups_are_not_published(area):
    published = needs(area).published()
    assert all(n.people is None and n.lacking is None for n in published.needs)
    assert "None" not in str(published.sentence)


@pytest.mark.parametrize(
    ("people", "lacking", "met", "shown"),
    [(100, 40, 20, "all"), (100, 40, 5, "lacking"), (100, 40, 35, "lacking"), (100, 95, 40, "nothing"), (100, 5, 0, "nothing"),
     (9, 0, 0, "nothing"), (30, 30, 0, "all"), (30, 0, 0, "all"), (100, 40, 40, "all")],
)  # fmt: skip
def test_no_published_number_is_of_fewer_than_ten_or_gives_one_away(people, lacking, met, shown):
    need = Need(
        place="p", good="work", people=people, lacking=lacking, gap=5.0, met=met, unmet=lacking - met
    ).suppressed()
    assert (need.people is not None, need.met is not None) == {
        "all": (True, True), "lacking": (True, False), "nothing": (False, False)
    }[shown]  # fmt: skip


PLACES = ("bolton", "bury", "oldham", "salford", None)


@st.composite
def several(draw):
    """Two goods in five places, with small and large numbers."""
    made = []
    for good in ("work", "play"):
        for place in PLACES:
            met, unmet, rest = (draw(st.sampled_from([0, 2, 7, 12, 30, 80])) for _ in range(3))
            made.append(Need(place=place, good=good, people=met + unmet + rest, lacking=met + unmet, gap=5.0, met=met, unmet=unmet,
                             contacts=3, pounds=Decimal(5)))  # fmt: skip
    return Needs(area="a", caveat="c", lacking_points=4, needs=tuple(made))


@settings(max_examples=6)
@given(several())
def test_no_small_number_of_a_good_follows_from_its_totals(found):
    published = found.published()
    for good in ("work", "play"):
        counts = table([n for n in found.needs if n.good == good])
        hidden = []
        for n, total in [(n, False) for n in published.needs] + [(n, True) for n in published.totals]:
            if n.good == good:
                rest = None if n.people is None or n.lacking is None else n.people - n.lacking
                numbers = {"people": n.people, "lacking": n.lacking, "rest": rest, "met": n.met, "unmet": n.unmet}
                hidden += [(TOTAL if total else n.place, name) for name, number in numbers.items() if number is None]
        for key, number in counts.values.items():
            if 0 < number < FEWEST:
                low, high = bounds(counts, hidden, key)
                assert high - low >= FEWEST - 1e-6
    assert published.published() == published
    assert all(n.contacts is None for n in published.needs if n.met is None or n.unmet is None)
    assert len(published.hidden) == len({h.cell for h in published.hidden})


def test_published_totals_are_of_all_places_and_rates_of_enough_people():
    made = [
        Need(place=p, good="work", people=n, lacking=n - 10, gap=5.0, met=0, unmet=n - 10, interval=wilson(n - 10, n))
        for p, n in (("bolton", 200), ("bury", 13), ("oldham", 100), ("salford", 25))
    ]
    found = Needs(area="a", caveat="c", lacking_points=4, needs=tuple(made)).published()
    assert found.by_good() == {"work": (338, 298, 298)}
    shown = {n.place: (n.people, n.lacking, n.interval is not None) for n in found.needs}
    assert shown["bolton"] == (200, 190, True)
    assert shown["bury"] == (13, None, False)
    assert shown["salford"] == (25, None, False)
    assert {h.rule for h in found.hidden} == {"primary", "secondary"}
    assert "work, bury, unmet" in {h.cell for h in found.hidden}


def test_an_area_where_nobody_was_asked_does_not_know_need(maryland):
    assert not needs(maryland).known
    assert "not known" in needs(maryland).sentence


def test_needs_can_be_written_and_read_back(area):
    assert Needs.from_json(needs(area).to_json()) == needs(area)
    assert len(needs(area).table()) == 4
