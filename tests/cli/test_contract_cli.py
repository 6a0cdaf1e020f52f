"""The verbs of contracts on the command line."""

import json
import tomllib

import pytest
from test_cli import resettle

from resettle.commissioning import Statement, check_contract, read_contract

ANSWERS = ["--title", 'Mentors "through" the gate', "--commissioner", "The council", "--provider", "The charity"]
ANSWERS += ["--service", "peer", "--start", "2026-04-01", "--end", "2028-03-31", "--people", "400"]


@pytest.mark.parametrize(
    "pays", ["fee", "tariff", "rate", "volume", "grant", "budget", "fee,tariff,rate,volume,grant,budget"]
)
def test_a_new_contract_has_nothing_to_mend(capsys, tmp_path, pays):
    file = tmp_path / "mine.toml"
    code, out, _ = resettle(capsys, "contract", "new", file, *ANSWERS, "--pays", pays)
    assert code == 0
    assert "Next: resettle contract check" in out
    assert check_contract(file) == []
    agreed = read_contract(file)
    assert agreed.title == 'Mentors "through" the gate'
    assert agreed.id == "mentors-through-the-gate"
    assert len(agreed.payments) == len(pays.split(","))
    assert file.read_text("utf-8").count("#") > 3


def test_questions_are_asked_where_no_option_answers(capsys, tmp_path, monkeypatch):
    import typer

    asked = []
    monkeypatch.setattr(typer, "prompt", lambda question, default: asked.append(question) or default)
    code, _, _ = resettle(capsys, "contract", "new", tmp_path / "mine.toml", *ANSWERS[:6])
    assert code == 0
    assert len(asked) == 5
    assert check_contract(tmp_path / "mine.toml") == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (["--pays", "bonus"], "no such way to pay"),
        (["--start", "tomorrow"], "not a date"),
        (["--end", "2020-01-01"], "the contract ends before it starts"),
        (["--people", "few"], "not a number of people"),
    ],
)
def test_answers_that_cannot_be(capsys, tmp_path, change, message):
    code, _, err = resettle(capsys, "contract", "new", tmp_path / "mine.toml", *ANSWERS, "--pays", "fee", *change)
    assert code == 2
    assert message in err
    assert not (tmp_path / "mine.toml").exists()


def test_a_file_that_is_there_is_kept(capsys, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("mine")
    code, _, err = resettle(capsys, "contract", "new", file, *ANSWERS, "--pays", "fee")
    assert code == 2
    assert "there is such a file already" in err
    assert file.read_text() == "mine"


def test_the_schema_is_one(capsys, examples):
    code, out, _ = resettle(capsys, "contract", "schema")
    assert code == 0
    made = json.loads(out)
    assert made["$schema"].endswith("2020-12/schema")
    assert {"payments", "measures", "variations", "capital"} <= set(made["properties"])
    keys = set(made["properties"])
    for file in (examples / "contracts").glob("*.toml"):
        assert set(tomllib.loads(file.read_text("utf-8"))) <= keys


DEAL = """
id = "deal"
title = "A deal"
price_base_year = 2024
[period]
start = 2024-01-01
end = 2024-12-31
[[parties]]
id = "payer"
name = "The payer"
role = "commissioner"
[[parties]]
id = "provider"
name = "The provider"
role = "provider"
[population]
services = ["s"]
[[measures]]
id = "m"
kind = "count"
definition = "events"
[[payments]]
id = "p"
kind = "outcome_rate"
measure = "m"
scale = "percent"
price = "100.00"
dead_zone = "none"
"""
RESULT = 'lot = "deal"\n[[results]]\nid = "r"\nmeasure = "m"\npeople = 100\nvalue = "1.42"\ncomparison = "1.55"\n'


@pytest.fixture
def deal(tmp_path):
    (tmp_path / "deal.toml").write_text(DEAL, "utf-8")
    (tmp_path / "result.toml").write_text(RESULT, "utf-8")
    return tmp_path


def test_settling_on_an_evidence_file_and_carrying_on(capsys, deal):
    first = resettle(capsys, "settle", deal / "deal.toml", "--at", "2024-12-31", "--json")[1]
    assert Statement.from_json(first).total == 0
    (deal / "first.json").write_text(first, "utf-8")
    code, out, _ = resettle(
        capsys,
        "settle",
        deal / "deal.toml",
        "--at",
        "2025-12-31",
        "--evidence",
        deal / "result.toml",
        "--since",
        deal / "first.json",
    )
    assert code == 0
    assert "A deal: £838.71 is owed" in out
    code, out, _ = resettle(
        capsys, "contract", "explain", deal / "deal.toml", "--at", "2025-12-31", "--evidence", deal / "result.toml"
    )
    assert "8.39% better" in out
    assert "To The provider" in out
    code, out, _ = resettle(
        capsys,
        "contract",
        "explain",
        deal / "deal.toml",
        "--at",
        "2025-12-31",
        "--evidence",
        deal / "result.toml",
        "--public",
    )
    assert "For publication" in out


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('lot = "deal"', 'lot = "other"'), "evidence for another lot"),
        (('lot = "deal"', 'lot = "deal"\ncurrency = "USD"'), "evidence in another currency than the contract"),
        (('value = "1.42"', "value = nan"), "not a usable number"),
        (('value = "1.42"', 'value = "-1.42"'), "a negative number"),
        (("people = 100", "people = 0"), "people"),
        (("people = 100", "peeple = 100"), "Did you mean 'people'"),
        (('measure = "m"', 'measure = "n"'), "a result for a measure that the contract does not have"),
        (('lot = "deal"', ""), "missing key"),
    ],
)
def test_evidence_that_cannot_be(capsys, deal, change, message):
    (deal / "result.toml").write_text(RESULT.replace(*change), "utf-8")
    code, _, err = resettle(
        capsys, "settle", deal / "deal.toml", "--at", "2025-12-31", "--evidence", deal / "result.toml"
    )
    assert code == 2
    assert message in err
    assert "result" in err


def test_what_is_no_statement_and_a_study_without_an_area(capsys, deal):
    (deal / "first.json").write_text("{}", "utf-8")
    code, _, err = resettle(capsys, "settle", deal / "deal.toml", "--at", "2025-12-31", "--since", deal / "first.json")
    assert code == 2
    assert "not a statement that was settled here" in err
    code, _, err = resettle(capsys, "settle", deal / "deal.toml", "--at", "2025-12-31", "--study", deal / "x.toml")
    assert code == 2
    assert "a study needs an area" in err
