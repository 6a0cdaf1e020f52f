"""Housing, work, education and benefits as dated facts of one person: what follows from them on the days that measures ask of."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

from resettle.errors import bad, did_you_mean
from resettle.evidence.circumstance_rules import UNAVAILABLE, UNKNOWN, Rule
from resettle.evidence.clock import Span
from resettle.result import Record

CODES: dict[str, tuple[str, ...]] = {
    "housing": (
        "settled",
        "supported",
        "approved_premises",
        "transient",
        "shelter",
        "squatting",
        "rough_sleeping",
        UNKNOWN,
    ),
    "work": ("employed", "self_employed", "unemployed", UNAVAILABLE, UNKNOWN),
    "education": ("learning", "not_learning", UNKNOWN),
    "benefit": ("claiming", "not_claiming", UNKNOWN),
}
"""The codes of each domain, as the table `circumstance` of an area says them."""
ONE_AT_A_TIME = ("housing", "work")
"""Domains in which a new fact ends the one before it."""


class Fact(Record):
    """Something that was so from one day to another (None: it is so still), and whether somebody made sure of it."""

    id: str
    domain: str
    code: str
    begins: date
    ends: date | None = None
    verified: bool = False


class Point(Record):
    """What is known on a day that a measure asks of.

    `answer`: `yes` and `no` are for those who were asked and known; `unknown` for those nobody knows of, or not available for
    work; `to_come` before the day.
    """

    measure: str
    label: str
    on: date
    answer: Literal["yes", "no", "unknown", "to_come"]
    fact: Fact | None = None


def require_code(domain: str, code: str) -> None:
    """Refuse a code that is not of its domain, as a `BadInput` that names the closest."""
    if domain not in CODES:
        raise bad("no such domain", column="domain", value=domain, do=did_you_mean(domain, CODES))
    if code not in CODES[domain]:
        raise bad("not a code of this domain", column="code", value=code, do=did_you_mean(code, CODES[domain]))


def end_before(earlier: Fact, begins: date) -> date | None:
    """The last day of an open fact where another of the same domain begins; None where it goes on beside it.

    A fact that began on the same day or later is left as it is.
    """
    open_now = earlier.ends is None or earlier.ends >= begins
    ends = earlier.domain in ONE_AT_A_TIME and open_now and earlier.begins < begins
    return begins - timedelta(days=1) if ends else None


def in_force(facts: Iterable[Fact], domain: str, on: date) -> Fact | None:
    """What is so on a day; of several facts, the one that began last, and of those the one with the later identifier."""
    holding = [f for f in facts if f.domain == domain and f.begins <= on and (f.ends is None or f.ends >= on)]
    return max(holding, key=lambda fact: (fact.begins, fact.id), default=None)


def points(
    rules: dict[str, Rule], facts: Iterable[Fact], events: dict[str, Iterable[date]], today: date
) -> tuple[Point, ...]:
    """What is known of one person on every day that the measures ask of, oldest first.

    `events` holds the days of `release` and of `order`. Measures that count days (`within`) ask of no one day and are left out.
    """
    kept = list(facts)
    found = [
        point(name, rule, kept, after(event, rule.after), today)
        for name, rule in rules.items()
        if rule.after is not None
        for event in events.get(rule.of, ())
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.measure)))


def point(name: str, rule: Rule, facts: list[Fact], on: date, today: date) -> Point:
    """One measure on its day."""
    fact = in_force(facts, rule.domain, on) if on <= today else None
    answer: Literal["yes", "no", "unknown", "to_come"] = "to_come"
    if on <= today:
        blank = fact is None or fact.code in (UNKNOWN, UNAVAILABLE)
        answer = "unknown" if blank else "yes" if fact and fact.code in rule.counts else "no"
    return Point(measure=name, label=rule.label, on=on, answer=answer, fact=fact)


def after(day: date, span: Span) -> date:
    """The day so long after another; where the month is too short, its last day."""
    if span.unit == "days":
        return day + timedelta(days=span.number)
    year, month = divmod(day.year * 12 + day.month - 1 + span.number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
