"""The first set-up: what it makes, what it refuses, and that a second run changes nothing. Each run is a process of its own."""

import hashlib
import os
import re
import sqlite3
import stat
import subprocess
import sys

import pytest

FULL = ["--organisation", "The charity", "--team", "North", "--name", "Ada Admin", "--email", "Ada@Example.org"]


def resettle(*arguments, typed="", **settings):
    left_out = ("RESETTLE_", "DJANGO_")
    outside = {key: value for key, value in os.environ.items() if not key.startswith(left_out)}
    command = [sys.executable, "-m", "resettle", *map(str, arguments)]
    return subprocess.run(
        command, env={**outside, "COLUMNS": "200", **settings}, input=typed, capture_output=True, text=True, timeout=120
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    home = tmp_path_factory.mktemp("setup") / "new" / "home"
    return home, resettle("setup", "--home", home, *FULL, RESETTLE_HOSTS="plans.example.org")


def rows(home, query):
    with sqlite3.connect(home / "workspace.sqlite3") as database:
        return database.execute(query).fetchall()


def test_one_administrator_is_made_and_every_check_passes(made):
    home, done = made
    assert (done.returncode, done.stderr) == (0, "")
    assert "passes every check" in done.stdout
    assert rows(home, "SELECT email, name, role, is_active FROM access_user") == [
        ("ada@example.org", "Ada Admin", "administrator", 1)
    ]
    assert rows(home, "SELECT name FROM access_team") == [("North",)]
    assert rows(home, "SELECT verb, page FROM access_accessevent") == [("change", "setup")]


def test_the_password_shown_is_the_one_that_signs_in(made):
    from django.contrib.auth.hashers import Argon2PasswordHasher

    home, done = made
    password = re.search(r"ada@example\.org\s+(\S+)", done.stdout).group(1)
    kept = rows(home, "SELECT password FROM access_user")[0][0]
    assert len(password) == 20 and password not in kept
    assert Argon2PasswordHasher().verify(password, kept) and not Argon2PasswordHasher().verify(password[1:], kept)


def test_everything_in_the_folder_is_its_owners_alone(made):
    home, _ = made
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [home, *home.rglob("*")]}
    assert modes["home"] == 0o700 and modes["secret.key"] == modes["workspace.sqlite3"] == 0o600
    assert {name: mode for name, mode in modes.items() if mode & 0o077} == {}


def test_a_second_run_changes_nothing_asks_nothing_and_names_each_failing_check(made):
    home, _ = made
    before = fingerprint(home)
    (home / "secret.key").chmod(0o644)
    again = resettle("setup", "--home", home, RESETTLE_INSECURE="1")
    (home / "secret.key").chmod(0o600)
    assert again.returncode == 1 and "(1 account). Nothing was changed." in again.stdout
    for said in ("secret.key is open to others", "chmod 600", "Set RESETTLE_HOSTS", "RESETTLE_INSECURE lets"):
        assert said in again.stdout
    assert "Traceback" not in again.stderr and "security.W021" not in again.stdout
    assert fingerprint(home) == before


def fingerprint(home):
    tables = rows(home, "SELECT email, password FROM access_user UNION SELECT name, '' FROM access_organisation")
    return hashlib.sha256((home / "secret.key").read_bytes()).hexdigest(), tables


def test_what_is_not_given_is_asked_for(tmp_path):
    asked = resettle("setup", "--home", tmp_path / "home", typed="The charity\nNorth\nAda Admin\nada@example.org\n")
    assert "is set up" in asked.stdout and "Full name of the first administrator" in asked.stdout
    assert rows(tmp_path / "home", "SELECT email FROM access_user") == [("ada@example.org",)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*FULL[:-1], "ada at example"], "--email: this is no e-mail address (found 'ada at example')"),
        ([*FULL[:1], " ", *FULL[2:]], "--organisation: 1 to 200 characters are needed (found '')"),
        (FULL[:-2], "--email: set-up needs an answer, and nothing was made"),
    ],
)
def test_an_answer_that_cannot_be_used_makes_nothing(tmp_path, arguments, said):
    refused = resettle("setup", "--home", tmp_path / "home", *arguments)
    assert refused.returncode == 2 and said in refused.stderr and "Traceback" not in refused.stderr
    assert not (tmp_path / "home").exists()


def test_a_trial_is_no_workspace_for_real(tmp_path):
    (tmp_path / "demo").touch()
    refused = resettle("setup", "--home", tmp_path, *FULL)
    assert refused.returncode == 2 and "holds a trial" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_serving_a_folder_without_any_account_says_to_set_it_up(tmp_path):
    refused = resettle("serve", "--home", tmp_path / "home")
    assert refused.returncode == 2 and f"resettle setup --home '{tmp_path / 'home'}'" in refused.stderr
