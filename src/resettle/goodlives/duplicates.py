"""Records that may be of one person: proposed with the reasons, for somebody who knows them to decide.

Two records are proposed where their names are alike and either the dates of birth are the same or nearly so (one figure
differs, or day and month are the other way round), or a number of one kind differs in one character. The thresholds are
Resettle's own choice: a proposal costs a look, a missed one splits somebody's story in two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from difflib import SequenceMatcher

from resettle.result import Record

ALIKE, VERY_ALIKE = 0.75, 0.85


class Known(Record):
    """What is compared of a record: names, date of birth, and numbers as kind and written form."""

    id: str
    name: str
    born: date
    numbers: tuple[tuple[str, str], ...] = ()


class Pair(Record):
    """Two records that may be of one person; `score` (0 to 1) puts the likeliest first, and is no probability."""

    one: str
    other: str
    score: float
    reasons: tuple[str, ...]


def likely(known: Iterable[Known], among: Collection[str] | None = None) -> list[Pair]:
    """Pairs that may be of one person, likeliest first. With `among`, only pairs of which one is among those ids."""
    kept = {one.id: one for one in known}
    found = []
    for one, other in candidates(kept.values()):
        if among is None or one in among or other in among:
            pair = compared(kept[one], kept[other])
            if pair:
                found.append(pair)
    return sorted(found, key=lambda pair: (-pair.score, pair.one, pair.other))


def candidates(known: Iterable[Known]) -> set[tuple[str, str]]:
    """Pairs worth comparing: nearly one date of birth and a first letter in common, or nearly one number."""
    blocks: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for one in known:
        for key in set(keys(one)):
            blocks[key].append(one.id)
    pairs = set()
    for ids in blocks.values():
        pairs |= {(a, b) if a < b else (b, a) for n, a in enumerate(ids) for b in ids[:n]}
    return pairs


def keys(one: Known) -> Iterator[tuple[str, ...]]:
    """The blocks that a record falls into: those with a key in common are compared."""
    letters = {word[0] for word in one.name.casefold().split()}
    dates = [*masked(f"{one.born:%d%m%Y}"), "-".join(sorted((f"{one.born:%d}", f"{one.born:%m}"))) + f"{one.born:%Y}"]
    yield from ((letter, text) for letter in letters for text in dates)
    yield from ((kind, text) for kind, value in one.numbers for text in masked(value))


def masked(text: str) -> list[str]:
    """A text with each character hidden in turn: two texts of one length share one of these if they differ in one character."""
    return [f"{text[:n]}?{text[n + 1 :]}" for n in range(len(text))]


def compared(one: Known, other: Known) -> Pair | None:
    """The pair with its reasons; None where too little speaks for it."""
    names = likeness(one.name.casefold(), other.name.casefold())
    same_day, birth = one.born == other.born, birth_reason(one.born, other.born)
    number = number_reason(one, other)
    enough = names >= ALIKE if same_day else names >= VERY_ALIKE and bool(birth or number)
    if not enough:
        return None
    spelt = (
        "The names are the same" if one.name.casefold() == other.name.casefold() else "The names are nearly the same"
    )
    reasons = tuple(reason for reason in (spelt, birth, number) if reason)
    score = (names + (1.0 if same_day else 0.5 if birth else 0.0) + (0.5 if number else 0.0)) / 2.5
    return Pair(one=one.id, other=other.id, score=round(score, 4), reasons=reasons)


def birth_reason(one: date, other: date) -> str:
    """How two dates of birth agree; empty where they do not."""
    if one == other:
        return "The date of birth is the same"
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return "Day and month of birth are the other way round"
    return "One figure of the date of birth differs" if one_apart(f"{one:%d%m%Y}", f"{other:%d%m%Y}") else ""


def number_reason(one: Known, other: Known) -> str:
    """Whether a number of one kind differs in one character."""
    near = any(kind == that and one_apart(value, text) for kind, value in one.numbers for that, text in other.numbers)
    return "A number differs in one character" if near else ""


def one_apart(one: str, other: str) -> bool:
    """Whether two texts of one length differ in just one character."""
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def likeness(text: str, name: str) -> float:
    """How alike two names are, from 0 to 1: as a whole, or word by word in any order."""
    words = name.split()
    by_word = [max(ratio(part, word) for word in words) for part in text.split()]
    return max(ratio(text, name), sum(by_word) / len(by_word))


def ratio(one: str, other: str) -> float:
    """Share of letters in common, in order (Ratcliff and Obershelp)."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
