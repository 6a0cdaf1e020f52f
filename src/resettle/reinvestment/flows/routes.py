"""Where people go within a month: from ways out of states and from outside, through decisions, into states."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from resettle.reinvestment.flows.system import Month, Outlet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from resettle.reinvestment.flows.cohort import Cohort

    Floats = NDArray[np.float64]

LAST = 12
"""Months over which people a month from one state or decision to the next are counted."""


@dataclass(frozen=True)
class Part:
    """Part of the people who come to a state or decision: those of whom it is a share (None: all), and where they come from."""

    people: Floats
    share: Floats | None


class Routes:
    """The routes of a month as sums and products of rows (strata x draws), in the order in which people take them.

    `rows` are the arrivals in every state and decision. What comes whole from one row is that row, not a copy of it.
    """

    def __init__(self, cohort: Cohort, month: Month) -> None:
        # Not the cohort itself: two that hold each other are freed late, and the next block of draws would need new memory.
        self.shape, self.spare = cohort.shape, cohort.spare
        self.links, self.last = cohort.links, min(LAST, cohort.months)
        self.linked = range(cohort.months - LAST if cohort.link else cohort.months, cohort.months)
        self.steps: list[tuple[Callable[..., Any], tuple[Floats, ...]]] = []
        self.parts: dict[str, list[Part]] = {name: [] for name in cohort.system.nodes}
        self.sent: list[tuple[str, str, Part]] = []
        self.rows: dict[str, Floats] = dict(zip(cohort.states, cohort.entered, strict=True))
        self.from_outside(cohort, month)
        for name, outlet in month.decisions:
            self.rows[name] = self.row_of(self.parts[name])
            self.send_on(self.rows[name], name, outlet)
        for name in cohort.states:
            self.add_up(self.parts[name], self.rows[name])

    def from_outside(self, cohort: Cohort, month: Month) -> None:
        """Inflows, and each way out of each compartment: counted as an exit of its state, then sent on."""
        for number, one in enumerate(cohort.system.arrivals, start=cohort.begin[-1]):
            self.parts[one.to].append(Part(cohort.moving[number], None))
        exits: dict[str, list[Part]] = {name: [] for name in cohort.states}
        for compartment, begin in zip(cohort.system.compartments, cohort.begin, strict=False):
            for way, outlet in enumerate(month.outlets[compartment.state], start=begin):
                exits[compartment.state].append(Part(cohort.moving[way], None))
                self.send_on(cohort.moving[way], compartment.state, outlet)
        for name, left in zip(cohort.states, cohort.left, strict=True):
            self.add_up(exits[name], left)

    def send_on(self, people: Floats, source: str, outlet: Outlet) -> None:
        """The parts of one way out or decision."""
        alone = len(outlet.to) == 1
        for to, share in zip(outlet.to, outlet.share, strict=True):
            part = Part(people, None if alone else share)
            self.parts[to].append(part)
            self.sent.append((source, to, part))

    def row_of(self, parts: list[Part]) -> Floats:
        """The row in which parts add up."""
        import numpy as np

        if len(parts) == 1 and parts[0].share is None:
            return parts[0].people
        row = np.zeros(self.shape)
        self.add_up(parts, row)
        return row

    def add_up(self, parts: list[Part], row: Floats) -> None:
        """The steps that add parts up in a row."""
        import numpy as np

        if not parts:
            return
        first, spare = parts[0], self.spare
        self.steps.append((np.copyto, (row, first.people)) if first.share is None
                          else (np.multiply, (first.people, first.share, row)))  # fmt: skip
        for one in parts[1:]:
            if one.share is not None:
                self.steps.append((np.multiply, (one.people, one.share, spare)))
            self.steps.append((np.add, (row, one.people if one.share is None else spare, row)))

    def send(self, t: int) -> None:
        """Send the people who move in month t on."""
        for step, rows in self.steps:
            step(*rows)
        if t in self.linked:
            self.count()

    def count(self) -> None:
        """Count people from each state and decision to the next."""
        for source, to, one in self.sent:
            going = one.people if one.share is None else one.people * one.share
            mean = float(going.sum(axis=0).mean()) / self.last
            self.links[source, to] = self.links.get((source, to), 0.0) + mean
