"""The organisation's schedule, legal holds, and the log of what was erased."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import models

from resettle.document import parse_document
from resettle.goodlives import erasure, retention
from resettle.web.people.models import Person


class Schedule(models.Model):
    """A retention schedule as a TOML document (`goodlives.retention.Schedule`). The last one is in force; none is changed."""

    document = models.TextField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def rules(self) -> retention.Schedule:
        """The rules, read anew; a fault in them is a `BadInput`."""
        return parse_document(retention.Schedule, self.document, Path("retention.toml"))


class Hold(models.Model):
    """A reason in law to keep everything about a person: while it stands, nothing of theirs is erased."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=500)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(auto_now_add=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-placed_at"]


class ErasureRequest(models.Model):
    """A person asks that what is kept about them is erased before its time, or objects that it is kept. It is decided with a
    reason, and what is refused with grounds in law (`goodlives.erasure`); what is granted is carried out after the answer.
    """

    class Wants(models.TextChoices):
        """How much."""

        ALL = "all", "Everything"
        SOME = "some", "Some of it"

    class How(models.TextChoices):
        """How they asked."""

        OWN_PAGE = "own_page", "On their own page"
        IN_PERSON = "in_person", "In person"
        PHONE = "phone", "By phone"
        LETTER = "letter", "By letter"
        EMAIL = "email", "By email"

    class State(models.TextChoices):
        """Where it stands."""

        WAITS = "waits", "To be decided"
        FULL = "full", "Granted in full"
        PART = "part", "Granted in part"
        REFUSED = "refused", "Refused"
        TAKEN_BACK = "taken_back", "Taken back by them"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="erasure_requests")
    asked_on = models.DateField("day on which it came in")
    how = models.CharField("how they asked", max_length=10, choices=How)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    wants = models.CharField(max_length=5, choices=Wants)
    words = models.TextField("in their words", max_length=2000, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITS)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(null=True)
    reason = models.TextField("why it was decided so", max_length=2000, blank=True)
    grounds = models.JSONField("grounds in law", default=list)
    kinds = models.JSONField("what goes", default=list)
    carried_out_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_on"]
        verbose_name = "request to erase"

    @property
    def answer_by(self) -> date:
        """The last day for an answer."""
        return erasure.answer_by(self.asked_on)

    @property
    def to_carry_out(self) -> bool:
        """Whether something was granted and is not erased yet."""
        return self.state in (self.State.FULL, self.State.PART) and self.carried_out_at is None


class Erasure(models.Model):
    """One kind of record of one person that was erased: by which rule or request, when, by whom, and how many rows of each table.

    It holds no word of what was erased.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="erasures")
    kind = models.CharField(max_length=20)
    why = models.TextField("rule of the schedule")
    due = models.DateField("last day on which it was to be kept")
    rows = models.JSONField(default=dict)
    files = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    request = models.ForeignKey(ErasureRequest, models.PROTECT, null=True, related_name="erasures")

    class Meta:
        ordering = ["-at", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=models.Q(request=None), name="erased_once_by_the_schedule"
            )
        ]
