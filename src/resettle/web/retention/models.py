"""The organisation's schedule, legal holds, and the log of what was erased."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models

from resettle.document import parse_document
from resettle.goodlives import retention
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


class Erasure(models.Model):
    """One kind of record of one person that was erased: by which rule, when, by whom, and how many rows of each table.

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

    class Meta:
        ordering = ["-at", "kind"]
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="erased_once")]
