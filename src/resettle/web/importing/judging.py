"""What only the workspace can say of a row: whose number it is, whether somebody like this is here, and who may be named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import timezone

from resettle.goodlives.duplicates import likeness
from resettle.reference.goods import goods
from resettle.web.access.models import Role, User
from resettle.web.access.standing import team
from resettle.web.importing.reading import Read
from resettle.web.look.forms import FORBIDDEN
from resettle.web.people.models import Identifier, Person
from resettle.web.people.numbers import read_number
from resettle.web.people.search import NEAR

LONGEST = {
    "name": 200,
    "known_as": 200,
    "language": 60,
    "place": 100,
    "safe_contact": 500,
    "goal": 1000,
    "so_that": 1000,
    "step": 500,
    "by": 100,
    "strength": 500,
    "summary": 4000,
    "strengths": 4000,
}
YOUNGEST = 10
NUMBERS = "Write a CRN like X123456, a prison number like A1234BC, a PNC like 1979/0163001B or a CRO like 065656/91H."

Fault = tuple[str, str, Any, str]
"""Column, rule, value, and what to do."""


def numbers_of(text: str | None) -> list[tuple[str, tuple[str, str] | None]]:
    """Each number of a cell as typed, with its kind and one written form where it has them."""
    parts = [part.strip() for part in (text or "").split(";")]
    return [(part, read_number(part)) for part in parts if part]


def faults_of(kind: str, read: Read, user: User) -> Iterator[Fault]:
    """What is wrong with a row by the rules of the workspace; the first fault of each column."""
    yield from text_faults(read.values)
    for typed, found in numbers_of(read.values.get("number")):
        if found is None:
            yield "number", "no number that is known here, or its check letter is wrong", typed, NUMBERS
    if kind == "people":
        yield from person_faults(read.values)
        yield from worker_faults(read.values.get("worker"), user)
    else:
        yield from about_faults(read.values, user)
    if kind == "plans":
        known = {good.code for good in goods()}
        for code in goods_of(read.values.get("goods")):
            if code not in known:
                yield "goods", "no such good", code, f"Known: {', '.join(sorted(known))}."


def goods_of(text: str | None) -> list[str]:
    """The codes of goods in a cell."""
    return [part.strip() for part in (text or "").split(";") if part.strip()]


def text_faults(values: dict[str, Any]) -> Iterator[Fault]:
    """Text that is too long, or holds characters that hide or turn round what is read."""
    for column, value in values.items():
        if not isinstance(value, str):
            continue
        if len(value) > LONGEST.get(column, 200):
            yield column, f"more than {LONGEST.get(column, 200):,} characters", value, "Shorten it."
        elif any(ord(c) in FORBIDDEN or (ord(c) < 32 and c not in "\r\n\t") for c in value):
            yield column, "holds hidden characters", value, "Delete it and type it again."


def person_faults(values: dict[str, Any]) -> Iterator[Fault]:
    """Dates that cannot be those of a person."""
    born, begin, release, today = values["birth_date"], values["begin"], values["release"], timezone.localdate()
    if born and born > years_before(today, YOUNGEST):
        yield "birth_date", f"a date of birth of somebody under {YOUNGEST}", born, "Check the year."
    if begin and begin > today:
        yield "begin", "begins after today", begin, "Check the date; bring the person in when they have begun."
    if release and release < (begin or today) and values["kind"] == "custody":
        yield "release", "a release before it begins", release, "Give the first day in `begin`, or check both dates."


def years_before(day: date, years: int) -> date:
    """The same day so many years before; 28 February for the 29th of a year that has none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def worker_faults(email: str | None, user: User) -> Iterator[Fault]:
    """A worker who is no practitioner of the team, or nobody who would ever see the person."""
    if not email:
        if user.team_id is None:
            yield "worker", "nobody would see this person", "", "Name a practitioner: your account has no team."
        return
    found = practitioner(email, user)
    if found is None:
        yield "worker", "no practitioner whom you may name", email, "Give the e-mail address of one of your team."


def practitioner(email: str, user: User) -> User | None:
    """A practitioner by e-mail address: of the coordinator's own team, or of any for an administrator."""
    known = User.objects.filter(email__iexact=email.strip(), role=Role.PRACTITIONER, is_active=True)
    return (known if user.role == Role.ADMINISTRATOR else known.filter(team=user.team_id)).first()


def about_faults(values: dict[str, Any], user: User) -> Iterator[Fault]:
    """A row about somebody who is not here, or whom the user may not write about."""
    about = person_of(values["number"])
    typed = values["number"] or ""
    if about is None and all(found for _, found in numbers_of(typed)):
        yield (
            "number",
            "nobody here has this number",
            typed,
            "Bring the person in first, or give another of their numbers.",
        )
    elif about is not None and not may_write(user, about):
        yield "number", "a person of another team", typed, "Ask their coordinator to bring it in."


def may_write(user: User, person: Person) -> bool:
    """Whether somebody may bring in rows about a person: an administrator, or the coordinator of those who work with them."""
    return user.role == Role.ADMINISTRATOR or team(user, person)


def person_of(text: str | None) -> Person | None:
    """The one person who has these numbers; None where nobody has one, or two people have them."""
    found = {
        one.person_id: one.person
        for _, number in numbers_of(text)
        if number
        for one in Identifier.objects.filter(kind=number[0], value=number[1]).select_related("person")
    }
    one = next(iter(found.values())) if len(found) == 1 else None
    return one.merged_into or one if one else None


def same(values: dict[str, Any], person: Person) -> bool:
    """Whether a row says of whom a record is: the same date of birth, and a name like it."""
    near = likeness(values["name"].casefold(), person.search_name) >= NEAR if person.search_name else False
    return person.birth_date == values["birth_date"] and near


def somebody_like(values: dict[str, Any]) -> Person | None:
    """A record that may be of the same person: a like name and the same date of birth, or the very same name."""
    name = values["name"].casefold().strip()
    here = Person.objects.filter(merged_into=None)
    for one in here.filter(birth_date=values["birth_date"]):
        if one.search_name and likeness(name, one.search_name) >= NEAR:
            return one
    return here.filter(name__iexact=values["name"].strip()).first()
