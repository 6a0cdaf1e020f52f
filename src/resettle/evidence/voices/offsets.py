"""Where a selection starts and ends in a text, when programs count characters differently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Units = Literal["characters", "utf-16"]
Selection = tuple[int, int, str]
"""Start, end (not included), and the text that the program says is there (empty where it does not say)."""


def clean(data: bytes) -> str:
    """The text that offsets count in: UTF-8 (or UTF-16 with a mark), without the mark, with LF at the end of lines.

    Raises `UnicodeDecodeError` for anything else.
    """
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    return data.decode("utf-16" if wide else "utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def units(text: str, selections: Sequence[Selection]) -> tuple[Units, bool]:
    """The units in which a program counted, and whether that could be told.

    Characters beyond the basic plane (such as emoji) are one character and two UTF-16 units. If the text has none, both
    counts agree. Otherwise the units are those in which the selections fit better: they lie inside the text, and their words,
    where they carry some, stand there. On a tie the standard's own count, characters, is taken, and it could not be told.
    """
    if len(text) == utf16_length(text):
        return "characters", True
    wide = to_utf16(text)
    plain = sum(fit(text, s, s[0], s[1]) for s in selections)
    other = sum(fit(text, s, wide.get(s[0]), wide.get(s[1])) for s in selections)
    return ("utf-16" if other > plain else "characters"), other != plain


def bounds(text: str, start: int, end: int, counted: Units) -> tuple[int, int] | None:
    """Two offsets in characters, or None where they lie outside of the text, inside a character, or in no order."""
    if counted == "utf-16":
        wide = to_utf16(text)
        if start not in wide or end not in wide:
            return None
        start, end = wide[start], wide[end]
    return (start, end) if 0 <= start < end <= len(text) else None


def fit(text: str, selection: Selection, start: int | None, end: int | None) -> int:
    """How well a selection fits: 1 if it lies inside the text, 2 if its words (perhaps cut short) stand there too."""
    if start is None or end is None or not 0 <= start < end <= len(text):
        return 0
    said = selection[2].rstrip(".… ")
    return 2 if said and text[start:end].startswith(said) else 1


def utf16_length(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) + sum(ord(c) > 0xFFFF for c in text)


def to_utf16(text: str) -> dict[int, int]:
    """From each offset in UTF-16 units that lies between characters to the offset in characters."""
    found, at = {0: 0}, 0
    for i, c in enumerate(text, start=1):
        at += 2 if ord(c) > 0xFFFF else 1
        found[at] = i
    return found
