"""What waits for a worker today: meetings to record, messages, concerns, late reviews, and tasks around a release."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from resettle.web.access.models import Role, User
from resettle.web.contacts.work import concerns_of
from resettle.web.correspondence.work import to_read
from resettle.web.gate.work import near_gate, open_tasks
from resettle.web.look.jinja import day, moment
from resettle.web.measures.models import Said
from resettle.web.people.models import Person, Relationship
from resettle.web.reviews.work import overdue

MOST, DAYS = 20, 3


def today(user: User) -> dict[str, Any]:
    """What to do first, each with the page where it is done, and the meetings of today and the two days after."""
    now = timezone.now()
    begin = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    planned = user.contacts.filter(state="planned").select_related("person").order_by("at")
    late = list(planned.filter(at__lt=now)[:MOST])
    tasks = [
        *(
            task("Look at the concern about", one.person, day(one.at), "concern_seen", contact_id=one.pk)
            for one in concerns_of(user).order_by("at")[:MOST]
        ),
        *(task("Say what happened with", one.person, moment(one.at), "contact_move", **moved(one)) for one in late),
        *waiting(user),
    ]
    coming = planned.filter(at__gte=now, at__lt=begin + timedelta(days=DAYS))[:MOST]
    return {"tasks": tasks[:MOST], "more": max(0, len(tasks) - MOST), "coming": coming, "days": DAYS}


def waiting(user: User) -> list[dict[str, Any]]:
    """Messages to read, tasks of the gate and late reviews, of those who keep these."""
    if user.role not in (Role.PRACTITIONER, Role.COORDINATOR):
        return []
    messages = to_read(user)[:MOST] if user.role == Role.PRACTITIONER else []
    gates = [(episode, open_tasks(episode)) for episode in near_gate(user)]
    mine = Relationship.objects.current().filter(worker=user)
    late = overdue(Person.objects.filter(merged_into=None, pk__in=mine.values("person")))[:MOST]
    return [
        *(about("Read the message from", one.thread.person, moment(one.due), "thread") for one in messages),
        *(
            about("Tasks at the gate for", e.person, f"{n} due, release {day(e.release)}", "gate")
            for e, n in gates
            if n
        ),
        *(about("Look at what was said by", one.person, moment(one.said_at), "facts") for one in said_by(mine)[:MOST]),
        *(about("Review the plan of", one.person, f"due {day(one.due_now)}", "reviews") for one in late),
    ]


def said_by(mine: Any) -> Any:
    """What people said of their own home and work, and nobody has looked at."""
    people = mine.values("person")
    return Said.objects.filter(state="waits", person__in=people, person__merged_into=None).select_related("person")


def moved(contact: Any) -> dict[str, Any]:
    """The parts of the address at which a meeting is recorded."""
    return {"person_id": contact.person_id, "contact_id": contact.pk, "event": "hold"}


def about(what: str, person: Person, when: str, page: str) -> dict[str, Any]:
    """One thing to do on a page about a person."""
    return task(what, person, when, page, person_id=person.pk)


def task(what: str, person: Person, when: str, page: str, **parts: Any) -> dict[str, Any]:
    """One thing to do: what, with or about whom, when, and the page where it is done with the parts of its address."""
    return {"what": f"{what} {person.name}", "when": when, "page": page, "parts": parts}
