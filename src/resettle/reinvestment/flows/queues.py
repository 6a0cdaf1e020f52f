"""Places in services, person by person: who wants one, who starts, who waits, and who gives up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resettle.reinvestment.flows import streams
from resettle.reinvestment.flows.tables import running
from resettle.reinvestment.flows.waiting import Waiting

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from resettle.reinvestment.flows.people import Simulation

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]


class Queue:
    """The places and the waiting list of one service."""

    def __init__(self, months: int, strata: int) -> None:
        import numpy as np

        self.started = np.zeros((months, strata), dtype=np.int64)
        self.who = np.zeros(0, dtype=np.int64)
        self.since = np.zeros(0, dtype=np.int64)
        self.wanted = self.at_once = self.late = self.gave_up = self.waited = 0

    def free(self, t: int, held_for: int, places: Floats) -> Whole:
        """Places free in each stratum in month t: whole places less starts of the months in which a place is held."""
        import numpy as np

        held = self.started[max(t - held_for + 1, 0) : t + 1].sum(axis=0)
        found: Whole = np.maximum(np.floor(places + 1e-9).astype(np.int64) - held, 0)
        return found


class Queues:
    """The queues of all services of a simulation."""

    def __init__(self, simulation: Simulation) -> None:
        self.run = simulation
        strata = len(simulation.system.strata)
        self.services = list(simulation.system.scenario.service)
        self.queues = [Queue(simulation.months, strata) for _ in self.services]
        self.late: dict[tuple[int, int, int], int] = {}

    def places(self, epoch: int, service: int) -> Floats | None:
        """Places by stratum, rounded so that they add up; None where they are not limited."""
        import numpy as np

        capacity = self.run.system.months[epoch].settings.capacity[self.services[service].name]
        if capacity is None:
            return None
        share = np.array([s.share for s in self.run.system.strata])
        return np.diff(np.floor(np.cumsum(share) * capacity + 0.5 + 1e-9), prepend=0.0)

    def reach(self, movers: Whole, node: Whole, t: int, epoch: int) -> Whole:
        """The set of services, as bits, that reaches each person on arrival."""
        import numpy as np

        reached = np.zeros(len(movers), dtype=np.int64)
        for i, service in enumerate(self.services):
            at = [self.run.states.index(s) for s in service.at]
            there = np.nonzero(np.isin(node, at))[0]
            stratum = self.run.crowd.stratum[movers[there]]
            u = streams.uniform(self.run.key, movers[there], t, streams.SERVICE + i)
            want = there[u < self.run.tables.coverage[epoch, i, stratum]]
            start = self.start(i, movers[want], t, epoch)
            reached[want[start]] |= 1 << i
        return reached

    def start(self, i: int, who: Whole, t: int, epoch: int) -> NDArray[np.bool_]:
        """Who of those who want a service starts at once: as places allow, in an order of their own numbers."""
        import numpy as np

        queue, stratum = self.queues[i], self.run.crowd.stratum[who]
        queue.wanted += len(who)
        places = self.places(epoch, i)
        starts = np.ones(len(who), dtype=bool)
        if places is not None:
            free = queue.free(t, self.services[i].months, places)
            order = np.lexsort((streams.uniform(self.run.key, who, t, streams.PLACE), stratum))
            rank = np.empty(len(who), dtype=np.int64)
            first = np.searchsorted(stratum[order], np.arange(len(free)))
            rank[order] = np.arange(len(who)) - first[stratum[order]]
            starts = rank < free[stratum]
        self.count(i, t, stratum[starts])
        queue.at_once += int(starts.sum())
        queue.who = np.concatenate([queue.who, who[~starts]])
        queue.since = np.concatenate([queue.since, np.full(int((~starts).sum()), t)])
        return starts

    def count(self, i: int, t: int, stratum: NDArray[Any]) -> None:
        """Count starts."""
        import numpy as np

        found = np.bincount(stratum, minlength=len(self.run.system.strata))
        self.queues[i].started[t] += found
        self.run.arrived[t, len(self.run.nodes) + i, 0] += found

    def admit(self, t: int, epoch: int) -> None:
        """Let those who wait longest into free places; those who left the state or waited too long give up."""
        import numpy as np

        for i, service in enumerate(self.services):
            queue, crowd = self.queues[i], self.run.crowd
            wait = self.run.system.months[epoch].settings.wait[service.name]
            there = (crowd.arrived[queue.who] == queue.since) & (t - queue.since <= wait) & (wait > 0)
            queue.gave_up += int((~there).sum())
            queue.who, queue.since = queue.who[there], queue.since[there]
            places = self.places(epoch, i)
            if places is None or not len(queue.who):
                continue
            stratum = crowd.stratum[queue.who]
            free = queue.free(t, service.months, places)
            order = np.lexsort((queue.since, stratum))
            rank = np.empty(len(queue.who), dtype=np.int64)
            rank[order] = np.arange(len(order)) - np.searchsorted(stratum[order], np.arange(len(free)))[stratum[order]]
            starts = (rank < free[stratum]) & (queue.since < t)
            self.begin(i, queue.who[starts], t - queue.since[starts], t, epoch)
            queue.late += int(starts.sum())
            queue.waited += int((t - queue.since[starts]).sum())
            self.count(i, t, stratum[starts])
            queue.who, queue.since = queue.who[~starts], queue.since[~starts]

    def begin(self, i: int, who: Whole, delay: Whole, t: int, epoch: int) -> None:
        """Start a service some months after arrival: the rest of the stay is drawn with the effect from then on."""
        import numpy as np

        crowd, run = self.run.crowd, self.run
        for months in np.unique(delay):
            for c in np.unique(crowd.compartment[who[delay == months]]):
                group = who[(delay == months) & (crowd.compartment[who] == c)]
                held = run.system.compartments[int(c)]
                state = list(run.system.stock).index(held.state)
                bits = sum(1 << n for n, s in enumerate(self.services) if s.name in held.services) | 1 << i
                crowd.compartment[group] = run.tables.services[state, bits]
                crowd.kernel[group] = self.delayed(epoch, int(run.tables.services[state, bits]), int(months))
                for _, part in run.by_kernel(group):
                    run.redraw(part, t + 1, (t - crowd.arrived[part]).astype(np.int64), None)

    def delayed(self, epoch: int, compartment: int, delay: int) -> int:
        """The number of a kernel in which services start some months after arrival; made when it is first needed."""
        import numpy as np

        mark = epoch, compartment, delay
        if mark not in self.late:
            run, held = self.run, self.run.system.compartments[compartment]
            kernel = run.system.late_kernel(held, run.system.months[epoch].settings, delay)
            table, alive = running(kernel), kernel.alive[..., 0].T
            many = table.shape[0] > 1
            row = [len(run.tables.sums), kernel.months, len(kernel.ways), table.shape[1] if many else 0]
            at = [len(run.tables.alive), alive.shape[1] if alive.shape[0] > 1 else 0]
            self.late[mark] = len(run.tables.kernels)
            run.tables = run.tables.with_kernel(table, alive, np.array([row]), np.array([at]))
        return self.late[mark]

    def waited(self) -> tuple[Waiting, ...]:
        """How people waited, by service."""
        return tuple(
            Waiting(
                service=s.name,
                wanted=q.wanted,
                at_once=q.at_once,
                after_waiting=q.late,
                gave_up=q.gave_up,
                mean_wait=q.waited / max(q.at_once + q.late, 1),
            )
            for s, q in zip(self.services, self.queues, strict=True)
        )
