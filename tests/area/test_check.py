"""An area held against its declarations: every kind of fault is found, counted and shown; good areas pass."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from area_kit import bring, made, peopled

from resettle.area.check import CheckReport, check_area
from resettle.errors import BadInput


@pytest.mark.parametrize("name", ["maryland", "north-carolina"])
def test_the_real_areas_keep_every_rule(examples, name):
    report = check_area(examples / "areas" / name)
    assert report.ok and not report.findings, report.lines()
    assert "keep every rule" in report.sentence


def test_what_was_imported_passes(tmp_path):
    area = peopled(tmp_path / "a")
    bring(
        area, "offence", "offence_id,person_id,offence_date,outcome\n1,P1,2019-01-01,caution\n2,P9,2019-01-01,caution\n"
    )
    report = check_area(area)
    assert report.ok and report.rows == {"person": 3, "offence": 1}
    assert CheckReport.from_json(report.to_json()) == report


PERSON = "person_id,birth_date,sex\nP1,1980-01-02,M\nP2,1985-06-30,F\n"
OFFENCE = "offence_id,person_id,offence_date,outcome,proven_date\n1,P1,2019-01-01,caution,\n"
EVENT = "index_id,person_id,index_date,disposal\nI1,P1,2019-01-01,custody\n"
PROGRAMME = "participation_id,person_id,service_id,started_on,index_id\n1,P1,S1,2019-02-01,I1\n"
FAULTS = {
    "no such date": ("person", PERSON + "P3,2021-04-31,M\n", "birth_date: no such date", "2021-04-31", 4),
    "a date the other way round": (
        "person",
        PERSON + "P3,02/01/1980,M\n",
        "birth_date: not a date as YYYY-MM-DD",
        "02/01/1980",
        4,
    ),
    "unknown code": ("person", PERSON + "P3,,male\n", "sex: unknown code", "male", 4),
    "missing": ("person", PERSON + ",,M\n", "person_id: missing", None, 4),
    "space around an identifier": ("person", PERSON + " P3,,M\n", "person_id: not written as engines read it", "P3", 4),
    "key twice": ("person", PERSON + "P1,1980-01-02,M\n", "person_id: a key used twice", "P1", 4),
    "ragged": ("person", PERSON + "P3,,M,x\n", "a row with the wrong number of cells", None, 4),
    "death before birth": (
        "person",
        PERSON.replace("sex", "died_on").replace("M", "1979-01-01").replace("F", ""),
        "death before birth",
        "died_on 1979-01-01, birth_date 1980-01-02",
        2,
    ),
    "unknown person": ("offence", OFFENCE + "2,P9,2019-01-01,caution,\n", "person_id: unknown person", "P9", 3),
    "offence before birth": (
        "offence",
        OFFENCE + "2,P1,1970-01-01,caution,\n",
        "offence_date: offence before birth",
        "person.birth_date 1980-01-02",
        3,
    ),
    "proven before committed": (
        "offence",
        OFFENCE + "2,P1,2019-01-01,caution,2018-01-01\n",
        "proven before committed",
        "2018-01-01",
        3,
    ),
    "after the extract": (
        "offence",
        OFFENCE + "2,P1,2023-01-01,caution,\n",
        "offence_date: offence after the extract date",
        "area.extract_date 2022-01-01",
        3,
    ),
    "started after the extract": (
        "programme",
        PROGRAMME + "2,P1,S1,2022-01-02,\n",
        "started_on: started after the extract date",
        "started_on 2022-01-02, area.extract_date 2022-01-01",
        3,
    ),
    "index event of another person": (
        "programme",
        PROGRAMME + "2,P2,S1,2019-02-01,I1\n",
        "person_id: index event of another person",
        "index_event.person_id P1, person_id P2",
        3,
    ),
    "pounds and commas": (
        "service",
        'service_id,name,unit_cost\nS1,a,"£1,200.00"\n',
        "unit_cost: not written as engines read it",
        "£1,200.00",
        2,
    ),
    "below the least": ("service", "service_id,name,unit_cost\nS1,a,-1.00\n", "unit_cost: below 0", "-1.00", 2),
}


@pytest.mark.parametrize("case", FAULTS)
def test_each_fault_of_a_hand_made_table_is_found(tmp_path, case):
    table, text, rule, value, row = FAULTS[case]
    area = made(tmp_path / "a")
    (area / "tables/person.csv").write_text(PERSON)
    if table == "programme":
        (area / "tables/service.csv").write_text("service_id,name\nS1,a\n")
        (area / "tables/index_event.csv").write_text(EVENT)
    (area / f"tables/{table}.csv").write_text(text)
    report = check_area(area)
    assert [f.rule for f in report.errors] == [rule], report.lines()
    finding = report.errors[0]
    assert (finding.table, finding.count, finding.examples[0].row) == (table, 1, row)
    assert finding.examples[0].file == f"tables/{table}.csv" and finding.examples[0].do
    assert value is None or value in finding.examples[0].value
    assert "1 rule is broken" in report.sentence


def test_faults_are_counted_and_the_first_shown(tmp_path):
    area = made(tmp_path / "a")
    (area / "tables/person.csv").write_text(
        "person_id,sex\n" + "".join(f"P{i},{'x' if i % 2 else 'M'}\n" for i in range(1000))
    )
    finding = check_area(area).errors[0]
    assert finding.count == 500
    assert [p.row for p in finding.examples] == [3, 5, 7]


WHOLE = {
    "not UTF-8": (b"person_id,sex\nCaf\xe9,M\n", "cannot be read", "not UTF-8"),
    "empty": (b"", "cannot be read", "the file is empty"),
    "duplicated header": (b"person_id,sex,sex\nP1,M,M\n", "cannot be read", "there twice"),
    "semicolons": (b"person_id;sex\nP1;M\n", "a required column is missing", "person_id"),
    "missing column": (b"sex\nM\n", "a required column is missing", "person_id"),
}


@pytest.mark.parametrize("case", WHOLE)
def test_a_table_that_cannot_be_used_is_one_error_and_the_others_are_checked(tmp_path, case):
    data, rule, told = WHOLE[case]
    area = made(tmp_path / "a")
    (area / "tables/person.csv").write_bytes(data)
    (area / "tables/place.csv").write_text("place_id,name,kind\nX,X,wood\n")
    report = check_area(area)
    assert [(f.table, f.rule) for f in report.errors] == [("person", rule), ("place", "kind: unknown code")]
    assert told in str(report.errors[0].examples[0])


def test_a_truncated_parquet_table_is_one_error_and_the_others_are_checked(tmp_path):
    area = peopled(tmp_path / "a")
    bring(area, "place", "place_id,name,kind\nX,X,borough\n")
    (area / "tables/offence.csv").write_text(OFFENCE)
    file = area / "tables/person.parquet"
    file.write_bytes(file.read_bytes()[:-20])
    report = check_area(area)
    assert [(f.table, f.rule) for f in report.errors] == [("person", "cannot be read")]
    assert "Import it again" in report.errors[0].examples[0].do
    assert report.rows == {"offence": 1, "place": 1}


def test_parquet_with_the_declared_types_is_checked_as_it_is(tmp_path):
    area = made(tmp_path / "a")
    people = {
        "person_id": pa.array([1, 2, 2], pa.int32()),
        "birth_date": [date(1980, 1, 2), None, date(1850, 1, 1)],
        "sex": ["M", "x", None],
    }
    pq.write_table(pa.table(people), area / "tables/person.parquet")
    index = {
        "index_id": ["1"],
        "person_id": pa.array([3]),
        "index_date": [date(2019, 1, 1)],
        "disposal": ["custody"],
        "age": [float("nan")],
    }
    pq.write_table(pa.table(index), area / "tables/index_event.parquet")
    found = {(f.table, f.rule): f.examples[0] for f in check_area(area).errors}
    assert set(found) == {
        ("person", "birth_date: a date before 1900"),
        ("person", "sex: unknown code"),
        ("person", "person_id: a key used twice"),
        ("index_event", "age: not a finite number"),
        ("index_event", "person_id: unknown person"),
    }
    assert found["person", "sex: unknown code"].row == 3
    assert found["person", "person_id: a key used twice"].value == "2"


def test_parquet_with_a_changed_type_is_a_warning_and_its_values_are_checked(tmp_path):
    area = made(tmp_path / "a")
    pq.write_table(
        pa.table({"person_id": ["P1", "P2"], "birth_date": ["1980-01-02", "soon"]}), area / "tables/person.parquet"
    )
    report = check_area(area)
    assert [f.rule for f in report.errors] == ["birth_date: not a date"]
    assert [f.rule for f in report.findings if f.severity == "warning"] == ["stored as VARCHAR"]


def test_extra_columns_stray_files_and_absent_tables_are_warnings(tmp_path):
    area = made(tmp_path / "a")
    (area / "tables/person.csv").write_text("person_id,birth_dat,place_id\nP1,x,X\n")
    (area / "tables/persn.csv").write_text("x\n")
    report = check_area(area)
    assert report.ok
    told = {f.rule: f.examples[0].do for f in report.findings}
    assert told["a column that is not declared"] == "Did you mean 'birth_date'?"
    assert told["not a declared table"] == "Did you mean 'person'?"
    assert told["the area holds no place table"] == "Import the place table."
    assert "3 warnings" in report.sentence


def test_a_table_there_twice_and_people_who_are_not_there(tmp_path):
    area = peopled(tmp_path / "a")
    (area / "tables/person.csv").write_text(PERSON)
    assert [f.rule for f in check_area(area).errors] == ["cannot be read"]
    other = made(tmp_path / "b")
    (other / "tables/offence.csv").write_text(OFFENCE)
    assert [f.rule for f in check_area(other).errors] == ["the area holds no person table"]


def test_a_folder_that_is_no_area(tmp_path):
    with pytest.raises(BadInput, match=r"has no area\.toml"):
        check_area(tmp_path)
