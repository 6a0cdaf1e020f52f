"""`Finding`: what a check says of one place in a contract."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from resettle.document import line_of
from resettle.errors import Problem
from resettle.result import Record

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Fault:
    """A rule that the terms break, and where: a path of keys and positions (`("payments", 1, "tiers", 0)`)."""

    where: tuple[Any, ...]
    rule: str
    why: str
    do: str
    value: object = None
    severity: Severity = "error"


class Finding(Record):
    """One thing to mend (`error`: the contract cannot be settled) or to think about (`warning`).

    `line` counts from 1; `why` says why it matters; `do` says what to do.
    """

    severity: Severity
    file: str
    line: int | None
    key: str | None
    rule: str
    value: str | None = None
    why: str
    do: str

    @property
    def problem(self) -> Problem:
        """The finding as a fault that a `BadInput` carries."""
        return Problem(self.rule, self.file, self.line, self.key, self.value, self.do)

    def __str__(self) -> str:
        return f"{self.severity}: {self.problem} {self.why}"


def located(faults: Iterable[Fault], text: str, path: Path) -> list[Finding]:
    """Faults with their lines in the text of the contract, errors first, each group in the order of the file."""
    found = [
        Finding(
            severity=fault.severity,
            file=str(path),
            line=line_of(text, fault.where),
            key=".".join(str(p + 1) if isinstance(p, int) else p for p in fault.where) or None,
            rule=fault.rule,
            value=None if fault.value is None else str(fault.value),
            why=fault.why,
            do=fault.do,
        )
        for fault in faults
    ]
    return sorted(found, key=lambda f: (f.severity, f.line or 0))


def unreadable(problem: Problem, path: Path) -> Finding:
    """A fault that stops the file from being read as a contract, as a finding."""
    return Finding(
        severity="error",
        file=problem.file or str(path),
        line=problem.row,
        key=problem.column,
        rule=problem.rule,
        value=problem.value,
        why="The contract cannot be read until this is mended.",
        do=problem.do or "Correct the value.",
    )
