"""Unit tariffs in every draw: how many reach each outcome, up ladders, within limits, and what is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from resettle.commissioning.beliefs import price_of
from resettle.commissioning.language.payments import UnitTariff
from resettle.commissioning.valuation.calendar import Calendar
from resettle.commissioning.valuation.dearest import Chances, paid_by_band
from resettle.commissioning.valuation.fees import spread_evenly
from resettle.commissioning.valuation.pieces import Pieces, joined
from resettle.commissioning.valuation.world import World

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def tariff_pieces(calendar: Calendar, tariff: UnitTariff, world: World) -> Pieces:
    """One tariff: every outcome of every band, spread over the months in which people reach it.

    Nobody reaches an outcome more than once. Under a ladder, whoever reaches a milestone has reached those before it.
    """
    limited = within_most(tariff, people_paid(tariff, world))
    by_delay: dict[int, Floats] = {}
    for outcome in tariff.prices:
        delay, amount = world.beliefs.outcomes[outcome].months, money_of(tariff, outcome, limited, world)
        by_delay[delay] = by_delay[delay] + amount if delay in by_delay else amount
    return joined([spread_evenly(calendar, amount, delay) for delay, amount in by_delay.items()])


def people_paid(tariff: UnitTariff, world: World) -> dict[tuple[str, str], Floats]:
    """How many people of each band are paid for each outcome: all who reach it, or those for whom it is among the dearest."""
    if tariff.max_per_person is None or tariff.max_per_person >= len(tariff.prices):
        return reached_by_band(tariff, world)
    return paid_by_band(tariff, chances_of(tariff, world), world)


def chances_of(tariff: UnitTariff, world: World) -> Chances:
    """Outcomes and milestones in their order, each with the one before it and its chance once that is reached."""
    before = {upper: lower for ladder in tariff.ladders for lower, upper in pairwise(ladder)}
    made: Chances = {}
    for outcome in in_order(tariff, before):
        lower, chance = before.get(outcome), world.chance_of(outcome)
        made[outcome] = (lower, chance if lower is None else ratio(chance, world.chance_of(lower)))
    return made


def reached_by_band(tariff: UnitTariff, world: World) -> dict[tuple[str, str], Floats]:
    """How many people of each band reach each outcome; a milestone is reached by some of those who reached the one before."""
    made: dict[tuple[str, str], Floats] = {}
    for band, size in world.band_sizes.items():
        for outcome, (lower, chance) in chances_of(tariff, world).items():
            people = size if lower is None else made[lower, band]
            made[outcome, band] = world.binomial(people, chance, "outcome", outcome, band)
    return made


def in_order(tariff: UnitTariff, before: dict[str, str]) -> Iterator[str]:
    """Outcomes so that each comes after the one before it on its ladder, those that are not priced too."""
    names = dict.fromkeys([*(m for ladder in tariff.ladders for m in ladder), *tariff.prices])
    done: set[str] = set()

    def visit(name: str) -> Iterator[str]:
        if name not in done:
            done.add(name)
            if name in before:
                yield from visit(before[name])
            yield name

    for name in names:
        yield from visit(name)


def ratio(upper: Floats, lower: Floats) -> Floats:
    """The chance of the upper milestone for those who reached the lower one."""
    import numpy as np

    wide = np.broadcast(upper, lower).shape
    return np.clip(np.divide(upper, lower, out=np.zeros(wide), where=lower > 0), 0.0, 1.0)


def within_most(tariff: UnitTariff, reached: dict[tuple[str, str], Floats]) -> dict[tuple[str, str], Floats]:
    """The counts that are paid: where there are more of an outcome than its most, all bands are cut in proportion."""
    import numpy as np

    made = dict(reached)
    for outcome, most in tariff.most.items():
        own = {key: n for key, n in reached.items() if key[0] == outcome}
        total = sum(own.values(), np.zeros(1))
        part = np.minimum(1.0, most / np.maximum(total, 1e-12))
        made |= {key: n * part for key, n in own.items()}
    return made


def money_of(tariff: UnitTariff, outcome: str, reached: dict[tuple[str, str], Floats], world: World) -> Floats:
    """Pounds for one outcome over all bands, less what is taken back because it did not last."""
    import numpy as np

    total = np.zeros(1)
    for band in world.band_sizes:
        price = price_of(tariff, outcome, band)
        if price is None:
            continue
        number = reached[outcome, band]
        total = total + float(price) * number
        for back in tariff.reclaim:
            if not back.outcomes or outcome in back.outcomes:
                lost = world.binomial(number, world.chance_of(back.on), "reclaim", back.on, outcome, band)
                total = total - float(price * back.share) * lost
    return total


def dead_weight_of(tariff: UnitTariff, world: World) -> Floats | None:
    """Pounds paid for outcomes that would have come anyway; None where the beliefs do not say how many would."""
    import numpy as np

    beliefs = {o: world.beliefs.outcomes[o] for o in tariff.prices}
    if any(b.without is None for b in beliefs.values()):
        return None
    reached = within_most(tariff, people_paid(tariff, world))
    total = np.zeros(1)
    for outcome, belief in beliefs.items():
        anyway = min(1.0, (belief.without or 0.0) / belief.chance) if belief.chance else 0.0
        total = total + anyway * money_of(tariff, outcome, reached, world)
    return total
