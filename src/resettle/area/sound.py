"""Before an area is used: the tables that a verb reads must be there and keep their declarations.

The full check runs once for each state of the tables; what passed is remembered beside them by hash, so that asking again costs
nothing but the hashes, which every result needs anyway.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from resettle.area.area import Area
from resettle.area.check import Finding, check_area
from resettle.errors import BadInput, Problem, bad
from resettle.provenance import hash_json

STAMP = ".sound.json"


def require_sound(area: Area, *needed: str, also: tuple[str, ...] = ()) -> None:
    """Refuse an area that lacks a needed table, or in which a needed or other named table breaks its declaration.

    `also` names tables that are read where the area holds them. The `BadInput` names the first broken rule and points to
    `resettle area check`, because figures from such tables would be wrong without looking wrong.
    """
    for name in needed:
        if area.file(name) is None:
            raise bad(
                f"the area has no table {name}, so nothing can be said", file=area.path, do=f"Import {name} first."
            )
    state = state_of(area)
    names = [*needed, *(name for name in also if area.file(name))]
    if read_stamp(area.path) == state:
        return
    report = check_area(area.path)
    broken = sorted((f for f in report.errors if f.table in names or of_columns(f)), key=lambda f: not of_columns(f))
    if any(finding.table in names for finding in broken):
        first = broken[0].examples[0] if broken[0].examples else None
        problem = first or bad(broken[0].rule, file=area.path, column=broken[0].table).problems[0]
        raise BadInput(problem, *(p for f in broken for p in f.examples[1:]), *unusable(area, len(broken)))
    if report.ok:
        write_stamp(area.path, state)


def of_columns(finding: Finding) -> bool:
    """Whether a finding is of a table's columns or of the whole file: rules that other tables break may only follow from it."""
    return all(one.row in (None, 1) for one in finding.examples)


def unusable(area: Area, rules: int) -> tuple[Problem, ...]:
    """The last word: what breaks, and where all of it is listed."""
    rule = f"{rules} {'rule is' if rules == 1 else 'rules are'} broken in tables that this needs"
    return bad(rule, file=area.path, do="Run `resettle area check` to see all, and mend them.").problems


def state_of(area: Area) -> str:
    """One hash of the area's description and of every table that it holds."""
    files = [area.path / "area.toml", *(file for name in area.tables if (file := area.file(name)))]
    return hash_json({file.name: area.hash(file) for file in files})


def read_stamp(path: Path) -> str | None:
    """The state that passed last, or None."""
    try:
        return str(json.loads((path / STAMP).read_text("utf-8"))["state"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_stamp(path: Path, state: str) -> None:
    """Remember a state that passed. An area that may not be written is checked again each time."""
    draft = path / f"{STAMP}.{os.getpid()}"
    with suppress(OSError):
        draft.write_text(json.dumps({"state": state}), "utf-8")
        os.replace(draft, path / STAMP)
