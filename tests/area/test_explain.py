import sys

import pytest

from resettle.area import Steps
from resettle.area.explain import explain
from resettle.area.translate import spark_sql
from resettle.errors import BadInput
from resettle.evidence.clock import read_clock
from resettle.evidence.follow import GROUPINGS
from resettle.evidence.measures import measure_steps


@pytest.fixture
def steps(maryland):
    return measure_steps(maryland, read_clock("rearrest-52-weeks"), ("quarter",))


def test_each_step_shows_its_name_why_and_sql(maryland, steps):
    text = explain(maryland, steps)
    for number, step in enumerate(steps.steps, 1):
        assert f"{number}. {step.name}: {step.why}" in text
    assert "FROM index_event e WHERE" in text
    assert "-- " not in text


def test_rows_are_counted_step_by_step(maryland, steps):
    lines = explain(maryland, steps, rows=True).splitlines()
    counts = [line.strip() for line in lines if line.startswith("   -- ")]
    assert counts == [
        f"-- {n}" for n in ("432 rows", "432 rows", "114 rows", "114 rows", "432 rows", "1 row", "1 row", "1 row")
    ]


def test_the_sql_is_in_the_dialect_of_the_engine(maryland, steps):
    assert "date_diff('day'" in explain(maryland, steps)
    assert "DATEDIFF(" in explain(maryland, steps, "spark")


def test_every_grouping_and_clock_can_be_translated(maryland):
    for clock in ("moj-2017", "rearrest-52-weeks", "return-12-months"):
        for step in measure_steps(maryland, read_clock(clock), tuple(GROUPINGS)).steps:
            assert "QUALIFY" not in spark_sql(step)


def test_what_cannot_be_translated_names_the_step(maryland):
    steps = Steps().then("odd", "SELECT FROM WHERE (", "is no SQL")
    with pytest.raises(BadInput, match="odd: a step cannot be translated for Spark"):
        explain(maryland, steps, "spark")


def test_without_sqlglot_the_error_says_what_to_install(maryland, steps, monkeypatch):
    monkeypatch.setitem(sys.modules, "sqlglot", None)
    with pytest.raises(BadInput, match=r"sqlglot.*resettle\[spark\]"):
        explain(maryland, steps, "spark")


def test_an_unknown_step_and_an_unknown_engine_name_the_closest(maryland, steps):
    with pytest.raises(BadInput, match=r"no such step.*Did you mean 'followed'"):
        maryland.run(steps, "folowed")
    with pytest.raises(BadInput, match=r"no such engine"):
        explain(maryland, steps, "duck")
