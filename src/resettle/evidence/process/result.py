"""What a process evaluation finds: measures by group, waiting curves, the waterfall of attrition, and unit costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from resettle.evidence.process.funnel import Funnel
from resettle.evidence.survival import Curve
from resettle.money import show
from resettle.result import Interval, Record, Result

Unit = Literal["share", "contacts", "hours", "pounds", "workers", "index", "goods"]

LABELS: dict[str, tuple[Unit, str]] = {
    "reach": ("share", "index events with a start of the service"),
    "started_within_28_days": ("share", "referrals that led to a start within 28 days"),
    "contacts": ("contacts", "contacts received by each participation that started"),
    "hours": ("hours", "hours received by each participation that started"),
    "attendance": ("share", "contacts offered that people came to"),
    "spend": ("pounds", "spent for each person who started, less refunds"),
    "steps_done": ("share", "steps of agreed plans that were done"),
    "steps_in_order": ("share", "steps with a contact that came in the agreed order"),
    "steps_by_named_worker": ("share", "steps with a contact that were done with the named worker"),
    "goals_in_own_words": ("share", "goals held in the person's own words"),
    "gaps_with_a_goal": ("share", "goods that people say they lack for which there is a goal"),
    "purchases_for_own_goals": ("share", "purchases that serve a goal in the person's own words"),
    "spread_of_goods": ("goods", "goods among which goals are spread (effective number, 1 to 11)"),
    "same_worker_through_gate": (
        "share",
        "gate crossings after which a worker from before is met again within 30 days",
    ),
    "workers_in_12_months": ("workers", "workers met in the twelve months from the start"),
    "continuity_index": ("index", "Bice-Boxerman index of the twelve months from the start (1: one worker throughout)"),
}
STAGE_LABELS = {
    "referred": "referred",
    "started": "started",
    "four_weeks": "four weeks in, or completed sooner",
    "completed": "completed",
    "followed_up": "followed up",
}


class ProcessMeasure(Record):
    """One measure of one group: its value with its interval, and for a share where it lies in the funnel.

    `axis` says how people are split (`everyone`, `provider`, `sex`, ...) and `part` which group this is. `n` is what is
    counted (index events, referrals, contacts, steps, ...) and `people` how many people they belong to (None for means).
    """

    name: str
    axis: str
    part: str
    n: int
    people: int | None = None
    count: int | None = None
    value: float | None
    interval: Interval | None
    funnel: Funnel | None = None

    @property
    def label(self) -> str:
        """What is measured, in words."""
        return LABELS[self.name][1]

    @property
    def unit(self) -> Unit:
        """The unit of the value: a share from 0 to 1, a number, hours or pounds."""
        return LABELS[self.name][0]


class Wait(Record):
    """Days from referral to start in one group: the Kaplan-Meier curve of the share started, and its median day.

    `median` is None if fewer than half had started when they were last seen.
    """

    axis: str
    part: str
    curve: Curve
    median: float | None


class Stage(Record):
    """One stage of the waterfall: how many got so far, of how many before, and why the others were lost."""

    axis: str
    part: str
    name: str
    n: int
    of_referred: float | None
    of_before: Interval | None
    lost: int
    reasons: dict[str, int] = {}

    @property
    def label(self) -> str:
        """The stage in words."""
        return STAGE_LABELS[self.name]


class UnitCost(Record):
    """What one start, completion or verified outcome cost in one group: service (fixed by its price) and purchases apart.

    `each` is None if none was reached or a service has no price, `spend` if no purchases are held. `interval` carries the
    chance in how many of the starts went on to it (Wilson); the costs themselves are known.
    """

    axis: str
    part: str
    per: Literal["start", "completion", "outcome"]
    n: int
    service_cost: Decimal
    spend: Decimal | None
    unpriced: int
    each: Decimal | None
    interval: Interval | None


class Process(Result):
    """A process evaluation: what was done, for whom, when, by whom, and at what cost. `notes` say what tables cannot tell."""

    area: str
    caveat: str
    currency: str
    services: tuple[str, ...]
    by: tuple[str, ...]
    measures: tuple[ProcessMeasure, ...]
    waits: tuple[Wait, ...]
    stages: tuple[Stage, ...]
    costs: tuple[UnitCost, ...]
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """How many were referred, started and completed, and how many groups lie outside the funnel."""
        overall = {s.name: s for s in self.stages if s.axis == "everyone"}
        if not overall:
            return f"{self.area}: nobody was referred."
        said = ", ".join(f"{s.n:,} {s.label}" for s in overall.values())
        outside = [m for m in self.measures if m.funnel and m.funnel.verdict.startswith("very")]
        judged = sum(1 for m in self.measures if m.funnel)
        return (
            f"{self.area}: {said}. {len(outside)} of {judged} shares of groups lie beyond the 99.8% funnel limits, "
            f"where chance alone would put {0.002 * judged:.1f}."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row for each measure of each group; stages, waits and costs have rows of their own."""
        return [
            {
                "measure": m.label,
                "axis": m.axis,
                "group": m.part,
                "value": m.value,
                "unit": m.unit,
                "low": m.interval.low if m.interval else None,
                "high": m.interval.high if m.interval else None,
                "method": m.interval.method if m.interval else None,
                "n": m.n,
                "people": m.people,
                "funnel": m.funnel.verdict if m.funnel else None,
            }
            for m in self.measures
        ]

    def stage_rows(self) -> list[dict[str, Any]]:
        """The waterfall: one row for each stage of each group, with the reasons of those lost before it."""
        return [
            {
                "axis": s.axis,
                "group": s.part,
                "stage": s.label,
                "n": s.n,
                "of referred": s.of_referred,
                "lost": s.lost,
                "reasons": "; ".join(f"{why} {n}" for why, n in s.reasons.items()),
            }
            for s in self.stages
        ]

    def cost_rows(self) -> list[dict[str, Any]]:
        """One row for each unit cost of each group, as a reader sees it."""
        return [
            {
                "axis": c.axis,
                "group": c.part,
                "per": c.per,
                "n": c.n,
                "each": show(c.each, self.currency) if c.each is not None else "not known",
                "service": "not known" if c.unpriced else show(c.service_cost, self.currency),
                "purchases": "not held" if c.spend is None else show(c.spend, self.currency),
            }
            for c in self.costs
        ]

    def of(self, name: str, axis: str = "everyone", part: str = "everyone") -> ProcessMeasure:
        """One measure of one group; `KeyError` if it is not there."""
        for m in self.measures:
            if (m.name, m.axis, m.part) == (name, axis, part):
                return m
        raise KeyError((name, axis, part))
