"""The person-level engine compiled (extra `sim`): each person from first month to last, the same numbers as the numpy engine.

It does what `people.Simulation` does where no service has limited places: people then do not meet, so that each life is one loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit, prange

from resettle.reinvestment.flows import crowd, streams, tables
from resettle.reinvestment.flows.cohort import Moves
from resettle.reinvestment.flows.names import PRISON
from resettle.reinvestment.flows.services import label
from resettle.reinvestment.flows.system import System

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

GOLDEN, FIRST, SECOND = np.uint64(streams.GOLDEN), np.uint64(streams.FIRST), np.uint64(streams.SECOND)
S30, S27, S31, S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
LENGTH, WAY, CHANGED, AGE = streams.LENGTH, streams.WAY, streams.CHANGED, streams.AGE
DECISION, SERVICE, PURPOSES, BEFORE = streams.DECISION, streams.SERVICE, streams.PURPOSES, streams.BEFORE
NEVER = crowd.NEVER
INSIDE = tables.REACHES["inside"]
CHUNK = 4096
"""People counted together before their counts are added up."""


@njit(cache=True, inline="always")
def uniform(key: Any, person: Any, month: Any, purpose: Any) -> Any:
    """`streams.uniform` for one person."""
    x = np.uint64(person) * GOLDEN + (key + np.uint64(month * PURPOSES + purpose) * FIRST)
    for _ in range(2):
        x = (x ^ (x >> S30)) * FIRST
        x = (x ^ (x >> S27)) * SECOND
        x = x ^ (x >> S31)
    return (x >> S11) * 2.0**-53


@njit(cache=True)
def place_in(sums: Any, begin: Any, count: Any, u: Any) -> Any:
    """How many of the running sums are not above u."""
    low, high = begin, begin + count
    while low < high:
        middle = (low + high) // 2
        if sums[middle] <= u:
            low = middle + 1
        else:
            high = middle
    return low - begin


@njit(cache=True)
def routed(u: Any, row: Any, g: Any, routes: Any, shares: Any, targets: Any) -> Any:
    """Where a route leads."""
    begin = routes[row, 0] + routes[row, 2] * g
    many = routes[row, 1]
    at = 0
    while at < many - 1 and u >= shares[begin + at]:
        at += 1
    return targets[routes[row, 3] + at]


@njit(cache=True)
def redrawn(key, p, g, t, arrived, old_k, k, reach, sums, alive, kernels, alive_at):  # type: ignore[no-untyped-def]
    """The month and way of leaving after a change, given the time behind."""
    behind = t - 1 - arrived
    months, ways = kernels[k, 1], kernels[k, 2]
    new = alive[alive_at[k, 0] + alive_at[k, 1] * g + min(behind, months)]
    u = uniform(key, p, t, CHANGED)
    kept = 1.0
    if reach == INSIDE:
        old = alive[alive_at[old_k, 0] + alive_at[old_k, 1] * g + min(behind, kernels[old_k, 1])]
        kept = min(new / max(old, 1e-300), 1.0)
    if u >= kept:
        return t, 0
    begin = kernels[k, 0] + kernels[k, 3] * g
    before = sums[begin + min(behind, months) * ways - 1] if behind > 0 else 0.0
    target = before + min(u / max(kept, 1e-300), 1.0) * new
    at = max(place_in(sums, begin, months * ways, target), behind * ways)
    if at >= months * ways:
        return NEVER, at % ways
    return arrived + at // ways + 1, at % ways


@njit(cache=True, parallel=True)
def live(  # type: ignore[no-untyped-def]
    key, months, strata, states, nodes, born, entry, stratum, first, order, prison, met, sums, alive, kernels, alive_at,
    routes, shares, targets, kernel_of, route_of, changed, starts, first_way, state_of, coverage, given, services,
    arrived, left, receptions, custody,
):  # fmt: skip
    """Every life, chunk by chunk. `born` is the month of entry (-1: there from the start), `entry` the node or state."""
    people, epochs = len(born), len(starts)
    for chunk in prange(arrived.shape[0]):
        for p in range(chunk * CHUNK, min((chunk + 1) * CHUNK, people)):
            g, t, epoch = stratum[p], born[p], 0
            taken = spent = 0
            if t < 0:
                state = entry[p]
                c = services[state, 0]
                k = kernel_of[0, c]
                size = kernels[k, 1] * kernels[k, 2]
                at = place_in(met, kernels[k, 0] + kernels[k, 3] * g, size, uniform(key, p, BEFORE, LENGTH))
                never = at >= size
                length = NEVER if never else at // kernels[k, 2] + 1
                behind = int(uniform(key, p, BEFORE, AGE) * min(length, kernels[k, 1]))
                since, leaves, way = -1 - behind, NEVER if never else length - 1 - behind, at % kernels[k, 2]
                inside = prison[state]
            else:
                node, inside, state, c, k, since, leaves, way = entry[p], False, -1, 0, 0, 0, t, 0
            while True:
                if state >= 0:
                    # What changes before this person would leave.
                    while epoch + 1 < epochs and starts[epoch + 1] <= min(leaves, months - 1):
                        epoch += 1
                        if changed[epoch, state] > 0 and starts[epoch] > since:
                            new = kernel_of[epoch, c]
                            leaves, way = redrawn(key, p, g, starts[epoch], since, k, new, changed[epoch, state],
                                                  sums, alive, kernels, alive_at)  # fmt: skip
                            k = new
                    if leaves >= months:
                        break
                    t = leaves
                    left[chunk, t, state, g] += 1
                    if prison[state]:
                        spent += min(t - since, t + 1)
                    node = routed(
                        uniform(key, p, t, WAY), route_of[epoch, first_way[state] + way], g, routes, shares, targets
                    )
                    inside = prison[state]
                else:
                    while epoch + 1 < epochs and starts[epoch + 1] <= t:
                        epoch += 1
                while node >= states:
                    arrived[chunk, t, node, g] += 1
                    row = route_of[epoch, first + node - states]
                    node = routed(uniform(key, p, t, DECISION + node - states), row, g, routes, shares, targets)
                arrived[chunk, t, node, g] += 1
                state = node
                if prison[state] and not inside:
                    taken += 1
                bits = 0
                for i in range(given.shape[1]):
                    if given[state, i] and uniform(key, p, t, SERVICE + i) < coverage[epoch, i, g]:
                        bits |= 1 << i
                        arrived[chunk, t, nodes + i, g] += 1
                c = services[state, bits]
                k, since = kernel_of[epoch, c], t
                ways, size = kernels[k, 2], kernels[k, 1] * kernels[k, 2]
                at = place_in(sums, kernels[k, 0] + kernels[k, 3] * g, size, uniform(key, p, t, LENGTH))
                leaves = t + (at // ways + 1 if at < size else NEVER)
                way = at % ways
            receptions[p], custody[p] = taken, spent


def run(system: System, key: int) -> crowd.Simulated:
    """Simulate one draw with the compiled engine."""
    made = tables.make(system)
    arriving = crowd.arrivals_by_month(system)
    starts = crowd.starting(system)
    born, entry, stratum = everyone(system, starts, arriving)
    states, nodes = list(system.stock), list(system.nodes)
    strata, months, services = len(system.strata), system.scenario.months, list(system.scenario.service)
    chunks = -(-max(len(born), 1) // CHUNK)
    groups = min(chunks, 64)
    arrived = np.zeros((months, len(nodes) + len(services), strata))
    left = np.zeros((months, len(states), strata))
    receptions, custody = np.zeros(len(born), dtype=np.int32), np.zeros(len(born), dtype=np.int32)
    given = np.array([[s in service.at for service in services] for s in states], dtype=bool).reshape(len(states), -1)
    prison = np.array([s in PRISON for s in states])
    met = met_sums(made)
    first = made.route_of.shape[1] - (len(nodes) - len(states))
    size = groups * CHUNK
    for a in range(0, len(born), size):
        b = min(a + size, len(born))
        here = -(-(b - a) // CHUNK)
        some_in = np.zeros((here, months, len(nodes) + len(services), strata), dtype=np.int32)
        some_out = np.zeros((here, months, len(states), strata), dtype=np.int32)
        live(
            np.uint64((key + a * streams.GOLDEN) & streams.MASK), months, strata, len(states), len(nodes), born[a:b], entry[a:b],
            stratum[a:b], first, 0, prison, met, made.sums, made.alive, made.kernels, made.alive_at, made.routes, made.shares,
            made.targets, made.kernel_of, made.route_of, made.changed, made.starts, made.first_way, made.state_of,
            made.coverage, given, made.services, some_in, some_out, receptions[a:b], custody[a:b],
        )  # fmt: skip
        arrived += some_in.sum(axis=0)
        left += some_out.sum(axis=0)
    names = (*nodes, *(label(s.name) for s in services))
    stock = starts[None].astype(float) + np.cumsum(arrived[:, : len(states)] - left, axis=0)
    moves = Moves(names, tuple(states), arrived[:, :, None], stock[:, :, None], left[:, :, None])
    return crowd.Simulated(moves, crowd.Lives(stratum.astype(np.int16), receptions, custody, tuple(states)))


def everyone(system: System, starts: Whole, arriving: list[Whole]) -> tuple[Whole, Whole, Whole]:
    """Month of entry, node of entry and stratum of every person, in the order in which the numpy engine numbers them."""
    strata = np.arange(len(system.strata))
    nodes = list(system.nodes)
    parts = [(-1, s, row) for s, row in enumerate(starts)]
    for t in range(system.scenario.months):
        entering = zip(system.arrivals, arriving, strict=True)
        parts += [(t, nodes.index(one.to), by_month[t]) for one, by_month in entering]
    many = [int(row.sum()) for _, _, row in parts]
    born = np.repeat(np.array([t for t, _, _ in parts]), many)
    entry = np.repeat(np.array([n for _, n, _ in parts]), many)
    stratum = np.concatenate([np.repeat(strata, row) for _, _, row in parts])
    return born, entry, stratum


def met_sums(made: tables.Tables) -> NDArray[np.float64]:
    """Running sums of stays as met at the start, laid out like `sums`."""
    found = np.zeros_like(made.sums)
    for k, (begin, months, ways, step) in enumerate(made.kernels):
        strata = 1
        if step:
            others = [b for b in made.kernels[:, 0] if b > begin]
            strata = ((min(others) if others else len(made.sums)) - begin) // step
        for g in range(strata):
            a = begin + g * step
            found[a : a + months * ways] = tables.met(made, k, g)
    return found
