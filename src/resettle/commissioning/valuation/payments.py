"""Every payment of a contract in every draw, after limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.commissioning.language.payments import (
    AnyPayment,
    CostPlus,
    Fee,
    Grant,
    OutcomeRate,
    PersonalBudget,
    ShareOfSavings,
    UnitTariff,
    VolumeBands,
)
from resettle.commissioning.valuation.calendar import Calendar
from resettle.commissioning.valuation.cash import monthly_cost
from resettle.commissioning.valuation.fees import band_pieces, budget_pieces, cost_pieces, fee_pieces, grant_pieces
from resettle.commissioning.valuation.limits import limited
from resettle.commissioning.valuation.pieces import Pieces, indexed, nothing, put_off
from resettle.commissioning.valuation.rates import rate_pieces, savings_pieces
from resettle.commissioning.valuation.tariffs import tariff_pieces
from resettle.commissioning.valuation.world import World

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def payments_in(calendar: Calendar, world: World) -> dict[str, Pieces]:
    """Each payment's pieces by id, after its own indexation, deferral and retention, and after every limit."""
    made = {}
    for payment in agreed(calendar):
        found = indexed(payment_in(calendar, payment, world), payment, calendar, world)
        made[payment.id] = put_off(found, payment, calendar)
    return limited(calendar, made)


def agreed(calendar: Calendar) -> list[AnyPayment]:
    """Every payment that is ever agreed, as last agreed."""
    held = {p.id: p for _, terms in calendar.held for p in terms.payments}
    return list(held.values())


def payment_in(calendar: Calendar, payment: AnyPayment, world: World) -> Pieces:
    """One payment before indexation and limits."""
    if isinstance(payment, Fee):
        return fee_pieces(calendar, payment, world)
    if isinstance(payment, UnitTariff):
        return tariff_pieces(calendar, payment, world)
    if isinstance(payment, OutcomeRate):
        return rate_pieces(calendar, payment, world)
    if isinstance(payment, ShareOfSavings):
        return savings_pieces(calendar, payment, world)
    if isinstance(payment, VolumeBands):
        return band_pieces(calendar, payment, world)
    if isinstance(payment, Grant):
        return grant_pieces(calendar, payment, world)
    if isinstance(payment, PersonalBudget):
        return budget_pieces(calendar, payment, world)
    return cost_pieces(calendar, payment, monthly_cost(calendar, world)) if isinstance(payment, CostPlus) else nothing()


def total_in(paid: dict[str, Pieces]) -> Floats:
    """Pounds over all payments in every draw."""
    import numpy as np

    # A hundredth of a penny is nobody's: it is what adding pence in binary leaves over.
    return np.asarray(np.round(sum((p.total for p in paid.values()), np.zeros(1)), 4))
