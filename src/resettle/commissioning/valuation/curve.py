"""The cash curve of whoever delivers: how deep, for how long, at what cost, and how often too deep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.commissioning.finance import cumulative, expected_shortfall, financing_cost, value_at_risk
from resettle.commissioning.valuation.calendar import Calendar
from resettle.commissioning.valuation.cash import provider_cash
from resettle.commissioning.valuation.pieces import Pieces
from resettle.commissioning.valuation.spread import Spread, spread
from resettle.commissioning.valuation.world import World
from resettle.result import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class CashPoint(Record):
    """Cash in hand at the end of one month (0: the first of the contract), from nothing: percentiles over draws."""

    month: int
    p10: float
    p50: float
    p90: float


class CashValue(Record):
    """What the contract does to the cash of whoever delivers it.

    `peak` is the most working capital ever needed, `finance` what it costs to borrow it. `at_risk` is the loss not exceeded in
    95 of 100 draws (negative: a gain), `worst` the mean loss in the worst five. `ruin` is how often cash would fall below
    the reserves (None where the beliefs name none). `last_month` is when the last money moves.
    """

    peak: Spread
    finance: Spread
    at_risk: float
    worst: float
    ruin: float | None
    last_month: int
    curve: tuple[CashPoint, ...]


def cash_value(calendar: Calendar, world: World, paid: dict[str, Pieces], margin: Floats) -> CashValue:
    """The cash of a contract in a drawn world."""
    import numpy as np

    cost = world.beliefs.cost
    cash = provider_cash(calendar, world, paid)
    hand = cumulative(cash)
    deepest = np.broadcast_to(np.maximum(-hand.min(axis=1), 0.0), margin.shape)
    reserves = None if cost.reserves is None else float(cost.reserves)
    return CashValue(
        peak=spread(deepest),
        finance=spread(np.broadcast_to(financing_cost(cash, cost.finance_rate), margin.shape)),
        at_risk=value_at_risk(margin),
        worst=expected_shortfall(margin),
        ruin=None if reserves is None else float((deepest > reserves + 1e-9).mean()),
        last_month=cash.shape[1] - 1 - cost.mobilisation_months,
        curve=tuple(points(hand, cost.mobilisation_months)),
    )


def points(hand: Floats, offset: int) -> list[CashPoint]:
    """The curve at every third month and the last."""
    import numpy as np

    places = sorted({*range(0, hand.shape[1], 3), hand.shape[1] - 1})
    found = np.quantile(hand[:, places], (0.1, 0.5, 0.9), axis=0)
    return [
        CashPoint(month=place - offset, p10=float(low), p50=float(middle), p90=float(high))
        for place, low, middle, high in zip(places, *found, strict=True)
    ]
