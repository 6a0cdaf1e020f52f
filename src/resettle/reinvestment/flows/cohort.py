"""The cohort-flow engine: expected numbers of people, month by month, in every draw at once.

For each state it keeps who arrived when; those who leave in month t are the sum over months of arrival of arrivals times the
share that leaves after so many months (a convolution). People already there when something changes are scheduled at once. Stocks
change only by arrivals less exits, so that nobody is lost in any draw.

Of a month only the arrivals in each state are kept. Whoever walks through the months takes what they need of the others: memory
that is written once and never read again costs more time than the arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator
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
        self.states = list(system.stock)
        self.served = [s for s in self.states if len(system.among(s)) > 1]
        self.reached = Reached(system, self.share)
        self.names = (*system.nodes, *self.reached.names)
        self.started = np.zeros((self.months, len(self.reached.names), *self.shape))
        self.stock = np.array([np.broadcast_to(v * self.share, self.shape) for v in system.stock.values()])
        self.entered, self.left = np.zeros_like(self.stock), np.zeros_like(self.stock)
        self.lay_out()

    def lay_out(self) -> None:
        """Number the ways out of all compartments: those of a compartment, and of a state, stand together; inflows come last."""
        import numpy as np

        compartments = self.system.compartments
        many = [len(self.system.months[0].outlets[c.state]) for c in compartments]
        self.begin = np.cumsum([0, *many]).tolist()
        self.state_of = np.repeat([self.states.index(c.state) for c in compartments], many)
        self.history = np.zeros((len(compartments), self.months, *self.shape))
        self.moving = np.zeros((self.begin[-1] + len(self.system.arrivals), *self.shape))
        self.ahead = np.zeros((STEP, *self.moving.shape))
        self.recent, self.near = (np.zeros((STEP, self.begin[-1], *self.shape)) for _ in range(2))
        self.spare = np.zeros(self.shape)
        self.cells = [self.cell(c, h) for c, h in zip(compartments, self.history, strict=True)]

    def cell(self, compartment: Compartment, history: Floats) -> Cell:
        """A compartment at the start: its stock in a steady state, if nobody was reached by a service."""
        import numpy as np

        kernel = self.system.months[0].kernels[compartment]
        cell = Cell(kernel, history)
        stock = self.system.stock[compartment.state] * self.share
        if not compartment.services and stock.any():
            people = np.broadcast_to(stock / kernel.alive[:-1].sum(axis=0), self.shape)
            cell.start = Start(kernel, people, self.months)
        return cell

    def run(self) -> Moves:
        """Every month in turn, and all that happened in it."""
        import numpy as np

        many = len(self.states)
        flow = np.zeros((self.months, many + len(self.names), *self.shape))
        stock = np.zeros((self.months, many, *self.shape))
        for t in self.walk():
            stock[t], flow[t, :many] = self.stock, self.left
            for row, name in enumerate(self.names, start=many):
                flow[t, row] = self.row(name, t)
        held = (a.swapaxes(2, 3) for a in (flow[:, many:], stock, flow[:, :many]))
        return Moves(self.names, tuple(self.states), *held)

    def row(self, name: str, t: int) -> Floats:
        """Arrivals of the month that was just walked: in a state, a decision or a service (strata x draws)."""
        if name in self.reached.names:
            found: Floats = self.started[t, self.reached.names.index(name)]
            return found
        return self.routes.rows[name]

    def walk(self) -> Iterator[int]:
        """Every month in turn, from each change, or after `STEP` months, to the next: stops after each month.

        `stock`, `left`, `entered` (states x strata x draws) and `row` are then those of that month.
        """
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
                yield t

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
        for cell, (begin, stop) in zip(self.cells, pairwise(self.begin), strict=True):
            cell.look(start, self.ahead[: end - start, begin:stop])
        for number, one in enumerate(self.system.arrivals, start=self.begin[-1]):
            self.ahead[: end - start, number] = one.people[start:end] * self.share

    def step(self, t: int, start: int, month: Month) -> None:
        """One month: exits, then decisions, then arrivals."""
        import numpy as np

        since, ways = t - start, self.begin[-1]
        self.moving[:] = self.ahead[since]
        if since:
            self.moving[:ways] += np.einsum("upgd,upgd->pgd", self.recent[:since][::-1], self.near[:since])
        self.routes.send(t)
        self.stock += self.entered
        self.stock -= self.left
        here = self.recent[since]
        np.take(self.entered, self.state_of, axis=0, out=here, mode="clip")
        for state in self.served:
            self.serve(state, t, month, here)
        self.history[:, t] = here[self.begin[:-1]]

    def serve(self, state: str, t: int, month: Month, here: Floats) -> None:
        """Share the arrivals of a state (`here`, by way) out over its compartments, by which services reach them."""
        among = self.system.among(state)
        people = self.entered[self.states.index(state)]
        shares = self.reached.split(state, among, people, month.settings, self.started[: t + 1])
        for compartment, share in zip(among, shares, strict=True):
            at = self.system.compartments.index(compartment)
            here[self.begin[at] : self.begin[at + 1]] *= share
