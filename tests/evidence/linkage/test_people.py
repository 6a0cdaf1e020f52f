import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linkage_kit import TODAY

from resettle.errors import BadInput
from resettle.evidence.linkage import read_people
from resettle.evidence.linkage.people import birth_date, name_of

HEADER = "record_id,forename,surname,birth_date,pnc\n"


@pytest.fixture
def people(tmp_path):
    def read(text):
        file = tmp_path / "list.csv"
        file.write_text(text, "utf-8") if isinstance(text, str) else file.write_bytes(text)
        return read_people(file, TODAY)

    return read


def problems(read, text):
    with pytest.raises(BadInput) as error:
        read(text)
    return [str(problem).partition("list.csv")[2] for problem in error.value.problems]


def test_names_dates_and_identifiers_come_into_one_form(people):
    found = people(HEADER + "1,Zoë-Ann,O’Brien,01/02/1990,79163001B\n\n2,,ng,1985-12-31,\n")
    assert found.values(0) == {
        "forename": "ZOEANN",
        "surname": "OBRIEN",
        "birth_date": "1990-02-01",
        "pnc": "1979/0163001B",
    }
    assert found.values(1) == {"forename": None, "surname": "NG", "birth_date": "1985-12-31", "pnc": None}
    assert found.rows == (2, 4) and found.faults == ()
    assert [found.enough(0), found.enough(1)] == [True, False]


def test_what_cannot_be_right_is_set_aside_and_told(people):
    found = people(HEADER + "1,A,B,31/02/1990,2001/0171310S\n2,A,B,2030-01-01,2001/0171310W\n3,A,B,1890-01-01,\n")
    assert [found.fields["birth_date"], found.fields["pnc"]] == [[None] * 3, [None, "2001/0171310W", None]]
    told = [(f.row, f.column, f.rule) for f in found.faults]
    assert told == [
        (2, "birth_date", "not a date"),
        (2, "pnc", "the last letter does not fit the digits of this Police National Computer (PNC) identifier"),
        (3, "birth_date", "not the date of birth of a living person"),
        (4, "birth_date", "not the date of birth of a living person"),
    ]
    assert all(f.do for f in found.faults)
    assert [found.enough(number) for number in range(3)] == [False, True, False]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        (HEADER, "no records"),
        ("record_id,pnc\n1,\n", "forename: missing column"),
        ("forename,surname,birth_date\na,b,1990-01-01\n", "missing column"),
        (HEADER.replace("pnc", "offence") + "1,a,b,1990-01-01,theft\n", "a column that linkage has no use for"),
        ("record_id,pnc,pnc\n1,,\n", "a column name is there twice"),
        (HEADER + "1,a,b,1990-01-01\n", "another number of cells than the header has (found '4')"),
        (HEADER + "1,a,b,1990-01-01,\n1,c,d,1991-01-01,\n", "the same as in row 2 (found '1')"),
        (HEADER + ",a,b,1990-01-01,\n", "no record identifier"),
        (HEADER + '1,"a,b,1990-01-01,\n', "not readable as CSV"),
        (b"record_id,pnc\n1,\xff\n", "not UTF-8"),
        (b"PK\x03\x04rest", "not a text file: it is a zip file or workbook"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_reason(people, text, said):
    assert any(said.lower() in problem.lower() for problem in problems(people, text))


def test_a_sheet_of_another_kind_is_refused(tmp_path):
    for name, said in (("list.xlsx", "not a CSV file"), ("list.docx", "a kind of file that is not read")):
        (tmp_path / name).write_text("x")
        with pytest.raises(BadInput, match=said):
            read_people(tmp_path / name, TODAY)
    with pytest.raises(BadInput, match="no such file"):
        read_people(tmp_path / "nowhere.csv", TODAY)


def test_every_fault_of_a_file_is_told_at_once(people):
    found = problems(people, HEADER + "1,a,b,1990-01-01,\n1,a,b,1990-01-01,\n,a,b,1990-01-01,\n4,a\n")
    assert len(found) == 3 and [text.split(",")[1].strip().split(":")[0] for text in found] == [
        "row 5",
        "row 3",
        "row 4",
    ]


@given(st.text())
def test_a_name_in_its_one_form_stays_so(text):
    once = name_of(text)
    if once is not None:
        assert name_of(once) == once and once.isalpha()
    assert name_of(unicodedata.normalize("NFD", text)) == once


@given(st.dates())
def test_both_ways_to_write_a_date_are_one(day):
    try:
        found = birth_date(day.isoformat(), TODAY)
    except BadInput:
        assert day.year < 1900 or day > TODAY
        return
    assert found == birth_date(f"{day.day:02}/{day.month:02}/{day.year:04}", TODAY) == day.isoformat()


@given(st.lists(st.text(max_size=12), min_size=5, max_size=5))
def test_any_cells_are_read_or_told(tmp_path_factory, cells):
    import csv

    file = tmp_path_factory.mktemp("any") / "list.csv"
    with file.open("w", encoding="utf-8", errors="replace", newline="") as out:
        csv.writer(out).writerows([HEADER.strip().split(","), cells])
    try:
        found = read_people(file, TODAY)
    except BadInput as error:
        assert all(problem.do for problem in error.problems)
        return
    assert len(found.ids) == 1 and len(found.faults) <= 3
