"""Where the variance of a payment comes from: volume, who comes, what is true, chance, price.

By the law of total variance, with the sources taken in that order: the part of the first k sources is the variance of the
expected payment given them. It is estimated by drawing all the others anew and taking the covariance of the two payments (the
pick-freeze estimate of Sobol, 1993), which needs one more set of payments for each source but the last. How sure the shares are
is found by a bootstrap of batches of draws (Efron and Tibshirani, 1993, chapter 13: the percentile interval).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resettle.commissioning.valuation.world import SOURCES, Source, World, generator
from resettle.result import Interval, Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BATCHES, RESAMPLES = 100, 1_000
NAMES: dict[str, str] = {
    "volume": "how many people come",
    "mix": "who they are",
    "effect": "what is true",
    "chance": "chance",
    "price": "prices and costs",
}
"""What each source is called."""


class VariancePart(Record):
    """The share of one source in the variance of a payment, with its interval over `n` draws."""

    source: str
    share: float
    interval: Interval
    n: int

    def __str__(self) -> str:
        low, high = 100 * self.interval.low, 100 * self.interval.high
        return f"{NAMES[self.source]} {100 * self.share:.0f}% ({low:.0f}% to {high:.0f}%)"


def variance_parts(world: World, total: Floats, pay: Callable[[World], Floats]) -> tuple[VariancePart, ...]:
    """The share of each source in the variance of the total, each with its 95% interval; the shares add up to 1.

    Nothing where the payment never varies. Sampling can make a share that is truly nothing a hair negative; it is then shown as
    nothing, and the rest is scaled.
    """
    import numpy as np

    if len(total) == 1 or float(np.var(total)) < 1e-6:
        return ()
    held = moments(world, total, pay)
    shares = held.shares(held.sums.sum(axis=0)[None, :])[0]
    if not shares.sum():
        return ()
    ends = np.quantile(held.shares(held.again(world.seed)), (0.025, 0.975), axis=0)
    method = f"percentile bootstrap of {len(held.sums)} batches of draws, {RESAMPLES:,} resamples, seed {world.seed}"
    return tuple(
        VariancePart(
            source=source,
            share=float(share),
            interval=Interval(low=min(float(low), float(share)), high=max(float(high), float(share)), method=method),
            n=len(total),
        )
        for source, share, low, high in zip(SOURCES, shares, *ends, strict=True)
    )


@dataclass(frozen=True)
class Moments:
    """Sums by batch of draws: how many, the total, its square, and for each frozen set the other payment and the product.

    `known` are the sources that are random, in their order; each but the last has a frozen set.
    """

    sums: Floats
    known: list[Source]

    def again(self, seed: int) -> Floats:
        """The sums over all draws, in resamples of the batches."""
        import numpy as np

        batches = len(self.sums)
        chosen = generator(seed, "variance").integers(0, batches, (RESAMPLES, batches))
        times = np.apply_along_axis(np.bincount, 1, chosen, minlength=batches)
        return np.asarray(times @ self.sums)

    def shares(self, sums: Floats) -> Floats:
        """The shares of all sources, one row for each row of sums."""
        import numpy as np

        means = sums[:, 1:] / sums[:, :1]
        whole = means[:, 1] - means[:, 0] ** 2
        parts, reached = np.zeros((len(SOURCES), len(sums))), np.zeros(len(sums))
        for place, source in enumerate(self.known):
            explained = whole
            if place < len(self.known) - 1:
                other, product = means[:, 2 + 2 * place], means[:, 3 + 2 * place]
                explained = product - means[:, 0] * other
            parts[SOURCES.index(source)] = np.maximum(explained - reached, 0.0)
            reached = np.maximum(explained, reached)
        scale = parts.sum(axis=0)
        return np.asarray(np.divide(parts, scale, out=np.zeros_like(parts), where=scale > 0).T)


def moments(world: World, total: Floats, pay: Callable[[World], Floats]) -> Moments:
    """The payment with all draws, and with the same first sources and all others drawn anew, as sums by batch."""
    import numpy as np

    known, middle = moving(world), total.mean()
    own = total - middle
    columns = [np.ones(len(total)), own, own**2]
    for source in known[:-1]:
        other = np.broadcast_to(pay(world.others(SOURCES[: SOURCES.index(source) + 1])), total.shape) - middle
        columns += [other, own * other]
    starts = np.linspace(0, len(total), min(BATCHES, len(total)), endpoint=False).astype(int)
    return Moments(np.stack([np.add.reduceat(column, starts) for column in columns], axis=1), known)


def moving(world: World) -> list[Source]:
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
