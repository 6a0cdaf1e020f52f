"""What would change the answer: the same flows with one assumption at a time at one end and at the other."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from resettle.money import exact, to_pence
from resettle.reinvestment.appraisal import Overrides
from resettle.reinvestment.conventions import Convention
from resettle.reinvestment.flows.projection import Drawn
from resettle.reinvestment.flows.quantity import Quantity
from resettle.reinvestment.flows.run import Job, run_block
from resettle.reinvestment.flows.scenario import Service
from resettle.reinvestment.rounds.arriving import Arrived
from resettle.thread.passed_on import Swing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Outcome = tuple[Decimal, Decimal]
DRAWS = 40
Z = 1.959964


Value = Callable[[Drawn, Overrides], Arrived]


def swings(job: Job, name: str, value: Value, own: Overrides, choices: Sequence[Convention]) -> tuple[Swing, ...]:
    """Cash and work avoided with each assumption at its low and its high end, widest swing of work avoided first.

    The first draws of the run are used for all, so that only the assumption differs. The effect goes from one end of its
    interval to the other; coverage over its stated range; what carries over from half the stated to all of it; the time in
    which the effect fades from half the stated to twice it; conventions from one published value to another.
    """
    few = min(DRAWS, job.draws)
    found = []
    for about, ends in alternatives(job, name):
        low, high = (outcome(moved(changed, few), value, own) for _, changed in ends)
        found.append(swing(about, (ends[0][0], ends[1][0]), low, high))
    same = moved(job, few)
    for one in choices:
        low, high = (outcome(same, value, end.own) for end in (one.low, one.high))
        found.append(swing(one.name, (one.low.words, one.high.words), low, high))
    return tuple(sorted(found, key=lambda one: -abs(one.work_high - one.work_low)))


def swing(about: str, words: tuple[str, str], low: Outcome, high: Outcome) -> Swing:
    """One assumption with what comes out at both ends."""
    return Swing(
        about=about,
        low=words[0],
        high=words[1],
        cash_low=low[0],
        cash_high=high[0],
        work_low=low[1],
        work_high=high[1],
    )


def alternatives(job: Job, name: str) -> Iterator[tuple[str, list[tuple[str, Job]]]]:
    """Each assumption with its two ends, in words and as a job."""
    service = next(one for one in job.scenario.service if one.name == name)
    used = job.effects[name]
    ends = [replace(used, mean=used.mean + sign * Z * used.se, se=0.0) for sign in (1, -1)]
    yield (
        "the effect",
        [(f"hazard ratio {math.exp(one.mean):.2f}", replace(job, effects={**job.effects, name: one})) for one in ends],
    )
    for index, lever in enumerate(job.scenario.lever):
        asked = getattr(lever, "coverage", None)
        if isinstance(asked, Quantity) and asked.low is not None and getattr(lever, "service", "") == name:
            made = [with_lever(job, index, end) for end in (asked.low, asked.high)]
            yield (
                "how many are reached",
                [(f"{end:.0%}", one) for end, one in zip((asked.low, asked.high), made, strict=True)],
            )
    shrinks = (service.shrink / 2, 1.0)
    yield (
        "how much of the effect carries over",
        [(f"{one:.0%}", with_service(job, name, shrink=one)) for one in shrinks],
    )
    halves = (service.half_life / 2, service.half_life * 2)
    yield (
        "how fast the effect fades",
        [(f"by half in {one:g} months", with_service(job, name, half_life=one)) for one in halves],
    )


def with_service(job: Job, name: str, **changes: Any) -> Job:
    """The job with one number of a service changed."""
    services: list[Service] = [
        one.model_copy(update=changes) if one.name == name else one for one in job.scenario.service
    ]
    return replace(job, scenario=job.scenario.model_copy(update={"service": tuple(services)}))


def with_lever(job: Job, index: int, coverage: float | None) -> Job:
    """The job with the coverage of one lever fixed."""
    levers = list(job.scenario.lever)
    levers[index] = levers[index].model_copy(update={"coverage": Quantity(value=coverage)})
    return replace(job, scenario=job.scenario.model_copy(update={"lever": tuple(levers)}))


def moved(job: Job, draws: int) -> Drawn:
    """The first draws of a job."""
    base, policy = run_block(job, (0, draws))
    return Drawn(job.scenario.start, job.names, job.places, base, policy)


def outcome(drawn: Drawn, value: Value, own: Overrides) -> Outcome:
    """Mean cash of all years, and the mean work that agencies avoid."""
    arrived = value(drawn, own)
    work = sum(float(flow.draws.mean()) for flow in arrived.flows if flow.kind == "capacity")
    return pence(float(arrived.yearly.sum(axis=1).mean())), pence(work)


def pence(amount: float) -> Decimal:
    """A mean in whole pence."""
    return to_pence(exact(amount))
