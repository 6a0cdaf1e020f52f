"""Rows of files that were brought in, about nobody yet: how long they wait to be mended, and erasing what they say afterwards."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from resettle.errors import bad
from resettle.goodlives.retention import ERASED, Schedule, attach, is_past
from resettle.web.access.audit import record
from resettle.web.access.models import User, Verb
from resettle.web.importing.models import Import, Row
from resettle.web.importing.work import drop_unconfirmed, waiting_rows

UNMENDED = "unmended"


def require_its_rule(schedule: Schedule) -> None:
    """A schedule needs a rule for such rows, and can count only from the day they came in: they are of no case or sentence."""
    attach(schedule, UNMENDED)
    found = schedule.rules[UNMENDED].after
    if found != "created":
        raise bad(
            "rows that wait to be mended are about nobody", column="after", value=found, do='Write after = "created".'
        )


def past_rows(schedule: Schedule, today: date | None = None) -> QuerySet[Row]:
    """Rows that waited for longer than the schedule keeps them; none where an older schedule has no rule for them."""
    if UNMENDED not in schedule.rules:
        return Row.objects.none()
    attached, today = attach(schedule, UNMENDED), today or timezone.localdate()
    done = Import.objects.filter(pk__in=waiting_rows().values("of")).exclude(done_at=None).values_list("pk", "done_at")
    past = [pk for pk, at in done if is_past(schedule, attached, {"created": timezone.localdate(at)}, today)]
    return Row.objects.filter(pk__in=waiting_rows().filter(of__in=past).values("pk"))


@transaction.atomic
def erase_rows(schedule: Schedule, user: User | None, today: date | None = None) -> int:
    """Erase what such rows say, and files that nobody confirmed for a week; how many rows. Row, number and day stay."""
    drop_unconfirmed()
    nothing = {"values": {}, "cells": [], "problems": [], "fingerprint": ERASED}
    count = past_rows(schedule, today).update(state=Row.State.LEFT, **nothing)
    if count:
        record(user, Verb.ERASE, "retention", reason=f"{count} rows of files that were never mended")
    return count
