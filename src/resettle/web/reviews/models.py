"""Reviews of a plan."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone

from resettle.goodlives import records, reviews
from resettle.goodlives.states import state_table
from resettle.web.people.models import Person

OPEN = state_table("review").open_states


class Review(models.Model):
    """One review: the day that its rule counts from, when it is due, and what became of it."""

    class Kind(models.TextChoices):
        """Which rule it follows."""

        PLAN = "plan", "Review of the plan"
        TRANSFER = "transfer", "Review after a move to another team"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="reviews")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PLAN)
    since = models.DateField()
    due = models.DateField()
    put_off_to = models.DateField(null=True, blank=True)
    put_off_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    done_on = models.DateField(null=True, blank=True)
    notes = models.TextField(max_length=4000, blank=True)

    class Meta:
        ordering = ["-due"]
        indexes = [models.Index(fields=["state", "due"])]

    def record(self) -> records.Review:
        """The review as the rules read it."""
        return records.Review(
            id=str(self.pk),
            due=self.due,
            put_off_to=self.put_off_to,
            put_off_on=self.put_off_on,
            state=self.state,
            done_by=str(self.done_by_id or ""),
            done_on=self.done_on,
        )

    @property
    def due_now(self) -> date:
        """The day that counts."""
        return self.record().due_now

    @property
    def clock(self) -> reviews.Clock:
        """How it stands today."""
        return reviews.stands(self.due_now, timezone.localdate(), self.done_on)
