"""Volume risk: what happens to the profit of a provider whose costs are more fixed than its fee.

Source of the formula: own derivation from the fee of the Community Rehabilitation Companies; of the shortfall, National Audit
Office, Investigation into changes to Community Rehabilitation Company contracts (HC 676, December 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from resettle.errors import bad
from resettle.money import exact, show, to_pence
from resettle.result import Record, Result


class VolumePoint(Record):
    """At one shock to volume (-0.2 is 20% fewer people): what is received, what it costs, and the profit."""

    shock: float
    fee: Decimal
    cost: Decimal
    profit: Decimal


class VolumeRisk(Result):
    """Profit over volume. `fixed_share` is the part of cost that does not move; `fee_moves` how much of the fee does.

    `break_even_share` is the fixed share above which every missing person loses money: 1 - m at a balanced budget.
    """

    currency: str
    fee: Decimal
    cost: Decimal
    fixed_share: float
    fee_moves: float
    break_even_share: float
    points: tuple[VolumePoint, ...]

    @property
    def loses(self) -> bool:
        """Whether every missing person loses money."""
        return self.fixed_share > self.break_even_share + 1e-12

    @property
    def sentence(self) -> str:
        """What the largest fall in volume does, and why."""
        worst = min(self.points, key=lambda p: p.shock)
        text = (
            f"With {100 * -worst.shock:.0f}% fewer people than planned the profit is "
            f"{show(worst.profit, self.currency, pence=False)}. {100 * self.fixed_share:.0f}% of cost is fixed, and "
            f"{100 * self.fee_moves:.0f}% of the fee follows volume"
        )
        if self.loses:
            return f"{text}: every missing person loses money."
        return f"{text}: a fall in volume does not lose money."

    def rows(self) -> list[dict[str, Any]]:
        """One row for each shock."""
        return [p.model_dump() for p in self.points]


def volume_risk(
    fee: Decimal,
    cost: Decimal,
    fixed_share: float,
    fee_moves: float,
    shocks: Sequence[float] = (0.0, -0.02, -0.16, -0.48),
    *,
    free_range: float = 0.0,
    currency: str = "GBP",
) -> VolumeRisk:
    """`profit = fee (1 + m x) - fixed - variable (1 + x)`, for each shock x to volume.

    `fee_moves` is m, from 0 (a block) to 1 (a price a person). Within `free_range` of plan either side the fee does not move,
    as within the bands of a weighted annual volume. The default shocks are what was modelled for the Community Rehabilitation
    Companies (2%) and what came (16% to 48% fewer). Shares outside 0 to 1 and shocks below -1 are a `BadInput`.
    """
    for name, share in (("fixed_share", fixed_share), ("fee_moves", fee_moves), ("free_range", free_range)):
        if not 0 <= share <= 1:
            raise bad("not a share between 0 and 1", column=name, value=share)
    if any(not -1 <= x <= 10 for x in shocks):
        raise bad("a shock to volume lies between -1 (nobody comes) and 10", column="shocks", value=list(shocks))
    return VolumeRisk(
        currency=currency,
        fee=to_pence(fee),
        cost=to_pence(cost),
        fixed_share=fixed_share,
        fee_moves=fee_moves,
        break_even_share=1 - fee_moves * float(fee) / float(cost) if cost else 1.0,
        points=tuple(at_volume(fee, cost, fixed_share, fee_moves, x, free_range) for x in shocks),
    )


def at_volume(
    fee: Decimal, cost: Decimal, fixed_share: float, fee_moves: float, shock: float, free_range: float
) -> VolumePoint:
    """Fee, cost and profit at one shock."""
    beyond = max(0.0, abs(shock) - free_range) * (1 if shock > 0 else -1)
    paid = to_pence(fee * (1 + exact(fee_moves) * exact(beyond)))
    spent = to_pence(cost * (exact(fixed_share) + (1 - exact(fixed_share)) * (1 + exact(shock))))
    return VolumePoint(shock=shock, fee=paid, cost=spent, profit=paid - spent)
