"""Bringing two records together and taking them apart. Every column that changes is kept with what it was before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from resettle.goodlives.duplicates import Known, Pair, likely
from resettle.web.access.audit import record
from resettle.web.access.models import AccessEvent, Grant, User, Verb
from resettle.web.correspondence.models import Message, Thread
from resettle.web.duplicates.models import Merge, TwoPeople
from resettle.web.people.models import Identifier, Person, Relationship
from resettle.web.people.subject_access import own_models
from resettle.web.plans.models import Plan
from resettle.web.retention.due import living
from resettle.web.retention.models import Erasure

STAYS = (Person, AccessEvent, Grant, Erasure, Merge, TwoPeople)
"""Who looked stays where it was written, in its chain, and is shown with both; a reason to look was given for one record."""
OVER = ("superseded", "closed")
Link = tuple[type[models.Model], Any]
"""A table, and its column that points to a person."""


@dataclass
class Mover:
    """Changes columns and keeps what they were."""

    moved: list[list[Any]]

    def change(self, rows: models.QuerySet[Any], column: str, value: Any) -> None:
        """Set a column of some rows."""
        label = rows.model._meta.label_lower
        before = list(rows.values_list("pk", column))
        self.moved += [[label, key(pk), column, key(was), key(value)] for pk, was in before if was != value]
        rows.model._base_manager.filter(pk__in=[pk for pk, _ in before]).update(**{column: value})


def key(value: Any) -> Any:
    """A value as JSON keeps it."""
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def proposed(user: User | None, most: int) -> list[Pair]:
    """Pairs of records that may be of one person, likeliest first; for a user, those with somebody of their team."""
    apart = {frozenset(map(str, pair)) for pair in TwoPeople.objects.values_list("one", "other")}
    among = None if user is None else of_team(user)
    found = likely(known(), among)
    return [pair for pair in found if frozenset((pair.one, pair.other)) not in apart][:most]


def of_team(user: User) -> set[str]:
    """The people whom a user's team works with, or has added."""
    current = Relationship.objects.current().filter(worker__team=user.team_id).values_list("person", flat=True)
    added = Person.objects.filter(added_by__team=user.team_id).values_list("pk", flat=True)
    return {str(pk) for pk in (*current, *added)} if user.team_id else set()


def known() -> Iterator[Known]:
    """Everybody as they are compared."""
    numbers: dict[Any, list[tuple[str, str]]] = {}
    for person, kind, value in Identifier.objects.values_list("person", "kind", "value"):
        numbers.setdefault(person, []).append((kind, value))
    for pk, name, born in living().values_list("pk", "name", "birth_date"):
        yield Known(id=str(pk), name=name, born=born, numbers=tuple(numbers.get(pk, ())))


@transaction.atomic
def merge(kept: Person, gone: Person, user: User, why: str) -> Merge | str:
    """Bring one record into another; a sentence says why not. Both are locked first, in one order."""
    two = {one.pk: one for one in Person.objects.select_for_update().filter(pk__in=(kept.pk, gone.pk)).order_by("pk")}
    if len(two) < 2 or any(one.merged_into_id for one in two.values()):
        return "One of the two records is part of another already"
    mover = Mover([])
    move_everything(mover, kept, gone)
    mover.change(Person.objects.filter(pk=gone.pk), "merged_into_id", kept.pk)
    made = Merge.objects.create(kept=kept, gone=gone, why=why, by=user, moved=mover.moved)
    for one in (kept, gone):
        record(user, Verb.COMBINE, "merge", one, why)
    return made


def move_everything(mover: Mover, kept: Person, gone: Person) -> None:
    """Move every row that is about one person to the other, with what has to give way."""
    join_workers(mover, kept, gone)
    renumber_plans(mover, kept, gone)
    join_threads(mover, kept, gone)
    for model, field in links():
        rows = model._base_manager.filter(**{field.name: gone.pk})
        if not stays(model, field, kept):
            mover.change(rows, field.attname, kept.pk)


def links() -> Iterator[Link]:
    """Every table that points to a person itself, but for those that stay."""
    for model in own_models():
        if model not in STAYS and model is not Thread:
            yield from ((model, f) for f in model._meta.fields if f.related_model is Person)


def stays(model: type[models.Model], field: Any, kept: Person) -> bool:
    """Whether there can be only one row, and the record that is kept has it."""
    return bool(field.one_to_one) and model._base_manager.filter(**{field.name: kept.pk}).exists()


def join_workers(mover: Mover, kept: Person, gone: Person) -> None:
    """Mark as shared what both records have: a current worker in one role of one team."""
    ties = [list(one.relationships.current().filter(state="current").select_related("worker")) for one in (kept, gone)]
    roles = [{(tie.role, tie.worker.team_id) for tie in side} for side in ties]
    both = [tie.pk for side in ties for tie in side if (tie.role, tie.worker.team_id) in roles[0] & roles[1]]
    mover.change(Relationship.objects.filter(pk__in=both), "joint", True)


def renumber_plans(mover: Mover, kept: Person, gone: Person) -> None:
    """Number the plans of the one after those of the other; where both have one that counts, the kept record's counts."""
    if kept.plans.exclude(state__in=OVER).exists():
        mover.change(gone.plans.exclude(state__in=OVER), "state", "superseded")
    last = kept.plans.aggregate(last=models.Max("number"))["last"] or 0
    first_free = max(last, gone.plans.aggregate(last=models.Max("number"))["last"] or 0)
    if last:
        for place, plan in enumerate(gone.plans.order_by("number"), 1):
            mover.change(Plan.objects.filter(pk=plan.pk), "number", first_free + place)


def join_threads(mover: Mover, kept: Person, gone: Person) -> None:
    """Move threads; where both have one with a team, its messages."""
    there = dict(kept.threads.values_list("team", "pk"))
    for thread in gone.threads.all():
        if thread.team_id in there:
            mover.change(Message.objects.filter(thread=thread), "thread_id", there[thread.team_id])
        else:
            mover.change(Thread.objects.filter(pk=thread.pk), "person_id", kept.pk)


def last_merge(kept: Person) -> Merge | None:
    """The merge that can be undone: the last that was not."""
    return kept.merges.filter(split_at=None).first()


@transaction.atomic
def split(made: Merge, user: User, why: str) -> str:
    """Take two records apart again; a sentence says why not, empty where it was done.

    Each column gets back what it held before, unless it was changed since. What was written after the merge stays with the
    record that it was written in.
    """
    kept = Person.objects.select_for_update().get(pk=made.kept_id)
    if last_merge(kept) != made or kept.merged_into_id:
        return "Another record was brought in later: take that one apart first"
    if kept.erasures.exists():
        return "Records were erased since, so the two cannot be told apart"
    for label, pk, column, before, after in reversed(made.moved):
        apps.get_model(label)._base_manager.filter(pk=pk, **{column: after}).update(**{column: before})
    made.split_by, made.split_at, made.split_why = user, timezone.now(), why
    made.save()
    for one in (kept, made.gone):
        record(user, Verb.CHANGE, "split", one, why)
    return ""


def counted(*people: Person) -> list[dict[str, int]]:
    """How many rows of each table are about each of some people, for a look before a merge."""
    found: list[dict[str, int]] = [{} for _ in people]
    places = {one.pk: found[n] for n, one in enumerate(people)}
    for (model, _), counts in rows_about(people).items():
        name = str(model._meta.verbose_name_plural)
        for pk, count in counts.items():
            places[pk][name] = places[pk].get(name, 0) + count
    return [dict(sorted(one.items())) for one in found]


def rows_about(people: Iterable[Person]) -> dict[Link, dict[Any, int]]:
    """How many rows point to each of some people, link by link. One query asks every table."""
    pointing = [*links(), (Thread, Thread._meta.get_field("person"))]
    keys = [one.pk for one in people]
    asked = [
        model._base_manager.filter(**{f"{field.name}__in": keys})
        .order_by()
        .values(nth_link=models.Value(n, models.IntegerField()), person_key=models.F(field.attname))
        .annotate(row_count=models.Count("*"))
        for n, (model, field) in enumerate(pointing)
    ]
    found: dict[Link, dict[Any, int]] = {}
    for row in asked[0].union(*asked[1:], all=True):
        found.setdefault(pointing[row["nth_link"]], {})[row["person_key"]] = row["row_count"]
    return found


def left_behind(kept: Person, gone: Person) -> list[str]:
    """What only one record can have, and both do: it stays as it is in the one that goes, and comes back with a split."""
    found = rows_about((kept, gone)).items()
    both = [str(model._meta.verbose_name) for (model, f), counts in found if f.one_to_one and len(counts) == 2]
    return sorted(both)
