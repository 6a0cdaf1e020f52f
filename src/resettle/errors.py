"""What a user is told when something they gave us cannot be used.

Every fault in a user's file, folder, table, contract or study is raised as one `BadInput`. It names the file, row,
column, rule and value, and says what to do. The faces (command line, web) print it; nothing else is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """One rule that one value breaks.

    `row` counts as the user sees it: the header of a table is row 1, the first record row 2; of a document, the line.
    """

    rule: str
    file: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    do: str | None = None

    def __str__(self) -> str:
        counted = "line" if self.file and self.file.endswith(".toml") else "row"
        place = [p for p in (self.file, f"{counted} {self.row}" if self.row else None, self.column) if p]
        text = ", ".join(place)
        text = f"{text}: {self.rule}" if text else self.rule
        if self.value is not None:
            text += f" (found {shorten(self.value)!r})"
        return f"{text}. {self.do}" if self.do else f"{text}."


class ResettleError(Exception):
    """Base of every error that is meant to be read by a user."""


class BadInput(ResettleError):
    """Something the user gave cannot be used: one or more `Problem`s, the first being the message."""

    def __init__(self, *problems: Problem) -> None:
        if not problems:
            raise ValueError("BadInput needs at least one problem")
        self.problems = problems
        super().__init__(str(self))

    def __str__(self) -> str:
        more = len(self.problems) - 1
        text = str(self.problems[0])
        return f"{text} (and {more} more)" if more else text


class Busy(ResettleError):
    """Another process is writing to the same area."""


def bad(
    rule: str,
    *,
    file: object = None,
    row: int | None = None,
    column: str | None = None,
    value: object = None,
    do: str | None = None,
) -> BadInput:
    """A `BadInput` with a single problem; `file` and `value` are shown as text."""
    return BadInput(
        Problem(rule, None if file is None else str(file), row, column, None if value is None else str(value), do)
    )


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence that names the closest known word, or lists what is known; of nothing known, that there is nothing."""
    names = sorted(known)
    if not names:
        return "There is none of this kind."
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    return f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(names)}."


def shorten(value: str, length: int = 80) -> str:
    """The value as shown in a message: one line, at most `length` characters."""
    line = " ".join(value.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
