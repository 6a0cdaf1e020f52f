"""The numbers of a scenario in each draw, and what levers do to them, month by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from resettle.reinvestment.flows.quantity import Quantity
from resettle.reinvestment.flows.scenario import Scenario

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


TINY = 1e-12


def stream(seed: int, name: str) -> np.random.Generator:
    """The stream of a name."""
    import numpy as np

    from resettle.provenance import hash_bytes

    return np.random.default_rng([seed, int(hash_bytes(name.encode())[:16], 16)])


@lru_cache(maxsize=256)
def normals(seed: int, name: str, total: int) -> Floats:
    """All the standard normal draws of a name: made once for every block of them, and not to be written to."""
    found = stream(seed, name).standard_normal(total)
    found.flags.writeable = False
    return found


@lru_cache(maxsize=256)
def counted(here: float, elsewhere: float) -> Quantity:
    """A share as if so many people had been counted here and elsewhere: its 95 % range is that of the beta distribution."""
    from scipy.stats import beta

    low, high = (float(v) for v in beta.ppf([0.025, 0.975], here, elsewhere))
    share = here / (here + elsewhere)
    return Quantity(value=share, low=min(low, share), high=max(high, share))


@dataclass(frozen=True)
class Draws:
    """Draws of named quantities, `start` to `stop` of `total`: each name has a stream of its own, so that blocks of draws can
    be made apart, and what is added leaves the rest as it was.
    """

    seed: int
    total: int
    start: int
    stop: int
    own: Mapping[str, float] = field(default_factory=dict)
    found: Mapping[str, Floats] = field(default_factory=dict)
    """Standard normal draws, by name, that calibration found: they replace those of the name's stream."""
    centred: bool = False
    """Whether drifts are left out, as calibration does."""
    asked: dict[str, tuple[Quantity, bool]] = field(default_factory=dict)
    """Every uncertain quantity that was drawn, and whether it is a share."""

    def normal(self, name: str) -> Floats:
        """Standard normal draws."""
        held = self.found[name] if name in self.found else normals(self.seed, name, self.total)
        found: Floats = held[self.start : self.stop]
        return found

    def quantity(self, name: str, given: Quantity, *, share: bool = False) -> Floats:
        """Draws of a quantity."""
        import numpy as np

        if given.low is None:
            return np.full(self.stop - self.start, given.centre(self.own))
        self.asked[name] = (given, share)
        return given.draw(self.normal(name), self.own, share=share)

    def largest(self, name: str, given: Quantity) -> float:
        """The largest of all draws of a quantity, also of those outside this block."""
        if given.low is None:
            return given.centre(self.own)
        whole = replace(self, start=0, stop=self.total)
        return float(given.draw(whole.normal(name), self.own).max())

    def shares(self, name: str, given: Mapping[str, float], rest_on: float | None) -> Floats:
        """Draws x destinations of shares: fixed, or as if counted on `rest_on` people.

        Counted shares are drawn one destination after the other, each as a share of those whom the earlier ones left (a Dirichlet
        distribution is such a chain of betas), so that calibration can learn about them like about any other number.
        """
        import numpy as np

        fixed = np.array(list(given.values())) / sum(given.values())
        if rest_on is None:
            return np.repeat(fixed[None, :], self.stop - self.start, axis=0)
        left = np.ones(self.stop - self.start)
        found = []
        for n, to in enumerate(given):
            found.append(left * self.part(f"{name}: share of {to}", fixed[n] * rest_on, fixed[n + 1 :].sum() * rest_on))
            left = left - found[-1]
        return np.stack(found, axis=1)

    def part(self, name: str, here: float, elsewhere: float) -> Floats | float:
        """Draws of a share as if `here` people had been counted in it and `elsewhere` outside; certain where one is nobody."""
        if here <= TINY or elsewhere <= TINY:
            return 0.0 if here <= TINY else 1.0
        return self.quantity(name, counted(here, elsewhere), share=True)


@dataclass
class Split:
    """Shares of destinations: names, and an array of strata x draws x names."""

    to: list[str]
    share: Floats

    def column(self, name: str) -> int:
        """The number of a destination, added with a share of 0 if it is new."""
        import numpy as np

        if name not in self.to:
            self.to = [*self.to, name]
            self.share = np.concatenate([self.share, np.zeros((*self.share.shape[:-1], 1))], axis=-1)
        return self.to.index(name)


@dataclass(frozen=True)
class Stretch:
    """A change to a stay: multiplied by `factor`, less `off` months, for the `eligible` share (strata x draws each)."""

    factor: Floats
    off: Floats
    eligible: Floats


@dataclass
class Settings:
    """The numbers that hold in one month: shares, changes of stays, rates of events, and services."""

    splits: dict[str, Split]
    rates: dict[str, list[Floats]]
    coverage: dict[str, Floats]
    capacity: dict[str, float | None]
    wait: dict[str, int]
    stretches: dict[str, list[Stretch]] = field(default_factory=dict)


def settings_of(scenario: Scenario, draws: Draws) -> Settings:
    """The numbers of a scenario without any lever."""
    import numpy as np

    splits = {d.name: (d.to, d.rest_on) for d in scenario.decision}
    splits |= {s.name: (s.ends, s.ends_rest_on) for s in scenario.state if s.stay}  # type: ignore[misc]
    one = np.ones((1, 1))
    return Settings(
        splits={n: Split(list(to), draws.shares(n, to, rest)[None, :, :]) for n, (to, rest) in splits.items()},
        rates={s.name: [one for _ in s.event] for s in scenario.state},
        coverage={s.name: draws.quantity(f"{s.name}: coverage", s.coverage, share=True)[None, :]
                  for s in scenario.service},
        capacity={s.name: s.capacity for s in scenario.service},
        wait={s.name: s.wait_months for s in scenario.service},
    )  # fmt: skip
