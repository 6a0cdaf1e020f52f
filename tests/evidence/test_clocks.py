"""The clocks that ship, each against the same rules in plain Python, one person at a time."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from resettle.area import open_area
from resettle.errors import BadInput
from resettle.evidence.clock import Clock, Span, read_clock
from resettle.evidence.follow import cohort_number
from resettle.evidence.measures import measure, measure_steps

INDEX = st.tuples(st.integers(1, 3), st.dates(date(2018, 11, 1), date(2021, 3, 10)))
COURT = st.sampled_from(["conviction", "caution", "penalty_notice"])
OFFENCE = st.tuples(
    st.integers(1, 3), st.dates(date(2018, 11, 1), date(2022, 6, 1)), COURT, st.booleans(), st.integers(0, 12)
)
HISTORY = st.tuples(st.lists(INDEX, min_size=1, max_size=6), st.lists(OFFENCE, max_size=10))
EXTRACT = date(2024, 1, 1)


def write(folder, history):
    """An area of three people; court sits every sixtieth day after the offence, so that appearances are shared."""
    index, offences = history
    (folder / "tables").mkdir(parents=True)
    (folder / "area.toml").write_text(
        'name = "h"\nplace = "h"\nperiod_start = 2018-01-01\nperiod_end = 2023-12-31\n'
        f'extract_date = {EXTRACT}\nsource = "t"\nlicence = "t"\nrecords = "synthetic"\n'
    )
    tables = {
        "person": ["person_id", "p1", "p2", "p3"],
        "index_event": ["index_id,person_id,index_date,disposal", *(f"i{n:02d},p{p},{d},custody" for n, (p, d) in enumerate(index))],
        "offence": ["offence_id,person_id,offence_date,outcome,breach,proven_date",
                    *(f"o{n},p{p},{d},{o},{str(b).lower()},{court_day(d, w)}" for n, (p, d, o, b, w) in enumerate(offences))],
    }  # fmt: skip
    for name, lines in tables.items():
        (folder / "tables" / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return open_area(folder)


def court_day(day, weeks):
    """A day of judgement: few days of court, so that one appearance ends several offences."""
    ordinal = day.toordinal() + 60 * weeks
    return date.fromordinal(ordinal + -ordinal % 60)


def plain(history, clock, start):
    """Each index event that enters, with its number of events, by the rules of the clock in words."""
    index, offences = history
    entered = {}
    for number, (person, day) in enumerate(index):
        if start and day < start:
            continue
        cohort = number
        if clock.cohort == "window":
            cohort = 0
        elif clock.cohort == "year":
            first = start or date(day.year, 1, 1)
            cohort = sum(first + relativedelta(years=k) <= day for k in range(1, 10)) if start else day.year
        key = (person, cohort)
        entered[key] = min(entered.get(key, (date.max, "")), (day, f"i{number:02d}"))
    found = {}
    for (person, _), (day, name) in entered.items():
        counted = [
            court_day(committed, weeks)
            for who, committed, outcome, breach, weeks in offences
            if who == person and outcome in clock.outcomes and not breach
            and day < committed <= day + relativedelta(months=12)
            and court_day(committed, weeks) <= day + relativedelta(months=18)
        ]  # fmt: skip
        found[name] = len(set(counted)) if clock.counting == "appearance" else len(counted)
    return found


@pytest.mark.parametrize("name", ["moj-pre2017", "jdl", "peterborough"])
@pytest.mark.parametrize("start", [None, date(2019, 7, 1), date(2019, 2, 15)])
@settings(max_examples=8)
@given(history=HISTORY)
def test_a_clock_equals_its_rules_in_plain_python(tmp_path_factory, name, start, history):
    clock = read_clock(name)
    with write(tmp_path_factory.mktemp("area") / "a", history) as area:
        rows = area.run(measure_steps(area, clock, start=start), "followed").to_pylist()
    assert {r["index_id"]: r["reoffences"] for r in rows} == plain(history, clock, start)


def test_peterborough_counts_appearances_where_the_others_count_offences(make_area):
    """Three offences dealt with on two days in court are two reconviction events."""
    days = [("2020-03-01", "2020-06-01"), ("2020-04-01", "2020-06-01"), ("2020-05-01", "2020-09-01")]
    area = make_area({
        "person": [{"person_id": "A"}],
        "index_event": [{"index_id": "i", "person_id": "A", "index_date": "2020-01-01", "disposal": "custody"}],
        "offence": [{"offence_id": f"o{n}", "person_id": "A", "outcome": "conviction", "offence_date": a, "proven_date": b}
                    for n, (a, b) in enumerate(days)],
    })  # fmt: skip
    per_person = {name: measure(area, name).measures[1].count for name in ("peterborough", "jdl", "moj-pre2017")}
    assert per_person == {"peterborough": 2, "jdl": 3, "moj-pre2017": 3}
    assert "each counted once;" in measure(area, "peterborough").sentence


def test_years_run_from_the_first_day_asked_for():
    clock = read_clock("moj-pre2017")
    assert cohort_number(clock, None) == cohort_number(clock, date(2011, 1, 1)) == "year(e.index_date)"
    assert ">= 701" in cohort_number(clock, date(2011, 7, 1))


def test_what_a_source_does_not_state_is_named():
    for name in ("moj-pre2017", "jdl", "peterborough"):
        clock = read_clock(name)
        assert clock.assumed
        assert set(clock.assumed) <= set(Clock.model_fields)
    with pytest.raises(ValueError, match="does not have: colour"):
        Clock(name="c", label="l", event="e", source="s", follow_up=Span(days=1), outcomes=("arrest",), entry="every",
              assumed={"colour": "blue"})  # fmt: skip


def test_a_clock_of_ones_own_may_count_in_days_and_on_the_day_itself(make_area, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        'name="own"\nlabel="l"\nevent="arrest"\nsource="s"\noutcomes=["arrest", "penalty_notice"]\nentry="every"\n'
        "same_day=true\nfollow_up={days=365}\n"
    )
    start = date(2020, 2, 29)
    area = make_area({
        "person": [{"person_id": "A"}],
        "index_event": [{"index_id": "i", "person_id": "A", "index_date": str(start), "disposal": "custody"}],
        "offence": [{"offence_id": f"o{n}", "person_id": "A", "outcome": "penalty_notice", "offence_date": str(start + timedelta(days=n))}
                    for n in (0, 365, 366)],
    })  # fmt: skip
    assert measure(area, own).measures[1].count == 2
    with pytest.raises(BadInput, match="outcome"):
        own.write_text(own.read_text().replace('arrest"', 'arest"'))
        measure(area, own)
