"""The small TOML that says how a source differs, and what is told about one that does not fit."""

from datetime import date

import pytest
from area_kit import bring, made, stored

from resettle.errors import BadInput

SOURCE = "Nomis No;DOB;Gender;Remarks\n A1 ;02/01/1980;Male;\nA2;30/06/1985;Female;x\nA3;;Unknown;\n"
MAPPING = """
table = "person"
date_format = "%d/%m/%Y"
encoding = "windows-1252"
delimiter = ";"
[columns]
"Nomis No" = "person_id"
DOB = "birth_date"
Gender = "sex"
[codes.sex]
Male = "M"
Female = "F"
Unknown = ""
[constants]
ethnicity = "NS"
"""


def test_a_mapping_brings_a_foreign_file_in(tmp_path):
    area = made(tmp_path / "a")
    report = bring(area, "person", SOURCE.encode("cp1252"), MAPPING)
    assert (report.kept, report.warnings) == (3, ("Not declared, and kept nowhere: Remarks.",))
    assert stored(area, "person") == [
        (("person_id", "A1"), ("birth_date", date(1980, 1, 2)), ("sex", "M"), ("ethnicity", "NS")),
        (("person_id", "A2"), ("birth_date", date(1985, 6, 30)), ("sex", "F"), ("ethnicity", "NS")),
        (("person_id", "A3"), ("ethnicity", "NS")),
    ]


def test_problems_name_the_columns_of_the_source(tmp_path):
    report = bring(made(tmp_path / "a"), "person", SOURCE.replace("30/06/1985", "31/06/1985"), MAPPING)
    assert str(report.problems[0]).startswith("in.csv, row 3, DOB: not a date (found '31/06/1985')")


@pytest.mark.parametrize(
    ("pattern", "value", "day"),
    [
        ("%d/%m/%Y", "1/2/1980", date(1980, 2, 1)),
        ("%m/%d/%Y", "1/2/1980", date(1980, 1, 2)),
        ("%d/%m/%Y", "1980-01-02", date(1980, 1, 2)),
        ("%d %b %Y", "2 Jan 1980", date(1980, 1, 2)),
        ("%Y%m%d", "19800102", date(1980, 1, 2)),
        ("%Y-%d-%m", "1980-01-02", date(1980, 2, 1)),
        ("excel", "29222", date(1980, 1, 2)),
        ("excel", "29222.0", date(1980, 1, 2)),
    ],
)
def test_date_formats(tmp_path, pattern, value, day):
    area = made(tmp_path / "a")
    assert bring(area, "person", f"person_id,birth_date\nP1,{value}\n", f'date_format = "{pattern}"').kept == 1
    assert dict(stored(area, "person")[0])["birth_date"] == day


@pytest.mark.parametrize(
    ("pattern", "value", "rule"),
    [("%d/%m/%Y", "01/02/80", "a two-digit year"), ("excel", "44000.5", "not a date"), ("excel", "59", "not a date")],
)
def test_dates_that_a_format_does_not_read(tmp_path, pattern, value, rule):
    report = bring(made(tmp_path / "a"), "person", f"person_id,birth_date\nP1,{value}\n", f'date_format = "{pattern}"')
    assert report.problems[0].rule == rule


WRONG = {
    "unknown key": ('colums = { DOB = "birth_date" }', "unknown key", "Did you mean 'columns'"),
    "for another table": ('table = "offence"', "for another table", "Import it as offence"),
    "unknown declared column": ('[columns]\nsex = "gender"', "no such declared column", "Known"),
    "close declared column": ('[columns]\nsex = "birth_dat"', "no such declared column", "Did you mean 'birth_date'"),
    "unknown code": ('[codes.sex]\nMale = "MALE"', "unknown code", "Known: F, M, N, NS"),
    "column not in the file": (
        '[columns]\nGender = "sex"',
        "names a column that is not in the file",
        "Known: person_id, sex",
    ),
    "filled twice": ('[constants]\nsex = "M"', "filled twice", "Let one column fill it"),
    "filled twice in the mapping": ('[columns]\na = "sex"\nb = "sex"', "sex is filled twice", "Correct"),
    "two-digit year": ('date_format = "%d/%m/%y"', "two-digit year", "Correct"),
    "half a date": ('date_format = "%m/%Y"', "needs %Y, %m and %d", "Correct"),
    "unknown encoding": ('encoding = "latin-99"', "unknown encoding", "Correct"),
    "an encoding of bytes": ('encoding = "base64"', "unknown encoding", "Correct"),
    "long delimiter": ('delimiter = ";;"', "one character", "Correct"),
    "not TOML": ("[columns", "not valid TOML", "Mend that line"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mapping_that_does_not_fit_is_refused(tmp_path, case):
    text, rule, do = WRONG[case]
    with pytest.raises(BadInput) as refused:
        bring(made(tmp_path / "a"), "person", "person_id,sex\nP1,M\n", text)
    assert rule in refused.value.problems[0].rule and do in refused.value.problems[0].do


def test_a_fault_of_a_mapping_has_its_line(tmp_path):
    with pytest.raises(BadInput, match=r"mapping\.toml, line 3, codes\.sex: unknown code"):
        bring(made(tmp_path / "a"), "person", "person_id,sex\nP1,M\n", '[codes.sex]\nMale = "M"\nFemale = "W"\n')


def test_a_stated_encoding_that_is_wrong(tmp_path):
    with pytest.raises(BadInput, match="not ASCII text"):
        bring(made(tmp_path / "a"), "person", b"person_id,sex\nCaf\xe9,M\n", 'encoding = "ascii"')
