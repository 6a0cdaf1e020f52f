"""Finding people by name, however it is spelt, or by a number."""

from __future__ import annotations

import numpy as np
from django.db.models import Q, QuerySet

from resettle.goodlives.duplicates import ratio
from resettle.web.people.models import Person
from resettle.web.people.numbers import read_number

MOST = 50
NEAR = 0.72
FAIRLY = 0.55
KINDS = 32
"""Letters are counted by their code modulo this: a letter of its own for each of a to z; that others share one does no harm."""


def search(people: QuerySet[Person], text: str) -> list[Person]:
    """Those of `people` whose number is `text`, or whose names hold its words; else those whose names are near it in
    spelling, nearest first. At most `MOST`.
    """
    words = text.casefold().split()
    if not words:
        return []
    number = read_number(text)
    if number:
        return list(people.filter(identifiers__kind=number[0], identifiers__value=number[1]))
    held = Q()
    for word in words:
        held &= Q(search_name__contains=word)
    found = list(people.filter(held).order_by("search_name")[:MOST])
    return found or near(people, " ".join(words))


def near(people: QuerySet[Person], text: str) -> list[Person]:
    """Those whose name, or one part of it, is spelt nearly as `text`, nearest first."""
    close = Close(text)
    names = set(people.exclude(search_name="").values_list("search_name", flat=True))
    scores = {name: close.to(name) for name in possible(text, list(names))}
    best = sorted((name for name in scores if scores[name] >= NEAR), key=lambda name: (-scores[name], name))[:MOST]
    found = people.filter(search_name__in=best)
    return sorted(found, key=lambda one: best.index(one.search_name))[:MOST]


def possible(text: str, names: list[str]) -> list[str]:
    """Those of the names that can be near the text by the letters that they have in common: only they are compared."""
    if not names:
        return []
    ids: dict[str, int] = {}
    split = [name.split() for name in names]
    words = np.array([ids.setdefault(word, len(ids)) for parts in split for word in parts])
    begins = np.cumsum([0, *(len(parts) for parts in split[:-1])])
    parts = text.split()
    by_word = sum(np.maximum.reduceat(at_most(part, list(ids))[words], begins) for part in parts) / len(parts)
    can = np.maximum(by_word, at_most(text, names)) >= NEAR - 1e-9
    return [names[n] for n in np.flatnonzero(can)]


def at_most(text: str, others: list[str]) -> np.ndarray:
    """The most that `ratio` of a text with each of the others can be: by letters in common, in whatever order."""
    lengths = np.array([len(other) for other in others])
    bags = letters("".join(others), np.repeat(np.arange(len(others)), lengths), len(others))
    own = letters(text, np.zeros(len(text), int), 1)
    return 2 * np.minimum(bags, own).sum(axis=1) / (lengths + len(text))


def letters(text: str, rows: np.ndarray, wanted: int) -> np.ndarray:
    """How often each kind of letter stands in each row of a text."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    return np.bincount(rows * KINDS + codes % KINDS, minlength=wanted * KINDS).reshape(wanted, KINDS)


class Close:
    """How near names are to a text, as `likeness` has it. Each word is compared once, however many people have it; names as a
    whole only where their words are fairly near, or where they begin with the same letter (a missing space leaves that as it was).
    """

    def __init__(self, text: str) -> None:
        self.text, self.parts = text, text.split()
        self.kept: dict[str, list[float]] = {}

    def to(self, name: str) -> float:
        """From 0 to 1."""
        rows = [self.word(word) for word in name.split()]
        score = sum(map(max, zip(*rows, strict=True))) / len(self.parts)
        unsure = score < NEAR and (score > FAIRLY or name[0] == self.text[0])
        return max(score, ratio(self.text, name)) if unsure else score

    def word(self, word: str) -> list[float]:
        """How near one word is to each part of the text."""
        if word not in self.kept:
            self.kept[word] = [ratio(part, word) for part in self.parts]
        return self.kept[word]
