"""How fast the flows are: cohorts in many draws, persons one by one, and a simpy event loop doing the same transitions.

    python benchmarks/reinvestment.py            everything, kept in benchmarks/results
    python benchmarks/reinvestment.py --quick    smaller sizes, to try it; nothing is kept

The scenario is examples/scenarios/greater-manchester.toml without its service: the real states and stays, ten boroughs, 120 months.
Every time is the least of several runs in this process, after one untimed run, without imports and compilation; beside it stands
processor time, which other work on the machine inflates less. See benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, get_args

import numpy as np

from resettle.reinvestment.flows.make import build
from resettle.reinvestment.flows.names import State
from resettle.reinvestment.flows.people import simulate
from resettle.reinvestment.flows.run import Job, run
from resettle.reinvestment.flows.scenario import Scenario, read_scenario
from resettle.reinvestment.flows.settings import Draws
from resettle.reinvestment.flows.system import System
from resettle.reinvestment.flows.tables import make

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks/results"
MONTHS = 120
WORKERS = min(2, os.cpu_count() or 1)


def base() -> Scenario:
    """Ten boroughs, each with a chance of reoffending of its own, every state and stay, 120 months, no policy."""
    found = read_scenario(ROOT / "examples/scenarios/greater-manchester.toml")
    places = tuple(p.model_copy(update={"reoffending": 0.9 + 0.02 * i}) for i, p in enumerate(found.places))
    return found.model_copy(update={"months": MONTHS, "places": places, "lever": (), "service": (), "target": ()})


def sized(people: float) -> Scenario:
    """The same with about so many people in all, those who arrive in the 120 months included."""
    scenario = base()
    outside = sum(i.people.centre() for i in scenario.inflow if i.people)
    now = sum(s.stock.centre() for s in scenario.state) + outside * MONTHS
    times = people / now
    states = tuple(s.model_copy(update={"stock": scaled(s.stock, times)}) for s in scenario.state)
    inflow = tuple(i.model_copy(update={"people": scaled(i.people, times)}) for i in scenario.inflow)
    return scenario.model_copy(update={"state": states, "inflow": inflow})


def scaled(quantity: Any, times: float) -> Any:
    return quantity.model_copy(
        update={"value": quantity.centre() * times, "figure": None, "times": 1.0, "low": None, "high": None}
    )


def timed(work: Any, runs: int) -> dict[str, float]:
    """Least seconds and least processor seconds of several runs, after one untimed."""
    work()
    seconds, busy = [], []
    for _ in range(runs):
        start, cpu = time.perf_counter(), time.process_time()
        work()
        seconds.append(time.perf_counter() - start)
        busy.append(time.process_time() - cpu)
    return {"seconds": min(seconds), "cpu_seconds": min(busy)}


def one_draw(scenario: Scenario) -> System:
    return build(scenario, Draws(1, 1, 0, 1), {})


def cohorts(runs: int, draws: list[int]) -> list[dict[str, Any]]:
    """Cohort flow by draws, by boroughs and by months."""
    found = []
    cases = [(n, 10, MONTHS) for n in draws] + [(draws[0], p, MONTHS) for p in (1, 5)] + [(draws[0], 10, 60)]
    for n, places, months in cases:
        scenario = base()
        kept = scenario.places[:places]
        share = sum(p.share for p in kept)
        chosen = tuple(p.model_copy(update={"share": p.share / share}) for p in kept)
        job = Job(scenario.model_copy(update={"places": chosen, "months": months}), {}, n)
        found.append(
            {"draws": n, "boroughs": places, "months": months, **timed(partial(run, job, workers=WORKERS), runs)}
        )
        print(found[-1], file=sys.stderr)
    return found


def chain(many: int) -> Scenario:
    """Ten boroughs and `many` states in a ring: each has a stay, and an event that leads on too."""
    names = get_args(State)[:many]
    onward = dict(zip(names, (*names[1:], names[0]), strict=True))
    states = [
        {
            "name": n,
            "stock": 1000,
            "stay": {"mean": 12, "spread": 0.6},
            "ends": {to: 1},
            "event": [{"to": to, "share": 0.2}],
        }
        for n, to in onward.items()
    ]
    places = [p.model_dump() for p in base().places]
    held = {
        "id": "ring",
        "title": "Ring",
        "place": "Somewhere",
        "start": "2025-01-01",
        "months": MONTHS,
        "places": places,
    }
    return Scenario.model_validate({**held, "state": states})


def by_states(runs: int, draws: int) -> list[dict[str, Any]]:
    """Cohort flow by states."""
    found = []
    for many in (4, 8, 16):
        found.append({"states": many, "draws": draws, **timed(partial(run, Job(chain(many), {}, draws)), runs)})
        print(found[-1], file=sys.stderr)
    return found


def persons(runs: int, sizes: list[int]) -> list[dict[str, Any]]:
    """Person level by people, numpy and numba."""
    found = []
    for people in sizes:
        system = one_draw(sized(people))
        there = len(simulate(system, seed=1, fast=True).lives.stratum)
        for engine, fast in (("numpy", False), ("numba", True)):
            found.append(
                {"engine": engine, "people": there, **timed(partial(simulate, system, seed=1, fast=fast), runs)}
            )
            print(found[-1], file=sys.stderr)
    return found


def event_loop(people: int) -> dict[str, Any]:
    """The same transitions in simpy: one process a person, drawing from the same tables."""
    import random

    import simpy

    from resettle.reinvestment.flows.crowd import arrivals_by_month, starting
    from resettle.reinvestment.flows.people_fast import everyone, met_sums

    system = one_draw(sized(people))
    tables, states = make(system), len(system.stock)
    born, entry, stratum = (a.tolist() for a in everyone(system, starting(system), arrivals_by_month(system)))
    met, first = met_sums(tables), tables.route_of.shape[1] - (len(system.nodes) - states)
    random.seed(1)
    counts = np.zeros((MONTHS, len(system.nodes)), dtype=np.int64)
    sums, shares = tables.sums.tolist(), tables.shares.tolist()
    kernels, routes, targets = tables.kernels.tolist(), tables.routes.tolist(), tables.targets.tolist()
    kernel_of, route_of, first_way = (
        tables.kernel_of[0].tolist(),
        tables.route_of[0].tolist(),
        tables.first_way.tolist(),
    )
    compartment = tables.services[:, 0].tolist()
    from bisect import bisect_right

    def stay(table: Any, state: int, g: int) -> tuple[int, int]:
        begin, months, ways, step = kernels[kernel_of[compartment[state]]]
        begin += step * g
        at = bisect_right(table, random.random(), begin, begin + months * ways) - begin
        return (at // ways + 1, at % ways) if at < months * ways else (1 << 30, 0)

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
            if wait >= MONTHS:
                return
            yield env.timeout(max(wait, 0))
            node = routed(route_of[first_way[node] + way], g)
        while True:
            while node >= states:
                counts[int(env.now), node] += 1
                node = routed(route_of[first + node - states], g)
            counts[int(env.now), node] += 1
            length, way = stay(sums, node, g)
            if env.now + length >= MONTHS:
                return
            yield env.timeout(length)
            node = routed(route_of[first_way[node] + way], g)

    met_list = met.tolist()
    start, cpu = time.perf_counter(), time.process_time()
    env = simpy.Environment()
    for b, n, g in zip(born, entry, stratum, strict=True):
        env.process(life(env, b, n, g))
    env.run(until=MONTHS)
    busy = time.process_time() - cpu
    return {
        "people": len(born),
        "seconds": time.perf_counter() - start,
        "cpu_seconds": busy,
        "moves": int(counts.sum()),
    }


def memory_of(people: int) -> float:
    """Peak memory of one person-level run in a process of its own, in MB."""
    command = [sys.executable, __file__, "--memory", str(people)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def page(found: dict[str, Any]) -> str:
    """The results as Markdown."""
    on, loop = found["machine"], found["event_loop"]
    lines = [
        "# Flows: cohorts, persons, and an event loop",
        "",
        f"{on['cores']} cores, {on['memory_gib']} GiB, {on['system']}, Python {on['python']}, numpy {on['numpy']}, numba "
        f"{on['numba']}; load {on['load_before']} before, {on['load_after']} after (more than the cores means that other work "
        f"shared them, and seconds are then too long). Least of {found['runs']} runs; processor seconds are of all threads.",
        "",
        f"Real states and stays ({found['states']} states), ten boroughs with a chance of reoffending each, 120 months, "
        "unless said.",
        "",
        "## Cohort flow",
        "",
        "| draws | boroughs | months | seconds | processor seconds |",
        "|---:|---:|---:|---:|---:|",
        *(f"| {r['draws']:,} | {r['boroughs']} | {r['months']} | {both(r)} |" for r in found["cohorts"]),
        "",
        "States in a ring, each with a stay and an event, ten boroughs, 120 months:",
        "",
        "| states | draws | seconds | processor seconds |",
        "|---:|---:|---:|---:|",
        *(f"| {r['states']} | {r['draws']:,} | {both(r)} |" for r in found["by_states"]),
        "",
        "## Person level, 120 months",
        "",
        "| engine | people | seconds | processor seconds |",
        "|---|---:|---:|---:|",
        *(f"| {r['engine']} | {r['people']:,} | {both(r)} |" for r in found["persons"]),
        "",
        f"simpy {on['simpy']}, one process a person, drawing from the same tables: {loop['people']:,} people, {loop['moves']:,} "
        f"moves, {loop['seconds']:.1f} s ({loop['cpu_seconds']:.1f} processor seconds).",
        "",
        *(
            f"- Ours with {e}: {loop[e]['took']:.2f} s, {loop[e]['seconds']:.0f} times as fast ({loop[e]['cpu_seconds']:.0f} times "
            "in processor seconds)."
            for e in ("numpy", "numba")
        ),
        "",
        f"Peak memory of {found['memory']['people']:,} people with numba: {found['memory']['mb']:,.0f} MB, compiler and libraries "
        "included.",
        "",
    ]
    return "\n".join(lines)


def both(row: dict[str, Any]) -> str:
    """Seconds and processor seconds as two cells."""
    return f"{row['seconds']:.2f} | {row['cpu_seconds']:.2f}"


def machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    named = {p: version(p) for p in ("numpy", "numba", "simpy")}
    return {"cores": os.cpu_count(), "memory_gib": round(memory), "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(), "load_before": round(os.getloadavg()[0], 1), **named}  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--quick", action="store_true")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--memory", type=int, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.memory:
        simulate(one_draw(sized(chosen.memory)), seed=1, fast=True)
        # Not ru_maxrss: a child starts with that of the process that made it.
        held = Path("/proc/self/status").read_text("ascii")
        print(int(held.split("VmHWM:")[1].split()[0]) / 1024)
        return
    quick = chosen.quick
    loop_people = 2_000 if quick else 100_000
    found: dict[str, Any] = {"machine": machine(), "runs": chosen.runs, "states": len(base().state)}
    found["cohorts"] = cohorts(chosen.runs, [20, 40] if quick else [100, 200, 500, 1000])
    found["by_states"] = by_states(chosen.runs, 20 if quick else 100)
    found["persons"] = persons(chosen.runs, [5_000] if quick else [25_000, 50_000, 100_000, 1_000_000])
    loop = event_loop(loop_people)
    same = persons(chosen.runs, [loop_people])
    for r in same:
        loop[r["engine"]] = {k: loop[k] / r[k] for k in ("seconds", "cpu_seconds")} | {"took": r["seconds"]}
    found["event_loop"] = loop
    people = 5_000 if quick else 1_000_000
    found["memory"] = {"people": people, "mb": memory_of(people)}
    found["machine"]["load_after"] = round(os.getloadavg()[0], 1)
    print(page(found))
    if not quick:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "reinvestment.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
        (RESULTS / "reinvestment.md").write_text(page(found), "utf-8")


if __name__ == "__main__":
    main()
