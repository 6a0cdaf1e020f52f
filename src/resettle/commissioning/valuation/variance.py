"""Where the variance of a payment comes from: volume, who comes, what is true, chance, price.

By the law of total variance, with the sources taken in that order: the part of the first k sources is the variance of the
expected payment given them. It is estimated by drawing all the others anew and taking the covariance of the two payments (the
pick-freeze estimate of Sobol, 1993), which needs one more set of payments for each source but the last.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from resettle.commissioning.valuation.world import SOURCES, World

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def variance_shares(world: World, total: Floats, pay: Callable[[World], Floats]) -> dict[str, float] | None:
    """The share of each source in the variance of the total; they add up to 1. None where the payment never varies.

    Sampling can make a share that is truly nothing a hair negative; it is then shown as nothing, and the rest is scaled.
    """
    import numpy as np

    whole = float(np.var(total))
    if len(total) == 1 or whole < 1e-6:
        return None
    reached, parts = 0.0, {}
    known = moving(world)
    for place, source in enumerate(SOURCES):
        shared = SOURCES[: place + 1]
        rest = [s for s in known if s not in shared]
        if source not in known:
            parts[source] = 0.0
            continue
        if not rest:
            parts[source] = max(whole - reached, 0.0)
            reached = whole
            continue
        other = np.broadcast_to(pay(world.others(shared)), total.shape)
        explained = float(np.mean((total - total.mean()) * (other - other.mean())))
        parts[source] = max(explained - reached, 0.0)
        reached = max(explained, reached)
    scale = sum(parts.values())
    return {name: part / scale for name, part in parts.items()} if scale else None


def moving(world: World) -> list[str]:
    """The sources that are random under these beliefs; chance always is, where anything is counted."""
    b = world.beliefs
    rates = list(b.rates.values())
    found = {
        "volume": b.volume_sd > 0,
        "mix": b.band_people is not None or any(r.mix_sd for r in rates),
        "effect": any(r.effect_sd or r.drift_sd for r in rates) or any(o.sd for o in b.outcomes.values()),
        "chance": True,
        "price": b.price_sd > 0 or b.cost.sd > 0,
    }
    return [source for source in SOURCES if found[source]]
