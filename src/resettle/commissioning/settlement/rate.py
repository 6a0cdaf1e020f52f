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

NINE_PLACES = Decimal("1e-9")
"""Points are read to nine decimal places: 0.3 - 0.2 in binary is 9.999999999999998 points, and must reach a tier at 10."""


@dataclass(frozen=True)
class RateRule:
    """An outcome rate's numbers, all `Decimal` or all `float`. `zone` is None where the 95% interval decides."""

    price: Any
    per_person: bool
    threshold: Any
    zone: Any
    tiers: tuple[tuple[Any, Any, Any], ...]

    def floats(self) -> RateRule:
        """The same rule for arrays."""
        steps = tuple(tuple(None if n is None else float(n) for n in tier) for tier in self.tiers)
        zone = None if self.zone is None else float(self.zone)
        return RateRule(float(self.price), self.per_person, float(self.threshold), zone, steps)  # type: ignore[arg-type]


def rule_of(rate: OutcomeRate) -> RateRule:
    """The rule of an outcome rate, in `Decimal`."""
    zones: dict[object, Decimal | None] = {"none": Decimal(-1000), "interval": None}
    zone = zones.get(rate.dead_zone, rate.dead_zone if isinstance(rate.dead_zone, Decimal) else None)
    steps = tuple((t.start, t.to, t.amount) for t in rate.tiers)
    return RateRule(rate.price or Decimal(0), rate.per == "person", rate.threshold_points, zone, steps)


def outside_zone(rule: RateRule, points: Any, surest: Any) -> Any:
    """Whether a result lies outside the dead zone.

    `points` is how many percentage points better than the comparison; `surest` is the end of the 95% interval nearest to
    no difference, on the same scale (negative where the interval includes zero).
    """
    return surest > 0 if rule.zone is None else points > rule.zone


def quantity(rule: RateRule, points: Any, surest: Any, people: Any) -> Any:
    """What is paid for: points beyond the threshold, people kept from the outcome, or 1 where a tier is reached."""
    paid = outside_zone(rule, points, surest)
    if rule.tiers:
        return paid * sum((points >= tier[0]) & within(points, tier[1]) for tier in rule.tiers)
    beyond = (points - rule.threshold) * (points > rule.threshold) * paid
    return beyond * people / 100 if rule.per_person else beyond


def price(rule: RateRule, points: Any) -> Any:
    """The price of one unit: as agreed, or the amount of the tier reached."""
    if not rule.tiers:
        return rule.price
    return sum(tier[2] * ((points >= tier[0]) & within(points, tier[1])) for tier in rule.tiers)


def within(points: Any, end: Any) -> Any:
    """Whether a result lies below the end of a tier, which may be open."""
    return points == points if end is None else points < end


def amount(rule: RateRule, points: Any, surest: Any, people: Any) -> Any:
    """What is owed, before it is rounded to pence and before limits."""
    return quantity(rule, points, surest, people) * price(rule, points)


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
