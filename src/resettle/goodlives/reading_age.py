"""How old a reader must be: the Automated Readability Index, for pages that a person on a plan reads.

ARI = 4.71 characters/words + 0.5 words/sentences - 21.43, a school grade of the United States (Smith and Senter 1967,
AMRL-TR-66-220); a grade is read at an age five years higher. It counts letters, not syllables, so it is the same on every machine.
"""

from __future__ import annotations

import re

from resettle.errors import bad

FEWEST_WORDS = 30
YEARS_ABOVE_GRADE = 5
OFFICIAL_WORDS = (
    "offender",
    "offenders",
    "intervention",
    "interventions",
    "non-compliant",
    "service user",
    "criminogenic",
)
WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
SENTENCE = re.compile(r"[.!?:;]+(?=\s|$)|\n+")


def grade(text: str) -> float:
    """The Automated Readability Index of a text. Fewer than 30 words are a `BadInput`: the index says nothing of them.

    A line without a full stop (a heading, an item of a list, a label) counts as a sentence.
    """
    words: list[str] = WORD.findall(text)
    if len(words) < FEWEST_WORDS:
        raise bad(f"a reading age needs {FEWEST_WORDS} words", value=len(words), do="Measure the whole page.")
    sentences = sum(bool(WORD.search(part)) for part in SENTENCE.split(text))
    characters = sum(character.isalnum() for word in words for character in word)
    return 4.71 * characters / len(words) + 0.5 * len(words) / sentences - 21.43


def reading_age(text: str) -> float:
    """The age in years at which a text can be read; see `grade`."""
    return grade(text) + YEARS_ABOVE_GRADE


def official_words(text: str) -> tuple[str, ...]:
    """The words in a text that a page for a person never uses: person, not offender; goal, not intervention."""
    return tuple(word for word in OFFICIAL_WORDS if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE))
