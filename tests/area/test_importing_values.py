"""Single values that cannot be used: each is quarantined with its row, column, rule and value, and good rows are kept."""

import pytest
from area_kit import bring, made, peopled, stored

from resettle.area.importing import quarantined

DATES = [
    ("2021-04-31", "no such date", "Check the day"),
    ("2021-02-29", "no such date", "Check the day"),
    ("2021-13-01", "no such date", "Check the day"),
    ("24:00", "time of day", "24:00 belongs to the next date"),
    ("2021-04-30 24:00", "time of day", "Keep the date only"),
    ("2021-03-28T01:30:00+01:00", "time of day", "Keep the date only"),
    ("01/04/21", "two-digit year", "four digits"),
    ("1-Apr-21", "two-digit year", "four digits"),
    ("21.04.30", "two-digit year", "four digits"),
    ("03/04/2021", "not a date as YYYY-MM-DD", "date_format"),
    ("13.04.2021", "not a date as YYYY-MM-DD", "date_format"),
    ("30 April 2021", "not a date as YYYY-MM-DD", "date_format"),
    ("44316", "an Excel date as a bare number", "it would be 2021-04-30"),
    ("1900-01-01", "stands for missing", "Leave the cell empty"),
    ("9999-12-31", "stands for missing", "Leave the cell empty"),
    ("1066-10-14", "before 1900", "Check the year"),
    ("2621-04-30", "after 2100", "Check the year"),
    ("N/A", "not a date", "leave the cell empty"),
    ("next week", "not a date", "YYYY-MM-DD"),
]


@pytest.mark.parametrize(("value", "rule", "do"), DATES)
def test_a_bad_date_is_quarantined(tmp_path, value, rule, do):
    area = made(tmp_path / "a")
    report = bring(area, "person", f"person_id,birth_date\nP1,1980-01-02\nP2,{value}\n")
    assert (report.kept, report.quarantined) == (1, 1)
    problem = report.problems[0]
    assert rule in problem.rule and do in problem.do
    assert (problem.file, problem.row, problem.column, problem.value) == ("in.csv", 3, "birth_date", value)


MONEY = [
    ("1.005", "more than two decimals", "whole pence"),
    ("0.30000000000000004", "more than two decimals", "whole pence"),
    ("nan", "not a usable amount", "finite"),
    ("inf", "not a usable amount", "finite"),
    ("(12.00)", "brackets", "minus sign"),
    ("12,5", "separates no thousands", "1234.50"),
    ("1,23,456", "separates no thousands", "1234.50"),
    ("about 5", "not an amount of money", "1234.50"),
    ("1e9", "not an amount of money", "1234.50"),
    ("99999999999999.99", "more than can be held", "Check"),
    ("-5.00", "below 0", "least is 0"),
]


@pytest.mark.parametrize(("value", "rule", "do"), MONEY)
def test_bad_money_is_quarantined(tmp_path, value, rule, do):
    area = made(tmp_path / "a")
    text = f'service_id,name,unit_cost\nS1,Mentoring,10.00\nS2,Housing,"{value}"\n'
    report = bring(area, "service", text)
    assert (report.kept, report.quarantined) == (1, 1)
    assert rule in report.problems[0].rule and do in report.problems[0].do
    assert report.problems[0].value == value


@pytest.mark.parametrize(
    ("value", "pence"),
    [("1234.5", "1234.50"), ('"1,234.50"', "1234.50"), ('"£1,234.50"', "1234.50"), ("£7", "7.00"), ("1.500", "1.50")],
)
def test_money_as_people_write_it_is_read(tmp_path, value, pence):
    area = made(tmp_path / "a")
    assert bring(area, "service", f"service_id,name,unit_cost\nS1,Mentoring,{value}\n").kept == 1
    assert str(dict(stored(area, "service")[0])["unit_cost"]) == pence


NUMBERS = [
    ("previous_convictions", "1,234", "thousands separators", "without them"),
    ("previous_convictions", "2.5", "not a whole number", "without decimals"),
    ("previous_convictions", "-1", "below 0", "least is 0"),
    ("previous_convictions", "99999999999999999999", "more than can be held", "Check"),
    ("age", "nan", "not a finite number", "empty"),
    ("age", "-inf", "not a finite number", "empty"),
    ("age", "1e309", "not a finite number", "empty"),
    ("age", "34,5", "decimal comma", "decimal point"),
    ("age", "12%", "a percentage", "without the sign"),
    ("age", "old", "not a number", "digits"),
    ("age", "7", "below 8", "least is 8 years"),
    ("age", "121", "above 120", "most is 120"),
]


@pytest.mark.parametrize(("column", "value", "rule", "do"), NUMBERS)
def test_a_bad_number_is_quarantined(tmp_path, column, value, rule, do):
    area = peopled(tmp_path / "a")
    text = f'index_id,person_id,index_date,disposal,{column}\n1,P1,2019-01-01,custody,20\n2,P2,2019-01-01,custody,"{value}"\n'
    report = bring(area, "index_event", text)
    assert (report.kept, report.quarantined) == (1, 1)
    assert rule in report.problems[0].rule and do in report.problems[0].do


IDENTIFIERS = [
    ("", "missing", "Fill it in"),
    ("   ", "missing", "Fill it in"),
    ("P\u200b9", "invisible characters", "type it again"),
    ("\u202eP9", "invisible characters", "type it again"),
    ("P\x009", "invisible characters", "type it again"),
    ("N/A", "a word for missing", "empty"),
    ("NULL", "a word for missing", "empty"),
    ("-", "a word for missing", "empty"),
    ("1.23E+15", "rounded by a spreadsheet", "set to text"),
]


@pytest.mark.parametrize(("value", "rule", "do"), IDENTIFIERS)
def test_a_bad_identifier_is_quarantined(tmp_path, value, rule, do):
    area = made(tmp_path / "a")
    report = bring(area, "person", f"person_id,sex\nP1,M\n{value},F\n")
    assert (report.kept, report.quarantined) == (1, 1)
    assert rule in report.problems[0].rule and do in report.problems[0].do


def test_leading_zeros_and_spaces_around(tmp_path):
    area = made(tmp_path / "a")
    assert bring(area, "person", "person_id,sex\n 007 ,M\n").kept == 1
    assert dict(stored(area, "person")[0])["person_id"] == "007"


@pytest.mark.parametrize(("value", "hint"), [("m", "Did you mean 'M'?"), ("male", "Known: F, M, N, NS.")])
def test_an_unknown_code_names_the_closest_and_the_setting(tmp_path, value, hint):
    report = bring(made(tmp_path / "a"), "person", f"person_id,sex\nP1,{value}\n")
    assert report.problems[0].rule == "unknown code"
    assert hint in report.problems[0].do and "[codes.sex]" in report.problems[0].do


def test_yes_and_no_as_people_write_them(tmp_path):
    area = peopled(tmp_path / "a")
    values = ["true", "FALSE", "Yes", "no", "1", "0", "", "maybe"]
    rows = "".join(f"{i},P1,2019-01-01,caution,{value}\n" for i, value in enumerate(values))
    report = bring(area, "offence", "offence_id,person_id,offence_date,outcome,custody\n" + rows)
    assert (report.kept, report.quarantined) == (7, 1)
    assert report.problems[0].rule == "neither yes nor no"
    held = [dict(row).get("custody") for row in stored(area, "offence")]
    assert held == [True, False, True, False, True, False, None]


def test_every_problem_of_a_row_is_told_and_counted_by_rule(tmp_path):
    area = made(tmp_path / "a")
    report = bring(area, "person", "person_id,birth_date,sex\nP1,44316,x\nP2,2021-04-31,M\nP3,2021-04-31,M\n")
    assert report.rules == {
        "birth_date: no such date": 2,
        "birth_date: an Excel date as a bare number": 1,
        "sex: unknown code": 1,
    }
    first = quarantined(area, "person").to_pylist()[0]
    assert [p["column"] for p in first["problems"]] == ["birth_date", "sex"]
    assert "it would be 2021-04-30" in first["problems"][0]["do"]
