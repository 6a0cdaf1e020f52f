"""Erasing what is due: words and who the person is go; ledgers, counts and the rows that contracts need stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction

from resettle.goodlives.retention import ERASED, Schedule
from resettle.web.access.audit import record, wipe_reasons
from resettle.web.access.models import AccessEvent, User, Verb
from resettle.web.correspondence.models import Message
from resettle.web.people.merged import keys_of
from resettle.web.people.models import Episode, Person
from resettle.web.retention.columns import GONE, IDENTITY, WHOLE, erased_columns, tables_of
from resettle.web.retention.due import Kind, standing
from resettle.web.retention.models import Erasure, ErasureRequest
from resettle.web.retention.outbox import sent_files


@dataclass(frozen=True)
class Held:
    """What an erasure would touch: rows by table, and files of messages."""

    rows: dict[str, int]
    files: int


@transaction.atomic
def erase(schedule: Schedule, person: Person, user: User | None, today: date | None = None) -> list[Erasure]:
    """Erase what is due of a person today, and keep a log of it; an empty list where nothing is due.

    Their record is locked first, and what is due is found again, so that a hold that was placed meanwhile is kept.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    found = standing(schedule, person, today)
    if not found.due:
        return []
    return erase_kinds(person, found.due, user)


def erase_kinds(
    person: Person, kinds: Iterable[Kind], user: User | None, request: ErasureRequest | None = None
) -> list[Erasure]:
    """Erase kinds of record, by the schedule or at the person's request, with the log and the record of who looked."""
    made = [erase_kind(person, kind, user, request) for kind in kinds]
    for one in Person.objects.filter(pk__in=keys_of(person)).order_by("pk"):
        record(user, Verb.ERASE, "retention", one)
    return made


def erase_kind(person: Person, kind: Kind, user: User | None, request: ErasureRequest | None = None) -> Erasure:
    """Erase one kind of record, of the person and of the records that were merged into theirs."""
    people = keys_of(person)
    held = touched(people, kind.kind)
    if kind.kind == "messages":
        for file in sent_files(people):
            file.unlink(missing_ok=True)
        Message.objects.filter(thread__person__in=people, state="scheduled").update(state="cancelled")
    if kind.kind == IDENTITY:
        forget(people)
    for model, path in tables_of(kind.kind).items():
        erase_rows(model, path, people)
    return Erasure.objects.create(
        person=person,
        kind=kind.kind,
        why=kind.why,
        due=kind.last,
        rows=held.rows,
        files=held.files,
        by=user,
        request=request,
    )


def touched(people: list[Any], kind: str) -> Held:
    """How many rows and files an erasure of a kind touches."""
    counts = {
        str(model._meta.verbose_name_plural): model._base_manager.filter(**{f"{path}__in": people}).count()
        for model, path in tables_of(kind).items()
        if model._meta.label_lower not in WHOLE
    }
    files = len(sent_files(people)) if kind == "messages" else 0
    return Held({name: count for name, count in counts.items() if count}, files)


def erase_rows(model: type[models.Model], path: str, people: list[Any]) -> None:
    """Empty the columns of a table, or take its rows out."""
    label = model._meta.label_lower
    rows = model._base_manager.filter(**{f"{path}__in": people})
    if model is AccessEvent:
        wipe_reasons(rows)
    elif label in GONE:
        rows.delete()
    elif label not in WHOLE and (nothing := erased_columns(model)):
        model._base_manager.filter(pk__in=list(rows.values_list("pk", flat=True))).update(**nothing)


def forget(people: list[Any]) -> None:
    """Leave of each date of birth no more than the ages at releases need, and of a place only what others share."""
    for person in Person.objects.filter(pk__in=people):
        shared = Person.objects.filter(place=person.place).exclude(pk__in=people).exclude(search_name="").exists()
        place = person.place if shared else ""
        Person.objects.filter(pk=person.pk).update(birth_date=blurred(person), place=place)
        for want in person.unmet_wants.exclude(place=place):
            want.place = place or ERASED
            want.save()


def blurred(person: Person) -> date:
    """The last day of the year of birth that gives the same age on every day that an age is told of."""
    born = person.birth_date
    told = Episode.objects.filter(person=person).values_list("kind", "begin", "release")
    days = [release if kind == "custody" else begin for kind, begin, release in told]
    after = sorted((day.month, day.day) for day in days if day and (day.month, day.day) >= (born.month, born.day))
    month, number = after[0] if after else (12, 31)
    try:
        return date(born.year, month, number)
    except (
        ValueError
    ):  # 29 February of a year without one: nobody born in it has that birthday, so the day before serves
        return date(born.year, 2, 28)
