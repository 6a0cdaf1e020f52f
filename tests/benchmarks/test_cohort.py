import importlib
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def cohort():
    """The benchmark's module, found as it is when it is run."""
    sys.path.insert(0, str(HERE))
    try:
        yield importlib.import_module("cohort")
    finally:
        sys.path.remove(str(HERE))


@pytest.fixture(scope="module")
def area(cohort, tmp_path_factory):
    return cohort.make_area(cohort.SIZES["small"], tmp_path_factory.mktemp("benchmark"))


@pytest.fixture(scope="module")
def answers(cohort, area):
    return {name: cohort.once(name, area)["answer"] for name in ("ours", "duckdb", "pandas")}


def test_all_answers_are_equal(cohort, answers):
    cohort.check_same(answers)
    assert len(answers["ours"]) == 24
    assert sum(c.people for c in answers["ours"]) == 20_000
    assert cohort.summary(answers["ours"])["reoffences"] == sum(c.reoffences for c in answers["pandas"]) > 7_000


def test_a_difference_stops_the_benchmark(cohort, answers):
    wrong = [*answers["ours"][:-1], answers["ours"][-1]._replace(reoffences=0)]
    with pytest.raises(SystemExit, match="ours and other disagree"):
        cohort.check_same({"ours": answers["ours"], "other": wrong})


def test_the_area_is_sound_and_made_once(cohort, area):
    made = (area / "tables/offence.parquet").stat().st_mtime_ns
    assert cohort.make_area(cohort.SIZES["small"], area.parent) == area
    assert (area / "tables/offence.parquet").stat().st_mtime_ns == made


def test_the_table_shows_each_contender(cohort, answers):
    run = {"seconds": 2.0, "cpu": 3.0, "mb": 100.0, "answer": answers["ours"]}
    result = {
        "size": {"people": 20_000, "offences": 100_000},
        "machine": cohort.machine(),
        "runs": 1,
        "answer": cohort.summary(answers["ours"]),
        "contenders": {
            "ours": cohort.figures("ours", [run]),
            "pandas": cohort.figures("pandas", [{**run, "seconds": 4.0}]),
        },
    }
    assert "| pandas | pandas " in cohort.table(result)
    assert "| 4.00 | 2.00 |" in cohort.table(result)
