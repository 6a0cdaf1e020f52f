"""How people enter a study: by its clock, by a clock file beside it, or each person once."""

import shutil

import pytest

from resettle.area import open_area
from resettle.area.generate import generate_area
from resettle.errors import BadInput
from resettle.evidence.evaluate import evaluate
from resettle.evidence.study import read_study

PEER = "studies/greater-manchester-peer-support.toml"


@pytest.fixture(scope="module")
def area(tmp_path_factory):
    path = tmp_path_factory.mktemp("once") / "area"
    generate_area(path, 20_000, 1).close()
    with open_area(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def both(area, examples):
    study = read_study(examples / PEER)
    assert study.each_person_once
    return evaluate(area, study), evaluate(area, study.model_copy(update={"each_person_once": False}))


def placebo(effect):
    return next(one for one in effect.diagnostics if one.name.startswith("placebo"))


def test_later_index_events_are_no_fair_comparison(both):
    """They follow the reoffences of the first, and nobody starts a service at one: the year before tells."""
    once, every = both
    assert placebo(every).flag == "red" and placebo(every).value < -0.1
    assert placebo(once).flag == "green" and abs(placebo(once).value) < 0.1
    assert [one.name for one in once.diagnostics if one.flag == "red"] == []


def test_each_person_once_still_finds_the_known_truth(both, area):
    truth = area.query("SELECT people, effect FROM truth WHERE service_id = 'peer_support'").to_pylist()[0]
    once, every = both
    assert once.interval.low < truth["effect"] < once.interval.high
    compared = next(one for one in once.diagnostics if one.name == "treated people compared")
    assert f"of {truth['people']:,}:" in compared.words, "everyone who started is still there"
    people = area.query("SELECT count(DISTINCT person_id) AS n FROM index_event").to_pylist()[0]["n"]
    assert once.comparison.n < every.comparison.n and once.n <= people
    assert "Each person enters once, with the first index event of the study." in once.notes
    assert once.seal != every.seal


@pytest.fixture
def beside(examples, tmp_path, monkeypatch):
    """A study with a clock of its own in its folder, looked at from another folder."""
    folder, elsewhere = tmp_path / "studies", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    text = (examples / "studies/maryland-aid.toml").read_text()
    (folder / "study.toml").write_text(text.replace('clock = "rearrest-52-weeks"', 'clock = "own.toml"'))
    assert "own.toml" in (folder / "study.toml").read_text()
    from importlib.resources import files

    shutil.copy(str(files("resettle.evidence") / "clocks/rearrest-52-weeks.toml"), folder / "own.toml")
    monkeypatch.chdir(elsewhere)
    return folder


def test_a_clock_file_lies_beside_its_study(beside, examples):
    with open_area(examples / "areas/maryland") as area:
        found = evaluate(area, beside / "study.toml")
        known = evaluate(area, examples / "studies/maryland-aid.toml")
    assert found.estimate == known.estimate and found.p == known.p


def test_one_in_the_current_folder_is_not_taken_for_it(beside, examples):
    from pathlib import Path

    text = (beside / "own.toml").read_text()
    (beside / "own.toml").unlink()
    Path("own.toml").write_text(text)
    with open_area(examples / "areas/maryland") as area, pytest.raises(BadInput) as error:
        evaluate(area, beside / "study.toml")
    assert "no such file" in str(error.value) and str(beside / "own.toml") in str(error.value)


def test_a_whole_path_is_taken_as_it_is(beside, examples):
    study = beside / "study.toml"
    study.write_text(study.read_text().replace("own.toml", str(beside / "own.toml")))
    assert read_study(study).own_clock == read_study(examples / "studies/maryland-aid.toml").own_clock
