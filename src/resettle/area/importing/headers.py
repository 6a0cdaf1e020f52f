"""Which column of a source's file fills which declared column."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from resettle.area.declare import Table
from resettle.area.importing.mapping import Mapping
from resettle.errors import BadInput, Problem, bad, did_you_mean

CLOSE = 0.8
QUARANTINE_ID = "_quarantine_id"


@dataclass(frozen=True)
class Layout:
    """How a file is laid out: `filled` gives the position of each declared column that it has, `ignored` the columns kept nowhere.

    `own` are the positions of the source's own columns (those that do not begin with `_`), `quarantine` that of the
    quarantine number, if the file is a mended one.
    """

    header: list[str]
    filled: dict[str, int]
    ignored: list[str]

    @property
    def own(self) -> list[int]:
        """Positions of the source's own columns."""
        return [i for i, name in enumerate(self.header) if not name.startswith("_")]

    @property
    def quarantine(self) -> int | None:
        """Position of the quarantine number."""
        return self.header.index(QUARANTINE_ID) if QUARANTINE_ID in self.header else None

    def source(self, name: str) -> str:
        """A declared column under the name that the file's owner knows."""
        return self.header[self.filled[name]] if name in self.filled else name


def lay_out(header: list[str], declared: Table, mapping: Mapping, file: Path) -> Layout:
    """Match a header to a declared table. `BadInput` where a required column is missing, a mapped one is not there, one is
    filled twice, or a name looks like a slip for a declared one."""
    own = [name for name in header if not name.startswith("_")]
    if unknown := [name for name in mapping.columns if name not in own]:
        raise bad(
            "the mapping names a column that is not in the file",
            file=file,
            row=1,
            value=unknown[0],
            do=did_you_mean(unknown[0], own),
        )
    filled: dict[str, int] = {}
    for name in own:
        target = mapping.columns.get(name, name)
        if target in filled or (target in mapping.constants and target in declared.columns):
            raise bad(
                "a declared column is filled twice",
                file=file,
                row=1,
                column=target,
                do="Let one column fill it.",
            )
        if target in declared.columns:
            filled[target] = header.index(name)
    spare = [name for name in own if mapping.columns.get(name, name) not in declared.columns]
    missing = [n for n in declared.columns if n not in filled and n not in mapping.constants]
    problems = [absent(n, spare, declared.columns[n].required, file) for n in missing]
    if found := [p for p in problems if p]:
        raise BadInput(*found)
    return Layout(header, filled, spare)


def absent(name: str, spare: list[str], required: bool, file: Path) -> Problem | None:
    """What is wrong about a declared column that the file does not have, if anything."""
    near = {plain(s): s for s in spare}
    close = get_close_matches(plain(name), near, n=1, cutoff=0.4 if required else CLOSE)
    if not close:
        do = f"Add it, or put `constants.{name} = ...` in a mapping."
        return Problem("a required column is missing", str(file), 1, name, None, do) if required else None
    found = near[close[0]]
    do = f'If {found!r} is it, rename it, or put `[columns]` with `"{found}" = "{name}"` in a mapping.'
    rule = "a required column is missing" if required else "a column name that is close to a declared one"
    return Problem(rule, str(file), 1, name, found, do)


def plain(name: str) -> str:
    """A column name without case and separators, for finding the closest."""
    return name.lower().replace(" ", "_").replace("-", "_")
