"""Finding people by name, however it is spelt, or by a number."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from resettle.goodlives.duplicates import likeness
from resettle.web.people.models import Person
from resettle.web.people.numbers import read_number

MOST = 50
NEAR = 0.72


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
    scored = [
        (likeness(text, name), pk) for pk, name in people.exclude(search_name="").values_list("pk", "search_name")
    ]
    best = [pk for score, pk in sorted(scored, key=lambda pair: -pair[0])[:MOST] if score >= NEAR]
    by_key = people.in_bulk(best)
    return [by_key[pk] for pk in best]
