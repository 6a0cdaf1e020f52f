"""The cohort-flow engine: expected numbers of people, month by month, in every draw at once.

For each state it keeps who arrived when; those who leave in month t are the sum over months of arrival of arrivals times the
share that leaves after so many months (a convolution). People already there when something changes are scheduled at once. Stocks
change only by arrivals less exits, so that nobody is lost in any draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from resettle.reinvestment.flows.cells import Cell, Start
from resettle.reinvestment.flows.routes import Routes
from resettle.reinvestment.flows.services import Reached
from resettle.reinvestment.flows.system import Compartment, Month, System

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass
class Moves:
    """What happened: stocks at month ends, exits of states, and arrivals in states, decisions and services.

    Each array is months x names x draws x strata.
    """

    names: tuple[str, ...]
    states: tuple[str, ...]
    arrived: Floats
    stock: Floats
    left: Floats

    def of(self, name: str) -> Floats:
        """Months x draws x strata: people in a state at month ends, or through a decision or into a service."""
        if name in self.states:
            return self.stock[:, self.states.index(name)]
        return self.arrived[:, self.names.index(name)]


STEP = 12
"""Months for which the exits of those who are here are worked out at once: numpy's data then stay at hand."""


class Cohort:
    """One run of the engine over a block of draws.

    `links` gives people a month from each state and decision to the next, over the last twelve months, where it is asked for.
    """

    def __init__(self, system: System, *, link: bool = False) -> None:
        import numpy as np

        self.system, self.link = system, link
        self.links: dict[tuple[str, str], float] = {}
        self.months = system.scenario.months
        self.share = np.array([[s.share] for s in system.strata])
        self.shape = (len(system.strata), system.draws)
        self.reached = Reached(system, self.share)
        self.states = list(system.stock)
        self.served = [s for s in self.states if len(system.among(s)) > 1]
        self.number = {name: i for i, name in enumerate((*system.nodes, *self.reached.names))}
        many = len(self.states)
        self.flow = np.zeros((self.months, many + len(self.number), *self.shape))
        self.left, self.arrived = self.flow[:, :many], self.flow[:, many:]
        self.stock = np.zeros((self.months, many, *self.shape))
        self.at_start = np.array([np.broadcast_to(v * self.share, self.shape) for v in system.stock.values()])
        self.lay_out()

    def lay_out(self) -> None:
        """Number the ways out of all compartments: those of a compartment, and of a state, stand together; inflows come last."""
        import numpy as np

        many = [len(self.system.months[0].outlets[c.state]) for c in self.system.compartments]
        self.begin = np.cumsum([0, *many]).tolist()
        self.owner = np.repeat([self.states.index(c.state) for c in self.system.compartments], many)
        ways = len(self.owner)
        self.history = np.zeros((self.months, ways, *self.shape))
        self.ahead = np.zeros((STEP, ways + len(self.system.arrivals), *self.shape))
        self.near = np.zeros((STEP, ways, *self.shape))
        self.cells = [self.cell(c, b) for c, b in zip(self.system.compartments, self.begin, strict=False)]

    def cell(self, compartment: Compartment, begin: int) -> Cell:
        """A compartment at the start: its stock in a steady state, if nobody was reached by a service."""
        import numpy as np

        kernel = self.system.months[0].kernels[compartment]
        cell = Cell(kernel, self.history[:, begin])
        stock = self.system.stock[compartment.state] * self.share
        if not compartment.services and stock.any():
            people = np.broadcast_to(stock / kernel.alive[:-1].sum(axis=0), self.shape)
            cell.start = Start(kernel, people, self.months)
        return cell

    def run(self) -> Moves:
        """Every month in turn, from each change, or after `STEP` months, to the next."""
        turns = {m.start: m for m in self.system.months}
        begins = sorted({*turns, *range(0, self.months, STEP), self.months})
        month = self.system.months[0]
        for start, end in pairwise(begins):
            if start in turns:
                month = turns[start]
                self.turn(month)
            self.look(start, end)
            for t in range(start, end):
                self.step(t, start, month)
        held = (a.swapaxes(2, 3) for a in (self.arrived, self.stock, self.left))
        return Moves(tuple(self.number), tuple(self.states), *held)

    def turn(self, month: Month) -> None:
        """Bring in what changes in a month."""

        for cell, compartment in zip(self.cells, self.system.compartments, strict=True):
            if compartment.state in month.changed:
                cell.turn(month.kernels[compartment], month.changed[compartment.state], month.start)
        self.near[:] = 0.0
        for cell, begin in zip(self.cells, self.begin, strict=False):
            for way, share in enumerate(cell.kernel.ways):
                self.near[: len(share), begin + way] = share[:STEP]
        self.routes = Routes(self, month)

    def look(self, start: int, end: int) -> None:
        """Work out who of those here leaves in the months from `start` up to `end`."""
        self.ahead[:] = 0.0
        for cell, begin, stop in zip(self.cells, self.begin, self.begin[1:], strict=False):
            cell.look(start, self.ahead[: end - start, begin:stop])
        for number, one in enumerate(self.system.arrivals, start=len(self.owner)):
            self.ahead[: end - start, number] = one.people[start:end] * self.share

    def step(self, t: int, start: int, month: Month) -> None:
        """One month: exits, then decisions, then arrivals."""
        import numpy as np

        moving, ways = self.ahead[t - start], len(self.owner)
        if t > start:
            moving[:ways] += np.einsum("upgd,upgd->pgd", self.history[start:t][::-1], self.near[: t - start])
        self.routes.send(moving, self.flow[t], t)
        now = self.stock[t]
        np.add(self.stock[t - 1] if t else self.at_start, self.arrived[t, : len(self.states)], out=now)
        now -= self.left[t]
        np.take(self.arrived[t], self.owner, axis=0, out=self.history[t], mode="clip")
        for state in self.served:
            self.serve(state, t, month)

    def serve(self, state: str, t: int, month: Month) -> None:
        """Share the arrivals of a state out over its compartments, by which services reach them."""
        starts = self.arrived[: t + 1, len(self.system.nodes) :]
        among = self.system.among(state)
        shares = self.reached.split(state, among, self.arrived[t, self.number[state]], month.settings, starts)
        for compartment, share in zip(among, shares, strict=True):
            at = self.system.compartments.index(compartment)
            self.history[t, self.begin[at] : self.begin[at + 1]] *= share
