"""What delivery costs, when money comes in, and how deep the provider must reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.commissioning.valuation.calendar import Calendar
from resettle.commissioning.valuation.pieces import Pieces, over_time
from resettle.commissioning.valuation.world import World

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def monthly_cost(calendar: Calendar, world: World) -> Floats:
    """What delivery costs in each month of the contract (draws x months), without mobilisation."""
    import numpy as np

    b, months = world.beliefs, calendar.months
    starts = b.people * world.volume / months
    each = (float(b.monthly_cost) + starts * float(b.cost.a_start)) * world.cost_factor()
    years = (months + 11) // 12
    moved = world.prices(years)[:, np.arange(months) // 12]
    return np.asarray(np.atleast_1d(each)[:, None] * moved)


def total_cost(calendar: Calendar, world: World) -> Floats:
    """What delivery costs over the whole contract, with mobilisation."""
    import numpy as np

    return np.asarray(monthly_cost(calendar, world).sum(axis=1) + float(world.beliefs.cost.mobilisation))


def horizon(paid: dict[str, Pieces], calendar: Calendar) -> int:
    """Months from the first of the contract until all money has moved."""
    last = max((int(p.paid.max()) for p in paid.values() if len(p.paid)), default=0)
    return max(last, calendar.months - 1) + 1


def receipts(paid: dict[str, Pieces], months: int, offset: int) -> Floats:
    """What comes in by month, over all payments (draws x months), with mobilisation before the first."""
    import numpy as np

    return np.asarray(
        sum((over_time(p, months + offset, offset) for p in paid.values()), np.zeros((1, months + offset)))
    )


def provider_cash(calendar: Calendar, world: World, paid: dict[str, Pieces]) -> Floats:
    """The provider's cash by month: receipts less costs, mobilisation in equal parts over the months before the start."""
    import numpy as np

    cost = world.beliefs.cost
    offset, months = cost.mobilisation_months, horizon(paid, calendar)
    came = receipts(paid, months, offset)
    spent = np.zeros((1, months + offset))
    if cost.mobilisation:
        spent[:, : max(offset, 1)] += float(cost.mobilisation) / max(offset, 1)
    running = monthly_cost(calendar, world)
    wide = np.broadcast_arrays(np.zeros((max(len(came), len(running)), 1)), spent)[1].copy()
    wide[:, offset : offset + running.shape[1]] += running
    return np.asarray(came - wide)
