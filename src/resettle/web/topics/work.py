"""Who sees what of restricted topics, as `resettle.goodlives.readers` says."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import transaction

from resettle.goodlives.readers import Look, may_read, readers
from resettle.web.access.models import Role, User
from resettle.web.contacts.work import readers as circle
from resettle.web.people.models import Person
from resettle.web.people.moving import actor
from resettle.web.topics.models import Note


def topics() -> dict[str, str]:
    """The topics by their code."""
    found: dict[str, str] = readers()["topics"]
    return found


def sight(note: Note, user: User) -> str:
    """Whether the user sees the text of a note, only that it is there, or nothing. They have opened a page of the person."""
    named = frozenset(str(one.pk) for one in note.readers.all())
    return may_read(Look(content="restricted", actor=actor(user), works_with=True, named=named)).answer


def seen(person: Person, user: User) -> dict[str, Any]:
    """The notes that the user may read, and of the others only how many there are, by topic."""
    words, counts = topics(), Counter()
    shown = []
    for note in person.restricted_notes.select_related("written_by").prefetch_related("readers"):
        answer = sight(note, user)
        if answer == "text":
            shown.append({"note": note, "topic": words.get(note.topic, note.topic)})
        elif answer == "count":
            counts[words.get(note.topic, note.topic)] += 1
    return {"shown": shown, "counts": sorted(counts.items())}


def could_read(person: Person, user: User) -> Any:
    """Who can be named: practitioners who work with the person and coordinators of their teams, apart from the writer."""
    return circle(person).filter(role__in=(Role.PRACTITIONER, Role.COORDINATOR)).exclude(pk=user.pk)


@transaction.atomic
def write(person: Person, user: User, topic: str, words: str, named: Any) -> Note:
    """Keep a note for its writer and the readers they name."""
    note = Note.objects.create(person=person, topic=topic, words=words, written_by=user)
    note.readers.set([user, *named])
    return note
