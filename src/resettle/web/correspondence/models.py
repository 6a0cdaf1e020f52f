"""How a person can be reached, the thread between them and a team, and its messages."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from resettle.goodlives import messages, records
from resettle.web.access.models import Team
from resettle.web.contacts.models import Contact
from resettle.web.people.models import Person, Relationship


class Channel(models.TextChoices):
    """How a message goes."""

    TEXT = "text", "Text message"
    EMAIL = "email", "Email"


class Reach(models.Model):
    """How a person can be reached safely, as they said, and on which day they said so."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="reach")
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    channels = models.JSONField(default=list)
    from_time = models.TimeField(null=True, blank=True)
    to_time = models.TimeField(null=True, blank=True)
    neutral_words = models.BooleanField(default=False)
    stop = models.BooleanField(default=False)
    asked_on = models.DateField(null=True)

    def record(self) -> messages.SafeContact:
        """The rules of safe contact as `goodlives.messages` reads them."""
        return messages.SafeContact(
            channels=frozenset(self.channels),
            from_time=self.from_time,
            to_time=self.to_time,
            neutral_words=self.neutral_words,
            asked_on=self.asked_on,
            stop=self.stop,
        )


class Thread(models.Model):
    """Everything that a person and a team write to each other, whoever the worker is and whatever the number."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="threads")
    team = models.ForeignKey(Team, models.PROTECT, related_name="threads")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "team"], name="one_thread_a_team")]


class Message(models.Model):
    """One message: to the person, as part of a relationship, or from them (`worker` is nobody)."""

    class State(models.TextChoices):
        """Where it stands."""

        SCHEDULED = "scheduled", "Waits"
        SENT = "sent", "Sent"
        CANCELLED = "cancelled", "Cancelled"
        RECEIVED = "received", "Came in"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="messages")
    relationship = models.ForeignKey(Relationship, models.SET_NULL, null=True, related_name="messages")
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=10)
    words = models.TextField(max_length=1000)
    says_who = models.BooleanField("says who it is from, or what it is about", default=True)
    due = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.SCHEDULED)
    held = models.CharField("why it did not go", max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    contact = models.OneToOneField(Contact, models.CASCADE, null=True, blank=True, related_name="reminder")

    class Meta:
        ordering = ["due"]
        indexes = [
            models.Index(fields=["state", "due"]),
            # What nobody has read yet is little beside what was read, and every diary asks for it.
            models.Index(fields=["state", "thread"], name="unread_of_a_thread", condition=models.Q(read_at=None)),
        ]

    @property
    def person(self) -> Person:
        """Whose message it is."""
        return self.thread.person

    def record(self) -> records.Message:
        """The message as the rules read it; one that came in counts as sent."""
        return records.Message(
            id=str(self.pk),
            relationship_id=str(self.relationship_id or ""),
            due=timezone.localdate(self.due),
            state="sent" if self.state == self.State.RECEIVED else self.state,
            sent_on=timezone.localdate(self.sent_at) if self.sent_at else None,
        )
