"""Outcomes of single people, as evidence that a contract could pay on: what, when, and how it is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from resettle.area.generate import shapes
from resettle.area.generate.again import EXTRACT_DAY
from resettle.area.generate.draw import Dates, Floats, Ints, between, pick
from resettle.area.generate.events import Block
from resettle.area.generate.plans import ACHIEVED, Plans
from resettle.area.generate.programmes import Participations

GOAL_ACHIEVED = "plan_goal_achieved"
BANDS = ("low", "medium", "high")
BAND_FROM = (5, 9)  # sum of the eight scores from which complexity is medium, and high


@dataclass(frozen=True)
class Outcomes:
    """One row for each outcome; `goal` is -1 for those of a service alone, `verified` NaT where nobody checked."""

    event: Ints
    service: Ints
    goal: Ints
    code: Ints
    date: Dates
    verification: Ints
    verified: Dates
    band: Ints


def codes() -> list[str]:
    """Outcome codes: a goal achieved, then what services claim."""
    claims = {s.outcome.code for s in shapes.services().services.values() if s.outcome}
    return [GOAL_ACHIEVED, *sorted(claims)]


def draw_outcomes(block: Block, plans: Plans, taking: Participations) -> Outcomes:
    """What services and people achieved, for those who started a service."""
    rng = block.stream("outcomes")
    shape = shapes.plans().outcome
    claimed, code, date = service_outcomes(rng, block, taking)
    row, goal = goal_outcomes(rng, plans, taking)
    which = np.concatenate([claimed, row])
    n = len(which)
    observed = np.concatenate([date, plans.goals.ended[goal]])
    verified = observed + between(rng, 0, 40, n)
    known = (rng.random(n) < shape.verified) & (verified <= EXTRACT_DAY)
    return Outcomes(
        event=taking.event[which],
        service=taking.service[which],
        goal=np.concatenate([np.full(len(claimed), -1), goal]),
        code=np.concatenate([code, np.zeros(len(goal), np.int64)]),
        date=observed,
        verification=pick(rng, shape.verification.values(), n),
        verified=np.where(known, verified, np.datetime64("NaT", "D")),
        band=band(block)[taking.event[which]],
    )


def band(block: Block) -> Ints:
    """Complexity at the start, from the assessment alone: nobody who is paid has a hand in it."""
    return np.asarray(np.searchsorted(BAND_FROM, block.events.profile.needs.sum(axis=1), side="right"), np.int64)


def service_outcomes(rng: np.random.Generator, block: Block, taking: Participations) -> tuple[Ints, Ints, Dates]:
    """Participations that reached the outcome of their service, its code, and the date."""
    claims = [s.outcome for s in shapes.services().services.values()]
    areas, known = list(shapes.needs().areas), codes()
    base = np.array([c.share if c else 0.0 for c in claims])[taking.service]
    slope = np.array([c.change if c else 0.0 for c in claims])[taking.service]
    area = np.array([areas.index(c.need) if c else 0 for c in claims])[taking.service]
    share: Floats = base + slope * block.events.profile.needs[taking.event, area]
    share = np.where(base > 0, share + shapes.plans().outcome.completed * taking.completed, 0.0)
    reached = np.flatnonzero((rng.random(len(taking)) < share) & ~np.isnat(taking.started))
    code = np.array([known.index(c.code) if c else 0 for c in claims])[taking.service[reached]]
    wait = np.array([c.days if c else 0 for c in claims])[taking.service[reached]]
    return reached, code, taking.started[reached] + wait + between(rng, 0, 21, len(reached))


def goal_outcomes(rng: np.random.Generator, plans: Plans, taking: Participations) -> tuple[Ints, Ints]:
    """Participations and goals for the goals achieved after the start of a service that are put forward."""
    share = shapes.plans().outcome.goal_claimed
    goal = np.flatnonzero((plans.goals.status == ACHIEVED) & (rng.random(len(plans.goals)) < share))
    event = plans.event[plans.goals.plan[goal]]
    row = np.searchsorted(taking.event, event)
    found = row < len(taking)
    row, goal = row[found], goal[found]
    match = (taking.event[row] == event[found]) & (taking.started[row] <= plans.goals.ended[goal])
    return row[match], goal[match]
