"""Draws of what may happen, made from beliefs alone, so that every contract is valued on the same ones.

Randomness has five sources, each with a stream of its own: volume (how many people come), mix (who they are), effect (what is
true), chance (who happens to succeed), and price (how prices and costs move). Arrays have one row a draw, or one row in all where
nothing is random.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from resettle.commissioning.beliefs import Beliefs, OutcomeBelief
from resettle.money import split
from resettle.provenance import hash_bytes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Source = Literal["volume", "mix", "effect", "chance", "price"]
SOURCES: tuple[Source, ...] = ("volume", "mix", "effect", "chance", "price")


def generator(seed: int, *names: str) -> np.random.Generator:
    """A stream of random numbers of its own for each thing drawn, so that one more measure changes no other's draws."""
    import numpy as np

    return np.random.default_rng([seed, int(hash_bytes("/".join(names).encode())[:12], 16)])


@dataclass(frozen=True)
class World:
    """Everything that may happen, drawn once when it is first asked for. `seeds` gives each source's own seed.

    `no_effect` is the same world in which no service makes any difference. `held` is what was found in this world, and `drawn` the
    normal numbers of this world and of those that were made from it, each by its seed.
    """

    beliefs: Beliefs
    draws: int
    seed: int
    seeds: dict[Source, int] = field(default_factory=dict)
    no_effect: bool = False
    held: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)
    drawn: dict[Hashable, Floats] = field(default_factory=dict, compare=False, repr=False)

    def random(self, source: Source, *names: str) -> np.random.Generator:
        """The stream of one thing."""
        return generator(self.seeds.get(source, self.seed), source, *names)

    def without_effect(self) -> World:
        """The same world in which no service makes any difference."""
        found: World = self.kept("without effect", lambda: replace(self, no_effect=True, held={}))
        return found

    def kept(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What was made under a key in this world; made when it is first asked for."""
        if key not in self.held:
            self.held[key] = make()
        return self.held[key]

    def others(self, shared: tuple[Source, ...]) -> World:
        """A world that shares only some sources with this one; the others are drawn anew."""
        return replace(self, seeds={s: self.seed if s in shared else self.seed + 1 for s in SOURCES}, held={})

    def normal(self, source: Source, *names: str) -> Floats:
        """A standard normal number for every draw."""
        key = (self.seeds.get(source, self.seed), source, *names)
        if key not in self.drawn:
            self.drawn[key] = self.random(source, *names).standard_normal(self.draws)
        return self.drawn[key]

    @property
    def volume(self) -> Floats:
        """The factor on the number of people."""
        import numpy as np

        b = self.beliefs
        if b.volume_sd == 0:
            return np.array([b.volume_mean])
        return np.asarray(np.maximum(b.volume_mean + b.volume_sd * self.normal("volume", "people"), 0.0))

    @property
    def band_sizes(self) -> dict[str, Floats]:
        """How many people of each complexity band start, whole people."""
        import numpy as np

        b = self.beliefs
        if b.volume_sd == 0 and b.band_people is None:
            # Largest remainder, as for money: one person is one penny here.
            sizes = split(Decimal(round(b.people * b.volume_mean)) / 100, list(b.bands.values()))
            return {band: np.array([float(round(100 * n))]) for band, n in zip(b.bands, sizes, strict=True)}
        people = np.rint(b.people * self.volume)
        ends = np.rint(people * np.cumsum(self.band_shares(), axis=0))
        return dict(zip(b.bands, np.diff(ends, axis=0, prepend=0.0), strict=True))

    def band_shares(self) -> Floats:
        """The shares of bands, one row a band: as believed, or as a sample of `band_people` would give them."""
        import numpy as np

        shares = np.array(list(self.beliefs.bands.values()))
        if self.beliefs.band_people is None or len(shares) == 1:
            return shares[:, None]
        if "bands" not in self.held:
            alpha = np.maximum(shares * self.beliefs.band_people, 1e-9)
            self.held["bands"] = self.random("mix", "bands").dirichlet(alpha, self.draws).T
        drawn: Floats = self.held["bands"]
        return drawn

    def chance_of(self, outcome: str) -> Floats:
        """The chance of an outcome, in every draw if it is not sure; without any effect, what it would be without the service."""
        import numpy as np

        belief = self.beliefs.outcomes[outcome]
        if self.no_effect and belief.without is not None:
            return np.array([belief.without])
        if belief.sd == 0:
            return np.array([belief.chance])
        key = ("chance", outcome)
        if key not in self.held:
            a, b = beta_shape(belief)
            self.held[key] = self.random("effect", "outcome", outcome).beta(a, b, self.draws)
        drawn: Floats = self.held[key]
        return drawn

    def binomial(self, people: Floats, chance: Floats, *names: str) -> Floats:
        """How many of so many people, each with a chance."""
        key = ("binomial", *names)
        if key not in self.held:
            random = self.random("chance", *names)
            self.held[key] = random.binomial(people.astype("int64"), chance, size=self.draws).astype(float)
        drawn: Floats = self.held[key]
        return drawn

    def poisson(self, expected: Floats, *names: str) -> Floats:
        """How many come where so many are expected."""
        return self.random("chance", *names).poisson(expected, size=self.draws).astype(float)

    def prices(self, years: int) -> Floats:
        """The factor by which prices differ from what is agreed, by year from the first: rows are draws, columns years."""
        import numpy as np

        sd = self.beliefs.price_sd
        if sd == 0:
            return np.ones((1, years))
        steps = np.stack([self.normal("price", str(year)) for year in range(years)], axis=1)
        return np.asarray(np.exp(np.cumsum(sd * steps - sd * sd / 2, axis=1)))

    def cost_factor(self) -> Floats:
        """The factor by which the cost of delivery differs from what is believed."""
        import numpy as np

        sd = self.beliefs.cost.sd
        return np.ones(1) if sd == 0 else np.asarray(np.maximum(1 + sd * self.normal("price", "cost"), 0.0))


def beta_shape(belief: OutcomeBelief) -> tuple[float, float]:
    """The two shapes of a beta distribution with a mean and a standard deviation."""
    sure = belief.chance * (1 - belief.chance) / belief.sd**2 - 1
    return belief.chance * sure, (1 - belief.chance) * sure
