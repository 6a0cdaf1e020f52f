"""An area changes all at once or not at all, whatever cuts in."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from area_kit import bring, files, made, peopled, stored

from resettle.area import open_area
from resettle.area.store import PENDING, Change, fresh_folder
from resettle.errors import BadInput, Busy

KIT = Path(__file__).with_name("kill_kit.py")


def killed_everywhere(kind, base):
    done = subprocess.run([sys.executable, KIT, kind, base], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_a_change_killed_at_every_step_leaves_the_old_state_or_the_new(tmp_path):
    base = made(tmp_path / "base")
    for name in ("tables/one.csv", "tables/gone.csv", "two.txt"):
        (base / name).write_text("old")
    old = {
        "tables/one.csv": "old",
        "two.txt": "old",
        "new/three.txt": False,
        "tables/gone.csv": "old",
        ".pending": False,
    }
    new = {
        "tables/one.csv": "new",
        "two.txt": "new",
        "new/three.txt": "new",
        "tables/gone.csv": False,
        ".pending": False,
    }
    result = killed_everywhere("change", base)
    assert result["steps"] > 20
    states = [after for after, _ in result["found"]]
    assert all(state in (old, new) for state in states)
    assert old in states and states.count(new) > 5
    assert all(again == new for _, again in result["found"])


@pytest.mark.slow
def test_an_import_killed_at_every_step_and_at_random_leaves_the_old_state_or_the_new(tmp_path):
    base = peopled(tmp_path / "base")
    (base / "tables/offence.csv").write_text("offence_id,person_id,offence_date,outcome\n0,P1,2018-01-01,caution\n")
    rows = "".join(f"{i},P{i % 4},2019-01-01,caution\n" for i in range(1, 40))
    (tmp_path / "offence.csv").write_text("offence_id,person_id,offence_date,outcome\n" + rows)
    result = killed_everywhere("import", base)
    whole = result["found"][0][0]
    found = [{k: v for k, v in after.items() if k != "log"} for after, _ in result["found"]]
    new = {k: v for k, v in whole.items() if k != "log"}
    old = next(state for state in found if state != new)
    assert old["csv"] and not old["quarantine"] and len(new["quarantine"]) == 9
    assert all(state in (old, new) for state in found)
    assert all({k: v for k, v in done.items() if k != "log"} == new for _, done in result["found"])
    assert all(done["log"] == after["log"] + 1 for after, done in result["found"])


def test_a_second_writer_is_refused_and_a_dead_one_holds_nothing(tmp_path):
    area = peopled(tmp_path / "a")
    with Change(area), pytest.raises(Busy, match="another process is changing this area"):
        bring(area, "person", "person_id\nP9\n")
    assert bring(area, "person", "person_id\nP9\n").kept == 1


def test_reading_goes_on_while_another_writes(tmp_path):
    area = peopled(tmp_path / "a")
    with Change(area) as change:
        change.file("tables/person.parquet").write_bytes(b"half")
        assert len(stored(area, "person")) == 3
        assert (area / PENDING).exists()


def test_a_folder_that_may_not_be_written_is_told(tmp_path):
    area = made(tmp_path / "a")
    (area / ".lock").unlink(missing_ok=True)
    (area / ".lock").mkdir()
    with pytest.raises(BadInput, match="the area cannot be written"):
        bring(area, "person", "person_id\nP9\n")


def test_an_exception_leaves_the_area_as_it_was(tmp_path):
    area = peopled(tmp_path / "a")
    before = files(area)
    with pytest.raises(KeyboardInterrupt), Change(area) as change:
        change.file("tables/person.parquet").write_bytes(b"half")
        raise KeyboardInterrupt
    assert files(area) == before and not (area / PENDING).exists()


def test_a_full_disk_is_told_and_leaves_the_area_as_it_was(tmp_path, monkeypatch):
    area = peopled(tmp_path / "a")
    before = files(area)

    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BadInput, match=r"the area cannot be written.*No space left.*The area is as it was"):
        bring(area, "person", "person_id\nP9\n")
    monkeypatch.undo()
    assert files(area) == before and not (area / PENDING).exists()


def test_a_limit_on_the_size_of_files_is_told_and_leaves_the_area_as_it_was(tmp_path):
    area = peopled(tmp_path / "a")
    before = files(area)
    text = "service_id,name\n" + "".join(f"S{i},{os.urandom(40).hex()}\n" for i in range(20_000))
    (tmp_path / "in.csv").write_text(text)
    code = (
        "import resource, signal, sys, pathlib\n"
        "from resettle.area.importing import import_table\n"
        "from resettle.errors import BadInput\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "try: import_table(pathlib.Path(sys.argv[1]), 'service', pathlib.Path(sys.argv[2]))\n"
        "except BadInput as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, area, tmp_path / "in.csv"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "cannot be written" in done.stdout
    assert files(area) == before and not (area / PENDING).exists()


def test_fresh_folder_is_there_whole_or_not_at_all(tmp_path):
    with fresh_folder(tmp_path / "new/area") as folder:
        (folder / "tables").mkdir()
        (folder / "tables/x").write_text("x")
        assert not (tmp_path / "new/area").exists()
    assert (tmp_path / "new/area/tables/x").read_text() == "x"
    with pytest.raises(ValueError, match="no"), fresh_folder(tmp_path / "other") as folder:
        (folder / "x").write_text("x")
        raise ValueError("no")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new"]


def test_fresh_folder_refuses_what_is_there_and_takes_an_empty_folder(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full/x").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "empty").mkdir()
    for name, rule in (("full", "the folder is not empty"), ("file", "there is a file of this name")):
        with pytest.raises(BadInput, match=rule), fresh_folder(tmp_path / name):
            pass
    with fresh_folder(tmp_path / "empty") as folder:
        (folder / "x").write_text("x")
    assert (tmp_path / "empty/x").exists() and (tmp_path / "full/x").read_text() == "mine"


def test_fresh_folder_clears_what_dead_processes_left(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (tmp_path / f"area.partial-{dead.pid}").mkdir()
    (tmp_path / "area.partial-1").mkdir()
    (tmp_path / "area.partial-mine").mkdir()
    with fresh_folder(tmp_path / "area"):
        pass
    assert sorted(p.name for p in tmp_path.iterdir()) == ["area", "area.partial-1", "area.partial-mine"]


def test_a_sealed_change_is_finished_and_an_unsealed_one_dropped_on_opening(tmp_path):
    area = peopled(tmp_path / "a")
    (area / PENDING / "new").mkdir(parents=True)
    (area / PENDING / "new/note.txt").write_text("new")
    open_area(area)
    assert not (area / PENDING).exists() and not (area / "note.txt").exists()
    (area / PENDING / "new").mkdir(parents=True)
    (area / PENDING / "new/note.txt").write_text("new")
    (area / PENDING / "READY").write_text(json.dumps({"new": ["note.txt"], "gone": []}))
    open_area(area)
    assert (area / "note.txt").read_text() == "new" and not (area / PENDING).exists()
