"""Where people go within a month: from ways out of states and from outside, through decisions, into states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resettle.reinvestment.flows.system import Month, Outlet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from resettle.reinvestment.flows.cohort import Cohort

    Floats = NDArray[np.float64]

LAST = 12
"""Months over which people a month from one state or decision to the next are counted."""


@dataclass(frozen=True)
class Send:
    """A part of people who move: rows they come from and go to, the share of them (None: all), and both names."""

    source: int
    to: int
    share: Floats | None
    names: tuple[str, str] | None = None


class Routes:
    """The routes of a month, in the order in which people take them.

    Rows that people come from are ways out of compartments, then inflows; rows that they go to are exits by state, then arrivals by
    state and decision. `matrix` is all routes at once (rows to x rows from), where no share differs between draws or strata.
    """

    def __init__(self, cohort: Cohort, month: Month) -> None:
        self.cohort, self.states = cohort, len(cohort.states)
        self.first = list(self.from_outside(cohort, month))
        self.then = [
            send
            for name, outlet in month.decisions
            for send in self.sends(self.states + cohort.number[name], name, outlet)
        ]
        alike = all(one.share is None or one.share.size == 1 for one in (*self.first, *self.then))
        self.matrix = self.together() if alike and not cohort.link else None

    def from_outside(self, cohort: Cohort, month: Month) -> Iterator[Send]:
        """Inflows, and each way out of each compartment: counted as an exit of its state, then sent on."""
        ways = len(cohort.owner)
        for number, one in enumerate(cohort.system.arrivals, start=ways):
            yield Send(number, self.states + cohort.number[one.to], None)
        for compartment, begin in zip(cohort.system.compartments, cohort.begin, strict=False):
            for way, outlet in enumerate(month.outlets[compartment.state], start=begin):
                yield Send(way, cohort.states.index(compartment.state), None)
                yield from self.sends(way, compartment.state, outlet)

    def sends(self, source: int, name: str, outlet: Outlet) -> Iterator[Send]:
        """The parts of one way out or decision."""
        alone = len(outlet.to) == 1
        for to, share in zip(outlet.to, outlet.share, strict=True):
            yield Send(source, self.states + self.cohort.number[to], None if alone else share, (name, to))

    def together(self) -> Floats:
        """All routes as one matrix."""
        import numpy as np

        found = np.zeros((self.states + len(self.cohort.system.nodes), self.cohort.ahead.shape[1]))
        for one in self.first:
            found[one.to, one.source] += 1.0 if one.share is None else one.share.item()
        for one in self.then:
            found[one.to] += found[one.source] * (1.0 if one.share is None else one.share.item())
        return found

    def send(self, moving: Floats, flow: Floats, t: int) -> None:
        """Send people who move in month t (rows from x strata x draws) on, and count them in `flow` (rows to x strata x draws)."""
        import numpy as np

        if self.matrix is not None:
            to = flow[: len(self.matrix)].reshape(len(self.matrix), -1)
            np.matmul(self.matrix, moving.reshape(len(moving), -1), out=to)
            return
        for one in self.first:
            self.count(one, moving[one.source], flow, t)
        for one in self.then:
            self.count(one, flow[one.source], flow, t)

    def count(self, one: Send, people: Floats, flow: Floats, t: int) -> None:
        """Add one part."""
        going = people if one.share is None else people * one.share
        flow[one.to] += going
        cohort = self.cohort
        if cohort.link and one.names and t >= cohort.months - LAST:
            mean = float(going.sum(axis=0).mean()) / min(LAST, cohort.months)
            cohort.links[one.names] = cohort.links.get(one.names, 0.0) + mean
