"""Records that were brought together, with what it takes to take them apart, and pairs that are two people."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from resettle.web.people.models import Person


class Merge(models.Model):
    """One record brought into another. `moved` is every column that changed, in order: table, key, column, before, after."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kept = models.ForeignKey(Person, models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Person, models.PROTECT, related_name="merged_by")
    why = models.CharField(max_length=500)
    moved = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    split_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    split_at = models.DateTimeField(null=True, blank=True)
    split_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-at"]


class TwoPeople(models.Model):
    """Two records that were looked at and are of two people: they are not proposed again."""

    one = models.ForeignKey(Person, models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="told_apart_once")]
