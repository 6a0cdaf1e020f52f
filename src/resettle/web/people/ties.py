"""Ending a relationship: whoever ends it, nothing that was scheduled in it goes out afterwards as if it still held."""

from __future__ import annotations

from django.utils import timezone

from resettle.goodlives.messages import end_messages
from resettle.web.people.models import Relationship


def pass_on(tie: Relationship, following: Relationship | None) -> None:
    """Give what is scheduled to the next worker, or cancel it where there is none."""
    kept = list(tie.messages.filter(state="scheduled"))
    after = end_messages([one.record() for one in kept], str(tie.pk), str(following.pk) if following else None)
    for message, now in zip(kept, after, strict=True):
        message.state, message.relationship_id = now.state, now.relationship_id
        message.save()


def close(tie: Relationship, why: str) -> None:
    """End a relationship today, and cancel what is scheduled in it."""
    pass_on(tie, None)
    tie.state, tie.end, tie.end_reason = "ended", timezone.localdate(), why[:200]
    tie.save()
