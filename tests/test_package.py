"""The package as a whole: what it offers, what it loads, which way its imports point."""

import json
import subprocess
import sys

import pytest

import resettle

HEAVY = {"numpy", "pandas", "scipy", "pyarrow", "duckdb", "openpyxl", "vl_convert", "jinja2", "sqlglot", "pyspark"}


def loaded_after(code: str) -> set[str]:
    script = f"import sys, json\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_resettle_loads_nothing_heavy():
    assert not loaded_after("import resettle") & (HEAVY | {"pydantic"})


def test_asking_for_help_loads_nothing_heavy():
    code = "import resettle.cli as c\ntry: c.main(['--help'])\nexcept SystemExit: pass"
    assert not loaded_after(code) & HEAVY


@pytest.mark.parametrize("name", resettle.__all__)
def test_every_verb_that_is_offered_is_there_and_says_what_it_is(name):
    assert getattr(resettle, name).__doc__


def test_every_verb_has_a_room():
    assert sorted(resettle.VERBS) == sorted(resettle.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        resettle.nonsense


def test_imports_point_one_way():
    done = subprocess.run(
        [sys.executable, "-m", "importlinter.cli", "lint", "--no-cache"], capture_output=True, text=True
    )
    done = (
        done
        if done.returncode in (0, 1) and "kept" in done.stdout.lower()
        else subprocess.run(
            [
                sys.executable,
                "-c",
                "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])",
            ],
            capture_output=True,
            text=True,
        )
    )
    assert "0 broken" in done.stdout, done.stdout + done.stderr
