"""How fast the flows are: cohorts in many draws, persons one by one, and a simpy event loop doing the same transitions.

    python benchmarks/reinvestment.py            everything, kept in benchmarks/results
    python benchmarks/reinvestment.py --quick    smaller sizes, to try it; nothing is kept

The scenario is examples/scenarios/greater-manchester.toml without its service: the real states and stays, ten boroughs, 120 months.
Every time is the least of several runs in this process, after one untimed run, without imports and compilation; beside it stands
processor time, which other work on the machine inflates less. A table says which goals are met. See benchmarks/README.md.
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

from reinvestment_loop import event_loop
from reinvestment_page import goals, growth, page

from resettle.reinvestment.flows.make import build
from resettle.reinvestment.flows.memory import memory_needed
from resettle.reinvestment.flows.names import State
from resettle.reinvestment.flows.people import simulate
from resettle.reinvestment.flows.run import Job, run
from resettle.reinvestment.flows.scenario import Scenario, read_scenario
from resettle.reinvestment.flows.settings import Draws
from resettle.reinvestment.flows.system import System

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
    for many in (2, 4, 8, 16):
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


def memory_of(kind: str, size: int) -> list[float]:
    """Peak memory of one run in a process of its own, in MB, and for cohorts what is asked for beforehand."""
    command = [sys.executable, __file__, "--memory", kind, str(size)]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [float(v) for v in found.split()]


def print_memory(kind: str, size: int) -> None:
    """Run once, and print what `memory_of` reads."""
    if kind == "persons":
        simulate(one_draw(sized(size)), seed=1, fast=True)
        print(held("VmHWM"))
        return
    job = Job(base(), {}, size)
    run(Job(base(), {}, 2))
    before = held("VmRSS")
    run(job, workers=WORKERS)
    print(held("VmHWM") - before, memory_needed(job, WORKERS) / 2**20)


def held(what: str) -> float:
    """Memory of this process in MB. Not ru_maxrss: a child starts with that of the process that made it."""
    return int(Path("/proc/self/status").read_text("ascii").split(f"{what}:")[1].split()[0]) / 1024


def machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    named = {p: version(p) for p in ("numpy", "numba", "simpy")}
    return {"cores": os.cpu_count(), "memory_gib": round(memory), "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(), "load_before": round(os.getloadavg()[0], 1), **named}  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--quick", action="store_true")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--memory", nargs=2, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.memory:
        print_memory(chosen.memory[0], int(chosen.memory[1]))
        return
    quick = chosen.quick
    loop_people = 2_000 if quick else 100_000
    found: dict[str, Any] = {"machine": machine(), "runs": chosen.runs, "states": len(base().state), "workers": WORKERS}
    found["cohorts"] = cohorts(chosen.runs, [20, 40] if quick else [100, 200, 500, 1000])
    found["by_states"] = by_states(chosen.runs, 20 if quick else 200)
    found["persons"] = persons(chosen.runs, [5_000] if quick else [25_000, 50_000, 100_000, 1_000_000])
    loops = [event_loop(one_draw(sized(loop_people))) for _ in range(min(chosen.runs, 2))]
    loop = min(loops, key=lambda one: one["cpu_seconds"])
    same = persons(chosen.runs, [loop_people])
    for r in same:
        loop[r["engine"]] = {k: loop[k] / r[k] for k in ("seconds", "cpu_seconds")} | {"took": r["seconds"]}
    found["event_loop"] = loop
    people = 5_000 if quick else 1_000_000
    found["memory"] = {"people": people, "mb": memory_of("persons", people)[0]}
    draws = 40 if quick else 2000
    found["memory_cohorts"] = {
        "draws": draws,
        **dict(zip(("mb", "asked_mb"), memory_of("cohorts", draws), strict=True)),
    }
    found["machine"]["load_after"] = round(os.getloadavg()[0], 1)
    found["growth"] = growth(found)
    found["goals"] = [{**g._asdict(), "met": g.met()} for g in goals(found)]
    print(page(found))
    if not quick:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "reinvestment.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
        (RESULTS / "reinvestment.md").write_text(page(found), "utf-8")


if __name__ == "__main__":
    main()
