"""A screen for what could tell who is speaking or spoken of: names, places, dates, identifiers, telephone, e-mail.

It finds much and not all: it shows a person where to look, and never lets a quote out by itself. It runs on this
machine, with rules that can be read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from resettle.result import Record

MONTHS = (
    "Jan(?:uary)?",
    "Feb(?:ruary)?",
    "Mar(?:ch)?",
    "Apr(?:il)?",
    "May",
    "June?",
    "July?",
    "Aug(?:ust)?",
    "Sept?(?:ember)?",
    "Oct(?:ober)?",
    "Nov(?:ember)?",
    "Dec(?:ember)?",
)
MONTH = rf"(?:{'|'.join(MONTHS)})"
TITLE = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Rev|Sir|Dame|Judge|Officer|PC|DC|Sgt|Father|Sister|Imam)"
WORD = r"[^\W\d_][\w'’-]{0,40}"

RULES: dict[str, re.Pattern[str]] = {
    "e-mail": re.compile(r"(?<![\w.+-])[\w.+-]{1,64}\s?(?:@|\bat\b)\s?[\w-]{1,64}(?:\.[\w-]{1,64})+", re.IGNORECASE),
    "web address or handle": re.compile(r"(?:https?://|www\.)\S+|(?<!\w)@\w{2,}", re.IGNORECASE),
    "telephone": re.compile(r"(?<!\d)(?:\+\d{1,3}[\s-]?|0)(?:\(?\d\)?[\s.-]?){8,11}(?!\d)"),
    "PNC number": re.compile(r"\b(?:19|20)?\d{2}/\d{1,7}[A-Z]\b", re.IGNORECASE),
    "CRO number": re.compile(r"\b(?:SF\d{2}/)?\d{1,6}/\d{2}[A-Z]\b", re.IGNORECASE),
    "prison number": re.compile(r"\b[A-Z]\d{4}[A-Z]{2}\b", re.IGNORECASE),
    "probation number": re.compile(r"\b[A-Z]\d{6}\b", re.IGNORECASE),
    "National Insurance number": re.compile(r"\b[A-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b", re.IGNORECASE),
    "NHS number": re.compile(r"\b\d{3}[\s-]?\d{3}[\s-]?\d{4}\b"),
    "postcode": re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b", re.IGNORECASE),
    "date": re.compile(
        rf"\b\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}\b|\b\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{MONTH}\b"
        rf"|\b{MONTH}\s+(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?\b|\b{MONTH}\s+(?:19|20)\d{{2}}\b|\b(?:19|20)\d{{2}}\b",
        re.IGNORECASE,
    ),
    "age": re.compile(r"\b(?:aged?\s+\d{1,2}|\d{1,2}[\s-]years?[\s-]old)\b", re.IGNORECASE),
    "street": re.compile(rf"\b{WORD}\s+(?:Street|Road|Avenue|Lane|Close|Drive|Crescent|Terrace|House|Court)\b"),
    "prison or court": re.compile(rf"\b(?:HMP|HMYOI|YOI|AP)\s+{WORD}|\b{WORD}\s+(?:Prison|Crown|Magistrates)\b"),
    "title and name": re.compile(rf"\b{TITLE}\.?\s+[A-Z]{WORD}"),
}
NEVER = frozenset({"name", "e-mail", "telephone", "web address or handle"} | {k for k in RULES if k.endswith("number")})
"""Kinds that a person may not wave through: the words must be changed, or the quote kept back."""
CAPITAL = re.compile(r"(?<![\w'’])[A-ZÀ-ÖØ-Þ][\w'’-]{0,40}")


@cache
def plain_words() -> frozenset[str]:
    """Words that may start with a capital and give nobody away: those that open sentences, days, months, feasts."""
    held = files("resettle.evidence.voices").joinpath("plain_words.txt").read_text("utf-8")
    return frozenset(held.lower().split())


class Found(Record):
    """Something in a text that could tell who is meant: what kind, the words, and where they start."""

    kind: str
    words: str
    start: int


def screen(text: str, names: Iterable[str] = (), places: Iterable[str] = ()) -> tuple[Found, ...]:
    """Everything in a text that a person should look at before it is quoted, in order.

    `names` and `places` are those that are known: they are found in any case. Words with a capital that do not commonly
    have one are found as possible names, also at the start of a sentence.
    """
    found = [Found(kind=kind, words=m[0], start=m.start()) for kind, rule in RULES.items() for m in rule.finditer(text)]
    for kind, known in (("name", names), ("place", places)):
        found += [
            Found(kind=kind, words=m[0], start=m.start()) for rule in known_words(known) for m in rule.finditer(text)
        ]
    covered = [(f.start, f.start + len(f.words)) for f in found]
    found += [
        Found(kind="possible name", words=m[0], start=m.start())
        for m in CAPITAL.finditer(text)
        if plain(m[0]) not in plain_words() and not any(a <= m.start() < b for a, b in covered)
    ]
    return tuple(sorted(set(found), key=lambda f: (f.start, f.kind)))


def known_words(known: Iterable[str]) -> list[re.Pattern[str]]:
    """Rules that find known names, whole and each part of three letters or more, whatever their case."""
    words = {part for name in known for part in (name.strip(), *re.split(r"[\s,]+", name)) if len(part.strip()) >= 3}
    return [re.compile(rf"(?<!\w){re.escape(w)}(?!\w)", re.IGNORECASE) for w in sorted(words)]


def plain(word: str) -> str:
    """A word as the list of plain words holds it: small letters, one kind of apostrophe, no quotation mark or dash after it."""
    return word.replace("’", "'").rstrip("'-").lower()
