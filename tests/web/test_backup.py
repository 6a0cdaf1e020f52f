"""Back-up and restore, of the kind of database that the tests run on, while somebody is writing."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
import time
import zipfile
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.web.upkeep.archive import back_up, require_whole, restore, write

ADDRESS = os.environ.get("RESETTLE_DATABASE", "")
FULL = ["--organisation", "The charity", "--team", "North", "--name", "Ada Admin", "--email", "ada@example.org"]
# A worker who adds an organisation and an event of the record in one transaction, again and again.
WRITER = """
import sys, itertools, pathlib
from resettle.web.serve import ready
ready(pathlib.Path(sys.argv[1]), False)
from django.db import transaction
from resettle.web.access.audit import record
from resettle.web.access.models import Organisation
for n in itertools.count():
    with transaction.atomic():
        Organisation.objects.create(name=f"Organisation {n}")
        record(None, "change", "organisation")
    print(n, flush=True)
"""


def environment(address):
    left_out = ("RESETTLE_", "DJANGO_")
    outside = {key: value for key, value in os.environ.items() if not key.startswith(left_out)}
    return {**outside, "COLUMNS": "200", **({"RESETTLE_DATABASE": address} if address else {})}


def resettle(address, *arguments):
    command = [sys.executable, "-m", "resettle", *map(str, arguments)]
    return subprocess.run(command, env=environment(address), capture_output=True, text=True, timeout=120)


@contextmanager
def fresh(name):
    """The address of an empty database; of SQLite, which is a file in the folder, none."""
    if not ADDRESS:
        yield ""
        return
    import psycopg

    with closing(psycopg.connect(ADDRESS, autocommit=True)) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(ADDRESS)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def rows(address, home, query):
    if address:
        import psycopg

        with closing(psycopg.connect(address)) as database:
            return database.execute(query).fetchall()
    with closing(sqlite3.connect(home / "workspace.sqlite3")) as database:
        return database.execute(query).fetchall()


@contextmanager
def somebody_writing(address, home):
    """A process that writes; it has begun when this yields its output."""
    command = [sys.executable, "-c", WRITER, str(home)]
    with subprocess.Popen(command, env=environment(address), stdout=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stdout.readline() == "0\n"
            yield
        finally:
            worker.kill()


def test_a_backup_made_while_somebody_writes_is_one_moment_and_comes_back_whole(tmp_path):
    home, again, file = tmp_path / "home", tmp_path / "again", tmp_path / "kept" / "backup"
    with fresh("kept_before") as before, fresh("kept_after") as after:
        resettle(before, "setup", "--home", home, *FULL)
        (home / "outbox").mkdir()
        (home / "outbox" / "letter.txt").write_text("Dear Ada", "utf-8")
        with somebody_writing(before, home):
            made = resettle(before, "backup", file, "--home", home)
            then = rows(before, home, "SELECT count(*) FROM access_accessevent")[0][0]
            deadline = time.monotonic() + 30
            while rows(before, home, "SELECT count(*) FROM access_accessevent")[0][0] == then:
                assert time.monotonic() < deadline, "nobody was writing while the back-up was made"
        assert (made.returncode, made.stderr) == (0, "") and stat.S_IMODE(file.stat().st_mode) == 0o600

        done = resettle(after, "restore", file, "--home", again)
        assert (done.returncode, done.stderr) == (0, "")
        assert "Every table has the rows" in done.stdout and "holds from its first event" in done.stdout
        events = rows(after, again, "SELECT count(*) FROM access_accessevent")[0][0]
        # Set-up wrote one of each; the worker wrote both in one transaction or neither.
        assert 2 <= events == rows(after, again, "SELECT count(*) FROM access_organisation")[0][0] <= then
        assert rows(after, again, "SELECT email FROM access_user") == [("ada@example.org",)]
        assert json.loads(zipfile.ZipFile(file).read("manifest.json"))["rows"]["access_accessevent"] == events

        # A second restore finds the folder, and on PostgreSQL the database, in use.
        assert "is not empty" in resettle(after, "restore", file, "--home", again).stderr
        if ADDRESS:
            third = resettle(after, "restore", file, "--home", tmp_path / "third")
            assert third.returncode == 2 and "database is not empty" in third.stderr
            assert not (tmp_path / "third").exists()
    assert (again / "outbox" / "letter.txt").read_text("utf-8") == "Dear Ada"
    assert (again / "secret.key").read_bytes() == (home / "secret.key").read_bytes()
    assert {path.name for path in [again, *again.rglob("*")] if stat.S_IMODE(path.stat().st_mode) & 0o077} == set()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again", "home", "kept"]


def test_a_record_that_was_changed_is_told_after_the_restore(tmp_path):
    home, again, file = tmp_path / "home", tmp_path / "again", tmp_path / "backup"
    resettle("", "setup", "--home", home, *FULL)
    with sqlite3.connect(home / "workspace.sqlite3") as database:
        database.execute("UPDATE access_accessevent SET reason = 'another' WHERE sequence = 1")
    assert resettle("", "backup", file, "--home", home).returncode == 0
    done = resettle("", "restore", file, "--home", again)
    assert done.returncode == 1 and "event 1 does not follow" in done.stdout


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A back-up of a folder with one table of two rows and one file."""
    folder = tmp_path_factory.mktemp("small")
    home, file = folder / "home", folder / "backup"
    home.mkdir()
    (home / "secret.key").write_text("k" * 60, "ascii")
    with closing(sqlite3.connect(folder / "copied")) as database:
        database.executescript("CREATE TABLE one (x); INSERT INTO one VALUES (1), (2);")
    write(file, folder / "copied", home, {"one": 2})
    return file


@settings(max_examples=60, deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255), cut=st.booleans())
def test_any_byte_that_changed_or_is_missing_is_found(small, where, flip, cut):
    whole = bytearray(small.read_bytes())
    place = int(where * len(whole))
    require_whole(small)
    whole[place] ^= flip
    damaged = small.with_name("damaged")
    damaged.write_bytes(whole[:place] if cut else whole)
    with pytest.raises(BadInput, match=r"damaged.*Use another back-up"):
        restore(damaged, small.with_name("never"))
    assert not small.with_name("never").exists()


def test_a_manifest_that_names_a_place_outside_the_folder_writes_nothing(small, monkeypatch):
    monkeypatch.delenv("RESETTLE_DATABASE", raising=False)
    monkeypatch.setattr("resettle.web.upkeep.archive.FILES", "files/../../")
    forged = small.with_name("forged")
    write(forged, small.with_name("copied"), small.with_name("home"), {"one": 2})
    monkeypatch.undo()
    monkeypatch.delenv("RESETTLE_DATABASE", raising=False)
    with pytest.raises(BadInput, match="outside the folder"):
        restore(forged, small.with_name("never"))
    assert not small.with_name("never").exists()


def test_rows_that_the_manifest_does_not_name_are_an_error(small, monkeypatch):
    from resettle.errors import ResettleError

    monkeypatch.delenv("RESETTLE_DATABASE", raising=False)
    other = small.with_name("other")
    write(other, small.with_name("copied"), small.with_name("home"), {"one": 3})
    with pytest.raises(ResettleError, match="Table one has 2 rows after the restore, not 3"):
        restore(other, small.with_name("never"))
    assert not small.with_name("never").exists()


def test_a_backup_is_not_put_into_the_other_kind_of_database(small, monkeypatch):
    other = "" if ADDRESS else "postgresql://nobody@127.0.0.1:1/none"
    monkeypatch.setenv("RESETTLE_DATABASE", other)
    with pytest.raises(BadInput, match="this back-up is of a"):
        restore(small, small.with_name("never"))


def test_where_a_backup_may_not_go(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "there").touch()
    with pytest.raises(BadInput, match="something at this path already"):
        back_up(tmp_path / "home", tmp_path / "there")
    with pytest.raises(BadInput, match="lost with it"):
        back_up(tmp_path / "home", tmp_path / "home" / "backup")


def test_a_folder_without_a_workspace_has_nothing_to_back_up(tmp_path, monkeypatch):
    monkeypatch.delenv("RESETTLE_DATABASE", raising=False)
    (tmp_path / "home").mkdir()
    with pytest.raises(BadInput, match="no workspace in this folder"):
        back_up(tmp_path / "home", tmp_path / "backup")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]
