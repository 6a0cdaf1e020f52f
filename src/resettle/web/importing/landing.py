"""Bringing one row in, by the same work that the pages do; a rule that refuses it is told as a fault of the row."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone

from resettle.goodlives.states import Refused
from resettle.web.access.audit import record
from resettle.web.access.models import User, Verb
from resettle.web.contacts import work as contacts
from resettle.web.contacts.models import Contact, moment
from resettle.web.importing.judging import goods_of, numbers_of, person_of, practitioner
from resettle.web.importing.reading import declared
from resettle.web.people.models import Episode, Identifier, Person, Relationship
from resettle.web.plans import work as plans
from resettle.web.plans.models import Goal, Strength

Landed = tuple[Person | None, Refused | None, bool]
"""The person, what refused it, and whether it was here already."""
CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?::00)?")
MISSED = {"missed_acceptable": "miss_acceptable", "missed_unacceptable": "miss_unacceptable", "cancelled": "cancel"}


def add_person(values: dict[str, Any], user: User) -> Landed:
    """Begin to work with somebody: the person, their numbers, where they are, and who works with them from today."""
    today = timezone.localdate()
    made = Person.objects.create(
        name=values["name"].strip(),
        known_as=values["known_as"] or "",
        birth_date=values["birth_date"],
        sex=values["sex"] or Person.Sex.NOT_KNOWN,
        language=values["language"] or "English",
        place=values["place"] or "",
        safe_contact=values["safe_contact"] or "",
        added_by=user,
    )
    dates = {name: values[name] for name in ("release", "licence_end", "sentence_end")}
    Episode.objects.create(person=made, kind=values["kind"], begin=values["begin"] or today, **dates)
    add_numbers(made, values["number"])
    worker = practitioner(values["worker"], user) if values["worker"] else None
    if worker is not None:
        role = Relationship.Role.PRACTITIONER
        Relationship.objects.create(person=made, worker=worker, role=role, begin=today)
    record(user, Verb.CHANGE, "import", made, "brought in from a file")
    return made, None, False


def add_numbers(person: Person, text: str | None) -> None:
    """Keep the numbers of a row that the record does not have yet."""
    for _, found in numbers_of(text):
        if found:
            Identifier.objects.get_or_create(kind=found[0], value=found[1], defaults={"person": person})


def refused(column: str, reason: str, do: str) -> Refused:
    """A row that the rules of its kind do not let in."""
    return Refused(event="import", reason=reason, do=do, broken=column)


def add_plan(values: dict[str, Any], user: User) -> Landed:
    """A step with its goal, as ideas: the plan is made of them and agreed in the workspace, by the person."""
    person = person_of(values["number"])
    if person is None:
        return None, refused("number", "nobody here has this number", "Bring the person in first."), False
    strength = (values["strength"] or "").strip()
    new_strength = bool(strength) and not person.strengths.filter(text__iexact=strength).exists()
    if new_strength:
        Strength.objects.create(person=person, text=strength)
    goal = goal_of(person, values, user)
    if isinstance(goal, Refused):
        return person, goal, False
    if goal.steps.filter(text__iexact=values["step"].strip()).exists():
        return person, None, not new_strength
    about = {"text": values["step"].strip(), "by": values["by"] or person.called, "due": values["due"]}
    step = plans.add_step(goal, user, about)
    return person, step if isinstance(step, Refused) else None, False


def goal_of(person: Person, values: dict[str, Any], user: User) -> Goal | Refused:
    """The goal of a row: the one that is there in the same words, else a new one."""
    words = values["goal"].strip()
    there = person.goals.filter(own_words__iexact=words).exclude(state="deleted").first()
    if there is not None:
        return there
    about = {"own_words": words, "so_that": values["so_that"] or "", "goods": goods_of(values["goods"])}
    return plans.add_goal(person, user, about)


def add_contact(values: dict[str, Any], user: User) -> Landed:
    """A contact as its worker would log it; it shows as recorded late."""
    person = person_of(values["number"])
    if person is None:
        return None, refused("number", "nobody here has this number", "Bring the person in first."), False
    worker = worker_of(person, values["worker"], user)
    hour = hour_of(values["time"])
    if worker is None:
        do = "Name a practitioner who works with the person now; say in the summary who held it."
        return person, refused("worker", "no practitioner who works with the person now", do), False
    if hour is None:
        return person, refused("time", "not a time of day", "Write it as 14:30."), False
    at = moment(values["day"], hour)
    if person.contacts.filter(worker=worker, at=at).exists():
        return person, None, True
    return person, kept(person, worker, at, values), False


def worker_of(person: Person, email: str | None, user: User) -> User | None:
    """The practitioner who is named, or who works with the person now."""
    if email:
        named = practitioner(email, user)
        return named if named and person.relationships.current().filter(worker=named).exists() else None
    tie = person.relationships.current().filter(role=Relationship.Role.PRACTITIONER).select_related("worker").first()
    return tie.worker if tie else None


def hour_of(text: str | None) -> str | None:
    """A time of day as `14:30`; noon where none is given, None where it is none."""
    typed = (text or "12:00").strip()
    found = CLOCK.fullmatch(typed)
    return f"{int(found[1]):02}:{found[2]}" if found else None


def kept(person: Person, worker: User, at: Any, values: dict[str, Any]) -> Refused | None:
    """Log a contact that was held, or plan and miss one that was not."""
    about: dict[str, Any] = {
        "at": at,
        "medium": values["medium"] or Contact.Medium.FACE,
        "setting": values["setting"] or Contact.Setting.COMMUNITY,
    }
    outcome = values["outcome"] or "happened"
    if outcome == "happened":
        said = {"summary": values["summary"], "strengths": values["strengths"] or "", "minutes": values["minutes"]}
        made = contacts.log(person, worker, about | said)
        return made if isinstance(made, Refused) else None
    planned = contacts.plan(person, worker, about)
    if isinstance(planned, Refused):
        return planned
    return contacts.record(planned, MISSED[outcome], worker, {}, values["summary"])


LANDS: dict[str, Callable[[dict[str, Any], User], Landed]] = {
    "people": add_person,
    "plans": add_plan,
    "contacts": add_contact,
}


def from_json(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """The values of a row as they were read: days are dates again."""
    columns = declared()[kind].columns
    return {
        name: date.fromisoformat(value) if value and columns[name].type == "date" else value
        for name, value in values.items()
    }
