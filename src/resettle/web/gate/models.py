"""What was done around a release."""

from __future__ import annotations

from django.conf import settings
from django.db import models

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
