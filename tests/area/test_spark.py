"""Spark and DuckDB give equal results on the same area. Spark is started once and takes some seconds."""

import math
import sys
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resettle.area import Area, Steps, open_area
from resettle.area.explain import explain
from resettle.errors import BadInput
from resettle.evidence.clock import Clock, Span, read_clock
from resettle.evidence.follow import GROUPINGS, follow
from resettle.evidence.measures import measure, measure_steps

CLOCKS = ["moj-2017", "rearrest-52-weeks", "return-12-months"]
MIXED = Clock(
    name="mixed",
    label="any of it within a year",
    event="event",
    source="made for a test",
    follow_up=Span(days=365),
    wait=Span(days=183),
    outcomes=("conviction", "caution", "arrest", "return_to_prison"),
    entry="first_in_cohort",
    cohort="year",
    same_day=True,
)


def rows(area: Area, steps: Steps, engine: str, last: str | None = None) -> list[dict]:
    found = area.run(steps, last, engine=engine).to_pylist()
    return sorted(found, key=lambda row: [(v is None, str(v)) for v in row.values()])


def assert_equal(ours: list[dict], theirs: list[dict]) -> None:
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        assert a.keys() == b.keys()
        for name in a:
            if isinstance(a[name], float):
                assert math.isclose(a[name], b[name], rel_tol=1e-12, abs_tol=1e-12), name
            else:
                assert a[name] == b[name], (name, a, b)


def assert_engines_agree(area: Area, steps: Steps, *lasts: str) -> None:
    for last in lasts:
        assert_equal(rows(area, steps, "duckdb", last), rows(area, steps, "spark", last))


@pytest.fixture
def awkward(make_area):
    """Leap days, the same day, missing dates and flags, two events on one day, quotes and accents in text."""
    people = [
        {"person_id": "a", "birth_date": "1996-02-29", "sex": "F", "place_id": 'St Mary\'s, "Old" Town'},
        {"person_id": "b", "birth_date": "", "sex": "", "place_id": "Wythenshawe"},
        {"person_id": "c", "birth_date": "2001-12-31", "sex": "M", "place_id": ""},
        {"person_id": "é", "birth_date": "1950-01-01", "sex": "M", "place_id": "Wythenshawe"},
    ]
    index = [
        {"index_id": "1", "person_id": "a", "index_date": "2024-02-29", "disposal": "custody", "sentence_days": 182},
        {"index_id": "2", "person_id": "a", "index_date": "2024-02-29", "disposal": "custody", "sentence_days": 365},
        {"index_id": "3", "person_id": "a", "index_date": "2024-08-31", "disposal": "caution"},
        {"index_id": "4", "person_id": "b", "index_date": "2023-12-31", "disposal": "fine", "age": "29.5"},
        {
            "index_id": "5",
            "person_id": "c",
            "index_date": "2024-01-31",
            "disposal": "custody",
            "observed_until": "2024-03-01",
        },
        {"index_id": "6", "person_id": "é", "index_date": "2024-01-31", "disposal": "community", "place_id": "Hulme"},
        {"index_id": "7", "person_id": "nobody", "index_date": "2024-03-31", "disposal": "other"},
        {"index_id": "8", "person_id": "é", "index_date": "2029-06-30", "disposal": "community"},
    ]
    offence = [
        ("a", "2024-02-29", "conviction", "2024-03-01", "true", "", "true"),  # the same day
        ("a", "2025-02-28", "conviction", "2025-08-28", "", "", ""),  # last day of both waits, months
        ("a", "2025-02-28", "caution", "2025-08-29", "", "", ""),  # a day later for the leap day
        ("a", "2025-03-01", "conviction", "2025-03-01", "true", "false", "true"),
        ("a", "2024-12-01", "conviction", "", "true", "false", "true"),  # never proven
        ("b", "2024-06-01", "conviction", "2024-06-01", "false", "false", "true"),
        ("b", "2024-06-01", "conviction", "2024-07-01", "true", "true", "true"),
        ("b", "2024-06-02", "arrest", "2024-07-01", "true", "false", "false"),
        ("b", "2024-12-31", "return_to_prison", "", "", "", ""),
        ("c", "2024-02-01", "return_to_prison", "", "true", "false", "true"),
        ("é", "2024-07-31", "conviction", "2025-07-31", "true", "false", "true"),
        ("é", "2024-07-31", "conviction", "2025-07-31", "true", "false", "true"),
        ("é", "2023-07-31", "conviction", "2023-07-31", "true", "false", "true"),
    ]
    names = ("person_id", "offence_date", "outcome", "proven_date", "recordable", "breach", "in_scope")
    offences = [{"offence_id": str(i), **dict(zip(names, row, strict=True))} for i, row in enumerate(offence)]
    return make_area({"person": people, "index_event": index, "offence": offences})


@pytest.fixture
def whole_numbers(tmp_path):
    """An area in Parquet whose identifiers are whole numbers, one table with short integers, and no person table."""
    folder = tmp_path / "numbers"
    (folder / "tables").mkdir(parents=True)
    (folder / "area.toml").write_text(
        'name = "numbers"\nplace = "Somewhere"\nperiod_start = 2000-01-01\nperiod_end = 2020-12-31\n'
        'extract_date = 2024-01-01\nsource = "made for a test"\nlicence = "none"\nrecords = "synthetic"\n',
        "utf-8",
    )
    days = [date(2019, 1 + i % 12, 1 + i % 28) for i in range(60)]
    index = pa.table(
        {
            "index_id": pa.array(range(60), pa.int64()),
            "person_id": pa.array([i % 40 for i in range(60)], pa.int32()),
            "index_date": days,
            "disposal": pa.array(["fine"] * 60).dictionary_encode(),
            "sentence_days": pa.array([None] * 60, pa.int16()),
            "not_declared": [1.5] * 60,
        }
    )
    offence = pa.table(
        {
            "offence_id": pa.array(range(200), pa.int64()),
            "person_id": pa.array([i % 50 for i in range(200)], pa.int64()),
            "offence_date": [date(2019 + i % 2, 1 + i % 12, 1 + i % 27) for i in range(200)],
            "proven_date": [date(2019 + i % 3, 12, 1) if i % 7 else None for i in range(200)],
            "outcome": [("conviction", "none", "arrest", "return_to_prison")[i // 5 % 4] for i in range(200)],
            "recordable": [None if i % 5 == 0 else i % 5 != 1 for i in range(200)],
        }
    )
    pq.write_table(index, folder / "tables/index_event.parquet")
    pq.write_table(offence, folder / "tables/offence.parquet")
    with open_area(folder) as area:
        yield area


@pytest.mark.spark
@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("by", [(), ("disposal", "sex"), tuple(GROUPINGS)], ids=["whole", "two", "all"])
@pytest.mark.parametrize("place", ["maryland", "north_carolina"])
def test_engines_agree_on_the_real_areas(request, place, clock, by):
    area = request.getfixturevalue(place)
    steps = measure_steps(area, read_clock(clock), by)
    assert_engines_agree(area, steps, "summary")


@pytest.mark.spark
def test_the_real_figures_come_out_of_spark(maryland):
    found = measure(maryland, "rearrest-52-weeks", engine="spark")
    assert (found.measures[0].count, found.measures[0].n) == (114, 432)
    assert found == measure(maryland, "rearrest-52-weeks")


@pytest.mark.spark
@pytest.mark.parametrize("clock", [*map(read_clock, CLOCKS), MIXED], ids=lambda c: c.name)
@pytest.mark.parametrize("place", ["awkward", "whole_numbers"])
def test_engines_agree_step_by_step_on_awkward_areas(request, place, clock):
    area = request.getfixturevalue(place)
    steps = measure_steps(area, clock, tuple(GROUPINGS))
    assert_engines_agree(area, steps, "entry", "followed", "summary")
    assert rows(area, steps, "duckdb", "reoffence")


@pytest.mark.spark
def test_engines_agree_on_people_lost_to_follow_up(awkward):
    steps = follow(awkward, read_clock("moj-2017"), by=("quarter",), start=date(2024, 1, 1), censored=True)
    assert_engines_agree(awkward, steps, "followed")
    assert any(row["days_observed"] == 30 for row in rows(awkward, steps, "spark"))


@pytest.mark.spark
def test_explain_counts_rows_on_spark(awkward):
    steps = measure_steps(awkward, MIXED, ("quarter",))
    counts = [line for line in explain(awkward, steps, rows=True).splitlines() if line.startswith("   -- ")]
    assert counts == [
        line for line in explain(awkward, steps, "spark", rows=True).splitlines() if line.startswith("   -- ")
    ]
    assert len(counts) == len(steps.steps)


@pytest.mark.spark
def test_what_spark_does_not_know_is_one_clear_error(maryland):
    steps = Steps().then("odd", "SELECT no_such_function(person_id) AS x FROM person", "cannot run")
    with pytest.raises(BadInput, match="odd: Spark cannot run a step"):
        maryland.run(steps, engine="spark")


@pytest.mark.spark
def test_a_value_that_does_not_fit_is_one_clear_error(make_area):
    area = make_area({"person": [{"person_id": "a", "birth_date": "31 April"}]})
    steps = Steps().then("births", "SELECT birth_date FROM person", "all of them")
    with pytest.raises(BadInput, match=r"Spark cannot read a table.*area check"):
        area.run(steps, engine="spark")
    (area.path / "tables/person.csv").unlink()
    (area.path / "tables/person.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(BadInput, match=r"person\.parquet: Spark cannot read a table"):
        area.run(steps, engine="spark")


def test_without_pyspark_the_error_says_what_to_install(maryland, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(BadInput, match=r"Spark is not installed.*resettle\[spark\]"):
        maryland.run(Steps().then("all", "SELECT * FROM person", "all"), engine="spark")


def test_without_java_the_error_says_so(maryland, monkeypatch, tmp_path):
    from types import SimpleNamespace

    none_running = SimpleNamespace(SparkSession=SimpleNamespace(getActiveSession=lambda: None))
    monkeypatch.setitem(sys.modules, "pyspark.sql", none_running)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(BadInput, match=r"needs Java.*JAVA_HOME"):
        maryland.run(Steps().then("all", "SELECT * FROM person", "all"), engine="spark")


def test_an_unknown_engine_names_the_closest(maryland):
    with pytest.raises(BadInput, match=r"no such engine.*Did you mean 'spark'"):
        maryland.run(Steps().then("all", "SELECT * FROM person", "all"), engine="sparc")
