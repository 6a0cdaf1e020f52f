"""What both engines run: a scenario and a block of draws as arrays, and what holds in which months."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from resettle.reinvestment.flows.apply import Reach
from resettle.reinvestment.flows.kernels import Kernel
from resettle.reinvestment.flows.scenario import Scenario
from resettle.reinvestment.flows.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from resettle.reinvestment.flows.make import Maker

    Floats = NDArray[np.float64]

LONGEST = 480
"""Months since arrival that people in a state at the start may have behind them."""


@dataclass(frozen=True)
class Stratum:
    """People of one place and group, or of several that differ in nothing but their number: their share of all, how their
    chance of reoffending compares, and the places they are in with their share of the stratum.
    """

    place: int
    share: float
    reoffending: float
    parts: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Compartment:
    """A state, and which of the services given in it reached the people."""

    state: str
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outlet:
    """Where one way out of a state, or a decision, leads: destinations and their shares (destinations x strata x draws)."""

    to: tuple[str, ...]
    share: Floats


@dataclass(frozen=True)
class Month:
    """What holds from the month `start` on: kernels by compartment, with how each changed; ways out; decisions; services."""

    start: int
    kernels: dict[Compartment, Kernel]
    changed: dict[str, Reach]
    outlets: dict[str, tuple[Outlet, ...]]
    decisions: tuple[tuple[str, Outlet], ...]
    settings: Settings


@dataclass(frozen=True)
class Arrivals:
    """People from outside, a month: into which state or decision, months x 1 x draws (before the share of the stratum)."""

    to: str
    people: Floats


@dataclass(frozen=True)
class System:
    """A scenario as arrays for a block of draws."""

    scenario: Scenario
    nodes: tuple[str, ...]
    strata: tuple[Stratum, ...]
    places: tuple[str, ...]
    compartments: tuple[Compartment, ...]
    stock: dict[str, Floats]
    arrivals: tuple[Arrivals, ...]
    months: tuple[Month, ...]
    draws: int
    maker: Maker

    def late_kernel(self, compartment: Compartment, settings: Settings, delay: int) -> Kernel:
        """The kernel of people whom services reached some months after they arrived."""
        return self.maker.kernel(self.scenario.block(compartment.state), settings, compartment.services, delay)

    def among(self, state: str) -> list[Compartment]:
        """The compartments of a state: nobody reached first."""
        return [c for c in self.compartments if c.state == state]


def strata_of(scenario: Scenario) -> tuple[Stratum, ...]:
    """Every place and group of the scenario."""
    places = [(i, p.share, p.reoffending) for i, p in enumerate(scenario.places)] or [(0, 1.0, 1.0)]
    groups = [(g.share, g.reoffending) for g in scenario.group] or [(1.0, 1.0)]
    return tuple(Stratum(i, a * b, x * y, ((i, 1.0),)) for (i, a, x), (b, y) in product(places, groups))


def merged(scenario: Scenario) -> tuple[Stratum, ...]:
    """The strata with those put together that no chance and no lever tells apart: expected numbers are in proportion there."""
    names = [p.name for p in scenario.places]
    alike: dict[tuple[object, ...], list[Stratum]] = {}
    for one in strata_of(scenario):
        levers = tuple(not v.places or names[one.place] in v.places for v in scenario.lever)
        alike.setdefault((one.reoffending, levers), []).append(one)
    found = []
    for group in alike.values():
        share = sum(s.share for s in group)
        parts = tuple((s.place, s.share / share) for s in group)
        found.append(Stratum(group[0].place, share, group[0].reoffending, parts))
    return tuple(found)


def compartments_of(scenario: Scenario) -> tuple[Compartment, ...]:
    """Every state, once for each set of its services."""
    found = []
    for state in scenario.state:
        given = [s.name for s in scenario.service if state.name in s.at]
        sets: list[tuple[str, ...]] = [()]
        for name in given:
            sets += [(*held, name) for held in sets]
        found += [Compartment(state.name, held) for held in sets]
    return tuple(found)
