"""Good life plans, their goals, and ratings of the eleven goods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from resettle.area.generate import shapes
from resettle.area.generate.again import EXTRACT_DAY
from resettle.area.generate.draw import Dates, Ints, between, days, pick, spread
from resettle.area.generate.events import Block
from resettle.area.generate.model import need_weights
from resettle.area.generate.programmes import Participations

SCALE = 10  # ratings run from 0 to 10
ACHIEVED, SET_ASIDE = 3, 4


@dataclass(frozen=True)
class Ratings:
    """One row for each rating; `plan` is the row of the plan, `rater` 0 the person, 1 the worker, `then` 1 for past times."""

    plan: Ints
    good: Ints
    rater: Ints
    then: Ints
    importance: Ints
    attainment: Ints


@dataclass(frozen=True)
class Goals:
    """One row for each goal; `plan` is the row of the plan, `words` its row in `words()`, `ended` NaT while it is open."""

    plan: Ints
    good: Ints
    status: Ints
    words: Ints
    ended: Dates
    level: Ints

    def __len__(self) -> int:
        return len(self.plan)


@dataclass(frozen=True)
class Plans:
    """One row for each plan; `event` is the row of the index event, `agreed` NaT where the person did not agree."""

    event: Ints
    offered: Dates
    status: Ints
    agreed: Dates
    worker: Ints
    first_goal: Ints
    goals: Goals
    ratings: Ratings

    def __len__(self) -> int:
        return len(self.event)


def goods() -> list[str]:
    """The eleven primary goods."""
    return list(shapes.plans().goods)


def words() -> tuple[list[str], list[str], Ints]:
    """Everything people say: what they will do, so that what, and the number of the good it serves."""
    said = [(i, goal) for i, good in enumerate(shapes.plans().goods.values()) for goal in good.goals]
    return [goal[0] for _, goal in said], [goal[1] for _, goal in said], np.array([i for i, _ in said])


def draw_plans(block: Block, taking: Participations, workers: int) -> Plans:
    """The plans of a block: everyone referred to a service has one, offered before the referral, and some others."""
    rng = block.stream("plans")
    events, shape = block.events, shapes.plans()
    n = len(block)
    chance = np.array([shape.without_service[k] for k in shapes.KINDS])[events.profile.kind[:n]]
    event = np.flatnonzero((events.referred[:n] >= 0) | (rng.random(n) < chance))
    m = len(event)
    status = pick(rng, shape.status.values(), m)
    latest = events.assessed + np.timedelta64(10, "D")
    latest[taking.event] = np.minimum(latest[taking.event], taking.referred)
    offered = events.assessed[event] + between(rng, 0, days(latest - events.assessed)[event], m)
    agreed = np.where(status <= 1, offered + between(rng, 0, 14, m), np.datetime64("NaT", "D"))
    present = now_ratings(block.stream("ratings"), block, event)
    count = between(rng, 1, 4, m)
    return Plans(
        event=event,
        offered=offered,
        status=status,
        agreed=agreed,
        worker=between(rng, 0, workers - 1, m),
        first_goal=np.cumsum(count) - count,
        goals=draw_goals(block.stream("goals"), offered, count, *present),
        ratings=draw_ratings(rng, *present),
    )


def now_ratings(rng: np.random.Generator, block: Block, event: Ints) -> tuple[Ints, Ints]:
    """What matters to each person now and how far they have it, 0 to 10: one column a good. Needs lower attainment."""
    wanted = shapes.plans().goods.values()
    size = (len(event), len(wanted))
    shape = shapes.plans().rating
    importance = np.array([g.matters for g in wanted]) + shape.matters_varies * rng.standard_normal(size)
    link = np.array([need_weights({need: 1 / len(g.needs) for need in g.needs}) for g in wanted])
    lacking = block.events.profile.needs[event] @ link.T
    attainment = shape.has - shape.lacking * lacking + shape.has_varies * rng.standard_normal(size)
    return rated(importance), rated(attainment)


def rated(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Ints:
    """Whole numbers on the scale."""
    return np.clip(np.rint(values), 0, SCALE).astype(np.int64)


def draw_ratings(rng: np.random.Generator, importance: Ints, attainment: Ints) -> Ratings:
    """The person's ratings now; of some, also of the time when things went wrong, and the worker's beside them."""
    plans, number = importance.shape
    shape = shapes.plans()
    parts = []
    for rater, then, share in ((0, 0, 1.0), (0, 1, shape.then_rated), (1, 0, shape.worker_rates)):
        who = np.flatnonzero(rng.random(plans) < share)
        moves = 0.0 if (rater, then) == (0, 0) else shape.rating.differs
        size = (len(who), number)
        matters = rated(importance[who] + moves * rng.standard_normal(size))
        has = rated(attainment[who] - shape.rating.then * then + moves * rng.standard_normal(size))
        constant = np.full(matters.size, 1)
        good = np.tile(np.arange(number), len(who))
        parts.append((np.repeat(who, number), good, rater * constant, then * constant, matters.ravel(), has.ravel()))
    return Ratings(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def draw_goals(rng: np.random.Generator, offered: Dates, count: Ints, importance: Ints, attainment: Ints) -> Goals:
    """Goals for the goods that people miss most, each good once, in words of their own."""
    plan, rank = spread(count)
    n = len(plan)
    gap = importance - attainment + shapes.plans().rating.gap_varies * rng.standard_normal(importance.shape)
    good = np.argsort(-gap, axis=1, kind="stable")[plan, rank]
    status = pick(rng, shapes.plans().goal_status.values(), n)
    over = status >= ACHIEVED
    room = days(EXTRACT_DAY - offered)[plan]
    ended = offered[plan] + between(rng, 21, np.minimum(room, 300), n)
    level = np.where(status == ACHIEVED, between(rng, 0, 2, n), between(rng, -2, -1, n))
    return Goals(
        plan=plan,
        good=good,
        status=status,
        words=draw_words(rng, good),
        ended=np.where(over, ended, np.datetime64("NaT", "D")),
        level=level,
    )


def draw_words(rng: np.random.Generator, good: Ints) -> Ints:
    """A saying for each goal from those of its good."""
    of_good = words()[2]
    first = np.searchsorted(of_good, np.arange(len(goods())))
    many = np.bincount(of_good, minlength=len(goods()))
    return first[good] + np.floor(rng.random(len(good)) * many[good]).astype(np.int64)
