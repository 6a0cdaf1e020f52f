"""What stays with the payer: effects that fail, outcomes that would have come anyway, and how much risk was really passed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.commissioning.language.payments import UnitTariff
from resettle.commissioning.valuation.calendar import Calendar
from resettle.commissioning.valuation.payments import agreed
from resettle.commissioning.valuation.results import truth
from resettle.commissioning.valuation.spread import Spread, spread
from resettle.commissioning.valuation.tariffs import dead_weight_of
from resettle.commissioning.valuation.world import World
from resettle.result import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Retained(Record):
    """The payer's retained risk.

    `fails` is how often no true effect is above nothing, while the statutory duty remains (None without measures). `transfer` is
    `1 - Var(payment less worth) / Var(cost less worth)`, against paying the provider's costs: above 0 the contract takes risk off
    the payer, below 0 it adds some (None where no worth is believed). `worth` is what true effects are worth to the payer.
    """

    fails: float | None
    transfer: float | None
    worth: Spread | None


def retained(calendar: Calendar, world: World, total: Floats, cost: Floats) -> Retained:
    """What stays with the payer under one contract."""
    import numpy as np

    names = [m.id for m in calendar.contract.measures if m.id in world.beliefs.rates]
    if not names:
        return Retained(fails=None, transfer=None, worth=None)
    rates = world.beliefs.rates
    true = {name: np.broadcast_to(truth(world, name, rates[name]), total.shape) for name in names}
    fails = float(np.all([t <= 0 for t in true.values()], axis=0).mean())
    if all(rates[name].worth is None for name in names):
        return Retained(fails=fails, transfer=None, worth=None)
    worth = sum((worth_of(calendar, world, name, t) for name, t in true.items()), np.zeros(1))
    base = float(np.var(cost - worth))
    transfer = 1 - float(np.var(total - worth)) / base if base > 0 else None
    return Retained(fails=fails, transfer=transfer, worth=spread(np.broadcast_to(worth, total.shape)))


def worth_of(calendar: Calendar, world: World, name: str, true: Floats) -> Floats:
    """What the true effects of all cohorts on one measure are worth."""
    belief = world.beliefs.rates[name]
    people = belief.n * len(calendar.cohorts())
    each = 1 / 100 if calendar.contract.measure(name).kind == "binary" else belief.baseline / 100
    return float(belief.worth or 0) * people * true * each


def dead_weight(calendar: Calendar, world: World) -> Spread | None:
    """What tariffs pay for outcomes that would have come anyway; None where there is no tariff, or the beliefs do not say."""
    import numpy as np

    parts = [dead_weight_of(p, world) for p in agreed(calendar) if isinstance(p, UnitTariff)]
    if not parts or any(p is None for p in parts):
        return None
    whole = sum((p for p in parts if p is not None), np.zeros(1))
    return spread(np.broadcast_to(whole, (world.draws,)))
