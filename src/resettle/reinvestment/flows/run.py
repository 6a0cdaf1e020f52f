"""Runs of a scenario: draws in blocks, several at once, kept on disk where a run may be stopped and taken up again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from resettle.provenance import VERSION, hash_json
from resettle.reinvestment.flows.cohort import Cohort
from resettle.reinvestment.flows.effects import LogRatio
from resettle.reinvestment.flows.make import build
from resettle.reinvestment.flows.memory import check_memory, memory_free
from resettle.reinvestment.flows.projection import Drawn, Engine
from resettle.reinvestment.flows.scenario import Scenario
from resettle.reinvestment.flows.services import label
from resettle.reinvestment.flows.settings import Draws
from resettle.reinvestment.flows.system import System, merged

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Block = tuple[int, int]
Found = tuple["Floats", "Floats"]

ROWS = 1000
"""Draws times strata that run together: enough that numpy's calls weigh little, few enough that their numbers stay at hand."""


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


def places_of(system: System) -> Floats:
    """Which share of each stratum is in which place: places x strata."""
    import numpy as np

    found = np.zeros((len(system.places), len(system.strata)))
    for g, stratum in enumerate(system.strata):
        for place, share in stratum.parts:
            found[place, g] = share
    return found


def persons(system: System, names: tuple[str, ...], seed: int, draw: int) -> Floats:
    """Names x places x months x draws of the person-level engine."""
    import numpy as np

    from resettle.reinvestment.flows.people import simulate

    moves = simulate(system, seed=seed, draw=draw).moves
    places = places_of(system)
    return np.array([np.moveaxis(moves.of(n) @ places.T, (0, 1, 2), (1, 2, 0)) for n in names], dtype=np.float32)


def cohorts(system: System, names: tuple[str, ...]) -> Floats:
    """Names x places x months x draws of the cohort flow."""
    import numpy as np

    cohort, places = Cohort(system), places_of(system)
    found = np.empty((len(names), len(system.places), cohort.months, system.draws), dtype=np.float32)
    alike, states = np.array_equal(places, np.eye(len(places))), [names.index(n) for n in cohort.states]
    others = [(n, name) for n, name in enumerate(names) if n not in states]
    for t in cohort.walk():
        found[states, :, t] = cohort.stock if alike else places @ cohort.stock
        for n, name in others:
            row = cohort.row(name, t)
            found[n, :, t] = row if alike else places @ row
    return found  # type: ignore[return-value]


def run_block(job: Job, block: tuple[int, int]) -> tuple[Floats, Floats]:
    """Baseline and policy of one block of draws, on the same random numbers: draws x names x places x months."""
    import numpy as np

    draws = Draws(job.scenario.seed, job.draws, *block, job.own, job.found)
    found = [np.moveaxis(moved(job, draws, lv), -1, 0) for lv in ((False, True) if job.scenario.lever else (False,))]
    return found[0], found[-1]


def moved(job: Job, draws: Draws, levers: bool) -> Floats:
    """Names x places x months x draws, with or without the levers."""
    people = job.engine == "people"
    system = build(job.scenario, draws, job.effects, levers=levers, merge=not people)
    return persons(system, job.names, job.scenario.seed, draws.start) if people else cohorts(system, job.names)


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
    shape = (len(job.names), len(job.places), job.scenario.months, job.draws)
    # Draws stand last in memory, as in the engine, and are summarised there; by name they come first.
    base = np.moveaxis(np.empty(shape, dtype=np.float32), -1, 0)
    policy = np.moveaxis(np.empty(shape, dtype=np.float32), -1, 0) if job.scenario.lever else base

    def write(block: tuple[int, int], found: Found) -> None:
        base[slice(*block)] = found[0]
        if policy is not base:
            policy[slice(*block)] = found[1]

    done = 0
    for start, stop in worked(job, workers, kept_in(folder, job), write, spark=spark):
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


def worked(
    job: Job, workers: int, folder: Path | None, write: Callable[[Block, Found], None], *, spark: bool = False
) -> Iterator[Block]:
    """Every block once what it gave is written: those kept from before, then the others as they are done."""
    left = []
    for block in job.blocks():
        kept = read_block(folder, block)
        if kept is None:
            left.append(block)
        else:
            write(block, kept)
            yield block

    def done(block: Block, found: Found) -> Block:
        write(block, keep_block(folder, block, found))
        return block

    if spark:
        from resettle.reinvestment.flows.on_spark import spark_results

        yield from (done(block, found) for block, found in spark_results(job, left))
    elif workers <= 1 or len(left) <= 1:
        yield from (done(block, run_block(job, block)) for block in left)
    elif job.engine == "cohort":
        # Threads: numpy works outside the interpreter's lock. Each writes its own draws, so that none are held twice.
        with ThreadPoolExecutor(workers) as threads:
            yield from threads.map(lambda block: done(block, run_block(job, block)), left)
    else:
        with ProcessPoolExecutor(workers, get_context("spawn")) as processes:
            yield from map(done, left, processes.map(run_block, [job] * len(left), left))


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
