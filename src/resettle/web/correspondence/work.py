"""Writing, reminding, sending what is due and taking in what comes, under the rules of `resettle.goodlives.messages`."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from resettle.goodlives.messages import may_send
from resettle.goodlives.states import Refused
from resettle.web.access.models import Team, User
from resettle.web.contacts.models import Contact
from resettle.web.correspondence.adapters import send
from resettle.web.correspondence.models import Message, Reach, Thread
from resettle.web.look.jinja import moment
from resettle.web.people.models import Person, Relationship

AHEAD = timedelta(hours=36)
OWN_PAGE = "page"
"""How a message came that the person wrote on their own page."""
NO_ADDRESS = "there is no address to send it to"
log = logging.getLogger(__name__)


def reach_of(person: Person) -> Reach:
    """How the person can be reached; nothing is known, if nobody asked."""
    return Reach.objects.filter(person=person).first() or Reach(person=person)


def keep_reach(person: Person, values: dict[str, Any]) -> Reach:
    """Keep how the person can be reached, as they said today. Threads and messages that wait stay as they are."""
    return Reach.objects.update_or_create(person=person, defaults={**values, "asked_on": timezone.localdate()})[0]


def thread_of(person: Person, team: Team) -> Thread:
    """The one thread between a person and a team."""
    return Thread.objects.get_or_create(person=person, team=team)[0]


def tie_of(person: Person, user: User) -> Relationship | None:
    """The relationship in which the user writes to the person."""
    return person.relationships.current().filter(worker=user).order_by("begin").first()


@transaction.atomic
def write(
    person: Person, user: User, words: str, channel: str, due: datetime, says_who: bool = True
) -> Message | Refused:
    """Write a message that goes when it is due; only as part of a relationship that is current."""
    tie = tie_of(person, user)
    if tie is None or user.team is None:
        return Refused(
            event="write",
            reason="You do not work with them now",
            do="Ask whoever does to write.",
            broken="relationship",
        )
    return Message.objects.create(
        thread=thread_of(person, user.team),
        relationship=tie,
        worker=user,
        words=words,
        channel=channel,
        due=due,
        says_who=says_who,
    )


def teams_of(person: Person) -> list[Team]:
    """The teams of those who work with the person now: whom they can write to."""
    ties = person.relationships.current().values("worker__team")
    return list(Team.objects.filter(pk__in=ties).order_by("name"))


def between(person: Person) -> Any:
    """Every message that the person got or wrote, newest first."""
    kept = Message.objects.filter(thread__person=person, state__in=("sent", "received"))
    return kept.select_related("worker").order_by("-sent_at")


def receive(person: Person, team: Team, words: str, channel: str) -> Message:
    """Take in what the person wrote to a team; whoever works with them sees it."""
    now = timezone.now()
    return Message.objects.create(
        thread=thread_of(person, team), words=words, channel=channel, due=now, sent_at=now, state=Message.State.RECEIVED
    )


@transaction.atomic
def cancel(message_id: Any) -> Refused | None:
    """Cancel a message that has not gone yet."""
    message = Message.objects.select_for_update().get(pk=message_id)
    if message.state != Message.State.SCHEDULED:
        return Refused(
            event="cancel", reason="It was sent or cancelled already", do="Look at the thread.", broken="state"
        )
    message.state = Message.State.CANCELLED
    message.save()
    return None


def remind(now: datetime) -> int:
    """Write a reminder for every appointment of the next day and a half that has none, for people who can be reached."""
    coming = Contact.objects.filter(state="planned", at__gt=now, at__lte=now + AHEAD, reminder=None)
    coming = coming.filter(person__reach__asked_on__isnull=False, person__reach__stop=False, worker__team__isnull=False)
    return sum(reminded(one, now) for one in coming.select_related("person__reach", "worker__team"))


@transaction.atomic
def reminded(contact: Contact, now: datetime) -> bool:
    """Write one reminder; it says who only where the person allows it."""
    reach, tie = contact.person.reach, tie_of(contact.person, contact.worker)
    if tie is None or not reach.channels:
        return False
    plain = f"Reminder: {moment(contact.at)}."
    full = f"Reminder: you meet {contact.worker.name} on {moment(contact.at)}{f', {contact.place}' if contact.place else ''}."
    Message.objects.get_or_create(
        contact=contact,
        defaults={
            "thread": thread_of(contact.person, contact.worker.team),
            "relationship": tie,
            "worker": contact.worker,
            "channel": reach.channels[0],
            "words": plain if reach.neutral_words else full,
            "says_who": not reach.neutral_words,
            "due": now,
        },
    )
    return True


def drop_reminders() -> int:
    """Cancel reminders of appointments that were moved, cancelled or held."""
    gone = Message.objects.filter(state="scheduled", contact__isnull=False).exclude(contact__state="planned")
    return gone.update(state="cancelled")


def send_due(now: datetime) -> Counter[str]:
    """Send every message that is due; how many went, wait for a safe hour, and were held for a worker to look at."""
    keys = Message.objects.filter(state="scheduled", due__lte=now).order_by("due").values_list("pk", flat=True)
    return Counter(send_one(key, now) for key in list(keys))


@transaction.atomic
def send_one(key: Any, now: datetime) -> str:
    """Send one message, if the rules allow it now. The row is locked: of two senders at once one sends it."""
    message = Message.objects.select_for_update().get(pk=key)
    if message.state != "scheduled":
        return "gone"
    reach, tie = reach_of(message.person), message.relationship
    ties = [tie.record()] if tie else []
    answer = may_send(
        message.record(), message.channel, timezone.localtime(now), ties, reach.record(), message.says_who
    )
    to = reach.phone if message.channel == "text" else reach.email
    if answer.answer == "wait":
        return "waiting"
    held = answer.reason if answer.answer == "stop" else "" if to else NO_ADDRESS
    return hold(message, held) if held else carry(message, to, now)


def hold(message: Message, why: str) -> str:
    """Leave a message for a worker to look at, with the reason."""
    message.held = why
    message.save(update_fields=["held"])
    return "held"


def carry(message: Message, to: str, now: datetime) -> str:
    """Give a message to what carries it. Where that fails, the message waits for the next time."""
    try:
        send(message.channel, to, message.words, str(message.pk))
    except Exception:
        log.exception("A message was not sent")
        return hold(message, "it could not be sent; it is tried again")
    message.state, message.sent_at, message.held = "sent", now, ""
    message.save(update_fields=["state", "sent_at", "held"])
    return "sent"


def to_read(user: User) -> Any:
    """What came in for the team from people whom the user works with, and nobody has read yet."""
    ties = Relationship.objects.current().filter(worker=user)
    found = Message.objects.filter(state="received", read_at=None, thread__team=user.team_id)
    return found.filter(thread__person__in=ties.values("person")).select_related("thread__person")
