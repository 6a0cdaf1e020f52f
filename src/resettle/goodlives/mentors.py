"""Matching a person with a mentor: who can be asked, in which order, and why; the coordinator and the person decide."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from resettle.goodlives.facts import in_date
from resettle.result import Record

READY = ("cleared", "available", "matched")


class Mentor(Record):
    """A mentor who might be asked. `excludes` are people, places or tags they must not be matched with, for safety."""

    id: str
    name: str
    state: str
    checks: dict[str, date | None]
    training: dict[str, date | None]
    room: int
    open_matches: int = 0
    places: frozenset[str] = frozenset()
    sex: str = ""
    languages: frozenset[str] = frozenset({"en"})
    interests: frozenset[str] = frozenset()
    shared_experience: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    excludes: frozenset[str] = frozenset()
    prison_cleared: bool = False


class Wish(Record):
    """What a person wants of a mentor, and what must be kept apart. `must` names the wishes that are conditions, not hopes."""

    person_id: str
    place: str
    language: str = "en"
    sex: str = ""
    interests: frozenset[str] = frozenset()
    shared_experience: frozenset[str] = frozenset()
    in_prison: bool = False
    tags: frozenset[str] = frozenset()
    excludes: frozenset[str] = frozenset()
    must: frozenset[str] = frozenset({"language"})


class Suggestion(Record):
    """A mentor who can be asked: the reasons for, and what the person wished for and does not get."""

    mentor_id: str
    name: str
    points: int
    reasons: tuple[str, ...]
    without: tuple[str, ...]


class NotPossible(Record):
    """A mentor who cannot be asked, and each reason. A safety reason says that there is one, and never which."""

    mentor_id: str
    name: str
    reasons: tuple[str, ...]


class Matching(Record):
    """All mentors of a programme for one person: who can be asked, in order, and who cannot."""

    suggestions: tuple[Suggestion, ...]
    not_possible: tuple[NotPossible, ...]


def match_mentors(wish: Wish, mentors: Iterable[Mentor], on: date) -> Matching:
    """Everyone who can be asked, those with most reasons first; ties go to whoever has fewer matches, then to the identifier.

    A point is a wish met: place, language, sex, each shared interest, each shared experience. The order never depends on the order
    in which mentors are given.
    """
    possible, rest = [], []
    for mentor in mentors:
        if why_not := barriers(wish, mentor, on):
            rest.append(NotPossible(mentor_id=mentor.id, name=mentor.name, reasons=why_not))
        else:
            met, without = wishes(wish, mentor)
            possible.append(
                (
                    mentor.open_matches,
                    Suggestion(mentor_id=mentor.id, name=mentor.name, points=len(met), reasons=met, without=without),
                )
            )
    possible.sort(key=lambda one: (-one[1].points, one[0], one[1].mentor_id))
    rest.sort(key=lambda one: one.mentor_id)
    return Matching(suggestions=tuple(s for _, s in possible), not_possible=tuple(rest))


def barriers(wish: Wish, mentor: Mentor, on: date) -> tuple[str, ...]:
    """Each reason why this mentor cannot be asked for this person."""
    met = dict(basic_wishes(wish, mentor))
    checks = {
        "is not cleared": mentor.state not in READY,
        "a check is missing or has run out": not in_date(mentor.checks, on),
        "training is missing or has run out": not in_date(mentor.training, on),
        "has no room for another match": mentor.open_matches >= mentor.room,
        "is not cleared for prison": wish.in_prison and not mentor.prison_cleared,
        "must not be matched, for safety": apart(wish, mentor),
        **{f"the person must have the {name} they asked for": not met.get(name, True) for name in sorted(wish.must)},
    }
    return tuple(reason for reason, holds in checks.items() if holds)


def apart(wish: Wish, mentor: Mentor) -> bool:
    """Whether either must be kept from the other, by name or by a tag (a place, a family, a case)."""
    person = {wish.person_id, *wish.tags}
    other = {mentor.id, *mentor.tags}
    return bool(mentor.excludes & person or wish.excludes & other)


def basic_wishes(wish: Wish, mentor: Mentor) -> tuple[tuple[str, bool], ...]:
    """The wishes that are met or not; those not made are left out."""
    found = [("place", wish.place in mentor.places), ("language", wish.language in mentor.languages)]
    if wish.sex:
        found.append(("sex", wish.sex == mentor.sex))
    return tuple(found)


def wishes(wish: Wish, mentor: Mentor) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The reasons for a match, and the wishes that are not met."""
    words = {"place": "lives or works near", "language": "speaks the same language", "sex": "is of the sex asked for"}
    basic = basic_wishes(wish, mentor)
    shared = [f"both like {one}" for one in sorted(wish.interests & mentor.interests)]
    lived = [f"has been through it too: {one}" for one in sorted(wish.shared_experience & mentor.shared_experience)]
    met = (*(words[name] for name, holds in basic if holds), *shared, *lived)
    without = (
        *(name for name, holds in basic if not holds),
        *sorted((wish.interests - mentor.interests) | (wish.shared_experience - mentor.shared_experience)),
    )
    return met, without
