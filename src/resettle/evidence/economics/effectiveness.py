"""Cost-effectiveness of one service: the plane, net benefit, the acceptability curve, and where it breaks even."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from resettle.errors import bad
from resettle.evidence.economics.draws import checked
from resettle.evidence.economics.information import evpi
from resettle.money import exact, show
from resettle.provenance import Provenance
from resettle.result import Interval, Record, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

Perspective = Literal["fiscal", "public sector", "society"]
Position = Literal["better and dearer", "better and cheaper", "worse and dearer", "worse and cheaper"]


class Amount(Record):
    """An estimate with the interval in which 95 % of the draws lie."""

    value: float
    interval: Interval


class AtThreshold(Record):
    """What holds if one unit of effect is worth `threshold` pounds.

    `net_benefit` is threshold times effect less cost, for each person; `chance` how probably it is above zero;
    `break_even_effect` the effect at which it is zero (None if the service saves money or one unit is worth nothing);
    `evpi` what knowing the truth would be worth for each person; `break_even_price` the price for each person at which the
    net benefit is zero (None if the present price is not known).
    """

    threshold: float
    net_benefit: Amount
    chance: float
    break_even_effect: float | None
    break_even_price: Amount | None
    evpi: float


class CostEffectiveness(Result):
    """One service against what people would have had without it.

    `icer` is pounds for each further unit of effect, given only where the service is better and dearer; its interval only
    where nearly all draws are. `quadrants` are the shares of draws in each part of the plane.
    """

    perspective: Perspective
    effect_unit: str
    currency: str
    cost: Amount
    effect: Amount
    correlation: float | None
    position: Position
    icer: float | None
    icer_interval: Interval | None
    quadrants: dict[str, float]
    curve: tuple[AtThreshold, ...]
    draws: int

    @property
    def sentence(self) -> str:
        """Cost and effect for each person, the price of one unit, and how sure it is that the service is worth it."""
        at = self.curve[-1]
        price = f"; one costs {self.pounds(self.icer)}" if self.icer is not None else ""
        return (
            f"For each person the service adds {self.shown(self.cost)} to cost and brings {self.effect.value:+.3f} "
            f"({self.effect.interval.low:+.3f} to {self.effect.interval.high:+.3f}) {self.effect_unit}: {self.position}{price}. "
            f"If one is worth {self.pounds(at.threshold)}, the chance that it pays is {100 * at.chance:.0f}% "
            f"({self.perspective} perspective)."
        )

    def pounds(self, amount: float) -> str:
        """An amount as a reader sees it."""
        return show(exact(float(amount)), self.currency, pence=False)

    def shown(self, amount: Amount) -> str:
        """An amount with its interval."""
        return (
            f"{self.pounds(amount.value)} ({self.pounds(amount.interval.low)} to {self.pounds(amount.interval.high)})"
        )

    def rows(self) -> list[dict[str, Any]]:
        """The acceptability curve: one row for each threshold."""
        return [
            {
                "worth of one": at.threshold,
                "net benefit": at.net_benefit.value,
                "low": at.net_benefit.interval.low,
                "high": at.net_benefit.interval.high,
                "chance": at.chance,
                "break-even effect": at.break_even_effect,
                "break-even price": at.break_even_price.value if at.break_even_price else None,
                "EVPI a person": at.evpi,
            }
            for at in self.curve
        ]


def cost_effectiveness(
    d_cost: ArrayLike,
    d_effect: ArrayLike,
    thresholds: Sequence[float],
    *,
    perspective: Perspective,
    effect_unit: str,
    currency: str = "GBP",
    price: float | None = None,
    estimate: tuple[float, float] | None = None,
    seed: int | None = None,
) -> CostEffectiveness:
    """Cost-effectiveness from joint draws of the differences in cost and in effect.

    `thresholds` are what one unit of effect may be worth, in pounds. `price` is what the service is paid for each person
    now, from which the break-even price follows. `estimate` is the point estimate of (cost, effect), if it is not the mean
    of the draws. `seed` is that of the draws, for the record.
    """
    import numpy as np

    cost, effect = checked(d_cost, "cost"), checked(d_effect, "effect")
    worth = [float(t) for t in thresholds]
    if len(cost) != len(effect) or len(cost) < 2:
        raise bad("costs and effects must be drawn together", value=(len(cost), len(effect)), do="Two draws or more.")
    if not worth or any(not math.isfinite(t) or t < 0 for t in worth):
        raise bad("thresholds must be pounds, none negative", value=worth, do="Give one at least, such as 10000.")
    c, e = estimate or (float(cost.mean()), float(effect.mean()))
    position, better, dearer = place(c, e), effect > 0, cost > 0
    known = position == "better and dearer"
    varied = cost.std() > 0 and effect.std() > 0
    return CostEffectiveness(
        perspective=perspective,
        effect_unit=effect_unit,
        currency=currency,
        cost=Amount(value=c, interval=middle(cost)),
        effect=Amount(value=e, interval=middle(effect)),
        correlation=float(np.corrcoef(cost, effect)[0, 1]) if varied else None,
        position=position,
        icer=c / e if known else None,
        icer_interval=middle(cost / effect) if known and (better & dearer).mean() >= 0.99 and better.all() else None,
        quadrants={
            "better and dearer": float((better & dearer).mean()),
            "better and cheaper": float((better & ~dearer).mean()),
            "worse and dearer": float((~better & dearer).mean()),
            "worse and cheaper": float((~better & ~dearer).mean()),
        },
        curve=tuple(at_threshold(cost, effect, (c, e), t, price) for t in worth),
        draws=len(cost),
        provenance=Provenance(parameters={"thresholds": worth, "price": price}, seed=seed),
    )


def at_threshold(
    cost: Floats, effect: Floats, estimate: tuple[float, float], threshold: float, price: float | None
) -> AtThreshold:
    """What holds at one threshold."""
    import numpy as np

    benefit = threshold * effect - cost
    value = threshold * estimate[1] - estimate[0]
    bounds = middle(benefit)
    return AtThreshold(
        threshold=threshold,
        net_benefit=Amount(value=value, interval=bounds),
        chance=float((benefit > 0).mean()),
        break_even_effect=estimate[0] / threshold if threshold > 0 and estimate[0] > 0 else None,
        break_even_price=None
        if price is None
        else Amount(
            value=price + value,
            interval=bounds.model_copy(update={"low": price + bounds.low, "high": price + bounds.high}),
        ),
        evpi=evpi(np.column_stack([np.zeros_like(benefit), benefit])),
    )


def place(cost: float, effect: float) -> Position:
    """Where a point lies in the plane of cost and effect."""
    if effect > 0:
        return "better and dearer" if cost > 0 else "better and cheaper"
    return "worse and dearer" if cost > 0 else "worse and cheaper"


def middle(draws: Floats) -> Interval:
    """The interval that holds the middle 95 % of draws."""
    import numpy as np

    low, high = np.quantile(draws, [0.025, 0.975])
    return Interval(low=float(low), high=float(high), method=f"percentiles of {len(draws)} draws")
