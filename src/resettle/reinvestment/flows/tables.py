"""One draw of a scenario as flat tables, which the person-level engines look things up in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from resettle.reinvestment.flows.kernels import Kernel
from resettle.reinvestment.flows.system import Compartment, Outlet, System

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

REACHES = {"arrivals": 0, "inside": 1, "chances": 2}


@dataclass(frozen=True)
class Tables:
    """Kernels and routes of one draw.

    A kernel is a row of `kernels`: where its running sums start, its months, its ways and, where it differs by stratum, the
    step from one stratum to the next. The sums run over months and, within a month, over ways; `alive` are the shares still
    there. A route is a row of `routes`: where its running sums start, how many destinations, and the step by stratum.
    `kernel_of` is epochs x compartments, `route_of` epochs x rows (a state's ways, then decisions), `decided` epochs x nodes (the
    route of a decision, -1 for a state), `changed` epochs x states.
    """

    sums: Floats
    alive: Floats
    kernels: Whole
    alive_at: Whole
    routes: Whole
    shares: Floats
    targets: Whole
    kernel_of: Whole
    route_of: Whole
    decided: Whole
    changed: Whole
    starts: Whole
    first_way: Whole
    state_of: Whole
    coverage: Floats
    services: Whole

    @cached_property
    def stays(self) -> Ladder:
        """The running sums of all kernels, to be looked up together."""
        return ladder(
            self.sums, self.kernels[:, 0], self.kernels[:, 1] * self.kernels[:, 2], self.kernels[:, 3], self.strata
        )

    @cached_property
    def ways(self) -> Ladder:
        """The running sums of all routes, to be looked up together."""
        return ladder(self.shares, self.routes[:, 0], self.routes[:, 1], self.routes[:, 2], self.strata)

    @cached_property
    def only(self) -> Whole:
        """Where each route leads if it has one destination, -1 if it has several."""
        import numpy as np

        return np.where(self.routes[:, 1] == 1, np.append(self.targets, -1)[self.routes[:, 3]], -1)

    @cached_property
    def passed(self) -> list[list[tuple[int, int]]]:
        """By epoch, the decisions that all pass in one way, and where to: each before those that it leads to."""
        found = []
        for rows in self.decided.tolist():
            left = {d: int(self.only[row]) for d, row in enumerate(rows) if row >= 0 and self.only[row] >= 0}
            order: list[tuple[int, int]] = []
            while left:
                ready = [d for d in left if d not in left.values()]
                order += [(d, left.pop(d)) for d in ready]
            found.append(order)
        return found

    @cached_property
    def onward(self) -> Whole:
        """Epochs x nodes: where those who come to a node stand once they are through such decisions."""
        import numpy as np

        found = np.tile(np.arange(self.decided.shape[1]), (len(self.starts), 1))
        for row, order in zip(found, self.passed, strict=True):
            for decision, to in reversed(order):
                row[decision] = row[to]
        return found

    @property
    def strata(self) -> int:
        """How many strata there are."""
        return int(self.coverage.shape[2])

    def with_kernel(self, sums: Floats, alive: Floats, row: Whole, at: Whole) -> Tables:
        """The same with one more kernel."""
        import numpy as np

        return replace(
            self,
            sums=np.concatenate([self.sums, sums.ravel()]),
            alive=np.concatenate([self.alive, alive.ravel()]),
            kernels=np.concatenate([self.kernels, row]),
            alive_at=np.concatenate([self.alive_at, at]),
        )


@dataclass(frozen=True)
class Ladder:
    """Running sums between 0 and 1, row upon row: 1 is added to each for every row before it, so that one search finds the place
    of many numbers, each in a row of its own.

    Of each table and stratum (the strata of a table in a row): the number of its row, and where that begins.
    """

    rungs: Floats
    row: Floats
    begin: Whole
    strata: int

    def place(self, table: NDArray[Any], stratum: NDArray[Any], u: Floats) -> Whole:
        """How many of the sums of each table, for each stratum, are not above u."""
        which = table * self.strata + stratum
        found: Whole = self.rungs.searchsorted(self.row.take(which) + u, side="right") - self.begin.take(which)
        return found


def ladder(sums: Floats, begin: Whole, size: Whole, step: Whole, strata: int) -> Ladder:
    """The ladder of tables that begin at `begin`, with `size` sums in a row."""
    import numpy as np

    rows = np.where(step > 0, strata, 1)
    upon = np.repeat(np.arange(rows.sum()), np.repeat(size, rows))
    first = np.cumsum(rows) - rows
    each = np.arange(strata)
    row = first[:, None] + (step > 0)[:, None] * each
    return Ladder(
        np.minimum(sums, 1.0) + upon, row.ravel().astype(float), (begin[:, None] + step[:, None] * each).ravel(), strata
    )


class Writer:
    """Collects arrays one after another and says where each begins."""

    def __init__(self) -> None:
        self.parts: list[Floats] = []
        self.end = 0

    def add(self, part: Floats) -> int:
        """Add an array, flattened; returns where it begins."""
        begins, self.end = self.end, self.end + part.size
        self.parts.append(part.ravel())
        return begins

    def all(self) -> Floats:
        """Everything, in one array."""
        import numpy as np

        return np.concatenate(self.parts) if self.parts else np.zeros(0)


def running(kernel: Kernel) -> Floats:
    """Running sums of a kernel: strata x (months x ways)."""
    import numpy as np

    strata = max(w.shape[1] for w in kernel.ways)
    ways = [np.broadcast_to(w[..., 0].T, (strata, kernel.months)) for w in kernel.ways]
    found: Floats = np.cumsum(np.stack(ways, axis=-1).reshape(strata, -1), axis=1)
    return found


def make(system: System) -> Tables:
    """The tables of a system of one draw."""
    import numpy as np

    sums, alive, shares = Writer(), Writer(), Writer()
    rows: dict[int, int] = {}
    kernels: list[list[int]] = []
    alive_at: list[list[int]] = []
    kernel_of = np.zeros((len(system.months), len(system.compartments)), dtype=np.int64)
    for e, month in enumerate(system.months):
        for c, compartment in enumerate(system.compartments):
            kernel = month.kernels[compartment]
            if id(kernel) not in rows:
                rows[id(kernel)] = len(kernels)
                table = running(kernel)
                step = table.shape[1] if table.shape[0] > 1 else 0
                kernels.append([sums.add(table), kernel.months, len(kernel.ways), step])
                left = kernel.alive[..., 0].T
                alive_at.append([alive.add(left), left.shape[1] if left.shape[0] > 1 else 0])
            kernel_of[e, c] = rows[id(kernel)]
    routes, targets, route_of, first_way = routes_of(system, shares)
    states = list(system.stock)
    decisions = len(system.nodes) - len(states)
    return Tables(
        sums=sums.all(),
        alive=alive.all(),
        kernels=np.array(kernels, dtype=np.int64),
        alive_at=np.array(alive_at, dtype=np.int64),
        routes=routes,
        shares=shares.all(),
        targets=targets,
        kernel_of=kernel_of,
        route_of=route_of,
        decided=np.pad(route_of[:, route_of.shape[1] - decisions :], ((0, 0), (len(states), 0)), constant_values=-1),
        changed=np.array(
            [[REACHES[m.changed[s]] if s in m.changed else 0 for s in states] for m in system.months], dtype=np.int64
        ),
        starts=np.array([m.start for m in system.months], dtype=np.int64),
        first_way=first_way,
        state_of=np.array([states.index(c.state) for c in system.compartments], dtype=np.int64),
        coverage=coverage_of(system),
        services=served(system),
    )


def routes_of(system: System, shares: Writer) -> tuple[Whole, Whole, Whole, Whole]:
    """Routes: rows, destinations, rows by epoch, and the first row of each state."""
    import numpy as np

    number = {name: i for i, name in enumerate(system.nodes)}
    rows: list[list[int]] = []
    targets: list[int] = []
    by_epoch = []
    first: list[int] = []
    for month in system.months:
        outlets: list[Outlet] = []
        first = []
        for state in system.stock:
            first.append(len(outlets))
            outlets += month.outlets[state]
        decided = dict(month.decisions)
        outlets += [decided[d] for d in system.nodes if d in decided]
        held = []
        for outlet in outlets:
            table = np.cumsum(np.moveaxis(outlet.share[..., 0], 0, -1), axis=-1)
            held.append(len(rows))
            step = table.shape[1] if table.shape[0] > 1 else 0
            rows.append([shares.add(table), len(outlet.to), step, len(targets)])
            targets += [number[n] for n in outlet.to]
        by_epoch.append(held)
    whole = (np.array(v, dtype=np.int64) for v in (rows, targets, by_epoch, first))
    return tuple(whole)  # type: ignore[return-value]


def coverage_of(system: System) -> Floats:
    """Coverage: epochs x services x strata."""
    import numpy as np

    strata = len(system.strata)
    found = np.zeros((len(system.months), len(system.scenario.service), strata))
    for e, month in enumerate(system.months):
        for s, service in enumerate(system.scenario.service):
            found[e, s] = np.broadcast_to(month.settings.coverage[service.name][:, 0], strata)
    return found


def served(system: System) -> Whole:
    """The compartment of each state and set of services (its bits): states x sets, -1 where the state has no such set."""
    import numpy as np

    names = [s.name for s in system.scenario.service]
    states = list(system.stock)
    found = np.full((len(states), 1 << len(names)), -1, dtype=np.int64)
    for c, compartment in enumerate(system.compartments):
        found[states.index(compartment.state), bits(compartment, names)] = c
    return found


def bits(compartment: Compartment, names: list[str]) -> int:
    """A set of services as bits."""
    return sum(1 << names.index(s) for s in compartment.services)


def met(tables: Tables, kernel: int, stratum: int) -> Floats:
    """Running sums of stays as met at one moment: each length counts in proportion to itself.

    Those who never leave within the kernel's months count for all of them; they are what is missing to 1.
    """
    import numpy as np

    begin, months, ways, step = tables.kernels[kernel]
    begin += step * stratum
    sums = tables.sums[begin : begin + months * ways]
    weight = np.diff(sums, prepend=0.0) * np.repeat(np.arange(1, months + 1), ways)
    never = max(1 - sums[-1], 0.0) * months
    found: Floats = np.cumsum(weight) / max(weight.sum() + never, 1e-300)
    return found
