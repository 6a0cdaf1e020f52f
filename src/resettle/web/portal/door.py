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
    """The person who is inside; None after half an hour without a page, and once their card has a new code or is stopped."""
    key, seen = request.session.get(PERSON), request.session.get(SEEN)
    if not key or not seen:
        return None
    person = Person.objects.filter(pk=key, merged_into=None).select_related("card").first()
    if timezone.now() - datetime.fromisoformat(seen) > IDLE or is_over(person, datetime.fromisoformat(seen)):
        request.session.flush()
        return None
    request.session[SEEN] = timezone.now().isoformat()
    return person


def is_over(person: Person | None, seen: datetime) -> bool:
    """Whether the card got a new code, or was stopped, after the last page that was opened with it."""
    card = getattr(person, "card", None)
    return card is not None and card.given_at is not None and card.given_at > seen
