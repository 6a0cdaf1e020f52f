"""Files that were brought in, and what became of each of their rows."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from resettle.web.people.models import Person


class Import(models.Model):
    """One file: what it holds, how its columns are matched, and whether it was confirmed. The file itself goes with that."""

    class Kind(models.TextChoices):
        """What the rows are."""

        PEOPLE = "people", "People"
        PLANS = "plans", "Goals and steps"
        CONTACTS = "contacts", "Contacts"

    class State(models.TextChoices):
        """How far it has come."""

        SENT = "sent", "Columns to match"
        SHOWN = "shown", "To confirm"
        DONE = "done", "Brought in"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.SENT)
    file_name = models.CharField(max_length=120)
    data = models.BinaryField(null=True)
    header = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]


class Row(models.Model):
    """One row of a file. What it says is kept until it has come in; of a bad row, until it is mended.

    `fingerprint` is a hash of what it says, by which the same row is known again.
    """

    class State(models.TextChoices):
        """What becomes of it."""

        GOOD = "good", "To bring in"
        LIKE = "like", "Somebody like this is here"
        BAD = "bad", "To mend"
        THERE = "there", "Here already"
        HELD = "held", "Waits to be mended already"
        KEPT = "kept", "Brought in"
        LEFT = "left", "Left out"
        MENDED = "mended", "Mended since"

    of = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="imported_rows")
    like = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    values = models.JSONField(default=dict)
    cells = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64, db_index=True)
    mends = models.ForeignKey("self", models.SET_NULL, null=True, related_name="mended_by")

    class Meta:
        ordering = ["of", "number"]
        verbose_name = "row of an import"
        verbose_name_plural = "rows of imports"
