"""People in one state by month of arrival, and how many of them leave in each month."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from resettle.reinvestment.flows.apply import Reach
from resettle.reinvestment.flows.kernels import Kernel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass
class Segment:
    """People who arrived from month `first` up to (not in) month `last` and follow one kernel.

    `weights` (months of arrival x strata x draws, the first that of month `first`) are how many would have had to arrive for those
    who are left.
    """

    kernel: Kernel
    weights: Floats
    first: int
    last: int

    def add(self, to: Floats, t: int, way: int) -> None:
        """Add who leaves by one way in the months from t on to `to` (months x strata x draws)."""
        import numpy as np

        first = max(self.first, t - self.kernel.months)
        if first >= self.last or not self.kernel.live[way]:
            return
        people = self.weights[first - self.first : self.last - self.first][::-1]
        share, axes = self.kernel.windows(way, t - self.last, t - first, len(to))
        to += np.einsum(f"ugd,{axes}->mgd", people, share)

    def convert(self, kernel: Kernel, reach: Reach, t: int) -> Floats:
        """Let these people follow another kernel from month t; returns who leaves at once because their new stay is over.

        Where the new kernel keeps more people at some age than are there, their weight falls, so that nobody is made up.
        """
        import numpy as np

        old, new = (aged(k.alive, t - self.last, t - self.first)[::-1] for k in (self.kernel, kernel))
        ratio = np.where(new > 0, old / np.maximum(new, 1e-300), 0.0)
        if reach == "inside":
            ratio = np.where(new > 0, np.minimum(ratio, 1.0), 1.0)
        here = self.weights[: self.last - self.first]
        at_once = (here * (old - ratio * new)).sum(axis=0)
        here *= ratio
        self.kernel = kernel
        found: Floats = np.maximum(at_once, 0.0)
        return found


def aged(alive: Floats, youngest: int, end: int) -> Floats:
    """The share still there at ages from `youngest` to before `end`, 0 beyond the kernel's end."""
    import numpy as np

    beyond = max(end - max(len(alive), youngest), 0)
    return np.pad(alive[youngest:end], ((0, beyond), (0, 0), (0, 0))) if beyond else alive[youngest:end]


@dataclass
class Start:
    """People of the start in a steady state: as if `people` (strata x draws) had arrived in every month before.

    `exits` are their shares that leave, month by month and by way out, of the people.
    """

    kernel: Kernel
    people: Floats
    months: int
    exits: list[Floats] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.follow(self.kernel)

    def follow(self, kernel: Kernel) -> None:
        """Leave as a kernel says."""
        self.kernel = kernel
        self.exits = kernel.later(self.months)

    def turn(self, kernel: Kernel, reach: Reach, t: int) -> tuple[Floats, Segment | None]:
        """Follow another kernel from month t: who leaves at once, and the people as a segment if they are steady no more."""
        import numpy as np

        old, new = (aged(k.alive, t, self.kernel.months) for k in (self.kernel, kernel))
        if reach == "inside" and (new <= old).all():
            at_once: Floats = self.people * (old - new).sum(axis=0)
            self.follow(kernel)
            return at_once, None
        many = max(self.kernel.months - t, 0)
        weights = np.broadcast_to(self.people, (many, *self.people.shape)).copy()
        segment = Segment(self.kernel, weights, -many, 0)
        return segment.convert(kernel, reach, t), segment


@dataclass
class Cell:
    """One compartment while it runs: its kernel; arrivals month by month (months x strata x draws), of which those from `since`
    on follow it; earlier segments; the people of the start; and who leaves at once in month `turned` because stays were changed.
    """

    kernel: Kernel
    history: Floats
    start: Start | None = None
    since: int = 0
    segments: list[Segment] = field(default_factory=list)
    at_once: Floats | None = None
    turned: int = -1

    def look(self, t: int, ahead: Floats) -> None:
        """Add the exits of the months from t on, of those who arrived before t, to `ahead` (months x ways x strata x draws)."""
        now = [Segment(self.kernel, self.history[self.since : t], self.since, t)]
        for way in range(ahead.shape[1]):
            if self.start is not None:
                planned = self.start.exits[way][t : t + len(ahead)]
                ahead[: len(planned), way] += planned * self.start.people
            for segment in (*self.segments, *now):
                segment.add(ahead[:, way], t, way)
        if self.at_once is not None and self.turned == t:
            ahead[0, 0] += self.at_once

    def turn(self, kernel: Kernel, reach: Reach, t: int) -> None:
        """Bring in a new kernel in month t: for arrivals only, or also for those who are inside."""
        if t > self.since:
            self.segments.append(Segment(self.kernel, self.history[self.since : t], self.since, t))
        self.kernel, self.since = kernel, t
        if reach != "arrivals":
            self.at_once, self.turned = self.convert(kernel, reach, t), t

    def convert(self, kernel: Kernel, reach: Reach, t: int) -> Floats:
        """Let everyone inside follow a kernel; returns who leaves at once. Those who arrived here are then one segment again."""
        gone: Floats = 0.0 * self.history[t]
        for segment in self.segments:
            gone += segment.convert(kernel, reach, t)
        if self.start is not None:
            at_once, broken = self.start.turn(kernel, reach, t)
            gone += at_once
            if broken is not None:
                self.start = None
                self.segments.insert(0, broken)
        while self.segments and self.segments[-1].first >= 0:
            self.since = self.segments.pop().first
        return gone
