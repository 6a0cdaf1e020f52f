"""How much memory a run of draws needs, asked before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.errors import bad
from resettle.reinvestment.flows.cohort import STEP
from resettle.reinvestment.flows.make import marks_of, months_in, part_in_force, turning_points
from resettle.reinvestment.flows.settings import Draws
from resettle.reinvestment.flows.system import LONGEST, compartments_of, merged

if TYPE_CHECKING:
    from resettle.reinvestment.flows.run import Job

WHOLE, HALF = 8, 4
"""Bytes of a number while it is worked with, and of one that is kept."""


def memory_needed(job: Job, workers: int = 1) -> int:
    """Bytes that a run needs at its greatest: what is kept of all draws, the streams they come from, and the blocks at work."""
    scenario, runs = job.scenario, 2 if job.scenario.lever else 1
    kept = len(job.names) * len(job.places) * scenario.months * HALF * runs
    streams = len(scenario.state) + len(scenario.decision) + len(scenario.lever) + len(scenario.inflow)
    at_work = min(job.size * workers, job.draws) * (kept + WHOLE * numbers_at_work(job))
    # A tenth more, for what is too small to count.
    return (job.draws * (kept + 4 * WHOLE * streams) + at_work) * 11 // 10


def numbers_at_work(job: Job) -> int:
    """Numbers that one draw of a block holds while it runs: stays, exits that are planned, and who arrived when."""
    scenario, strata = job.scenario, len(merged(job.scenario))
    draws = Draws(scenario.seed, job.draws, 0, 1, job.own, job.found)
    changes, found, largest = changes_of(job), 0, 0
    for state in scenario.state:
        sets = sum(c.state == state.name for c in compartments_of(scenario))
        ways, often = 1 + len(state.event), changes[state.name]
        reach = months_in(state, draws)
        reach = min(2 * reach, LONGEST) if often > 1 else reach
        apart = strata if state.event or any(v.places for v in scenario.lever) else 1
        stays = often * sets * (ways + 1) * reach * apart
        planned = ways * min(reach, scenario.months) * apart + (sets * reach * strata if often > 1 else 0)
        arrived = sets * (scenario.months + 3 * STEP * ways) * strata
        found += stays + planned + arrived
        largest = max(largest, reach * apart)
    return found + 4 * largest


def changes_of(job: Job) -> dict[str, int]:
    """How many times the stays of each state are made, at the start and by what changes them later."""
    scenario = job.scenario
    seen: dict[str, int] = {s.name: 0 for s in scenario.state}
    before: dict[str, object] = {}
    for t in turning_points(scenario):
        force = {one.name: part_in_force(one, scenario.start, t) for one in scenario.lever}
        for name in seen:
            marks = marks_of(name, scenario, force, t)
            seen[name] += name not in before or before[name] != marks
            before[name] = marks
    return seen


def memory_free() -> int | None:
    """Bytes of memory that are free on this machine, where the system says so."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            held = dict(line.split(":") for line in file)
        return int(held["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None


def check_memory(job: Job, free: int | None, workers: int = 1) -> None:
    """Refuse, before anything runs, what would not fit into memory."""
    need = memory_needed(job, workers)
    if free is not None and need > 0.8 * free:
        fits = max(int(job.draws * 0.8 * free / need), 1)
        raise bad(
            "the run would not fit into this machine's memory",
            column="draws",
            value=f"{job.draws:,} draws need about {need / 2**30:.1f} GiB; {free / 2**30:.1f} GiB are free",
            do=f"Ask for at most {fits:,} draws, fewer places or fewer months.",
        )
