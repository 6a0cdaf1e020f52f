"""Personal budgets: what was bought for whom, within the limit, and what was given back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from resettle.area.generate import shapes
from resettle.area.generate.draw import Dates, Ints, between, spread
from resettle.area.generate.events import Block
from resettle.area.generate.plans import Plans, goods
from resettle.area.generate.programmes import Participations


@dataclass(frozen=True)
class Spending:
    """One row for each line; `goal` is the row of the goal it served, `refund` whether it came back, `pence` the amount."""

    taking: Ints
    goal: Ints
    good: Ints
    refund: Ints
    date: Dates
    pence: Ints
    category: Ints


def categories() -> tuple[list[str], Ints]:
    """Everything a line can be for, and the number of the good it serves."""
    wanted = shapes.budget().categories
    said = [(i, text) for i, good in enumerate(goods()) for text in wanted[good]]
    return [text for _, text in said], np.array([i for i, _ in said])


def draw_spending(block: Block, plans: Plans, taking: Participations) -> Spending:
    """Lines of everyone who started a personal budget, each for a goal in the plan.

    A line that would take a budget over its limit is not made, nor any after it.
    """
    rng = block.stream("money")
    shape = shapes.budget()
    holder = np.flatnonzero((taking.service == budget_row()) & ~np.isnat(taking.started))
    owner, rank = spread(rng.geometric(1 / shape.lines, len(holder)))
    row = holder[owner]
    n = len(row)
    plan = np.searchsorted(plans.event, taking.event[row])
    number = np.diff(np.append(plans.first_goal, len(plans.goals)))[plan]
    goal = plans.first_goal[plan] + rank % np.maximum(number, 1)
    pounds = between(rng, shape.least, shape.most, n)
    total = np.cumsum(pounds) if n else pounds
    before = (total - pounds)[np.arange(n) - rank] if n else total
    kept = total - before <= shape.limit
    good = plans.goals.good[goal]
    lines = Spending(
        taking=row,
        goal=goal,
        good=good,
        refund=np.zeros(n, np.int64),
        date=taking.started[row] + np.timedelta64(7, "D") + 14 * rank + between(rng, 0, 10, n),
        pence=pounds * 100,
        category=draw_category(rng, good),
    )
    return with_refunds(rng, keep(lines, np.flatnonzero(kept)))


def budget_row() -> int:
    """The number of the personal budget among the services."""
    return [s.strand for s in shapes.services().services.values()].index("personal_budget")


def keep(lines: Spending, rows: Ints) -> Spending:
    """Some of the lines."""
    return Spending(*(getattr(lines, name)[rows] for name in Spending.__dataclass_fields__))


def draw_category(rng: np.random.Generator, good: Ints) -> Ints:
    """What a line is for, from the things that serve its good."""
    of_good = categories()[1]
    first = np.searchsorted(of_good, np.arange(len(goods())))
    many = np.bincount(of_good, minlength=len(goods()))
    return first[good] + np.floor(rng.random(len(good)) * many[good]).astype(np.int64)


def with_refunds(rng: np.random.Generator, lines: Spending) -> Spending:
    """The lines, and after them part of some given back within a month."""
    some = keep(lines, np.flatnonzero(rng.random(len(lines.pence)) < shapes.budget().refund))
    n = len(some.pence)
    back = Spending(
        taking=some.taking,
        goal=some.goal,
        good=some.good,
        refund=np.ones(n, np.int64),
        date=some.date + between(rng, 1, 30, n),
        pence=np.maximum(some.pence * between(rng, 20, 100, n) // 100, 1),
        category=some.category,
    )
    return Spending(*(np.concatenate([getattr(lines, f), getattr(back, f)]) for f in Spending.__dataclass_fields__))
