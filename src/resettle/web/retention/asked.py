"""Requests to erase: keeping them, deciding them, and carrying out what was granted with the erasure that keeps the books right."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from resettle.goodlives import erasure
from resettle.goodlives.retention import Regime
from resettle.goodlives.states import Refused
from resettle.web.access.models import User
from resettle.web.people.models import Person
from resettle.web.retention import due
from resettle.web.retention.columns import IDENTITY, KINDS
from resettle.web.retention.due import Kind
from resettle.web.retention.erase import erase_kinds
from resettle.web.retention.models import ErasureRequest

GRANTED = (ErasureRequest.State.FULL, ErasureRequest.State.PART)


@transaction.atomic
def ask(person: Person, user: User | None, values: dict[str, Any], on: date | None = None) -> ErasureRequest | Refused:
    """Keep a request; one that waits already is not asked again. `user` is None for the person themselves."""
    Person.objects.select_for_update().get(pk=person.pk)
    if person.erasure_requests.filter(state="waits").exists():
        do = "It is answered first; the month counts from the day of the first."
        return Refused(event="ask", reason="A request waits already", do=do, broken="state")
    return ErasureRequest.objects.create(person=person, asked_by=user, asked_on=on or timezone.localdate(), **values)


def take_back(person: Person) -> None:
    """Let a request that waits rest, because the person says so."""
    person.erasure_requests.filter(state="waits").update(state="taken_back")


def waiting() -> QuerySet[ErasureRequest]:
    """What is to be decided, or is granted and not erased yet, the nearest time limit first."""
    found = ErasureRequest.objects.filter(Q(state="waits") | Q(state__in=GRANTED, carried_out_at=None))
    return found.filter(person__merged_into=None).select_related("person", "asked_by").order_by("asked_on")


def done() -> QuerySet[ErasureRequest]:
    """What was answered and needs nothing more, latest first."""
    found = ErasureRequest.objects.exclude(Q(state="waits") | Q(state__in=GRANTED, carried_out_at=None))
    return found.select_related("person", "decided_by").order_by("-decided_on", "-asked_on")


def regime() -> Regime | None:
    """The law that the schedule in force names."""
    schedule = due.in_force()
    return schedule.regime if schedule else None


@transaction.atomic
def decide(asked: ErasureRequest, user: User, values: dict[str, Any]) -> Refused | None:
    """Keep a decision with its reason, its grounds and what goes; nothing is erased by it yet."""
    asked = ErasureRequest.objects.select_for_update().get(pk=asked.pk)
    if asked.state != ErasureRequest.State.WAITS:
        return Refused(event="decide", reason="It is decided already", do="Look at the answer.", broken="state")
    decision, chosen, cited = values["decision"], values["kinds"], values["grounds"]
    refused = erasure.may_decide(decision, values["reason"], cited, chosen, KINDS)
    if refused:
        return refused
    asked.kinds = {"full": list(KINDS), "part": chosen, "refused": []}[decision]
    asked.grounds = [] if decision == "full" else cited
    asked.state, asked.reason = decision, values["reason"]
    asked.decided_by, asked.decided_on = user, timezone.localdate()
    asked.save()
    return None


def against(asked: ErasureRequest) -> list[str]:
    """What stands against carrying out what was granted, in words."""
    found = dict(due.keeping(asked.person))
    return [found[code] for code in erasure.may_erase(asked.kinds, list(found))]


@transaction.atomic
def carry_out(asked: ErasureRequest, user: User) -> Refused | None:
    """Erase what was granted. The person's record is locked first, so that a hold that was placed meanwhile is kept."""
    person = Person.objects.select_for_update().get(pk=asked.person_id)
    asked = ErasureRequest.objects.select_for_update().get(pk=asked.pk)
    stands = against(asked)
    if not asked.to_carry_out or stands:
        why = f"Nothing is erased: {', '.join(stands)}" if stands else "Nothing is left to erase"
        return Refused(event="erase", reason=why, do="See to that first.", broken="kept")
    today = timezone.localdate()
    why = f"At the person's request of {asked.asked_on:%-d %B %Y}, {asked.get_state_display().lower()}"
    ErasureRequest.objects.filter(pk=asked.pk).update(carried_out_at=timezone.now())
    erase_kinds(person, [Kind(kind, today, why) for kind in sorted(asked.kinds, key=IDENTITY.__eq__)], user, asked)
    return None
