"""Who is at the person's own door: a session of its own, apart from that of staff, which ends after half an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone

from resettle.web.people.models import Person

PERSON, SEEN = "me", "me_seen"
IDLE = timedelta(minutes=30)


def enter(request: HttpRequest, person: Person) -> None:
    """Let a person in, under a new session key. A worker who was signed in on this machine is signed out."""
    request.session.flush()
    request.session[PERSON] = str(person.pk)
    request.session[SEEN] = timezone.now().isoformat()


def inside(request: HttpRequest) -> Person | None:
    """The person who is inside; None after half an hour without a page."""
    key, seen = request.session.get(PERSON), request.session.get(SEEN)
    if not key or not seen:
        return None
    if timezone.now() - datetime.fromisoformat(seen) > IDLE:
        request.session.flush()
        return None
    request.session[SEEN] = timezone.now().isoformat()
    return Person.objects.filter(pk=key, merged_into=None).first()
