"""The command line as its user meets it: what it prints, how it ends, and that no traceback is ever shown."""

import json
import os
import subprocess
import sys

import pytest

from resettle.cli import main


def resettle(capsys, *arguments):
    """Run a command in this process: exit status, what it printed, what it complained of."""
    try:
        code = main([str(a) for a in arguments])
    except SystemExit as ended:
        code = ended.code
    out = capsys.readouterr()
    assert "Traceback" not in out.out + out.err
    return code or 0, out.out, out.err


def test_measure_prints_a_sentence_and_a_table(capsys, examples):
    code, out, _ = resettle(
        capsys, "measure", examples / "areas/maryland", "--clock", "rearrest-52-weeks", "--by", "age_band"
    )
    assert code == 0
    assert "re-arrest within 52 weeks ranged from" in out
    assert "18 to 20" in out
    assert "Wilson" in out


def test_json_is_json(capsys, examples):
    code, out, _ = resettle(capsys, "measure", examples / "areas/maryland", "--clock", "rearrest-52-weeks", "--json")
    assert code == 0
    assert json.loads(out)["measures"][0]["n"] == 432


def test_evaluate_shows_every_test_and_the_grade(capsys, examples):
    code, out, _ = resettle(capsys, "evaluate", examples / "areas/maryland", examples / "studies/maryland-aid.toml")
    assert code == 0
    assert "-8.33 percentage points (95% interval -16.61 to -0.06" in out
    assert "log-rank" in out
    assert "5 of 5 on the Maryland Scientific Methods Scale" in out
    assert "sealed as" in out


def test_settle_explains_each_line(capsys, examples):
    code, out, _ = resettle(
        capsys, "settle", examples / "contracts/maryland-aid.toml", examples / "areas/maryland", "--at", "1971-07-01",
        "--study", examples / "studies/maryland-aid.toml",
    )  # fmt: skip
    assert code == 0
    assert "£50,000.00 is owed" in out
    assert "Fewer re-arrests: £50,000.00. A difference was shown" in out


def test_reference_list_and_show(capsys):
    code, out, _ = resettle(capsys, "reference", "list", "crime")
    assert code == 0
    assert "crime.robbery.total" in out
    code, out, _ = resettle(capsys, "reference", "show", "crime.robbery.total")
    assert "11,320" in out
    assert "Heeks" in out


def test_contract_check_ends_with_one_on_an_error(capsys, examples, tmp_path):
    good = examples / "contracts/maryland-aid.toml"
    assert resettle(capsys, "contract", "check", good)[0] == 0
    broken = tmp_path / "broken.toml"
    broken.write_text(good.read_text().replace('cap = "60000.00"', 'cap = "60000.00"\nfloor = "70000.00"'))
    code, out, _ = resettle(capsys, "contract", "check", broken)
    assert code == 1
    assert "error" in out


def test_the_life_of_an_area(capsys, tmp_path):
    area = tmp_path / "mine"
    code, out, _ = resettle(
        capsys, "area", "new", area, "--name", "Mine", "--place", "Here", "--period-start", "2022-01-01", "--period-end", "2022-12-31",
        "--extract-date", "2024-12-31", "--source", "made", "--licence", "none", "--records", "synthetic",
    )  # fmt: skip
    assert code == 0, out
    people = tmp_path / "people.csv"
    people.write_text("person_id,birth_date\nA,1990-01-01\nB,1990-04-31\n")
    code, out, _ = resettle(capsys, "area", "import", area, "person", people)
    assert code == 0
    assert "2 rows read = 1 kept + 1 quarantined + 0 already there" in out
    mend = tmp_path / "mend.csv"
    assert resettle(capsys, "area", "quarantine", area, "person", "--out", mend)[0] == 0
    mend.write_text(mend.read_text().replace("1990-04-31", "1990-04-30"))
    code, out, _ = resettle(capsys, "area", "import", area, "person", mend)
    assert "1 kept" in out
    assert resettle(capsys, "area", "check", area)[0] == 0
    code, out, _ = resettle(capsys, "area", "describe", area)
    assert "Synthetic records" in out


def test_explain_shows_each_step_and_why(capsys, examples):
    code, out, _ = resettle(
        capsys, "area", "explain", examples / "areas/maryland", "measure", "--clock", "moj-2017", "--rows"
    )
    assert code == 0
    assert "candidate" in out
    assert "a person enters each quarter once" in out
    assert "SELECT" in out


def test_generate_needs_and_lacked(capsys, tmp_path):
    area = tmp_path / "gm"
    code, out, _ = resettle(capsys, "area", "generate", area, "--people", "8000", "--seed", "4")
    assert code == 0
    assert "8,000 people, seed 4" in out
    code, out, _ = resettle(capsys, "needs", area)
    assert code == 0
    assert "unmet need is largest" in out
    assert resettle(capsys, "area", "explain", area, "lacked")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["measure", "nowhere"], "no such area"),
        (["measure", "AREAS/maryland", "--clock", "moj2017"], "Did you mean 'moj-2017'"),
        (["measure", "AREAS/maryland", "--by", "aeg_band", "--clock", "rearrest-52-weeks"], "Did you mean 'age_band'"),
        (["evaluate", "AREAS/maryland", "nowhere.toml"], "no such file"),
        (["area", "check", "AREAS"], "not an area"),
        (["area", "import", "AREAS/maryland", "persons", "x.csv"], "Did you mean 'person'"),
        (["reference", "show", "crime.robery.total"], "Did you mean 'crime.robbery.total'"),
        (["settle", "nowhere.toml", "AREAS/maryland", "--at", "2020-01-01"], "no such file"),
        (["thread", "nowhere.toml", "--out", "x"], "no such file"),
        (["trace", "AREAS/maryland", "person:M001"], "not the folder of a thread"),
    ],
)
def test_a_fault_of_the_user_is_one_clear_message(capsys, examples, arguments, message):
    code, _, err = resettle(capsys, *(a.replace("AREAS", str(examples / "areas")) for a in arguments))
    assert code == 2
    assert err.startswith("Error: ")
    assert message in err


def test_a_fault_of_ours_is_told_without_a_traceback(capsys, examples, monkeypatch):
    monkeypatch.setattr("resettle.evidence.measures.measure", lambda *a, **k: 1 / 0)
    code, _, err = resettle(capsys, "measure", examples / "areas/maryland")
    assert code == 70
    assert "A fault in Resettle, not in your input" in err


def test_a_table_spoilt_by_hand_points_to_check(capsys, examples, tmp_path):
    import shutil

    shutil.copytree(examples / "areas/maryland", tmp_path / "area")
    events = tmp_path / "area/tables/index_event.csv"
    events.write_text(events.read_text().replace("1970-01-01", "1970-02-31", 1))
    code, _, err = resettle(capsys, "measure", tmp_path / "area", "--clock", "rearrest-52-weeks")
    assert code == 2
    assert "resettle area check" in err
    code, out, _ = resettle(capsys, "area", "check", tmp_path / "area")
    assert code == 1
    assert "1970-02-31" in out


def test_output_that_nobody_reads_is_no_fault(examples):
    command = (
        f"{sys.executable} -m resettle measure {examples}/areas/maryland --clock rearrest-52-weeks --json | head -c 10"
    )
    done = subprocess.run(command, shell=True, capture_output=True, text=True, env={**os.environ})
    assert "Traceback" not in done.stderr
