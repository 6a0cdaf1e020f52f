"""Contacts between a person and those who work with them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from resettle.goodlives import records
from resettle.web.people.models import Person
from resettle.web.plans.models import Goal

LATE_AFTER = timedelta(days=2)


class Contact(models.Model):
    """One meeting, call or visit. `revisions` hold what was recorded before each correction."""

    class Medium(models.TextChoices):
        """How they met."""

        FACE = "face", "Face to face"
        PHONE = "phone", "By phone"
        VIDEO = "video", "By video"
        TEXT = "text", "By text message"
        LETTER = "letter", "By letter"

    class Setting(models.TextChoices):
        """Where it was: the same words as the table `delivery` of an area."""

        PRISON = "prison", "In prison"
        GATE = "gate", "At the gate"
        COMMUNITY = "community", "In the community"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="contacts")
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="contacts")
    at = models.DateTimeField(db_index=True)
    medium = models.CharField(max_length=10, choices=Medium, default=Medium.FACE)
    setting = models.CharField(max_length=10, choices=Setting, default=Setting.COMMUNITY)
    place = models.CharField(max_length=200, blank=True)
    goal = models.ForeignKey(Goal, models.SET_NULL, null=True, blank=True, related_name="contacts")
    state = models.CharField(max_length=20)
    came_late = models.BooleanField(default=False)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    summary = models.TextField(blank=True)
    strengths = models.TextField(blank=True)
    concern = models.TextField(blank=True)
    concern_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="concerns"
    )
    concern_seen_at = models.DateTimeField(null=True, blank=True)
    next = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="before")
    revisions = models.JSONField(default=list)
    entered_at = models.DateTimeField(auto_now_add=True)
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["person", "-at"]),
            models.Index(fields=["worker", "state", "at"]),
            models.Index(fields=["concern_for", "concern_seen_at", "-at"], name="concerns_to_look_at"),
            models.Index(
                fields=["at"],
                condition=models.Q(concern_seen_at=None, concern_for__isnull=False),
                name="concerns_nobody_looked_at",
            ),
        ]

    @property
    def late_entry(self) -> bool:
        """Whether it was recorded more than two days after it happened."""
        return self.recorded_at is not None and self.recorded_at - self.at > LATE_AFTER

    @property
    def waits(self) -> bool:
        """Whether it was planned for a time that is over, and nobody has said what happened."""
        return self.state == "planned" and self.at < timezone.now()

    def words(self) -> dict[str, str]:
        """What was written, for the page and for a revision."""
        return {"summary": self.summary, "strengths": self.strengths, "concern": self.concern}

    def record(self) -> records.Contact:
        """The contact as the rules read it."""
        return records.Contact(
            id=str(self.pk),
            worker_id=str(self.worker_id),
            on=timezone.localdate(self.at),
            state=self.state,
            concern=self.concern,
            concern_marked=bool(self.concern or self.concern_for_id),
            concern_reader=str(self.concern_for_id or ""),
            revisions=tuple(revision["summary"] for revision in self.revisions),
            next_id=str(self.next_id) if self.next_id else None,
        )


def moment(day: object, hour: str) -> datetime:
    """A day and an hour `14:30` as a time here."""
    return timezone.make_aware(datetime.fromisoformat(f"{day}T{hour}"))
