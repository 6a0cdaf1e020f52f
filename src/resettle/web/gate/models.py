"""What was done around a release, and what is to be done for one person alone."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models

from resettle.goodlives import own_tasks
from resettle.web.people.models import Episode


class GateTask(models.Model):
    """One task of the list (`checklist.toml`) that was done for a release, or was not needed. The day it is due is reckoned
    from the release date, so that it moves with it.
    """

    class Answer(models.TextChoices):
        """What became of it."""

        DONE = "done", "Done"
        NOT_NEEDED = "not_needed", "Not needed"

    episode = models.ForeignKey(Episode, models.CASCADE, related_name="gate_tasks")
    code = models.CharField(max_length=20)
    answer = models.CharField(max_length=10, choices=Answer)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["episode", "code"], name="one_answer_a_task")]


class OwnTask(models.Model):
    """A task for one person alone: what, who does it, and by when (days from release, or a date). What became of it is blank
    while it is to be done. It is never deleted; what it said before stands in `changes`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(Episode, models.CASCADE, related_name="own_tasks")
    words = models.CharField("what is to be done", max_length=200)
    who = models.CharField("who does it", max_length=100)
    days = models.SmallIntegerField("days from release", null=True, blank=True)
    on = models.DateField("date by which", null=True, blank=True)
    answer = models.CharField("what became of it", max_length=10, choices=GateTask.Answer, blank=True)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["added_at"]
        verbose_name = "task of their own"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(days=None, on__isnull=False) | models.Q(days__isnull=False, on=None),
                name="days_from_release_or_a_date",
            )
        ]

    def due(self, release: date) -> date:
        """The day by which it is to be done."""
        return own_tasks.due(release, self.days, self.on)


class OwnTaskChange(models.Model):
    """What a task said before it was changed, who changed it and why. Rows are never changed."""

    task = models.ForeignKey(OwnTask, models.CASCADE, related_name="changes")
    before = models.CharField("what it said before", max_length=800)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = "change of a task"
