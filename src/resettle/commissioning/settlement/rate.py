"""The outcome rate as one rule: from a difference to a quantity and an amount.

The same functions take one result in `Decimal` (when a contract is settled) and arrays of results (when it is valued), so that
no rule is written twice. They use only comparisons and arithmetic, which both kinds of number have.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from resettle.commissioning.language.payments import OutcomeRate
from resettle.money import exact

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NO_ZONE = Decimal(-(10**15))
"""A bound that every result passes."""

NINE_PLACES = Decimal("1e-9")
"""Points are read to nine decimal places: 0.3 - 0.2 in binary is 9.999999999999998 points, and must reach a tier at 10."""


@dataclass(frozen=True)
class RateRule:
    """An outcome rate's numbers, all `Decimal` or all `float`. `zone` is None where the interval decides.

    `per_point` says that the unit is a unit of the scale; otherwise it is a person kept from the outcome, or an event avoided.
    `minimum` is the smallest result that pays; `penalty` the price of each unit worse.
    """

    price: Any
    per_person: bool
    threshold: Any
    zone: Any
    tiers: tuple[tuple[Any, Any, Any], ...]
    minimum: Any
    penalty: Any

    def floats(self) -> RateRule:
        """The same rule for arrays."""
        steps = tuple(
            (float(start), None if end is None else float(end), float(money)) for start, end, money in self.tiers
        )
        zone = None if self.zone is None else float(self.zone)
        return RateRule(
            float(self.price),
            self.per_person,
            float(self.threshold),
            zone,
            steps,
            float(self.minimum),
            float(self.penalty),
        )


def rule_of(rate: OutcomeRate) -> RateRule:
    """The rule of an outcome rate, in `Decimal`."""
    zones: dict[object, Decimal | None] = {"none": NO_ZONE, "interval": None}
    zone = zones.get(rate.dead_zone, rate.dead_zone if isinstance(rate.dead_zone, Decimal) else None)
    steps = tuple((t.start, t.to, t.amount) for t in rate.tiers)
    minimum = NO_ZONE if rate.test.minimum is None else rate.test.minimum
    return RateRule(
        rate.price or Decimal(0),
        rate.per != "point",
        rate.threshold_points,
        zone,
        steps,
        minimum,
        rate.penalty or Decimal(0),
    )


def outside_zone(rule: RateRule, points: Any, surest: Any) -> Any:
    """Whether a result lies outside the dead zone, on the good side.

    `points` is how much better than the comparison, on the scale of the payment; `surest` is the end of the interval nearest to
    no difference, on the same scale (negative where the interval includes zero).
    """
    return surest > 0 if rule.zone is None else points > rule.zone


def worse_than_zone(rule: RateRule, points: Any, high: Any) -> Any:
    """Whether a result lies outside the dead zone on the bad side; `high` is the good end of the interval."""
    if rule.zone is None:
        return high < 0
    return points < -max(rule.zone, 0 * rule.zone)


def quantity(rule: RateRule, points: Any, surest: Any, people: Any, absolute: Any = None) -> Any:
    """What is paid for: units beyond the threshold, people kept from the outcome (events avoided), or 1 where a tier is reached.

    `absolute` is the difference per 100 people, where the scale is another one.
    """
    paid = outside_zone(rule, points, surest) & (points >= rule.minimum)
    if rule.tiers:
        return paid * sum((points >= tier[0]) & within(points, tier[1]) for tier in rule.tiers)
    beyond = (points - rule.threshold) * (points > rule.threshold) * paid
    if not rule.per_person:
        return beyond
    return (beyond if absolute is None else absolute * (points > rule.threshold) * paid) * people / 100


def price(rule: RateRule, points: Any) -> Any:
    """The price of one unit: as agreed, or the amount of the tier reached."""
    if not rule.tiers:
        return rule.price
    return sum(tier[2] * ((points >= tier[0]) & within(points, tier[1])) for tier in rule.tiers)


def within(points: Any, end: Any) -> Any:
    """Whether a result lies below the end of a tier, which may be open."""
    return points == points if end is None else points < end


def amount(rule: RateRule, points: Any, surest: Any, people: Any, absolute: Any = None) -> Any:
    """What is owed for a better result, before it is rounded to pence and before limits."""
    return quantity(rule, points, surest, people, absolute) * price(rule, points)


def worse(rule: RateRule, points: Any, high: Any, people: Any, absolute: Any = None) -> Any:
    """By how many units a result is worse, where that is deducted: positive, and 0 inside the dead zone."""
    by = -points if absolute is None or not rule.per_person else -absolute
    return by * worse_than_zone(rule, points, high) * ((people / 100) if rule.per_person else 1)


def deduction(rule: RateRule, points: Any, high: Any, people: Any, absolute: Any = None) -> Any:
    """What a worse result takes off, before it is rounded to pence and before limits: zero or more."""
    return worse(rule, points, high, people, absolute) * rule.penalty


def read_points(estimate: float) -> Decimal:
    """A difference of rates (0 to 1) as percentage points, to nine decimal places."""
    return (100 * exact(estimate)).quantize(NINE_PLACES).normalize()


def round_points(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Percentage points in an array, to nine decimal places."""
    import numpy as np

    return np.round(points, 9)


def round_pence(money: NDArray[np.float64]) -> NDArray[np.float64]:
    """Money of zero or more in an array, to whole pence, halves up.

    A millionth of a penny is added first, because a half is often a hair less in binary.
    """
    import numpy as np

    return np.floor(100 * money + 0.5 + 1e-6) / 100
