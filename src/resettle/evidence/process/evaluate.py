"""`evaluate_process`: the process of a service from the area's own tables, each measure by provider and by group."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Literal

from resettle.area import Area, Engine, Steps
from resettle.evidence.intervals import student_mean, wilson
from resettle.evidence.process import contacts, costs, journeys, plans
from resettle.evidence.process.funnel import funnel
from resettle.evidence.process.held import COSTS_NEED, NEEDS, known_stages, not_held, notes
from resettle.evidence.process.result import Process, ProcessMeasure, Stage, UnitCost, Wait
from resettle.evidence.process.steps import Scope, scope_of
from resettle.evidence.survival import DayCounts, curve
from resettle.money import to_pence
from resettle.result import Interval

Row = dict[str, Any]

SHARES: dict[str, Callable[[Scope], Steps]] = {
    "reach": journeys.reach_steps,
    "started_within_28_days": journeys.prompt_steps,
    "attendance": contacts.attendance_steps,
    "steps_done": partial(plans.fidelity_steps, part="steps_done"),
    "steps_in_order": partial(plans.fidelity_steps, part="steps_in_order"),
    "steps_by_named_worker": partial(plans.fidelity_steps, part="steps_by_named_worker"),
    "goals_in_own_words": plans.own_words_steps,
    "gaps_with_a_goal": plans.gap_goal_steps,
    "purchases_for_own_goals": plans.chosen_spend_steps,
    "same_worker_through_gate": contacts.gate_steps,
}
MEANS: dict[str, Callable[[Scope], Steps]] = {
    "contacts": partial(contacts.dose_steps, amount="contacts"),
    "hours": partial(contacts.dose_steps, amount="hours"),
    "spend": contacts.spend_steps,
    "workers_in_12_months": partial(contacts.worker_steps, amount="workers"),
    "continuity_index": partial(contacts.worker_steps, amount="index"),
}
NOTES = (
    "The tables hold no record of choices that were offered, so personalisation leaves them out.",
    "The tables hold no planned number of contacts, so dose is set against contacts offered, not against a plan.",
)
READ = (
    "programme",
    "service",
    "person",
    "index_event",
    "delivery",
    "plan",
    "goal",
    "goods_rating",
    "spend",
    "custody",
    "outcome",
)


def evaluate_process(
    area: Area,
    services: Sequence[str] | None = None,
    by: Sequence[str] = ("provider",),
    *,
    start: date | None = None,
    end: date | None = None,
    engine: Engine = "duckdb",
) -> Process:
    """Evaluate the process of some services (all, if None are named) for those referred in a window.

    `by` names groupings, each shown apart: `provider`, `service`, and those of people in `follow.GROUPINGS`. Small groups
    are not suppressed here: reports do that. What the area holds nothing of is left out, with a note, and never counted as
    nothing. An unknown service or grouping is a `BadInput`.
    """
    scope = scope_of(area, tuple(services) if services is not None else None, tuple(by), start, end)

    place = {axis: n for n, axis in enumerate(("everyone", *scope.by))}

    def run(steps: Steps) -> list[Row]:
        rows: list[Row] = area.run(steps, engine=engine).to_pylist()
        return sorted(rows, key=lambda row: place[row["axis"]])

    missing = not_held(area)

    def told(name: str) -> bool:
        return not missing & set(NEEDS[name])

    measures = [m for name, steps in SHARES.items() if told(name) for m in share_measures(name, run(steps(scope)))]
    measures += [mean_measure(name, row) for name, steps in MEANS.items() if told(name) for row in run(steps(scope))]
    measures += spread_measures(run(plans.spread_steps(scope))) if told("spread_of_goods") else []
    return Process(
        area=area.info.name,
        caveat=area.info.caveat,
        currency=area.info.currency,
        services=scope.services or (),
        by=scope.by,
        measures=tuple(measures),
        waits=tuple(waits(run(journeys.wait_curve_steps(scope)))) if told("started_within_28_days") else (),
        stages=tuple(waterfall(run(journeys.attrition_steps(scope)), known_stages(missing))),
        costs=tuple(c for row in run(costs.cost_steps(scope)) for c in unit_costs(row, missing)),
        notes=(*notes(missing), *NOTES),
        provenance=area.provenance(*READ, services=services, by=by, start=start, end=end),
    )


def share_measures(name: str, rows: list[Row]) -> Iterable[ProcessMeasure]:
    """A share by group, each with an interval and its place in the funnel around everyone's."""
    target = next((row["count"] / row["n"] for row in rows if row["axis"] == "everyone" and row["n"]), None)
    for row in rows:
        n, count, fewer = row["n"], row["count"], effective_n(row)
        yield ProcessMeasure(
            name=name,
            axis=row["axis"],
            part=row["part"],
            n=n,
            people=row["people"],
            count=count,
            value=count / n,
            interval=wilson(count, n) if fewer is None else clustered(count / n, fewer),
            funnel=None if row["axis"] == "everyone" or target is None else funnel(count, n, target, fewer),
        )


def effective_n(row: Row) -> float | None:
    """How many independent ones the counted amount to, or None if that is all of them.

    n over the design effect of a ratio, people being the clusters: sum (k - p n)^2 over p (1 - p) sum n (Kish, 1965).
    """
    n, count = row["n"], row["count"]
    p = count / n
    if row["people"] == n or p in (0.0, 1.0):
        return None if row["people"] == n else float(row["people"])
    spread = row["kk"] - 2 * p * row["nk"] + p * p * row["nn"]
    effect = spread / (p * (1 - p) * n)
    return float(n / effect) if effect > 1 else None


def clustered(share: float, n: float) -> Interval:
    """Wilson interval at an effective number (Korn and Graubard's idea): people, not what happened to them, are the sample."""
    from scipy.stats import norm

    z = float(norm.ppf(0.975))
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return Interval(low=max(0.0, middle - half), high=min(1.0, middle + half), method=f"Wilson, effective n {n:.1f}")


def mean_measure(name: str, row: Row) -> ProcessMeasure:
    """A mean of one group with Student's interval (none for a single value)."""
    n = row["n"]
    return ProcessMeasure(
        name=name,
        axis=row["axis"],
        part=row["part"],
        n=n,
        value=row["total"] / n,
        interval=student_mean(row["total"], row["squares"], n) if n > 1 else None,
    )


def spread_measures(rows: list[Row]) -> Iterable[ProcessMeasure]:
    """The effective number of goods, exp of Shannon's entropy, with an interval by Basharin's variance (1959)."""
    for (axis, part), held in grouped(rows).items():
        n = sum(row["n"] for row in held)
        shares = [row["n"] / n for row in held]
        entropy = -sum(p * math.log(p) for p in shares)
        variance = max(0.0, sum(p * math.log(p) ** 2 for p in shares) - entropy**2) / n
        half = 1.959963984540054 * math.sqrt(variance)
        interval = Interval(
            low=math.exp(entropy - half), high=math.exp(entropy + half), method="delta method, on entropy"
        )
        yield ProcessMeasure(
            name="spread_of_goods", axis=axis, part=part, n=n, value=math.exp(entropy), interval=interval
        )


def grouped(rows: list[Row]) -> dict[tuple[str, str], list[Row]]:
    """Rows by their group, in the order in which they came."""
    held: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        held.setdefault((row["axis"], row["part"]), []).append(row)
    return held


def waits(rows: list[Row]) -> Iterable[Wait]:
    """The curve of the share started in each group, and the day by which half had started."""
    import numpy as np

    for (axis, part), held in grouped(rows).items():
        counts = DayCounts(*(np.array([r[c] for r in held], dtype=float) for c in ("day", "events", "censored")))
        made = curve(counts, {axis: part})
        median = next((d for d, s in zip(made.days, made.share, strict=True) if s >= 0.5), None)
        yield Wait(axis=axis, part=part, curve=made, median=median)


def waterfall(rows: list[Row], stages: Sequence[str] = journeys.STAGES) -> Iterable[Stage]:
    """How many of each group reached each stage, and why the others did not; stages that cannot be told are left out."""
    for (axis, part), held in grouped(rows).items():
        referred = left = sum(row["n"] for row in held)
        for name in stages:
            reasons = {row["reason"]: row["n"] for row in held if row["lost_at"] == name}
            before, lost = left, sum(reasons.values())
            left -= lost
            yield Stage(
                axis=axis,
                part=part,
                name=name,
                n=left,
                of_referred=left / referred,
                of_before=wilson(left, before) if name != "referred" and before else None,
                lost=lost,
                reasons=reasons,
            )


def unit_costs(row: Row, missing: frozenset[str] = frozenset()) -> Iterable[UnitCost]:
    """What a start, a completion and an outcome cost in one group; those of which nothing is held are left out."""
    starts, total = row["starts"], row["service_cost"] + row["spend"]
    spend = None if "spend.amount" in missing else row["spend"]
    named: tuple[tuple[Literal["start", "completion", "outcome"], int], ...] = (
        ("start", starts),
        ("completion", row["completions"]),
        ("outcome", row["outcomes"]),
    )
    for per, n in named:
        if COSTS_NEED.get(per) in missing:
            continue
        known = n > 0 and not row["unpriced"]
        yield UnitCost(
            axis=row["axis"],
            part=row["part"],
            per=per,
            n=n,
            service_cost=row["service_cost"],
            spend=spend,
            unpriced=row["unpriced"],
            each=to_pence(total / n) if known else None,
            interval=cost_interval(total, n, starts) if known and per != "start" else None,
        )


def cost_interval(total: Decimal, n: int, starts: int) -> Interval:
    """What one costs if the share of starts that lead to it lay at either end of its Wilson interval."""
    share, start = wilson(n, starts), float(total) / starts
    high = start / share.low if share.low > 0 else math.inf
    return Interval(low=start / share.high, high=high, method="Wilson of the share of starts")
