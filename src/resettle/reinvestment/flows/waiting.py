"""How people waited for a service."""

from __future__ import annotations

from resettle.result import Record


class Waiting(Record):
    """How people waited for one service: who wanted it, who started at once or after waiting, who gave up, and the mean wait
    of those who started, in months.
    """

    service: str
    wanted: int
    at_once: int
    after_waiting: int
    gave_up: int
    mean_wait: float
