"""A dead zone around the baseline: what it pays at each true effect, and why it can make doing less pay.

Source of the argument: Social Market Foundation (Mulheirn, 2013); the numbers are computed, exactly, from the binomial.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from resettle.commissioning.stress.chance import NORMAL
from resettle.errors import bad
from resettle.result import Record, Result


class ZonePoint(Record):
    """At one true effect (points better): how often the zone is passed, and the mean result paid (deducted, where negative).

    `paid_profit` and `linear_profit` are in points of price: with the zone, and if every point were paid and deducted alike.
    """

    effect: float
    chance: float
    mean_paid: float
    paid_profit: float
    linear_profit: float


class DeadZone(Result):
    """What a cohort of `people` earns under a dead zone of `zone` points. `worth` is the price of a point over its cost."""

    people: int
    baseline: float
    zone: float
    worth: float
    points: tuple[ZonePoint, ...]

    @property
    def sentence(self) -> str:
        """From which effect on it pays to do good, and whether it also pays to do less."""
        good = next((p.effect for p in self.points if p.effect > 0 and p.paid_profit > 0), None)
        less = [p.effect for p in self.points if p.effect < 0 and p.paid_profit > 0]
        text = f"With {self.people:,} people the zone is {self.zone:.2f} points either side. "
        text += f"The first effect that pays is {good:g} points" if good is not None else "No effect tried pays"
        return f"{text}; doing less pays at {less[-1]:g} points." if less else f"{text}; doing less does not pay."

    @property
    def perverse(self) -> bool:
        """Whether making things worse earns more than a small real improvement does."""
        small = [p.paid_profit for p in self.points if 0 < p.effect <= self.zone]
        worse = [p.paid_profit for p in self.points if p.effect < 0]
        return bool(small and worse) and max(worse) > max(0.0, min(small))

    def rows(self) -> list[dict[str, Any]]:
        """One row for each effect."""
        return [p.model_dump() for p in self.points]


def dead_zone(
    baseline: float,
    people: int,
    effects: Sequence[float],
    *,
    worth: float = 1.5,
    level: float = 0.95,
) -> DeadZone:
    """What a binary measure pays outside a zone of `z SE` around a fixed baseline, for true `effects` in points.

    The whole distance is paid (deducted) outside the zone, nothing inside. `worth` is the price of one point over what one
    point costs to achieve. The chance is exact: the sum of the binomial beyond the zone.
    """
    if not 0 < baseline < 1 or people < 1:
        raise bad("a baseline must be between 0 and 1, and people at least one", value=f"{baseline}, {people}")
    half = NORMAL.inv_cdf(0.5 + level / 2) * math.sqrt(baseline * (1 - baseline) / people)
    found = [point(baseline, people, half, effect, worth) for effect in effects]
    return DeadZone(people=people, baseline=baseline, zone=100 * half, worth=worth, points=tuple(found))


def point(baseline: float, people: int, half: float, effect: float, worth: float) -> ZonePoint:
    """One true effect."""
    import numpy as np
    from scipy.stats import binom

    events = np.arange(people + 1)
    weights = binom.pmf(events, people, min(1.0, max(0.0, baseline - effect / 100)))
    better = 100 * (baseline - events / people)
    outside = np.abs(better) > 100 * half
    mean = float((weights * better * outside).sum())
    return ZonePoint(
        effect=effect,
        chance=float(weights[better > 100 * half].sum()),
        mean_paid=mean,
        paid_profit=worth * mean - effect,
        linear_profit=worth * effect - effect,
    )
