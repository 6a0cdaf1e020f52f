"""Rows held against each other, their people, the tables they refer to, and what the area holds."""

import pytest
from area_kit import bring, made, peopled, stored

from resettle.area.importing import quarantined
from resettle.errors import BadInput

OFFENCE = "offence_id,person_id,offence_date,outcome,proven_date\n"
GOOD = "1,P1,2019-03-01,conviction,2019-09-01\n"

ROWS = [
    ("2,P9,2019-03-01,conviction,", "unknown person", "person_id", "P9"),
    ("2,P1,1979-12-31,conviction,", "offence before birth", "offence_date", "person.birth_date 1980-01-02"),
    ("2,P1,2019-03-01,conviction,2019-02-28", "proven before committed", "proven_date and offence_date", "2019-02-28"),
    ("2,P1,2022-01-02,conviction,", "offence after the extract date", "offence_date", "area.extract_date 2022-01-01"),
    ("2,P1,2019-03-01", "wrong number of cells", None, "3 cells"),
    ("2,P1,2019-03-01,conviction,,extra", "wrong number of cells", None, "6 cells"),
]


@pytest.mark.parametrize(("row", "rule", "column", "value"), ROWS)
def test_a_bad_row_is_quarantined_and_the_good_one_kept(tmp_path, row, rule, column, value):
    area = peopled(tmp_path / "a")
    report = bring(area, "offence", f"{OFFENCE}{GOOD}{row}\n")
    assert (report.read, report.kept, report.quarantined) == (2, 1, 1)
    problem = report.problems[0]
    assert rule in problem.rule and problem.row == 3 and problem.column == column and value in problem.value
    assert quarantined(area)["cells"].to_pylist() == [row.split(",")]


def test_every_broken_rule_of_a_row_is_told(tmp_path):
    report = bring(peopled(tmp_path / "a"), "offence", f"{OFFENCE}1,P1,1970-01-01,conviction,1969-01-01\n")
    assert list(report.rules) == ["offence_date: offence before birth", "proven before committed"]


INDEX = "index_id,person_id,index_date,disposal,observed_until\n"


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("1,P1,1970-01-01,custody,", "index event before birth"),
        ("1,P1,2022-01-02,custody,", "index event after the extract date"),
        ("1,P1,2019-01-01,custody,2018-12-31", "observation ends before the index event"),
    ],
)
def test_index_events_out_of_order(tmp_path, row, rule):
    report = bring(peopled(tmp_path / "a"), "index_event", f"{INDEX}{row}\n")
    assert report.quarantined == 1 and report.problems[0].rule == rule


@pytest.mark.parametrize(
    ("row", "rule", "value"),
    [
        ("2,P1,S1,2022-01-02,", "started after the extract date", "area.extract_date 2022-01-01"),
        ("2,P2,S1,2019-02-01,I1", "index event of another person", "index_event.person_id P1, person_id P2"),
    ],
)
def test_participations_that_cannot_be(tmp_path, row, rule, value):
    area = peopled(tmp_path / "a")
    bring(area, "service", "service_id,name\nS1,a\n")
    bring(area, "index_event", f"{INDEX}I1,P1,2019-01-01,custody,\n")
    head, good = "participation_id,person_id,service_id,started_on,index_id\n", "1,P1,S1,2019-02-01,I1\n3,P2,S1,,\n"
    report = bring(area, "programme", f"{head}{good}{row}\n")
    assert (report.kept, report.quarantined) == (2, 1)
    problem = report.problems[0]
    assert problem.row == 4 and rule in problem.rule and value in problem.value and problem.do


def test_identical_duplicates_count_as_already_there(tmp_path):
    area = peopled(tmp_path / "a")
    report = bring(area, "offence", OFFENCE + GOOD + GOOD + GOOD)
    assert (report.kept, report.already_there, report.quarantined) == (1, 2, 0)


def test_a_key_with_different_values_quarantines_all_its_rows(tmp_path):
    area = peopled(tmp_path / "a")
    report = bring(area, "offence", OFFENCE + GOOD + "2,P2,2019-01-01,caution,\n" + GOOD.replace("P1", "P2") + GOOD)
    assert (report.kept, report.already_there, report.quarantined) == (1, 0, 3)
    assert report.rules == {"one key, different values": 3}
    assert dict(stored(area, "offence")[0])["offence_id"] == "2"


def test_a_row_that_differs_from_the_stored_one_is_quarantined(tmp_path):
    area = peopled(tmp_path / "a")
    bring(area, "offence", OFFENCE + GOOD)
    report = bring(area, "offence", OFFENCE + GOOD + GOOD.replace("conviction", "caution"))
    assert (report.kept, report.already_there, report.quarantined) == (0, 0, 2)
    alone = bring(area, "offence", OFFENCE + GOOD.replace("conviction", "caution"))
    assert alone.rules == {"differs from the row that the area holds": 1}
    assert len(stored(area, "offence")) == 1


def test_places_may_lie_in_each_other_in_any_order_but_not_in_nothing(tmp_path):
    area = made(tmp_path / "a")
    text = "place_id,name,kind,part_of\nb,B,borough,a\na,A,area,\nd,D,borough,c\nc,C,delivery_unit,missing\n"
    report = bring(area, "place", text)
    assert (report.kept, report.quarantined) == (2, 2)
    assert [p.value for p in report.problems] == ["c", "missing"]


def test_a_table_before_the_one_it_needs_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"holds no person table yet.*Import the person table first"):
        bring(made(tmp_path / "a"), "offence", OFFENCE + GOOD)


def test_an_optional_reference_to_a_table_that_is_not_held_is_a_warning(tmp_path):
    report = bring(made(tmp_path / "a"), "person", "person_id,place_id\nP1,X\n")
    assert report.kept == 1
    assert report.warnings == ("place_id is not checked: the area holds no place table.",)


def test_whole_number_identifiers_stay_whole_numbers(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    area = made(tmp_path / "a")
    pq.write_table(pa.table({"person_id": pa.array([1, 2], pa.int64())}), area / "tables/person.parquet")
    assert bring(area, "offence", OFFENCE + "1,1,2019-03-01,conviction,\n2,P1,2019-03-01,conviction,\n").kept == 1
    report = bring(area, "person", "person_id,sex\n3,M\n007,M\nX,F\n1,\n")
    assert (report.kept, report.quarantined, report.already_there) == (1, 2, 1)
    assert [dict(r)["person_id"] for r in stored(area, "person")] == [1, 2, 3]


def test_columns_that_the_area_holds_beyond_the_declared_ones_survive(tmp_path):
    area = made(tmp_path / "a")
    (area / "tables/person.csv").write_text("person_id,sex,shoe size\nP0,F,38\n")
    assert bring(area, "person", "person_id,sex\nP1,M\n").kept == 1
    assert not (area / "tables/person.csv").exists()
    import pyarrow.parquet as pq

    assert pq.read_table(area / "tables/person.parquet")["shoe size"].to_pylist() == ["38", None]


def test_a_stored_table_that_cannot_be_read_points_to_the_check(tmp_path):
    area = made(tmp_path / "a")
    (area / "tables/person.csv").write_text("person_id,birth_date\nP0,never\n")
    before = (area / "tables/person.csv").read_bytes()
    with pytest.raises(BadInput, match="resettle area check"):
        bring(area, "person", "person_id,birth_date\nP1,1980-01-01\n")
    assert (area / "tables/person.csv").read_bytes() == before
