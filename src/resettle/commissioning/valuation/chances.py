"""How often each payment pays, pays for chance, and misses a real effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.commissioning.language.payments import OutcomeRate
from resettle.commissioning.valuation.calendar import Calendar
from resettle.commissioning.valuation.payments import agreed
from resettle.commissioning.valuation.pieces import Pieces, nothing
from resettle.commissioning.valuation.rates import cohort_result, rate_pieces
from resettle.commissioning.valuation.spread import Spread, spread
from resettle.commissioning.valuation.world import World
from resettle.result import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


class PaymentValue(Record):
    """One payment after limits. `chance` is how often it pays anything.

    For an outcome rate: `paid_by_chance`, how often it would pay if the true effect were nil; and `missed`, how often it pays
    nothing in the draws whose true effect reaches what the contract asks for (None where there are no such draws).
    """

    payment: str
    label: str
    kind: str
    spread: Spread
    chance: float
    paid_by_chance: float | None = None
    missed: float | None = None


def payment_values(calendar: Calendar, paid: dict[str, Pieces], world: World) -> list[PaymentValue]:
    """Each payment on its own."""
    import numpy as np

    made, without = [], world.without_effect()
    for p in agreed(calendar):
        total = np.broadcast_to(paid.get(p.id, nothing()).total, (world.draws,))
        rate = isinstance(p, OutcomeRate)
        made.append(
            PaymentValue(
                payment=p.id,
                label=p.name,
                kind=p.kind,
                spread=spread(total),
                chance=float((total > 0).mean()),
                paid_by_chance=float(pays(calendar, p, without).mean()) if isinstance(p, OutcomeRate) else None,
                missed=missed(calendar, [p], world) if rate and isinstance(p, OutcomeRate) else None,
            )
        )
    return made


def pays(calendar: Calendar, payment: OutcomeRate, world: World) -> Bools:
    """Whether an outcome rate pays anything for any cohort, advances aside, in every draw."""
    import numpy as np

    found = rate_pieces(calendar, payment, world, advances=False)
    return np.asarray(np.broadcast_to((found.amounts > 0).any(axis=1), (world.draws,)))


def rate_chances(calendar: Calendar, world: World) -> dict[str, float | None]:
    """How often any outcome rate pays, pays by chance, and how often all are missed."""
    import numpy as np

    rates = [p for p in calendar.contract.payments if isinstance(p, OutcomeRate)]
    if not rates:
        return {"chance_of_payment": None, "paid_by_chance": None, "missed": None}
    nothing_done = world.without_effect()
    return {
        "chance_of_payment": float(np.any([pays(calendar, p, world) for p in rates], axis=0).mean()),
        "paid_by_chance": float(np.any([pays(calendar, p, nothing_done) for p in rates], axis=0).mean()),
        "missed": missed(calendar, rates, world),
    }


def missed(calendar: Calendar, rates: list[OutcomeRate], world: World) -> float | None:
    """How often nothing is paid in the draws where every true effect is positive and reaches what its payment asks for."""
    import numpy as np

    real = np.all([true_on(calendar, p, world) >= max(asked(p), 1e-12) for p in rates], axis=0)
    if not real.any():
        return None
    unpaid = np.all([~pays(calendar, p, world) for p in rates], axis=0)
    return float(unpaid[real].mean())


def true_on(calendar: Calendar, payment: OutcomeRate, world: World) -> Floats:
    """The true effect on the scale of a payment."""
    measure, belief = calendar.contract.measure(payment.measure), world.beliefs.rates[payment.measure]
    true = cohort_result(calendar, world, payment.measure, calendar.cohorts()[0]).true
    native = "points" if measure.kind == "binary" else "percent"
    if payment.scale == native:
        return true
    return true / belief.baseline if native == "points" else true * belief.baseline


def asked(payment: OutcomeRate) -> float:
    """The smallest result that a payment is meant to pay for: its tiers, its minimum or its threshold."""
    if payment.tiers:
        return float(payment.tiers[0].start)
    return float(payment.threshold_points if payment.test.minimum is None else payment.test.minimum)
