"""The clock in SQL against the clock in plain Python, on areas made to be awkward."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.evidence.clock import Clock, Span, clock_names, read_clock
from resettle.evidence.measures import Measures, measure, measure_steps

DAYS = st.dates(date(2019, 11, 20), date(2022, 3, 10))
FLAG = st.sampled_from(["true", "false", ""])
OUTCOMES = st.sampled_from(["conviction", "caution", "reprimand", "penalty_notice", "pending", "none"])


@st.composite
def histories(draw):
    people = draw(st.integers(1, 4))
    index = draw(st.lists(st.tuples(st.integers(1, people), DAYS), min_size=1, max_size=6))
    offences = draw(
        st.lists(st.tuples(st.integers(1, people), DAYS, OUTCOMES, FLAG, FLAG, FLAG, st.integers(-1, 700)), max_size=12)
    )
    return people, index, offences


def plain_clock(history, extract):
    """Proven reoffending as the guide words it, one person at a time."""
    _, index, offences = history
    entered = {}
    for number, (person, day) in enumerate(index):
        if day + relativedelta(months=18) <= extract:
            quarter = (person, day.year, (day.month - 1) // 3)
            entered[quarter] = min(entered.get(quarter, (date.max, "")), (day, f"i{number:02d}"))
    results = {}
    for (person, *_), (day, name) in entered.items():
        counted = [
            committed
            for who, committed, outcome, recordable, breach, scope, lag in offences
            if who == person
            and outcome in ("conviction", "caution", "reprimand", "warning")
            and recordable != "false"
            and breach != "true"
            and scope != "false"
            and lag >= 0
            and day < committed <= day + relativedelta(months=12)
            and committed + timedelta(days=lag) <= day + relativedelta(months=18)
        ]
        results[name] = (len(counted), min((c - day).days for c in counted) if counted else None)
    return results


@given(histories())
def test_moj_2017_equals_the_clock_in_plain_python(tmp_path_factory, history):
    people, index, offences = history
    extract = date(2023, 6, 15)
    area = write(tmp_path_factory.mktemp("area"), people, index, offences, extract)
    with area:
        rows = area.run(measure_steps(area, read_clock("moj-2017")), "followed").to_pylist()
    assert {r["index_id"]: (r["reoffences"], r["days_to_first"]) for r in rows} == plain_clock(history, extract)


def write(folder, people, index, offences, extract):
    from resettle.area import open_area

    (folder / "tables").mkdir()
    (folder / "area.toml").write_text(
        'name = "h"\nplace = "h"\nperiod_start = 2019-01-01\nperiod_end = 2022-12-31\n'
        f'extract_date = {extract}\nsource = "t"\nlicence = "t"\nrecords = "synthetic"\n'
    )
    lines = defaultdict(list)
    lines["person"] = ["person_id", *(f"p{n}" for n in range(1, people + 1))]
    lines["index_event"] = [
        "index_id,person_id,index_date,disposal",
        *(f"i{n:02d},p{p},{day},community" for n, (p, day) in enumerate(index)),
    ]
    lines["offence"] = ["offence_id,person_id,offence_date,outcome,recordable,breach,in_scope,proven_date"]
    for n, (p, day, outcome, recordable, breach, scope, lag) in enumerate(offences):
        proven = day + timedelta(days=lag) if lag >= 0 else ""
        lines["offence"].append(f"o{n},p{p},{day},{outcome},{recordable},{breach},{scope},{proven}")
    for name, text in lines.items():
        (folder / "tables" / f"{name}.csv").write_text("\n".join(text) + "\n")
    return open_area(folder)


def one(make_area, index_date, offences, clock="moj-2017", **index):
    area = make_area(
        {
            "person": [{"person_id": "A"}],
            "index_event": [
                {"index_id": "i", "person_id": "A", "index_date": index_date, "disposal": "custody", **index}
            ],
            "offence": [
                {"offence_id": f"o{n}", "person_id": "A", "outcome": "conviction", **o} for n, o in enumerate(offences)
            ],
        }
    )
    return measure(area, clock).measures[0]


@pytest.mark.parametrize(
    ("index", "committed", "proven", "counts"),
    [
        ("2020-02-29", "2021-02-28", "2021-08-29", True),  # twelve months after 29 February is 28 February
        ("2020-02-29", "2021-03-01", "2021-04-01", False),
        ("2021-01-31", "2021-01-31", "2021-02-01", False),  # the index date itself does not count
        ("2021-01-31", "2021-02-01", "2022-07-31", True),
        ("2021-01-31", "2021-02-01", "2022-08-01", False),  # proven a day after the waiting period
        ("2021-08-31", "2022-08-31", "2023-02-28", True),  # eighteen months after 31 August is 28 February
        ("2021-08-31", "2022-08-31", "2023-03-01", False),
    ],
)
def test_the_edges_of_the_clock(make_area, index, committed, proven, counts):
    assert one(make_area, index, [{"offence_date": committed, "proven_date": proven}]).count == int(counts)


def test_an_index_event_too_young_for_the_extract_does_not_enter(make_area):
    assert one(make_area, "2028-07-02", []).n == 0
    assert one(lambda t: make_area(t, name="older"), "2028-07-01", []).n == 1


def test_somebody_not_observed_for_the_whole_follow_up_has_no_binary_result(make_area):
    assert one(make_area, "2020-01-01", [], observed_until="2020-06-01").n == 0


def test_maryland(maryland):
    """Rossi, Berk and Lenihan: 114 of 432 re-arrested within 52 weeks."""
    rate, offender, reoffender, days = measure(maryland, "rearrest-52-weeks").measures
    assert (rate.n, rate.count) == (432, 114)
    assert rate.value == pytest.approx(0.2639, abs=5e-5)
    assert offender.value == pytest.approx(rate.value)
    assert reoffender.value == 1.0
    assert days.n == 114


def test_every_group_adds_up_to_the_whole(north_carolina):
    whole = measure(north_carolina, "return-12-months").measures[0]
    by_age = [m for m in measure(north_carolina, "return-12-months", by="age_band").measures if m.name == "rate"]
    assert (sum(m.n for m in by_age), sum(m.count for m in by_age)) == (whole.n, whole.count) == (1445, 183)
    assert len(by_age) > 3


def test_a_result_can_be_written_and_read_back(maryland):
    found = measure(maryland, "rearrest-52-weeks", by=["age_band"], interval="exact")
    assert Measures.from_json(found.to_json()) == found
    assert next(iter(found.table()["method"])) == "Clopper-Pearson"
    assert "Maryland" in str(found)


def test_unknown_clocks_groupings_and_broken_profiles_are_named(maryland, tmp_path):
    with pytest.raises(BadInput, match="Did you mean 'moj-2017'"):
        measure(maryland, "moj2017")
    with pytest.raises(BadInput, match="Did you mean 'disposal'"):
        measure(maryland, "rearrest-52-weeks", by=["disposals"])
    broken = tmp_path / "c.toml"
    broken.write_text(
        'name="c"\nlabel="l"\nevent="e"\nsource="s"\noutcomes=["arrest"]\nentry="first_in_cohort"\nfollow_up={months=1}\n'
    )
    with pytest.raises(BadInput, match="needs a cohort"):
        read_clock(broken)


def test_every_profile_that_ships_is_readable_and_sourced():
    assert clock_names() == [
        "jdl", "moj-2017", "moj-pre2017", "peterborough", "rearrest-3-months", "rearrest-52-weeks", "return-12-months"
    ]  # fmt: skip
    assert all(read_clock(name).source for name in clock_names())


def test_spans():
    assert str(Span(months=1)) == "1 month"
    assert (Span(days=3) + Span(days=4)).days == 7
    with pytest.raises(ValueError, match="same unit"):
        Span(days=3) + Span(months=4)
    with pytest.raises(ValueError, match="either months or days"):
        Clock(name="c", label="l", event="e", source="s", follow_up={}, outcomes=["arrest"], entry="every")
