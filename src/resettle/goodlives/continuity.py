"""Whether a person was met by the same people before and after the gate."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from resettle.errors import bad
from resettle.evidence.process.contacts import GATE_DAYS, bice_boxerman
from resettle.result import Record

OVERLAP_DAYS = 14


class Met(Record):
    """A contact that the person came to."""

    worker_id: str
    on: date


class Continuity(Record):
    """One release: who was met before and after, whether anybody was both, and the Bice-Boxerman index of all contacts."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    same: tuple[str, ...]
    kept: bool | None
    index: float | None
    days_to_first: int | None

    @property
    def sentence(self) -> str:
        """What happened at the gate, in one sentence."""
        if self.kept is None:
            return f"Nobody met the person in the {GATE_DAYS} days before release, so nothing could be kept."
        return "Somebody from before the gate was there after it." if self.kept else "Everybody was new after the gate."


def continuity(contacts: Iterable[Met], release: date, today: date) -> Continuity:
    """Continuity over one release, as `evidence.process` measures it for an area: the 30 days before against the day and 30 after.

    A release less than 30 days ago is a `BadInput`: it is too early to say.
    """
    window = timedelta(days=GATE_DAYS)
    if today < release + window:
        raise bad("too early to say", column="release", value=release, do=f"Ask {GATE_DAYS} days after release.")
    near = [c for c in contacts if release - window <= c.on <= release + window]
    before = sorted({c.worker_id for c in near if c.on < release})
    after = sorted({c.worker_id for c in near if c.on >= release})
    same = tuple(worker for worker in before if worker in after)
    counts = [sum(c.worker_id == worker for c in near) for worker in sorted({c.worker_id for c in near})]
    first = min((c.on for c in near if c.on >= release), default=None)
    return Continuity(
        before=tuple(before),
        after=tuple(after),
        same=same,
        kept=bool(same) if before else None,
        index=bice_boxerman(counts) if sum(counts) > 1 else None,
        days_to_first=None if first is None else (first - release).days,
    )
