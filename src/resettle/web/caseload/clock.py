"""A clock that can be set back, so that the past of invented people is made by the same code as the present."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from unittest.mock import patch

from django.utils import timezone

real_now = timezone.now


@dataclass
class Clock:
    """What time the workspace believes it is."""

    now: datetime

    def set(self, day: date, hour: int = 10) -> None:
        """Make it this day, at this hour."""
        self.now = timezone.make_aware(datetime.combine(day, time(hour)))

    def later(self, minutes: int = 5) -> None:
        """Let some minutes pass."""
        self.now += timedelta(minutes=minutes)


@contextmanager
def at() -> Iterator[Clock]:
    """Run with a clock in place of the real one."""
    clock = Clock(real_now())
    with (
        patch("django.utils.timezone.now", lambda: clock.now),
        patch("django.utils.timezone.localdate", lambda value=None: timezone.localtime(value or clock.now).date()),
    ):
        yield clock
