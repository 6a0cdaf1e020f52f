"""Pooling: steps that neighbouring places, or agencies, reach together and none of them alone, and a fair split of them.

Capacity is closed in whole steps, so `floor(sum of freed / step)` is at least the sum of `floor(freed / step)`. The difference
is the gain of pooling. Shapley's split (1953, "A value for n-person games") gives each what it adds on average over all orders
in which they could have joined; nobody gets less than what it could have closed alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import factorial, floor, isfinite
from typing import Any

from resettle.errors import BadInput, Problem
from resettle.money import exact, show, split
from resettle.result import Record, Result

MOST_FOR_SHAPLEY = 10
MOST_STEPS = 1_000_000


class Member(Record):
    """One place or agency: what it has freed, the steps it closes alone, and its money in a pool by two splits.

    `shapley` is None where the pool has more than ten members. `in_proportion` is its own steps, and of the gain a part in
    proportion to what it has left over once its own steps are closed.
    """

    name: str
    freed: float
    alone: int
    saves_alone: Decimal
    shapley: Decimal | None
    in_proportion: Decimal


class Pool(Result):
    """Capacity freed in several places or agencies against one step, alone and together. `smallest` names the fewest members
    who reach a step together, empty where even all of them do not.
    """

    unit: str
    size: float
    saves: Decimal
    currency: str
    together: int
    members: tuple[Member, ...]
    smallest: tuple[str, ...]

    @property
    def alone(self) -> int:
        """Steps that the members close without a pool."""
        return sum(one.alone for one in self.members)

    @property
    def gain(self) -> int:
        """Steps that only the pool closes."""
        return self.together - self.alone

    @property
    def short(self) -> float:
        """Capacity still missing to the next step of the pool."""
        total = sum((Fraction(exact(one.freed)) for one in self.members), Fraction(0))
        return float((self.together + 1) * Fraction(exact(self.size)) - total)

    @property
    def sentence(self) -> str:
        """What is closed alone and together, what the gain is worth a year, and what is missing to the next step."""
        worth = show(self.gain * self.saves, self.currency, pence=False)
        gain = f"pooling gains {self.gain}, worth {worth} a year" if self.gain else "pooling gains nothing"
        return (
            f"Steps of {self.size:,g} {self.unit}: {self.alone} alone, {self.together} together; {gain}. "
            f"The next would need {self.short:,.4g} more {self.unit}."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row a member."""
        return [one.model_dump() for one in self.members]


def pool(
    freed: Mapping[str, float], size: float, saves: Decimal, *, unit: str = "places", currency: str = "GBP"
) -> Pool:
    """What several members close alone and together of steps of `size`, each saving `saves` pounds a year.

    `freed` is capacity by member, in the unit of `size`. Floors are exact in the decimals given. A negative or endless
    capacity, a step of no size, and fewer than two members are each a `BadInput`.
    """
    check(freed, size, saves)
    step = Fraction(exact(size))
    has = [Fraction(exact(amount)) for amount in freed.values()]
    alone, together = [floor(one / step) for one in has], floor(sum(has) / step)
    total = together * saves
    fair = shapley(has, step) if len(has) <= MOST_FOR_SHAPLEY else None
    shapley_pounds = fair and money(total, fair)
    left = [one - own * step for one, own in zip(has, alone, strict=True)]
    gained = money((together - sum(alone)) * saves, left)
    return Pool(
        unit=unit,
        size=size,
        saves=saves,
        currency=currency,
        together=together,
        members=tuple(
            Member(
                name=name,
                freed=amount,
                alone=alone[n],
                saves_alone=alone[n] * saves,
                shapley=shapley_pounds[n] if shapley_pounds else None,
                in_proportion=alone[n] * saves + gained[n],
            )
            for n, (name, amount) in enumerate(freed.items())
        ),
        smallest=smallest(freed, step),
    )


def shapley(has: Sequence[Fraction], step: Fraction) -> list[Fraction]:
    """Each member's average share of the steps, exact: what it adds to each group of the others, weighted by how many orders
    of joining lead there.
    """
    count = len(has)
    shares = []
    for n, own in enumerate(has):
        others = [one for i, one in enumerate(has) if i != n]
        share = Fraction(0)
        for joined in range(count):
            weight = Fraction(factorial(joined) * factorial(count - joined - 1), factorial(count))
            sums = (sum(group, Fraction(0)) for group in combinations(others, joined))
            share += weight * sum(floor((held + own) / step) - floor(held / step) for held in sums)
        shares.append(share)
    return shares


def money(total: Decimal, shares: Sequence[Fraction]) -> list[Decimal]:
    """Pounds in proportion to exact shares, in whole pence that add up; nothing for everybody where there is nothing."""
    if not total or not any(shares):
        return [Decimal("0.00")] * len(shares)
    return split(total, [Decimal(one.numerator) / Decimal(one.denominator) for one in shares])


def smallest(freed: Mapping[str, float], step: Fraction) -> tuple[str, ...]:
    """The fewest members who reach a step together: those who have freed most."""
    chosen: list[str] = []
    total = Fraction(0)
    for name in sorted(freed, key=lambda one: -freed[one]):
        chosen.append(name)
        total += Fraction(exact(freed[name]))
        if total >= step:
            return tuple(chosen)
    return ()


def check(freed: Mapping[str, float], size: float, saves: Decimal) -> None:
    """Refuse what cannot be pooled."""
    problems = [
        Problem("freed capacity is a number, 0 or more", column=name, value=str(amount), do="Correct it.")
        for name, amount in freed.items()
        if not isfinite(amount) or amount < 0
    ]
    if len(freed) < 2:
        problems.append(Problem("a pool needs two members", value=str(len(freed)), do="Name two places or agencies."))
    if not isfinite(size) or size <= 0:
        problems.append(Problem("a step has a size above 0", column="step", value=str(size), do="Give its capacity."))
    elif not problems and sum(freed.values()) / size > MOST_STEPS:
        problems.append(Problem("the step is too small for this capacity", column="step", value=str(size)))
    if not saves.is_finite() or saves < 0:
        problems.append(Problem("a step saves 0 pounds or more", column="saves", value=str(saves)))
    if problems:
        raise BadInput(*problems)
