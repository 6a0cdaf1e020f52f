"""Finding people by name, however it is spelt, or by a number."""

from __future__ import annotations

from difflib import SequenceMatcher

from django.db.models import Q, QuerySet

from resettle.goodlives.duplicates import likeness
from resettle.web.people.models import Person
from resettle.web.people.numbers import read_number

MOST = 50
NEAR = 0.72
FAR = 0.4


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
    names = people.exclude(search_name="").values_list("pk", "search_name")
    scored = [(score, pk) for score, pk in ((close.to(name), pk) for pk, name in names) if score >= NEAR]
    best = [pk for _, pk in sorted(scored, key=lambda pair: -pair[0])[:MOST]]
    by_key = people.in_bulk(best)
    return [by_key[pk] for pk in best]


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
        unsure = score < NEAR and (score > FAR + 0.15 or name[0] == self.text[0])
        return likeness(self.text, name) if unsure else score

    def word(self, word: str) -> list[float]:
        """How near one word is to each part of the text; 0 where it cannot be near."""
        if word not in self.kept:
            found = [SequenceMatcher(None, part, word, autojunk=False) for part in self.parts]
            self.kept[word] = [one.ratio() if one.quick_ratio() > FAR else 0.0 for one in found]
        return self.kept[word]
