"""The cohort-flow engine: expected numbers of people, month by month, in every draw at once.

For each state it keeps who arrived when; those who leave in month t are the sum over months of arrival of arrivals times the
share that leaves after so many months (a convolution). People already there when something changes are scheduled at once. Stocks
change only by arrivals less exits, so that nobody is lost in any draw.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from resettle.reinvestment.flows.apply import Reach
from resettle.reinvestment.flows.kernels import Kernel
from resettle.reinvestment.flows.services import Reached
from resettle.reinvestment.flows.system import Compartment, Month, Outlet, System

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


@dataclass
class Segment:
    """People who arrived in a run of months and follow one kernel: `weights` by months since arrival from `youngest` up.

    A weight is how many would have had to arrive for those who are left. In a `steady` segment one weight stands for every month
    from `youngest` to the end of the kernel.
    """

    kernel: Kernel
    weights: Floats
    youngest: int
    steady: bool = False


LAST = 12
STEP = 12
"""Months after which arrivals are scheduled to the end of the projection, all at once."""


@dataclass
class Cell:
    """One compartment while it runs: its kernel, arrivals since `since`, earlier segments, and exits already scheduled.

    `history` is months x draws x strata; `planned`, by way out, draws x strata x months; `soon` the part of it from `since` on,
    months first, and `early` the first months of each way out.
    """

    kernel: Kernel
    history: Floats
    planned: list[Floats]
    since: int = 0
    segments: list[Segment] = field(default_factory=list)
    soon: list[Floats] = field(default_factory=list)
    early: list[Floats] = field(default_factory=list)

    def follow(self, kernel: Kernel, t: int) -> None:
        """Let arrivals from month t on follow a kernel, and bring what is planned next within easy reach."""
        import numpy as np

        self.kernel, self.since = kernel, t
        self.early = [np.ascontiguousarray(np.moveaxis(w[..., :STEP], -1, 0)) for w in kernel.ways]
        self.soon = [np.ascontiguousarray(np.moveaxis(p[..., t : t + STEP + 1], -1, 0)) for p in self.planned]

    def exits(self, t: int) -> list[Floats]:
        """Who leaves in month t, by way out (draws x strata each)."""
        import numpy as np

        found = []
        for way, soon in zip(self.early, self.soon, strict=True):
            out = soon[t - self.since].copy()
            part = np.empty_like(out)
            for after in range(1, min(t - self.since, len(way)) + 1):
                np.multiply(self.history[t - after], way[after - 1], out=part)
                out += part
            found.append(out)
        return found

    def close(self, t: int) -> Segment | None:
        """Those who arrived since the last change, as a segment seen from month t; earlier segments are aged to it."""
        import numpy as np

        for segment in self.segments:
            segment.youngest += t - self.since
        if t == self.since:
            return None
        weights = np.moveaxis(self.history[self.since : t][::-1], 0, -1)
        self.segments.append(Segment(self.kernel, np.ascontiguousarray(weights), 0))
        return self.segments[-1]


def windows(way: Floats, first: int, rows: int, columns: int) -> Floats:
    """The matrix way[first + row + column] for each draw and stratum; `way` must reach so far."""
    import numpy as np

    view = np.lib.stride_tricks.sliding_window_view(way, columns, axis=-1)
    found: Floats = view[..., first : first + rows, :]
    return found


def schedule(cell: Cell, segment: Segment, t: int) -> None:
    """Add the exits of a segment, from month t on, to what is planned."""
    import numpy as np

    left = cell.planned[0].shape[-1] - t
    count = segment.weights.shape[-1]
    for way, planned in zip(segment.kernel.padded(count), cell.planned, strict=True):
        if segment.steady:
            tail = np.cumsum(way[..., ::-1], axis=-1)[..., ::-1][..., segment.youngest : segment.youngest + left]
            planned[..., t : t + tail.shape[-1]] += segment.weights * tail
            continue
        reach = min(left, segment.kernel.months - segment.youngest)
        if reach <= 0:
            continue
        if way.shape[1] == 1:
            matrix = np.ascontiguousarray(windows(way, segment.youngest, count, reach)[:, 0])
            planned[..., t : t + reach] += np.matmul(segment.weights, matrix)
            continue
        view = windows(way, segment.youngest, count, reach)
        planned[..., t : t + reach] += np.einsum("dgu,dguv->dgv", segment.weights, view)


def aged(alive: Floats, youngest: int, count: int) -> Floats:
    """The share still there at `count` ages from `youngest` up, 0 beyond the kernel's end."""
    import numpy as np

    end = youngest + count
    padded = np.pad(alive, ((0, 0), (0, 0), (0, max(end - alive.shape[-1], 0))))
    found: Floats = padded[..., youngest:end]
    return found


def convert(segment: Segment, kernel: Kernel, reach: Reach) -> Floats:
    """Let a segment follow another kernel; returns who leaves at once because their new stay is already over.

    Where the new kernel keeps more people at some age than are there, their weight falls, so that nobody is made up.
    """
    import numpy as np

    count = segment.weights.shape[-1]
    count = max(segment.kernel.months - segment.youngest, 0) if segment.steady else count
    old = aged(segment.kernel.alive, segment.youngest, count)
    new = aged(kernel.alive, segment.youngest, count)
    ratio = np.where(new > 0, old / np.maximum(new, 1e-300), 0.0)
    if reach == "inside":
        ratio = np.where(new > 0, np.minimum(ratio, 1.0), 1.0)
        if segment.steady and (ratio == 1.0).all():
            at_once: Floats = segment.weights[..., 0] * (old - new).sum(axis=-1)
            segment.kernel = kernel
            return at_once
    weights = segment.weights * ratio
    at_once = (segment.weights * old - weights * new).sum(axis=-1)
    segment.kernel, segment.weights, segment.steady = kernel, weights, False
    return np.maximum(at_once, 0.0)


def change(cell: Cell, kernel: Kernel, reach: Reach, t: int) -> None:
    """Bring in a new kernel in month t: for arrivals only, or also for those who are inside."""
    fresh = cell.close(t)
    if reach == "arrivals":
        if fresh is not None:
            schedule(cell, fresh, t)
    else:
        for planned in cell.planned:
            planned[..., t:] = 0.0
        for segment in cell.segments:
            cell.planned[0][..., t] += convert(segment, kernel, reach)
            schedule(cell, segment, t)
    cell.follow(kernel, t)


class Cohort:
    """One run of the engine over a block of draws.

    `links` gives people a month from each state and decision to the next, over the last twelve months, where it is asked for.
    """

    def __init__(self, system: System, *, link: bool = False) -> None:
        import numpy as np

        self.system, self.link = system, link
        self.links: dict[tuple[str, str], float] = {}
        self.months = system.scenario.months
        self.share = np.array([[s.share for s in system.strata]])
        self.shape = (system.draws, len(system.strata))
        self.reached = Reached(system, self.share)
        self.states = list(system.stock)
        self.number = {name: i for i, name in enumerate((*system.nodes, *self.reached.names))}
        self.cells = {c: self.cell(c) for c in system.compartments}
        self.among = {s: [self.cells[c] for c in system.among(s)] for s in self.states}
        self.arrived = np.zeros((self.months, len(self.number), *self.shape))
        self.stock = np.zeros((self.months, len(self.states), *self.shape))
        self.left = np.zeros_like(self.stock)
        self.at_start = np.array([np.broadcast_to(v * self.share, self.shape) for v in system.stock.values()])

    def cell(self, compartment: Compartment) -> Cell:
        """A compartment at the start: its stock in a steady state, if nobody was reached by a service."""
        import numpy as np

        kernel = self.system.months[0].kernels[compartment]
        planned = [np.zeros((*self.shape, self.months)) for _ in kernel.ways]
        cell = Cell(kernel, np.zeros((self.months, *self.shape)), planned)
        stock = self.system.stock[compartment.state] * self.share
        if not compartment.services and stock.any():
            weights = stock / kernel.alive[..., :-1].sum(axis=-1)
            segment = Segment(kernel, np.broadcast_to(weights, self.shape)[..., None].copy(), 0, steady=True)
            cell.segments.append(segment)
            schedule(cell, segment, 0)
        cell.follow(kernel, 0)
        return cell

    def run(self) -> Moves:
        """Every month in turn."""
        turns = {m.start: m for m in self.system.months}
        month = self.system.months[0]
        for t in range(self.months):
            if t in turns and t > 0:
                month = turns[t]
                self.turn(month)
            for cell in self.cells.values():
                if t - cell.since == STEP:
                    change(cell, cell.kernel, "arrivals", t)
            self.step(t, month)
        return Moves(tuple(self.number), tuple(self.states), self.arrived, self.stock, self.left)

    def turn(self, month: Month) -> None:
        """Bring in what changes in a month."""
        for state, reach in month.changed.items():
            for compartment in self.system.among(state):
                change(self.cells[compartment], month.kernels[compartment], reach, month.start)

    def step(self, t: int, month: Month) -> None:
        """One month: exits, then decisions, then arrivals."""
        arriving = self.arrived[t]
        for one in self.system.arrivals:
            arriving[self.number[one.to]] += one.people[..., t] * self.share
        for number, state in enumerate(self.states):
            self.leave(number, state, t, month, arriving)
        for name, outlet in month.decisions:
            self.send(arriving[self.number[name]], outlet, arriving, (name, t))
        before = self.stock[t - 1] if t else self.at_start
        self.stock[t] = before + arriving[: len(self.states)] - self.left[t]
        for number, state in enumerate(self.states):
            self.arrive(number, state, t, month, arriving)

    def leave(self, number: int, state: str, t: int, month: Month, arriving: Floats) -> None:
        """Take out of a state those whose time has come, and send them on."""
        cells = self.among[state]
        by_way = cells[0].exits(t)
        for cell in cells[1:]:
            by_way = [a + b for a, b in zip(by_way, cell.exits(t), strict=True)]
        for leaving, outlet in zip(by_way, month.outlets[state], strict=True):
            self.left[t, number] += leaving
            self.send(leaving, outlet, arriving, (state, t))

    def send(self, people: Floats, outlet: Outlet, arriving: Floats, source: tuple[str, int]) -> None:
        """Share people out to where a way leads."""
        for name, share in zip(outlet.to, outlet.share, strict=True):
            going = people * share if len(outlet.to) > 1 else people
            arriving[self.number[name]] += going
            if self.link and source[1] >= self.months - LAST:
                mean = float(going.sum(axis=1).mean()) / min(LAST, self.months)
                self.links[source[0], name] = self.links.get((source[0], name), 0.0) + mean

    def arrive(self, number: int, state: str, t: int, month: Month, arriving: Floats) -> None:
        """Let people into a state, by which services reach them."""
        people = arriving[number]
        cells = self.among[state]
        if len(cells) == 1:
            cells[0].history[t] = people
            return
        starts = self.arrived[: t + 1, len(self.system.nodes) :]
        shares = self.reached.split(state, self.system.among(state), people, month.settings, starts)
        for cell, share in zip(cells, shares, strict=True):
            cell.history[t] = people * share
