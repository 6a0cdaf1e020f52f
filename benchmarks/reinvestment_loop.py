"""The transitions of the flows in a simpy event loop: one process a person, drawing from the same tables."""

from __future__ import annotations

import random
import time
from bisect import bisect_right
from typing import Any

import numpy as np
import simpy

from resettle.reinvestment.flows.crowd import arrivals_by_month, starting
from resettle.reinvestment.flows.people_fast import everyone, met_sums
from resettle.reinvestment.flows.system import System
from resettle.reinvestment.flows.tables import make


def event_loop(system: System) -> dict[str, Any]:
    """Every life of one draw without levers and services."""
    tables, states = make(system), len(system.stock)
    born, entry, stratum = (a.tolist() for a in everyone(system, starting(system), arrivals_by_month(system)))
    met, first = met_sums(tables), tables.route_of.shape[1] - (len(system.nodes) - states)
    random.seed(1)
    months = system.scenario.months
    counts = np.zeros((months, len(system.nodes)), dtype=np.int64)
    sums, shares = tables.sums.tolist(), tables.shares.tolist()
    kernels, routes, targets = tables.kernels.tolist(), tables.routes.tolist(), tables.targets.tolist()
    kernel_of, route_of, first_way = (
        tables.kernel_of[0].tolist(),
        tables.route_of[0].tolist(),
        tables.first_way.tolist(),
    )
    compartment = tables.services[:, 0].tolist()

    def stay(table: Any, state: int, g: int) -> tuple[int, int]:
        begin, reach, ways, step = kernels[kernel_of[compartment[state]]]
        begin += step * g
        at = bisect_right(table, random.random(), begin, begin + reach * ways) - begin
        return (at // ways + 1, at % ways) if at < reach * ways else (1 << 30, 0)

    def routed(row: int, g: int) -> int:
        begin, many, step, to = routes[row]
        begin += step * g
        return targets[to + min(bisect_right(shares, random.random(), begin, begin + many - 1) - begin, many - 1)]

    def life(env: Any, born: int, node: int, g: int) -> Any:
        if born >= 0:
            yield env.timeout(born)
        else:
            length, way = stay(met_list, node, g)
            wait = length - 1 - int(random.random() * min(length, 480))
            if wait >= months:
                return
            yield env.timeout(max(wait, 0))
            node = routed(route_of[first_way[node] + way], g)
        while True:
            while node >= states:
                counts[int(env.now), node] += 1
                node = routed(route_of[first + node - states], g)
            counts[int(env.now), node] += 1
            length, way = stay(sums, node, g)
            if env.now + length >= months:
                return
            yield env.timeout(length)
            node = routed(route_of[first_way[node] + way], g)

    met_list = met.tolist()
    start, cpu = time.perf_counter(), time.process_time()
    env = simpy.Environment()
    for b, n, g in zip(born, entry, stratum, strict=True):
        env.process(life(env, b, n, g))
    env.run(until=months)
    busy = time.process_time() - cpu
    return {
        "people": len(born),
        "seconds": time.perf_counter() - start,
        "cpu_seconds": busy,
        "moves": int(counts.sum()),
    }
