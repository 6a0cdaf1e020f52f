"""The person-level engine: each person drawn through the same states, decisions and stays, with places in services, queues and
personal histories.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.reinvestment.flows import streams, tables
from resettle.reinvestment.flows.cohort import Moves
from resettle.reinvestment.flows.crowd import (
    NEVER,
    Lives,
    Simulated,
    arrivals_by_month,
    capacity_of,
    crowd_of,
    starting,
)
from resettle.reinvestment.flows.names import PRISON
from resettle.reinvestment.flows.queues import Queues
from resettle.reinvestment.flows.services import label
from resettle.reinvestment.flows.system import System

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]


def simulate(system: System, *, seed: int, draw: int = 0, keep: bool = False, fast: bool | None = None) -> Simulated:
    """Simulate one draw of a scenario, person by person.

    `fast` uses the compiled engine (extra `sim`), which gives the same numbers; by default where it is installed and no service
    has limited places. `keep` keeps every move of every person.
    """
    if system.draws != 1:
        raise ValueError("persons are simulated one draw at a time")
    limited = any(m.settings.capacity[s] is not None for m in system.months for s in m.settings.capacity)
    if fast is None:
        fast = not limited and not keep and compiled()
    if fast:
        from resettle.reinvestment.flows import people_fast

        found: Simulated = people_fast.run(system, streams.root(seed, draw))
        return found
    return Simulation(system, streams.root(seed, draw), keep).run()


def compiled() -> bool:
    """Whether the compiler of extra `sim` is installed."""
    from importlib.util import find_spec

    return find_spec("numba") is not None


class Simulation:
    """The numpy engine: month by month, those whose time has come are moved."""

    def __init__(self, system: System, key: int, keep: bool) -> None:
        import numpy as np

        self.system, self.key, self.keep = system, key, keep
        self.tables = tables.make(system)
        self.months = system.scenario.months
        self.states, self.nodes = list(system.stock), list(system.nodes)
        self.arriving = arrivals_by_month(system)
        self.starts = starting(system)
        self.crowd = crowd_of(capacity_of(self.starts, self.arriving))
        self.prison = np.array([s in PRISON for s in self.states])
        self.services = [s.name for s in system.scenario.service]
        strata = len(system.strata)
        names = (*self.nodes, *(label(s) for s in self.services))
        self.arrived = np.zeros((self.months, len(names), 1, strata))
        self.left = np.zeros((self.months, len(self.states), 1, strata))
        self.names = names
        self.queues = Queues(self)

    def run(self) -> Simulated:
        """Every month in turn."""
        import numpy as np

        self.begin()
        epoch = 0
        for t in range(self.months):
            if epoch + 1 < len(self.tables.starts) and self.tables.starts[epoch + 1] == t:
                epoch += 1
                self.turn(t, epoch)
            self.step(t, epoch)
        start = self.starts[None, :, None, :].astype(float)
        stock = start + np.cumsum(self.arrived[:, : len(self.states)] - self.left, axis=0)
        moves = Moves(self.names, tuple(self.states), self.arrived, stock, self.left)
        crowd = self.crowd
        log = np.concatenate(crowd.log) if crowd.log else None
        lives = Lives(crowd.stratum, crowd.receptions, crowd.custody_months, tuple(self.states), log)
        return Simulated(moves, lives, self.queues.waited())

    def begin(self) -> None:
        """Put people of the start into their states, with a time already behind them, as in a steady state."""
        import numpy as np

        for s, by_stratum in enumerate(self.starts):
            compartment = int(self.tables.services[s, 0])
            number = int(by_stratum.sum())
            who = np.arange(self.crowd.count, self.crowd.count + number)
            self.crowd.count += number
            self.crowd.stratum[who] = np.repeat(np.arange(len(by_stratum)), by_stratum)
            self.crowd.compartment[who] = compartment
            self.crowd.kernel[who] = self.tables.kernel_of[0, compartment]
            for _, group in self.by_kernel(who):
                kernel, stratum = int(self.crowd.kernel[group[0]]), int(self.crowd.stratum[group[0]])
                # Stays as met at one moment: in proportion to their length. Who is left never leaves.
                sums, (_, months, ways, _) = tables.met(self.tables, kernel, stratum), self.tables.kernels[kernel]
                u, age = (streams.uniform(self.key, group, streams.BEFORE, p) for p in (streams.LENGTH, streams.AGE))
                at = np.searchsorted(sums, u, side="right")
                length = np.where(at < len(sums), at // ways + 1, NEVER)
                behind = np.floor(age * np.minimum(length, months)).astype(np.int64)
                self.crowd.arrived[group] = -1 - behind
                self.crowd.leaves[group] = np.where(length < NEVER, length - 1 - behind, NEVER)
                self.crowd.way[group] = at % ways
            self.note(who, 0, np.full(number, s))

    def by_kernel(self, who: Whole) -> list[tuple[int, Whole]]:
        """People grouped by the kernel they follow, and by stratum where it differs by stratum."""
        import numpy as np

        kernel = self.crowd.kernel[who].astype(np.int64)
        stratum = np.where(self.tables.kernels[kernel, 3] > 0, self.crowd.stratum[who], 0)
        mark = kernel * (len(self.system.strata) + 1) + stratum
        order = np.argsort(mark, kind="stable")
        cuts = np.nonzero(np.diff(mark[order]))[0] + 1
        return [(int(kernel[p[0]]), who[p]) for p in np.split(order, cuts) if len(p)]

    def sums_of(self, person: int) -> Floats:
        """The running sums that a person follows."""
        begin, months, ways, step = self.tables.kernels[self.crowd.kernel[person]]
        begin += step * self.crowd.stratum[person]
        found: Floats = self.tables.sums[begin : begin + months * ways]
        return found

    def turn(self, t: int, epoch: int) -> None:
        """Bring in what changes for people already inside."""
        import numpy as np

        crowd, held = self.crowd, slice(0, self.crowd.count)
        for s in np.nonzero(self.tables.changed[epoch])[0]:
            inside = (self.tables.state_of[crowd.compartment[held]] == s) & (crowd.leaves[held] >= t)
            who = np.nonzero(inside)[0]
            for _, group in self.by_kernel(who):
                self.convert(group, t, epoch, int(self.tables.changed[epoch, s]))

    def convert(self, group: Whole, t: int, epoch: int, reach: int) -> None:
        """Let people follow their compartment's new kernel from the time they have behind them."""
        import numpy as np

        crowd = self.crowd
        behind = (t - 1 - crowd.arrived[group]).astype(np.int64)
        old = self.alive(group, behind)
        crowd.kernel[group] = self.tables.kernel_of[epoch, crowd.compartment[group]]
        for _, part in self.by_kernel(group):
            at = np.isin(group, part)
            self.redraw(part, t, behind[at], old[at] if reach == tables.REACHES["inside"] else None)

    def alive(self, group: Whole, behind: Whole) -> Floats:
        """The share that is still there after so many months, for the kernel that each follows."""
        import numpy as np

        kernel = self.crowd.kernel[group]
        begin = self.tables.alive_at[kernel, 0] + self.tables.alive_at[kernel, 1] * self.crowd.stratum[group]
        found: Floats = self.tables.alive[begin + np.minimum(behind, self.tables.kernels[kernel, 1])]
        return found

    def redraw(self, group: Whole, t: int, behind: Whole, old: Floats | None) -> None:
        """Draw the rest of a stay, given the time behind; where `old` is given, those whose new stay is over leave at once."""
        import numpy as np

        crowd = self.crowd
        sums, (_, months, ways, _) = self.sums_of(int(group[0])), self.tables.kernels[crowd.kernel[group[0]]]
        new = self.alive(group, behind)
        u = streams.uniform(self.key, group, t, streams.CHANGED)
        kept = np.ones(len(group)) if old is None else np.minimum(new / np.maximum(old, 1e-300), 1.0)
        out = u >= kept
        before = sums[np.minimum(behind, months) * ways - 1] * (behind > 0)
        target = before + np.minimum(u / np.maximum(kept, 1e-300), 1.0) * new
        at = np.maximum(np.searchsorted(sums, target, side="right"), behind * ways)
        never = at >= len(sums)
        crowd.leaves[group] = np.where(out, t, np.where(never, NEVER, crowd.arrived[group] + at // ways + 1))
        crowd.way[group] = np.where(out, 0, at % ways)

    def step(self, t: int, epoch: int) -> None:
        """One month: exits and newcomers, decisions, arrivals."""
        import numpy as np

        crowd = self.crowd
        movers = np.nonzero(crowd.leaves[: crowd.count] == t)[0]
        state = self.tables.state_of[crowd.compartment[movers]]
        self.count(self.left[t], state, movers)
        spent = np.minimum(t - crowd.arrived[movers], t + 1)
        crowd.custody_months[movers] += np.where(self.prison[state], spent, 0).astype(np.int32)
        route = self.tables.first_way[state] + crowd.way[movers]
        node = self.left_by(movers, self.tables.route_of[epoch, route], t)
        fresh, entry = self.newcomers(t)
        movers, node = np.concatenate([movers, fresh]), np.concatenate([node, entry])
        was_inside = np.concatenate([self.prison[state], np.zeros(len(fresh), dtype=bool)])
        node = self.decide(movers, node, t, epoch)
        crowd.receptions[movers] += (self.prison[node] & ~was_inside).astype(np.int32)
        self.settle(movers, node, t, epoch)

    def decide(self, movers: Whole, node: Whole, t: int, epoch: int) -> Whole:
        """Take people through all decisions that they come to: returns the states that they reach."""
        import numpy as np

        onward, routes = self.tables.onward[epoch], self.tables.decided[epoch]
        coming, who, states = [node], [movers], len(self.states)
        node = onward[node]
        at = np.nonzero(node >= states)[0]
        while len(at):
            people, decision = movers[at], node[at]
            to = self.route(people, routes[decision], t, streams.DECISION - states + decision)
            coming.append(to)
            who.append(people)
            node[at] = onward[to]
            at = at[node[at] >= states]
        self.count(self.arrived[t], np.concatenate(coming), np.concatenate(who))
        for passed, into in self.tables.passed[epoch]:
            self.arrived[t, into] += self.arrived[t, passed]
        return node

    def count(self, into: Floats, node: Whole, who: Whole) -> None:
        """Count people by node and stratum."""
        import numpy as np

        strata = into.shape[-1]
        found = np.bincount(node * strata + self.crowd.stratum[who], minlength=into.shape[0] * strata)
        into[:, 0] += found.reshape(into.shape[0], strata)

    def route(self, who: Whole, rows: Whole, t: int, purpose: int | Whole) -> Whole:
        """Where people go, by routes and their own numbers."""
        import numpy as np

        u = streams.uniform(self.key, who, t, purpose)
        at = self.tables.ways.place(rows, self.crowd.stratum[who], u)
        _, many, _, first = self.tables.routes.take(rows, axis=0).T
        found: Whole = self.tables.targets.take(first + np.minimum(at, many - 1))
        return found

    def left_by(self, movers: Whole, rows: Whole, t: int) -> Whole:
        """Where people come to who leave a state: a number of their own is drawn only where a way leads to several."""
        import numpy as np

        node = self.tables.only[rows]
        several = np.nonzero(node < 0)[0]
        if len(several):
            node[several] = self.route(movers[several], rows[several], t, streams.WAY)
        return node

    def newcomers(self, t: int) -> tuple[Whole, Whole]:
        """People who come from outside in a month, and where they enter."""
        import numpy as np

        who, node = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        for one, by_month in zip(self.system.arrivals, self.arriving, strict=True):
            number = int(by_month[t].sum())
            fresh = np.arange(self.crowd.count, self.crowd.count + number)
            self.crowd.stratum[fresh] = np.repeat(np.arange(by_month.shape[1]), by_month[t])
            self.crowd.count += number
            who.append(fresh)
            node.append(np.full(number, self.nodes.index(one.to)))
        return np.concatenate(who), np.concatenate(node)

    def settle(self, movers: Whole, node: Whole, t: int, epoch: int) -> None:
        """Let people into their new states: which services reach them, and how long they will stay."""
        import numpy as np

        crowd = self.crowd
        crowd.arrived[movers] = t
        self.queues.admit(t, epoch)
        reached = self.queues.reach(movers, node, t, epoch)
        crowd.compartment[movers] = self.tables.services[node, reached]
        crowd.kernel[movers] = self.tables.kernel_of[epoch, crowd.compartment[movers]]
        kernel = crowd.kernel[movers]
        at = self.tables.stays.place(
            kernel, crowd.stratum[movers], streams.uniform(self.key, movers, t, streams.LENGTH)
        )
        months, ways = self.tables.kernels[kernel, 1], self.tables.kernels[kernel, 2]
        crowd.leaves[movers] = np.where(at < months * ways, t + at // ways + 1, NEVER)
        crowd.way[movers] = at % ways
        self.note(movers, t, node)

    def note(self, who: Whole, t: int, state: Whole) -> None:
        """Keep a record of moves."""
        import numpy as np

        if self.keep:
            self.crowd.log.append(np.stack([np.full(len(who), t), who, state], axis=1))
