"""A contract's own clock lies beside the contract, from wherever it is read."""

from datetime import date

import pytest
from contract_kit import BASE

from resettle.commissioning import check_contract, read_contract, settle
from resettle.commissioning.evidence import Evidence
from resettle.commissioning.language.clocks import answered_by
from resettle.errors import BadInput
from resettle.evidence.study import read_study

CLOCK = """
name = "own"
label = "an own clock"
event = "offence"
source = "invented"
outcomes = ["conviction"]
entry = "first_in_cohort"
cohort = "window"
follow_up = { months = 9 }
wait = { months = 3 }
"""
MEASURE = """
[[measures]]
id = "m"
clock = "clocks/own.toml"
[[payments]]
id = "rate"
kind = "outcome_rate"
measure = "m"
price = "100.00"
per = "point"
"""


@pytest.fixture
def desk(tmp_path, monkeypatch):
    (tmp_path / "deal/clocks").mkdir(parents=True)
    (tmp_path / "deal/clocks/own.toml").write_text(CLOCK, "utf-8")
    (tmp_path / "deal/contract.toml").write_text(BASE + MEASURE, "utf-8")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path


def test_it_is_read_from_the_contracts_folder(desk):
    measure = read_contract("../deal/contract.toml").measure("m")
    assert (measure.follow_up_months, measure.label, measure.clock) == (12, "an own clock", "clocks/own.toml")
    assert not [f for f in check_contract("../deal/contract.toml") if f.severity == "error"]


def test_what_the_contract_says_itself_stands(desk):
    said = MEASURE.replace('clocks/own.toml"', 'clocks/own.toml"\nfollow_up_months = 20\nlabel = "mine"')
    (desk / "deal/contract.toml").write_text(BASE + said, "utf-8")
    measure = read_contract(desk / "deal/contract.toml").measure("m")
    assert (measure.follow_up_months, measure.label) == (20, "mine")


def test_the_follow_up_decides_when_a_result_can_be_known(desk):
    contract = read_contract(desk / "deal/contract.toml")
    end = contract.population.index.end if contract.population.index else contract.period.end
    open_then = settle(contract, Evidence(), end).open
    assert any(str(end.year + 1) in str(note) for note in open_then), open_then


def test_a_clock_of_the_current_folder_is_not_taken(desk):
    (desk / "deal/clocks/own.toml").rename(desk / "elsewhere/own.toml")
    (desk / "deal/contract.toml").write_text((BASE + MEASURE).replace("clocks/own.toml", "own.toml"), "utf-8")
    with pytest.raises(BadInput, match="no such file of a clock") as told:
        read_contract(desk / "deal/contract.toml")
    fault = told.value.problems[0]
    assert fault.column == "measures.3.clock" and fault.row and fault.value == "own.toml"
    assert check_contract(desk / "deal/contract.toml")[0].rule == "there is no such file of a clock"


def test_a_fault_of_the_clock_is_told_with_its_file(desk):
    (desk / "deal/clocks/own.toml").write_text(CLOCK.replace("conviction", "verdict"), "utf-8")
    with pytest.raises(BadInput, match="no such outcome of an offence") as told:
        read_contract(desk / "deal/contract.toml")
    assert "own.toml" in (told.value.problems[0].file or "")


STUDY = """
id = "s"
question = "q"
clock = "{clock}"
design = "randomised"
[programme]
services = ["peer"]
label = "peers"
"""


def test_a_study_under_the_same_rules_answers_wherever_its_clock_lies(desk):
    contract = read_contract(desk / "deal/contract.toml")
    (desk / "study.toml").write_text(STUDY.format(clock="deal/clocks/own.toml"), "utf-8")
    assert answered_by(contract, read_study(desk / "study.toml"), 1) == {"m": 1}
    (desk / "other.toml").write_text(CLOCK.replace("months = 9", "months = 6"), "utf-8")
    (desk / "study.toml").write_text(STUDY.format(clock="other.toml"), "utf-8")
    assert answered_by(contract, read_study(desk / "study.toml"), 1) == {}
    (desk / "study.toml").write_text(STUDY.format(clock="moj-2017"), "utf-8")
    assert answered_by(contract, read_study(desk / "study.toml"), 1) == {"reoffending": 1}


def test_old_terms_keep_what_the_clock_said(desk):
    from resettle.commissioning import in_force

    text = (
        BASE
        + MEASURE
        + '[[variations]]\neffective = 2024-03-01\nreason = "r"\nchanges = { "payments.rate.price" = "90.00" }\n'
    )
    (desk / "deal/contract.toml").write_text(text, "utf-8")
    held = in_force(read_contract(desk / "deal/contract.toml"), date(2024, 4, 1))
    assert held.measure("m").follow_up_months == 12 and held.payment("rate").price == 90
