"""The record of who looked: every read, change, print, export and refusal, in a chain that shows tampering."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from resettle.web.access.models import AccessEvent, AccessHead, User, Verb

if TYPE_CHECKING:
    from resettle.web.people.models import Person

START = "0" * 64


def record(user: User | None, verb: str, page: str, person: Person | None = None, reason: str = "") -> AccessEvent:
    """Add an event to the record. It is written in the transaction that is open, and waits its turn."""
    with transaction.atomic():
        head = AccessHead.objects.select_for_update().get_or_create(pk=1)[0]
        event = AccessEvent(
            sequence=head.sequence + 1,
            at=timezone.now(),
            user_id=user.pk if user and user.pk else None,
            person_id=person.pk if person else None,
            verb=verb,
            page=page,
            reason=reason,
            salt=secrets.token_hex(16) if reason else "",
        )
        event.reason_hash = sealed(event.salt, reason)
        event.hash = hash_of(head.hash, event)
        event.save(force_insert=True)
        AccessHead.objects.filter(pk=1).update(sequence=event.sequence, hash=event.hash)
    return event


def sealed(salt: str, reason: str) -> str:
    """The hash of a reason, with random characters so that it cannot be guessed; empty for no reason."""
    return hashlib.sha256(f"{salt}{reason}".encode()).hexdigest() if reason else ""


def hash_of(before: str, event: AccessEvent) -> str:
    """The hash of an event: of the one before it and of everything that the event says, its reason by its own hash. So the
    words of a reason can be erased when their time is over, and the chain still holds.
    """
    says = [
        before,
        event.sequence,
        event.at.isoformat(),
        str(event.user_id or ""),
        str(event.person_id or ""),
        event.verb,
        event.page,
        event.reason_hash,
    ]
    return hashlib.sha256(json.dumps(says, ensure_ascii=False).encode()).hexdigest()


def broken_at() -> int | None:
    """The first event that does not follow from the one before it; None where the whole chain holds."""
    before, expected = START, 1
    erasures = AccessEvent.objects.filter(verb=Verb.ERASE).exclude(person=None)
    erased = set(erasures.values_list("person_id", flat=True))
    for event in AccessEvent.objects.order_by("sequence").iterator(2000):
        if event.sequence != expected or event.hash != hash_of(before, event) or not says_so(event, erased):
            return expected
        before, expected = event.hash, expected + 1
    head = AccessHead.objects.filter(pk=1).first()
    return expected if head and head.sequence != expected - 1 else None


def says_so(event: AccessEvent, erased: set[Any]) -> bool:
    """Whether an event has the reason that was given, or lost it when the record of its person was erased."""
    if event.reason_hash and not event.reason and not event.salt:
        return event.person_id in erased
    return event.reason_hash == sealed(event.salt, event.reason)


def wipe_reasons(events: Iterable[AccessEvent]) -> None:
    """Take the words of reasons out of events about people whose record is erased. What was done, when and by whom stays."""
    AccessEvent.objects.filter(pk__in=[event.pk for event in events if event.reason]).update(reason="", salt="")
