"""Every command and every piece of Python on a page is run, in order, and prints what the page shows."""

import contextlib
import io
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from page_kit import LONG, ROOT, blocks, commands, heavy, missing, runnable

from resettle.cli import main


@pytest.fixture
def desk(tmp_path, monkeypatch, examples):
    """A folder like a fresh clone: the examples, and the `resettle` of this environment on the path."""
    shutil.copytree(examples, tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(
            p, id=p.relative_to(ROOT).as_posix(), marks=[pytest.mark.slow] if p.as_posix().endswith(LONG) else []
        )
        for p in runnable()
    ],
)
def test_page(file, desk):
    names: dict = {"__name__": "page"}
    for block in blocks(file):
        where = f"{file.name}, line {block.line}"
        if block.save_as:
            Path(block.save_as).parent.mkdir(parents=True, exist_ok=True)
            Path(block.save_as).write_text(block.body, "utf-8")
        elif block.info.startswith("console"):
            run_commands(block, where)
        elif block.info == "python":
            run_python(block.body, names, where)


def run_commands(block, where):
    for command in commands(block.body):
        if heavy(command.text):
            continue
        code, printed = run(command.text)
        expected = "error" in block.info
        assert (code != 0) == expected, f"{where}: {command.text}\nended with {code}:\n{printed}"
        lost = missing(command.shown, printed, drawn="drawn" in block.info)
        assert not lost, (
            f"{where}: {command.text}\nshown but not printed:\n" + "\n".join(lost) + f"\nprinted:\n{printed}"
        )


def run(command):
    """Exit status and everything printed. Plain `resettle` commands run in this process, which spares the loading."""
    if command.startswith("resettle ") and not set(command) & set("|<>;&$"):
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            try:
                code = main(shlex.split(command)[1:])
            except SystemExit as ended:
                code = ended.code
        return code or 0, out.getvalue()
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def run_python(source, names, where):
    """Run a block; comment lines right under a `print(...)` show what it prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(source, where, "exec"), names)
    lines = source.splitlines()
    shown, under = [], False
    for line in lines:
        under = "print(" in line or (under and line.startswith("# "))
        if under and line.startswith("# "):
            shown.append(line[2:])
    lost = missing(tuple(shown), out.getvalue())
    assert not lost, f"{where}: shown but not printed:\n" + "\n".join(lost) + f"\nprinted:\n{out.getvalue()}"
