"""The questionnaires of this office: those that ship, and those that it is licensed to use, from its own files."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from resettle.errors import BadInput, Problem
from resettle.goodlives.instruments import Instrument, instrument, instrument_names, read_instrument

FIRST = "ons4"
"""The shortest, and for everybody: it stands first."""
FOLDER = "instruments"
"""Where the office's own files lie, in the folder of the workspace."""


def known() -> tuple[dict[str, Instrument], tuple[Problem, ...]]:
    """Every questionnaire by name, and what is wrong with files that cannot be used."""
    folder = Path(settings.HOME) / FOLDER
    files = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    return read_all(tuple((file, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=4)
def read_all(files: tuple[tuple[Path, int], ...]) -> tuple[dict[str, Instrument], tuple[Problem, ...]]:
    """The questionnaires that ship and those of these files; a file is read again when it has changed."""
    names = sorted(instrument_names(), key=lambda name: name != FIRST)
    found = {name: instrument(name) for name in names}
    problems: list[Problem] = []
    for file, _ in files:
        try:
            one = read_instrument(file)
        except BadInput as error:
            problems += [named(problem, file) for problem in error.problems]
            continue
        if one.name in found:
            rule = "there is a questionnaire with this name already"
            problems.append(Problem(rule, file.name, column="name", value=one.name, do="Give it another name."))
        else:
            found[one.name] = one
    return found, tuple(problems)


def named(problem: Problem, file: Path) -> Problem:
    """A problem with the name of its file alone: where the workspace lies is nobody's business on a page."""
    return Problem(problem.rule, file.name, problem.row, problem.column, problem.value, problem.do)


def may_be_given(one: Instrument, today: date) -> bool:
    """Whether its licence, if it ends, has not ended."""
    return one.licensed_until is None or today <= one.licensed_until
