"""Ending a relationship: whoever ends it, nothing that was scheduled in it goes out afterwards."""

from __future__ import annotations

from django.utils import timezone

from resettle.web.people.models import Relationship


def close(tie: Relationship, why: str) -> None:
    """End a relationship today."""
    tie.state, tie.end, tie.end_reason = "ended", timezone.localdate(), why[:200]
    tie.save()
