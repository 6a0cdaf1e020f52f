"""Unit tariffs that pay only so many outcomes a person: how many people are paid for each outcome, the dearest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from resettle.commissioning.beliefs import price_of
from resettle.commissioning.language.payments import UnitTariff
from resettle.commissioning.valuation.world import World
from resettle.errors import bad

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_STATES = 4_096
"""Most ways in which one person can reach outcomes or not."""

Chances = dict[str, tuple[str | None, "Floats"]]
"""Outcomes, each after the one before it on its ladder: that one, and the chance once it is reached (or of all, without one)."""


def paid_by_band(tariff: UnitTariff, chances: Chances, world: World) -> dict[tuple[str, str], Floats]:
    """How many people of each band are paid for each outcome, where `max_per_person` of the dearest are paid.

    Every way in which a person may reach the outcomes has its chance (outcomes of different ladders are independent); how many
    people take which way is multinomial. Ways that are paid alike are put together. As settlement does, ladders are looked at
    first, then the dearest are taken, and of equal prices the earliest. More than 4,096 ways are a `BadInput`.
    """
    import numpy as np

    made: dict[tuple[str, str], Floats] = {
        (outcome, band): np.zeros(1) for outcome in chances for band in world.band_sizes
    }
    for band, size in world.band_sizes.items():
        ways = paid_ways(tariff, band, chances, world)
        odds = np.stack(np.broadcast_arrays(*ways.values()), axis=-1)
        people = np.broadcast_to(size, (world.draws,)).astype("int64")
        random = world.random("chance", "most", tariff.id, band)
        drawn = random.multinomial(people, odds / odds.sum(axis=-1, keepdims=True)).astype(float)
        for place, paid in enumerate(ways):
            for outcome in paid:
                made[outcome, band] = made[outcome, band] + drawn[:, place]
    return made


def paid_ways(tariff: UnitTariff, band: str, chances: Chances, world: World) -> dict[tuple[str, ...], Floats]:
    """The chance of each set of outcomes for which a person of a band is paid."""
    prices = {o: p for o in chances if (p := price_of(tariff, o, band)) is not None}
    ordered = sorted(prices, key=lambda o: (-prices[o], world.beliefs.outcomes[o].months, o))
    found: dict[tuple[str, ...], Floats] = {}
    for number, (reached, odds) in enumerate(ways_of(chances)):
        if number >= MOST_STATES:
            raise bad(
                f"max_per_person cannot be valued where a person can reach outcomes in more than {MOST_STATES:,} ways",
                column=tariff.id,
                value=f"{len(chances)} outcomes",
                do="Value the contract without max_per_person, or with fewer outcomes.",
            )
        paid = tuple([o for o in ordered if o in reached][: tariff.max_per_person])
        found[paid] = found[paid] + odds if paid in found else odds
    return found


def ways_of(chances: Chances) -> Iterator[tuple[frozenset[str], Floats]]:
    """Every set of outcomes that a person may reach, with its chance; no milestone without the one before it."""
    import numpy as np

    names = list(chances)

    def further(place: int, reached: frozenset[str], odds: Floats) -> Iterator[tuple[frozenset[str], Floats]]:
        if place == len(names):
            yield reached, odds
            return
        before, chance = chances[names[place]]
        if before is not None and before not in reached:
            yield from further(place + 1, reached, odds)
            return
        yield from further(place + 1, reached, odds * (1 - chance))
        yield from further(place + 1, reached | {names[place]}, odds * chance)

    return further(0, frozenset(), np.ones(1))
