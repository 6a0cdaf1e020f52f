"""Draws of what may happen, made from beliefs alone, so that every contract is valued on the same ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from resettle.commissioning.beliefs import Beliefs, RateBelief
from resettle.commissioning.settlement.rate import round_points
from resettle.money import split
from resettle.provenance import hash_bytes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Counts = NDArray[np.int64]

Z = 1.959963984540054
"""The 97.5th percentile of the normal distribution: half the width of a 95% interval in standard errors."""


@dataclass(frozen=True)
class RateDraws:
    """Draws of one measure: the true effect, the difference found, and the end of its 95% interval nearest to nothing.

    All in percentage points, positive where the service helps; `people` is the size of the cohort.
    """

    true: Floats
    points: Floats
    surest: Floats
    people: int


@dataclass(frozen=True)
class World:
    """Everything drawn: rates by measure, and the size of each complexity band."""

    rates: dict[str, RateDraws]
    band_sizes: dict[str, int]
    beliefs: Beliefs
    draws: int
    seed: int


def generator(seed: int, *names: str) -> np.random.Generator:
    """A stream of random numbers of its own for each thing drawn, so that one more measure changes no other's draws."""
    import numpy as np

    return np.random.default_rng([seed, int(hash_bytes("/".join(names).encode())[:12], 16)])


def draw_world(beliefs: Beliefs, draws: int, seed: int) -> World:
    """Draw `draws` worlds from beliefs."""
    # Largest remainder, as for money: one person is one penny here.
    sizes = split(Decimal(beliefs.people) / 100, list(beliefs.bands.values()))
    return World(
        rates={name: draw_rate(belief, draws, generator(seed, "rate", name)) for name, belief in beliefs.rates.items()},
        band_sizes={band: int(100 * size) for band, size in zip(beliefs.bands, sizes, strict=True)},
        beliefs=beliefs,
        draws=draws,
        seed=seed,
    )


def without_effect(world: World) -> World:
    """The same world in which no service makes any difference."""
    rates = {n: b.model_copy(update={"effect_mean": 0.0, "effect_sd": 0.0}) for n, b in world.beliefs.rates.items()}
    beliefs = world.beliefs.model_copy(update={"rates": rates})
    drawn = {n: draw_rate(b, world.draws, generator(world.seed, "rate", n)) for n, b in rates.items()}
    return replace(world, beliefs=beliefs, rates=drawn)


def draw_rate(belief: RateBelief, draws: int, random: np.random.Generator) -> RateDraws:
    """Binomial counts in the cohort (and the comparison), read as the contract would read them.

    Two groups: the unpooled (Wald) standard error of a difference of rates. A fixed baseline: the standard error of the
    cohort's rate at the baseline. Source of both: any text on two proportions; they are the ones `evaluate` uses.
    """
    import numpy as np

    b = belief.baseline
    true = belief.effect_mean + belief.effect_sd * random.standard_normal(draws)
    found = random.binomial(belief.n, np.clip(b - true / 100, 0.0, 1.0)) / belief.n
    if belief.comparison_n is None:
        against, error = np.full(draws, b), np.full(draws, np.sqrt(b * (1 - b) / belief.n))
    else:
        against = random.binomial(belief.comparison_n, b, size=draws) / belief.comparison_n
        error = np.sqrt(found * (1 - found) / belief.n + against * (1 - against) / belief.comparison_n)
    points = 100 * (against - found)
    return RateDraws(true, round_points(points), round_points(points - 100 * Z * error), belief.n)


def draw_reached(world: World, outcome: str, band: str) -> Counts:
    """How many people of a band reach an outcome, in every draw."""
    random = generator(world.seed, "outcome", outcome, band)
    return random.binomial(world.band_sizes[band], world.beliefs.outcomes[outcome], size=world.draws)
