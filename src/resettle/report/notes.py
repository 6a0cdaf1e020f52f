"""The notes of a statement as they may be published."""

from __future__ import annotations

import re

from resettle.report.disclosure import AWAY, shown_effect
from resettle.thread.thread import Thread

DATE = re.compile(
    r"\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}\b"
)
SMALL = re.compile(r"(?<![\d.,])[1-9](?![.,]?\d)")
"""A whole number from 1 to 9."""

UNPAID = "Some outcomes were not paid; how many is not shown, because fewer than ten people stand behind a number."
OTHER = "A note is not shown, because fewer than ten people may stand behind a number in it."
WHERE = "The notes in full stand in statement.json, which is not for publication."


def published_notes(thread: Thread) -> list[str]:
    """The notes of a thread's statement without any that could show fewer than ten people; then where they stand in full.

    A note with a whole number from 1 to 9 (the days of dates apart) is replaced as a whole: to leave out one of its numbers
    is not enough where the others add up to it. So is one with the p values of an effect that may not be shown.
    """
    notes = list(dict.fromkeys(published(note, thread) for note in thread.statement.notes))
    return notes if set(notes) <= set(thread.statement.notes) else [*notes, WHERE]


def published(note: str, thread: Thread) -> str:
    """One note, or the sentence that stands in its place. What the page says of its records anyway is left as it is."""
    if note == thread.info.caveat:
        return note
    if not shown_effect(thread.effect) and any(f"p = {t.p:.4f}" in note for t in thread.effect.tests):
        return f"{AWAY}."
    if not SMALL.search(DATE.sub("", note)):
        return note
    return UNPAID if "outcome" in note else OTHER
