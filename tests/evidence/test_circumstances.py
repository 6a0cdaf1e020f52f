"""Measures of housing and work, against the rules followed by hand, day by day."""

import math
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resettle.area import open_area
from resettle.area.generate import generate_area
from resettle.errors import BadInput
from resettle.evidence.circumstance_rules import read_rules
from resettle.evidence.circumstances import circumstances

OUT = date(2022, 1, 31)
DAY = timedelta(days=1)


def spell(number, domain, code, start, end=None, person="P1"):
    return {
        "circumstance_id": f"F{number}", "person_id": person, "domain": domain, "code": code,
        "from_date": start, "to_date": end,
    }  # fmt: skip


@pytest.fixture
def lives(make_area):
    """An area with releases, spells and stays; everybody is P1, P2, ..."""
    numbers = count()

    def make(releases, spells=(), stays=(), disposal="custody"):
        people = sorted({row[0] for row in (*releases, *stays)} | {one["person_id"] for one in spells})
        return make_area(
            {
                "person": [{"person_id": person} for person in people],
                "index_event": [
                    {"index_id": f"I{i}", "person_id": person, "index_date": day, "disposal": disposal}
                    for i, (person, day) in enumerate(releases)
                ],
                "circumstance": list(spells),
                "custody": [
                    {"custody_id": f"C{i}", "person_id": person, "date_in": start, "date_out": end, "kind": "recall"}
                    for i, (person, start, end) in enumerate(stays)
                ],
            },
            name=f"lives-{next(numbers)}",
        )

    return make


def one(area, name):
    with area:
        (found,) = circumstances(area, name).measures
    return found


def test_the_night_of_release_is_that_of_the_day_of_release(lives):
    spells = [spell(1, "housing", "transient", OUT, OUT), spell(2, "housing", "rough_sleeping", OUT + DAY)]
    found = one(lives([("P1", OUT)], spells, [("P1", date(2021, 1, 1), OUT)]), "housed_on_release")
    assert (found.n, found.count, found.value) == (1, 1, 1.0)


@pytest.mark.parametrize("code", ["shelter", "squatting", "rough_sleeping"])
def test_a_shelter_a_squat_and_the_street_are_no_home(lives, code):
    found = one(lives([("P1", OUT)], [spell(1, "housing", code, OUT)]), "housed_on_release")
    assert (found.n, found.count) == (1, 0)


@pytest.mark.parametrize(("end", "counts"), [(date(2022, 4, 29), 0), (date(2022, 4, 30), 1)])
def test_three_months_after_31_january_is_30_april(lives, end, counts):
    spells = [spell(1, "housing", "settled", OUT, end), spell(2, "housing", "shelter", end + DAY)]
    assert one(lives([("P1", OUT)], spells), "settled_after_release").count == counts


def test_six_weeks_are_42_days(lives):
    works = [spell(1, "work", "unemployed", OUT, OUT + 41 * DAY), spell(2, "work", "employed", OUT + 42 * DAY)]
    assert one(lives([("P1", OUT)], works), "employed_six_weeks").count == 1


def test_unknown_and_unavailable_are_left_out_and_the_share_is_also_given_with_them(lives):
    spells = [
        spell(1, "work", "employed", OUT),
        spell(2, "work", "unknown", OUT, person="P2"),
        spell(3, "work", "not_available", OUT, person="P3"),
        spell(4, "work", "unemployed", OUT, person="P4"),
    ]
    found = one(lives([(f"P{i}", OUT) for i in range(1, 6)], spells), "employed_six_weeks")
    assert (found.n, found.count, found.unknown, found.unavailable) == (2, 1, 2, 1)
    assert found.value == 0.5 and found.all_value == 0.25
    assert found.interval.low < 0.5 < found.interval.high


def test_custody_on_the_day_is_counted_apart(lives):
    spells = [spell(1, "work", "employed", OUT)]
    found = one(lives([("P1", OUT)], spells, [("P1", OUT + 40 * DAY, None)]), "employed_six_weeks")
    assert (found.n, found.in_custody, found.value, found.interval) == (0, 1, None, None)


def test_several_releases_on_one_day_count_once_and_on_two_days_twice(lives):
    spells = [spell(1, "work", "employed", OUT)]
    assert one(lives([("P1", OUT), ("P1", OUT), ("P1", OUT + DAY)], spells), "employed_six_weeks").n == 2


def test_of_overlapping_spells_the_one_that_began_last_is_in_force(lives):
    spells = [spell(1, "work", "employed", OUT), spell(2, "work", "unemployed", OUT + 10 * DAY, OUT + 60 * DAY)]
    assert one(lives([("P1", OUT)], spells), "employed_six_weeks").count == 0
    assert one(lives([("P1", OUT)], spells), "employed_six_months_after_release").count == 1


def test_who_is_not_observed_so_long_is_too_late(lives):
    with lives([("P1", date(2029, 12, 1)), ("P2", OUT)], [spell(1, "work", "employed", OUT, person="P2")]) as area:
        later = circumstances(area, "employed_six_weeks").measures[0]
    assert (later.n, later.count, later.too_late) == (1, 1, 1)


def test_orders_are_not_releases(lives):
    spells = [spell(1, "work", "employed", OUT)]
    orders = lives([("P1", OUT)], spells, disposal="community")
    with orders as area:
        found = {m.name: m.n for m in circumstances(area).measures}
    assert found["employed_six_months_after_sentence"] == 1
    assert found["employed_six_weeks"] == found["employed_six_months_after_release"] == found["days_in_work"] == 0


def test_days_in_work_are_counted_one_by_one(lives):
    spells = [
        spell(1, "work", "employed", OUT + 10 * DAY, OUT + 19 * DAY),
        spell(2, "work", "unknown", OUT, OUT + 4 * DAY),
    ]
    found = one(lives([("P1", OUT)], spells, [("P1", OUT + 12 * DAY, OUT + 14 * DAY)]), "days_in_work")
    assert (found.count, found.in_custody, found.n) == (8, 2, 1)
    assert found.unknown == (date(2022, 7, 31) - OUT).days - 10  # five asked and not known, the rest never recorded


CODES = ("employed", "self_employed", "unemployed", "not_available", "unknown")
days = st.integers(-20, 60).map(lambda n: OUT + n * DAY)
spans = st.tuples(days, st.one_of(st.none(), st.integers(0, 40)))


@settings(max_examples=12)
@given(
    spells=st.lists(st.tuples(st.sampled_from(("P1", "P2", "P3")), st.sampled_from(CODES), spans), max_size=8),
    stays=st.lists(st.tuples(st.sampled_from(("P1", "P2")), spans), max_size=3),
    releases=st.lists(st.tuples(st.sampled_from(("P1", "P2", "P3")), days), min_size=1, max_size=4),
)
def test_the_measures_are_those_of_the_rules_followed_day_by_day(lives, spells, stays, releases):
    def end(start, length):
        return None if length is None else start + length * DAY

    lived = [
        spell(i, "work", code, start, end(start, n), person) for i, (person, code, (start, n)) in enumerate(spells)
    ]
    held = [(person, start, end(start, n)) for person, (start, n) in stays]

    def state(person, day):
        if any(p == person and start <= day and (out is None or day < out) for p, start, out in held):
            return "in_custody"
        there = [
            (one["from_date"], one["circumstance_id"], one["code"])
            for one in lived
            if one["person_id"] == person
            and one["from_date"] <= day
            and (one["to_date"] is None or day <= one["to_date"])
        ]
        code = max(there)[2] if there else "unknown"
        return {"employed": "yes", "self_employed": "yes", "unemployed": "no", "not_available": "unavailable"}.get(
            code, code
        )

    events = sorted(set(releases))
    with lives(releases, lived, held) as area:
        assert area.info.extract_date > OUT + 300 * DAY
        point, counted = circumstances(area, ("employed_six_weeks", "days_in_work")).measures
    states = [state(person, day + 42 * DAY) for person, day in events]
    assert point.n == states.count("yes") + states.count("no") and point.count == states.count("yes")
    assert [point.unknown, point.unavailable, point.in_custody] == [
        states.count(s) for s in ("unknown", "unavailable", "in_custody")
    ]
    each = []
    for person, day in events:
        last = half_a_year_after(day)
        each.append([state(person, day + n * DAY) for n in range((last - day).days)].count("yes"))
    assert counted.count == sum(each) and counted.n == len(events)
    assert counted.value == pytest.approx(sum(each) / len(each))


def half_a_year_after(day):
    """The same day six months on, or the last day of that month."""
    year, month = (day.year, day.month + 6) if day.month <= 6 else (day.year + 1, day.month - 6)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    return date(year, month, day.day)


def test_the_synthetic_area_is_measured_by_group(tmp_path):
    with generate_area(tmp_path / "area", 2_000, seed=4) as area:
        whole = circumstances(area)
        by_sex = circumstances(area, "settled_after_sentence", by="sex")
        shown = whole.table()
    assert len(whole.measures) == len(read_rules()) == 8
    settled = next(m for m in whole.measures if m.name == "settled_after_sentence")
    assert sum(m.n for m in by_sex.measures) == settled.n and sum(m.count for m in by_sex.measures) == settled.count
    assert {m.group["sex"] for m in by_sex.measures} == {"F", "M"}
    assert "housed on the night of release" in whole.sentence and list(shown["measure"]) == list(read_rules())
    assert all(math.isnan(v) for v in shown[shown.unit == "days"].with_unknown)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('of = "release"\nafter = { days = 1 }\ncounts = ["housd"]', "no such code"),
        (
            'of = "release"\nafter = { days = 1 }\nwithin = { days = 1 }\ncounts = ["settled"]',
            "give either after or within",
        ),
        ('of = "release"\ncounts = ["settled"]', "give either after or within"),
        ('of = "release"\nwithin = { days = 0 }\ncounts = ["settled"]', "within must be at least a day"),
        (
            'of = "caution"\nafter = { days = 1 }\ncounts = ["settled"]',
            "not one of the known values (found 'caution'). Known: order, release",
        ),
        ('of = "release"\nafter = { days = 1 }\ncounts = []', "at least 1 item"),
        ('of = "release"\nafter = { days = 1 }\ncounts = ["settled"]\nwhen = 3', "unknown key"),
    ],
)
def test_a_file_of_rules_that_cannot_be_used_is_told_with_its_line(tmp_path, text, said):
    file = tmp_path / "rules.toml"
    file.write_text(f'[measures.own]\nlabel = "x"\nsource = "me"\ndomain = "housing"\n{text}\n')
    with pytest.raises(BadInput) as error:
        read_rules(file)
    assert said in str(error.value) and "line" in str(error.value)


def test_unknown_names_and_missing_tables_are_told(lives, examples):
    with lives([("P1", OUT)]) as area:
        with pytest.raises(BadInput, match=r"no such measure \(found 'housed'\)"):
            circumstances(area, "housed")
        with pytest.raises(BadInput, match=r"no such grouping \(found 'sexx'\)"):
            circumstances(area, by="sexx")
    with open_area(examples / "areas/maryland") as area, pytest.raises(BadInput, match="circumstance"):
        circumstances(area)
