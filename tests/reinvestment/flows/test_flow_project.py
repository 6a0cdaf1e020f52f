"""`project`: common draws, workers, stop and resume, results that can be read back, areas, and the command line."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from flow_kit import COVER, EFFECT, LEVERS, MENTORING, whole

from resettle.cli import main
from resettle.errors import BadInput
from resettle.reinvestment.flows import run as running
from resettle.reinvestment.flows.projection import EVERYWHERE, Projection
from resettle.reinvestment.flows.run import Job, run
from resettle.reinvestment.project import project

SCENARIOS = Path(__file__).resolve().parents[3] / "examples/scenarios"


def job(draws=7, engine="cohort", **change) -> Job:
    return Job(whole(**change), EFFECT, draws, engine)


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(running, "ROWS", 4)


def test_the_answer_is_the_same_whatever_the_number_of_workers(small_blocks):
    one, three = (run(job(lever=LEVERS[:2]), workers=w) for w in (1, 3))
    assert np.array_equal(one.baseline, three.baseline)
    assert np.array_equal(one.policy, three.policy)


@pytest.mark.slow
def test_persons_in_processes_give_the_same_answer():
    one, two = (run(job(draws=2, engine="people", lever=LEVERS[:1], months=12), workers=w) for w in (1, 2))
    assert np.array_equal(one.policy, two.policy)


def test_a_run_that_was_stopped_goes_on_where_it_was(small_blocks, tmp_path):
    whole_run = run(job())
    seen = []

    def stop(done, wanted):
        seen.append(done)
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(job(), folder=tmp_path, progress=stop)
    kept = sorted(tmp_path.rglob("*.npz"))
    assert seen == [2, 4]
    assert len(kept) == 2
    kept[0].write_bytes(b"cut off")
    calls = []
    again = run(job(), folder=tmp_path, progress=lambda done, wanted: calls.append((done, wanted)))
    assert np.array_equal(again.baseline, whole_run.baseline)
    assert calls[-1] == (7, 7)
    assert not list(tmp_path.rglob("*.part"))


KILLED = """
import os, signal, sys
sys.path.insert(0, {kit!r})
from pathlib import Path
from flow_kit import EFFECT, LEVERS, whole
from resettle.reinvestment.flows import run as running
running.ROWS = 4
def killed(done, wanted):
    if done >= 4:
        os.kill(os.getpid(), signal.SIGKILL)
running.run(running.Job(whole(lever=LEVERS[:1]), EFFECT, 7), workers=2, folder=Path({folder!r}), progress=killed)
"""


def test_a_run_that_was_killed_goes_on_where_it_was(small_blocks, tmp_path):
    """The process is killed outright, with two workers at work; what was kept is taken up, and the answer is that of one go."""
    program = KILLED.format(kit=str(Path(__file__).parent), folder=str(tmp_path))
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -signal.SIGKILL
    kept = list(tmp_path.rglob("*.npz"))
    assert kept
    calls = []
    again = run(job(lever=LEVERS[:1]), folder=tmp_path, progress=lambda done, wanted: calls.append(done))
    assert len(calls) == 4
    assert np.array_equal(again.policy, run(job(lever=LEVERS[:1])).policy)


def test_pieces_of_another_run_are_left_alone(small_blocks, tmp_path):
    run(job(), folder=tmp_path)
    other = run(job(lever=LEVERS[:1]), folder=tmp_path)
    assert np.array_equal(other.policy, run(job(lever=LEVERS[:1])).policy)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_lever_changes_nothing_before_it_starts_and_the_baseline_is_that_of_no_lever():
    plain, moved = run(job()), run(job(lever=LEVERS[:1]))
    assert np.array_equal(plain.baseline, moved.baseline)
    assert np.array_equal(moved.policy[..., :3], moved.baseline[..., :3])
    assert moved.change("charge")[:, 5].max() < 0


def test_a_projection_says_the_change_and_can_be_read_back():
    found = project(whole(lever=[COVER, *LEVERS[5:6]], service=[MENTORING], months=24))
    assert type(found).from_json(found.to_json()) == found
    assert "prison population" in found.sentence
    assert "fewer than without it" in found.sentence
    assert any("typed by hand" in note for note in found.notes)
    assert {s.place for s in found.series} == {EVERYWHERE, "Here", "There"}
    assert len(found.rows()) == len(found.series) * 24
    assert found.one("prison").change.mean[4] == 0
    assert found.one("prison").chance_of_less == 1
    for name in ("prison", "release"):
        parts = sum(np.array(found.one(name, p).baseline.mean) for p in found.places)
        assert parts == pytest.approx(found.one(name).baseline.mean, rel=1e-4)
    assert list(found.table().columns)[:4] == ["month", "kind", "name", "place"]


def test_an_effect_whose_interval_covers_nothing_gives_a_chance_of_loss():
    """hazard ratio 1 (0.8 to 1.25): about as likely more offences as fewer."""
    nothing = {**MENTORING, "typed": {"hazard_ratio": 1.0, "low": 0.8, "high": 1.25, "source": "made"}}
    found = project(whole(lever=[COVER], service=[nothing]), draws=400).one("offence")
    assert found.change.low[-1] < 0 < found.change.high[-1]
    assert 0.4 < found.chance_of_less < 0.6


def test_the_person_level_engine_gives_the_same_projection_within_its_error():
    of = whole(lever=LEVERS[5:6], months=24)
    cohort, people = project(of, draws=20), project(of, draws=20, engine="people")
    a, b = cohort.one("prison"), people.one("prison")
    assert b.baseline.mean[-1] == pytest.approx(a.baseline.mean[-1], abs=6 * b.monte_carlo_se + 10)
    assert b.change.mean[-1] == pytest.approx(a.change.mean[-1], abs=6 * b.monte_carlo_se + 5)


def test_monte_carlo_error_falls_with_the_root_of_draws():
    errors = [project(whole(months=12), draws=n).one("offence").monte_carlo_se for n in (100, 1600)]
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.4)


def test_places_come_from_an_area(make_area):
    area = make_area(area_tables())
    found = project(whole(places=(), lever=[{**LEVERS[8], "places": ["Bolton"]}], months=12), area)
    assert found.places == ("Bolton", "Wigan")
    share = found.one("prison", "Bolton").baseline.mean[0] / found.one("prison").baseline.mean[0]
    assert share == pytest.approx(0.25, abs=0.01)
    assert any("by people followed" in note for note in found.notes)
    assert found.provenance.inputs
    assert found.one("community_order", "Bolton").change.mean[-1] > 0
    with pytest.raises(BadInput, match=r"does not have \(found 'Here'\)\. Known: Bolton, Wigan"):
        project(whole(places=(), lever=[{**LEVERS[8], "places": ["Bolton"]}]).model_copy(
            update={"lever": whole(lever=[LEVERS[8]]).lever}), area)  # fmt: skip


def area_tables():
    people = [
        {"person_id": f"p{i}", "sex": "F" if i % 4 == 0 else "M", "place_id": "b" if i < 25 else "w"}
        for i in range(100)
    ]
    return {
        "place": [{"place_id": "b", "name": "Bolton", "kind": "borough"}, {"place_id": "w", "name": "Wigan", "kind": "borough"}],
        "person": people,
        "index_event": [
            {"index_id": f"i{i}", "person_id": f"p{i}", "index_date": "2020-01-15", "disposal": "custody", "offence_group": "theft", "age": 30}
            for i in range(100)
        ],
        "offence": [
            {"offence_id": f"o{i}", "person_id": f"p{i}", "offence_date": "2020-04-01", "proven_date": "2020-06-01", "outcome": "conviction",
             "offence_group": "theft", "recordable": "true"}
            for i in range(0, 100, 3)
        ],
    }  # fmt: skip


def test_groups_come_from_an_area(make_area):
    from resettle.reinvestment.flows.from_area import with_area

    found, _ = with_area(whole(places=(), by=("sex",)), make_area(area_tables()))
    assert {g.name for g in found.group} == {"F", "M"}
    assert sum(g.share for g in found.group) == pytest.approx(1)
    assert all(0.3 < p.reoffending < 3 for p in found.places)


def test_unknown_names_are_told():
    found = project(whole(months=6))
    with pytest.raises(BadInput, match="no such place"):
        found.one("prison", "Heer")
    with pytest.raises(BadInput, match="no such stock or flow"):
        found.one("prisn")
    drawn = run(job(months=6))
    with pytest.raises(BadInput, match="no such state or flow"):
        drawn.of("prisn")
    with pytest.raises(BadInput, match="no such place"):
        drawn.of("prison", "Heer")


def cli(*arguments):
    with pytest.raises(SystemExit) as ended:
        main(["project", *map(str, arguments)])
    return ended.value.code


def test_the_command_line_prints_writes_pictures_and_json(capsys, tmp_path):
    file = SCENARIOS / "release-point.toml"
    code = cli(file, "--draws", "30", "--chart", tmp_path / "fan.svg", "--flow-chart", tmp_path / "flow.svg")
    printed = capsys.readouterr().out
    assert code == 0
    assert "Release at a third: release after 33.3% instead of 40%" in printed
    assert "Published figures beside what came out" in printed
    for name in ("fan.svg", "flow.svg"):
        assert (tmp_path / name).read_text("utf-8").startswith("<svg")
    assert cli(file, "--draws", "30", "--json") == 0
    assert Projection.from_json(capsys.readouterr().out).scenario == "release-point"


def test_the_command_line_takes_one_area_and_one_scenario(capsys):
    assert cli("a", "b", "c") == 2
    assert "at most one area" in capsys.readouterr().err


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("*.toml")), ids=lambda f: f.stem)
def test_every_example_runs_and_says_its_change(file):
    found = project(file, draws=20)
    assert found.sentence
    assert found.notes
    assert all(s.baseline.low <= s.baseline.high for s in found.series)
    if found.levers and file.stem != "hindcast-2021":
        assert found.one("prison").change is not None
        assert json.loads(found.to_json())["levers"]
