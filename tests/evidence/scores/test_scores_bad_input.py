"""Values that cannot be: one error that names the row, the column, the value and what to do."""

import pytest

from resettle.errors import BadInput
from resettle.evidence import scores
from resettle.evidence.scores import explain, read_offence_codes, vrp_dynamic

HEADER = "offence_code,actuarial_category,violent_sanction,opd_violence_sex\n"


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("age_at_conviction", 9, "under 10, where the predictors begin"),
        ("age_at_follow_up", 9.9, "under 10, where the predictors begin"),
        ("age_at_conviction", 120, "must lie between 10 and 109"),
        ("age_at_first_sanction", 31, "the first sanction comes after the current one"),
        ("age_at_first_sanction", 3, "must lie between 8 and 98"),
        ("sanctions", -1, "must lie between 1 and 999"),
        ("sanctions", 0, "must lie between 1 and 999"),
        ("sanctions", 2.5, "must be a whole number"),
        ("violent_sanctions", -2, "must lie between 0 and 999"),
        ("violent_sanctions", 6, "more violent sanctions than sanctions"),
        ("sex", "X", "unknown code of sex"),
        ("sex", "male", "unknown code of sex"),
        ("temper", 3, "must lie between 0 and 2"),
        ("unemployed", 2, "must lie between 0 and 1"),
        ("impulsivity", "some", "not a number"),
        ("offence_code", "04601", "unknown offence code"),
        ("months_offence_free", -1, "must lie between 0 and 1200"),
    ],
)
def test_the_row_and_the_column_are_named(column, value, message, codes, man):
    people = {k: [v, v, v] for k, v in man.items()} | {column: [man.get(column, 0), value, value]}
    with pytest.raises(BadInput, match=message) as caught:
        vrp_dynamic(people, codes)
    problem = caught.value.problems[0]
    assert (problem.row, problem.column) == (2, column)
    assert problem.value == str(value)
    assert problem.do


@pytest.mark.parametrize(
    ("code", "advice"), [("4600", "Did you mean '04600'"), ("04606", "Did you mean '04600'"), ("XYZ", "five digits")]
)
def test_the_nearest_offence_code_is_offered(code, advice, codes, man):
    with pytest.raises(BadInput, match=advice):
        scores.ogrs3(man | {"offence_code": code}, codes)


def test_columns(codes, man):
    with pytest.raises(BadInput, match="Did you mean 'heroin'"):
        scores.arp_dynamic(man | {"heroine": 1}, codes)
    with pytest.raises(BadInput, match=r"sanctions: a column is missing. Add sanctions"):
        scores.arp_static({k: v for k, v in man.items() if k != "sanctions"}, codes)
    with pytest.raises(BadInput, match="columns differ in length"):
        scores.arp_static(man | {"sanctions": [1, 2]}, codes)


def test_nobody_at_all(codes, man):
    nobody = scores.arp_static({k: [] for k in man}, codes)
    assert len(nobody.probability) == 0
    assert "0 of 0 people scored" in nobody.sentence


def test_names(codes, man):
    with pytest.raises(BadInput, match="Did you mean 'arp_static'"):
        explain("arp_statik", man, codes)
    with pytest.raises(BadInput, match="Choose arp_static or arp_dynamic"):
        explain("arp", man, codes)


def test_flags_of_the_table(codes):
    assert list(codes.codes) == sorted(codes.codes)
    assert codes.violent[codes.place["10900"]]
    assert not codes.violent[codes.place["04600"]]
    assert codes.violence_or_sex[codes.place["01900"]]


@pytest.mark.parametrize(
    ("text", "row", "column", "message"),
    [
        (HEADER + "4600,THEFT_NON_MOTOR,0,0\n", 2, "offence_code", "drops leading zeros"),
        (HEADER + "04600,THEFT_NON_MOTOR,0,0\n04600,THEFT_NON_MOTOR,0,0\n", 3, "offence_code", "stands twice"),
        (HEADER + "04600,THEFT_NON_MOTER,0,0\n", 2, "actuarial_category", "Did you mean 'THEFT_NON_MOTOR'"),
        (HEADER + "04600,THEFT_NON_MOTOR,yes,0\n", 2, "violent_sanction", "a flag is 0 or 1"),
        (HEADER + "04600,THEFT_NON_MOTOR\n", 2, "violent_sanction", "a flag is 0 or 1"),
        ("offence_code,category\n04600,Theft\n", 1, "actuarial_category", "a column is missing"),
        (HEADER, None, None, "no offence codes"),
        ("", 1, "offence_code", "a column is missing"),
    ],
)
def test_a_table_of_offence_codes_that_cannot_be_used(text, row, column, message, tmp_path):
    file = tmp_path / "codes.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(BadInput, match=message) as caught:
        read_offence_codes(file)
    problem = caught.value.problems[0]
    assert (problem.file, problem.row, problem.column) == (str(file), row, column)


def test_no_such_table(tmp_path):
    with pytest.raises(BadInput, match="no such file"):
        read_offence_codes(tmp_path / "codes.csv")
