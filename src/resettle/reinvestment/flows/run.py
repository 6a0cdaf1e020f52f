"""Runs of a scenario: draws in blocks, several at once, kept on disk where a run may be stopped and taken up again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from resettle.errors import bad
from resettle.provenance import VERSION, hash_json
from resettle.reinvestment.flows.cohort import Cohort, Moves
from resettle.reinvestment.flows.effects import LogRatio
from resettle.reinvestment.flows.make import build
from resettle.reinvestment.flows.projection import Drawn, Engine
from resettle.reinvestment.flows.scenario import Scenario
from resettle.reinvestment.flows.services import label
from resettle.reinvestment.flows.settings import Draws
from resettle.reinvestment.flows.system import LONGEST, System, compartments_of, merged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ROWS = 2000
"""Draws times strata that run together: enough that numpy's calls weigh little, few enough to share out among workers."""


@dataclass(frozen=True)
class Job:
    """Everything that a block of draws needs."""

    scenario: Scenario
    effects: dict[str, LogRatio]
    draws: int
    engine: Engine = "cohort"
    own: dict[str, float] = field(default_factory=dict)
    found: dict[str, Floats] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """What is kept of every draw: states, decisions, starts of services."""
        blocks = (*(s.name for s in self.scenario.state), *(d.name for d in self.scenario.decision))
        return (*blocks, *(label(s.name) for s in self.scenario.service))

    @property
    def places(self) -> tuple[str, ...]:
        """The places, or the one place of the scenario."""
        return tuple(p.name for p in self.scenario.places) or (self.scenario.place,)

    @property
    def size(self) -> int:
        """Draws in one block: fewer where there are many strata, all for a single person-level draw."""
        return 1 if self.engine == "people" else max(1, ROWS // len(merged(self.scenario)))

    def blocks(self) -> list[tuple[int, int]]:
        """First and last draw of each block. They do not depend on the number of workers."""
        return [(a, min(a + self.size, self.draws)) for a in range(0, self.draws, self.size)]

    def mark(self) -> str:
        """A hash of all that decides the numbers, under which pieces of a stopped run are kept."""
        held = {n: v.tolist() for n, v in self.found.items()}
        effects = {n: [e.mean, e.se] for n, e in self.effects.items()}
        return hash_json(
            [self.scenario.model_dump(mode="json"), effects, self.draws, self.engine, self.own, held, VERSION]
        )


def by_place(system: System, moves: Moves, names: tuple[str, ...]) -> Floats:
    """Draws x names x places x months from the strata of a run."""
    import numpy as np

    found = np.zeros((len(names), len(system.places), system.scenario.months, system.draws), dtype=np.float32)
    for n, name in enumerate(names):
        held = moves.of(name)
        for g, stratum in enumerate(system.strata):
            for place, share in stratum.parts:
                found[n, place] += held[..., g] * share if share != 1 else held[..., g]
    return np.moveaxis(found, -1, 0)  # type: ignore[arg-type]


def run_block(job: Job, block: tuple[int, int]) -> tuple[Floats, Floats]:
    """Baseline and policy of one block of draws, on the same random numbers."""
    draws = Draws(job.scenario.seed, job.draws, *block, job.own, job.found)
    found = []
    for levers in (False, True) if job.scenario.lever else (False,):
        system = build(job.scenario, draws, job.effects, levers=levers, merge=job.engine == "cohort")
        found.append(by_place(system, move(job, system, block[0]), job.names))
    return found[0], found[-1]


def move(job: Job, system: System, draw: int) -> Moves:
    """Run one engine."""
    if job.engine == "people":
        from resettle.reinvestment.flows.people import simulate

        found: Moves = simulate(system, seed=job.scenario.seed, draw=draw).moves
        return found
    return Cohort(system).run()


def memory_needed(job: Job, workers: int = 1) -> int:
    """Bytes that a run needs at its greatest: what is kept of all draws twice over, and the blocks at work."""
    months, strata = job.scenario.months, len(merged(job.scenario))
    kept = job.draws * len(job.names) * len(job.places) * months * 4 * (2 if job.scenario.lever else 1)
    compartments = len(compartments_of(job.scenario))
    series = strata * months * (2 * len(job.names) + 4 * compartments)
    at_work = min(job.size, job.draws) * 8 * (series + 5 * LONGEST * compartments)
    return 2 * kept + at_work * workers


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


def run(
    job: Job,
    *,
    workers: int = 1,
    folder: Path | None = None,
    progress: Callable[[int, int], None] = lambda done, wanted: None,
    spark: bool = False,
) -> Drawn:
    """Run every block of draws. `workers`, or a Spark cluster instead of them, change only how long it takes.

    `folder` keeps each finished block, so that a run that was stopped goes on where it was; pieces of another scenario or
    seed are left alone. `progress` is called with how many draws are done, and how many are wanted.
    """
    import numpy as np

    check_memory(job, memory_free(), workers)
    shape = (job.draws, len(job.names), len(job.places), job.scenario.months)
    base = np.zeros(shape, dtype=np.float32)
    policy = np.zeros(shape, dtype=np.float32) if job.scenario.lever else base
    done = 0
    for (start, stop), found in results(job, workers, kept_in(folder, job), spark=spark):
        base[start:stop], policy[start:stop] = found
        done += stop - start
        progress(done, job.draws)
    return Drawn(job.scenario.start, job.names, job.places, base, policy)  # type: ignore[arg-type]


def kept_in(folder: Path | None, job: Job) -> Path | None:
    """The folder in which the blocks of this very run are kept."""
    if folder is None:
        return None
    held = folder / job.mark()[:16]
    held.mkdir(parents=True, exist_ok=True)
    return held


Found = tuple["Floats", "Floats"]


def results(
    job: Job, workers: int, folder: Path | None, *, spark: bool = False
) -> Iterator[tuple[tuple[int, int], Found]]:
    """Every block with what it gave: those kept from before, then the others as they are done."""
    left = []
    for block in job.blocks():
        kept = read_block(folder, block)
        if kept is None:
            left.append(block)
        else:
            yield block, kept
    if spark:
        from resettle.reinvestment.flows.on_spark import spark_results

        for block, found in spark_results(job, left):
            yield block, keep_block(folder, block, found)
        return
    if workers <= 1 or len(left) <= 1:
        for block in left:
            yield block, keep_block(folder, block, run_block(job, block))
        return
    with pool(job, workers) as executor:
        for block, found in zip(left, executor.map(run_block, [job] * len(left), left), strict=True):
            yield block, keep_block(folder, block, found)


def pool(job: Job, workers: int) -> Executor:
    """Threads for cohort flows (numpy works outside the interpreter's lock), fresh processes for persons."""
    if job.engine == "cohort":
        return ThreadPoolExecutor(workers)
    return ProcessPoolExecutor(workers, get_context("spawn"))


def file_of(folder: Path, block: tuple[int, int]) -> Path:
    """Where a block is kept."""
    return folder / f"draws-{block[0]:07d}-{block[1]:07d}.npz"


def read_block(folder: Path | None, block: tuple[int, int]) -> Found | None:
    """A block kept before, or None. A broken file counts as none."""
    import zipfile

    import numpy as np

    if folder is None or not file_of(folder, block).is_file():
        return None
    try:
        with np.load(file_of(folder, block)) as held:
            return held["baseline"], held["policy"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def keep_block(folder: Path | None, block: tuple[int, int], found: Found) -> Found:
    """Write a finished block whole or not at all."""
    import numpy as np

    if folder is not None:
        file = file_of(folder, block)
        partial = file.with_suffix(f".{os.getpid()}.part")
        with partial.open("wb") as out:
            np.savez(out, baseline=found[0], policy=found[1])
        partial.replace(file)
    return found
