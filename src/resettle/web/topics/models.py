"""Notes on restricted topics."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from resettle.web.people.models import Person


class Note(models.Model):
    """A note that only its named readers open. It is never changed; what is wrong in it is said in another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="restricted_notes")
    topic = models.CharField(max_length=20)
    words = models.TextField(max_length=4000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)
    readers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="restricted_notes")

    class Meta:
        ordering = ["-written_at"]
