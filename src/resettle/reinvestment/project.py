"""`project`: a scenario run, with and without its levers, on the same draws; summarised by state, place and month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

from resettle.area import Area
from resettle.provenance import Provenance, hash_file, hash_json
from resettle.reference.figures import Figure
from resettle.reinvestment.flows.calibrate import asked, calibrate
from resettle.reinvestment.flows.cohort import Cohort
from resettle.reinvestment.flows.compared import Calibration, Compared
from resettle.reinvestment.flows.effects import LogRatio, effects_of
from resettle.reinvestment.flows.make import build
from resettle.reinvestment.flows.memory import check_memory, memory_free
from resettle.reinvestment.flows.projection import Drawn, Engine, FlowLink, LeverSaid, Projection, all_series
from resettle.reinvestment.flows.quantity import Quantity
from resettle.reinvestment.flows.run import Job, run
from resettle.reinvestment.flows.said import drift_words, lever_words
from resettle.reinvestment.flows.scenario import Scenario, months_between, read_scenario
from resettle.reinvestment.flows.settings import Draws

if TYPE_CHECKING:
    from collections.abc import Iterator

Progress = Callable[[int, int], None]


def silent(done: int, wanted: int) -> None:
    """No progress is shown."""


@dataclass(frozen=True)
class Prepared:
    """A scenario made ready to run: its job, what calibration found, and what must be said beside every figure."""

    job: Job
    calibration: Calibration | None
    notes: tuple[str, ...]
    inputs: Mapping[str, str]


def prepare(
    scenario: Scenario | str | Path,
    area: Area | None = None,
    *,
    draws: int | None = None,
    seed: int | None = None,
    engine: Engine = "cohort",
    own: Mapping[str, float] | None = None,
) -> Prepared:
    """Read a scenario, take places and people from an area where one is given, read effects, and calibrate.

    Paths in the scenario are relative to its file. `own` are the user's own figures in place of published ones.
    """
    read = scenario if isinstance(scenario, Scenario) else read_scenario(scenario)
    folder = Path() if isinstance(scenario, Scenario) else Path(scenario).parent
    changes = {"draws": draws, "seed": seed}
    read = read.model_copy(update={k: v for k, v in changes.items() if v is not None})
    notes, inputs = [], {}
    if not isinstance(scenario, Scenario):
        inputs[Path(scenario).name] = hash_file(Path(scenario))
    if area is not None:
        from resettle.reinvestment.flows.from_area import with_area

        read, said = with_area(read, area)
        notes.append(said)
        inputs |= area.provenance("index_event", "person", "place").inputs
    elif not read.places:
        from resettle.reinvestment.flows.from_area import known_places

        known_places(read, [])
    effects = effects_of(read, folder)
    inputs |= {Path(s.effect).name: hash_file(folder / s.effect) for s in read.service if s.effect}
    notes += [e.warning for e in effects.values() if e.warning]
    figures = {**(area.info.figures if area is not None else {}), **(own or {})}
    notes += [drift_words(d) for d in read.drift]
    job = Job(read, effects, read.draws, engine, figures)
    found = None
    check_memory(job, memory_free())
    if any(t.fit for t in read.target):
        job, found = calibrate(job)
        notes += [found.warning] if found.warning else []
    return Prepared(job, found, (*notes, *([read.note] if read.note else [])), inputs)


def project(
    scenario: Scenario | str | Path,
    area: Area | None = None,
    *,
    draws: int | None = None,
    seed: int | None = None,
    engine: Engine = "cohort",
    own: Mapping[str, float] | None = None,
    workers: int = 1,
    folder: Path | None = None,
    progress: Progress = silent,
    spark: bool = False,
) -> Projection:
    """Project a scenario: stocks and flows by state, place and month, and what its levers change.

    `engine` is `cohort` (expected numbers, all draws at once) or `people` (person by person, one run a draw). `workers` changes
    only how long it takes, and so does `spark`, which gives blocks of draws to a Spark cluster. `folder` keeps finished draws,
    so that a run that is stopped can be taken up again.
    """
    ready = prepare(scenario, area, draws=draws, seed=seed, engine=engine, own=own)
    return summarise(ready, run(ready.job, workers=workers, folder=folder, progress=progress, spark=spark))


def summarise(ready: Prepared, drawn: Drawn) -> Projection:
    """The projection from its draws."""
    scenario = ready.job.scenario
    return Projection(
        scenario=scenario.id,
        title=scenario.title,
        place=scenario.place,
        start=scenario.start,
        months=scenario.months,
        engine=ready.job.engine,
        draws=ready.job.draws,
        places=drawn.places,
        levers=tuple(said(scenario, ready.job.effects)),
        series=all_series(drawn, changed=bool(scenario.lever)),
        links=tuple(links(ready.job)),
        calibration=ready.calibration,
        compared=tuple(compared(ready.job, drawn)),
        figures=tuple(figures_of(scenario, ready.job.own)),
        notes=ready.notes,
        provenance=Provenance(
            inputs=dict(ready.inputs),
            seed=scenario.seed,
            parameters={
                "scenario": hash_json(scenario.model_dump(mode="json")),
                "draws": ready.job.draws,
                "engine": ready.job.engine,
                "own_figures": dict(ready.job.own),
            },
        ),
    )


def links(job: Job) -> Iterator[FlowLink]:
    """People a month from each state and decision to the next: one run at the middle of every number, with and without levers."""
    import numpy as np

    middle = {name: np.array([np.median(z)]) for name, z in job.found.items()}
    zero = {name: np.zeros(1) for name in [*asked(job), *lever_numbers(job.scenario)]}
    effects = {f"{s}: {part}": np.zeros(1) for s in job.effects for part in ("effect", "heterogeneity")}
    found = []
    for levers in (False, True):
        draws = Draws(job.scenario.seed, 1, 0, 1, job.own, {**effects, **zero, **middle}, centred=True)
        run = Cohort(build(job.scenario, draws, job.effects, levers=levers, merge=True), link=True)
        run.run()
        found.append(run.links)
    for source, to in dict.fromkeys([*found[0], *found[1]]):
        base, policy = (f.get((source, to), 0.0) for f in found)
        yield FlowLink(source=source, to=to, baseline=base, policy=policy)


def lever_numbers(scenario: Scenario) -> list[str]:
    """The names under which numbers of levers are drawn."""
    return [f"lever {one.name}{part}" for one in scenario.lever for part in ("", ": eligible")]


def said(scenario: Scenario, effects: Mapping[str, LogRatio]) -> Iterator[LeverSaid]:
    """Every lever in words."""
    for lever in scenario.lever:
        yield LeverSaid(name=lever.name, kind=lever.kind, start=lever.start, words=lever_words(lever, effects))


def compared(job: Job, drawn: Drawn) -> Iterator[Compared]:
    """Every target beside what came out: without the levers those that were fitted, with them the others."""
    import numpy as np

    for target in job.scenario.target:
        month = months_between(job.scenario.start, target.at)
        first = month - 2 if target.quarter else month
        values = drawn.of(target.name, policy=not target.fit)[:, first : month + 1].sum(axis=1)
        mean = float(values.mean())
        low, high = (float(v) for v in np.percentile(values, [2.5, 97.5]))
        published = target.value.centre(job.own)
        yield Compared(
            name=target.name,
            at=target.at,
            quarter=target.quarter,
            fitted=target.fit,
            published=published,
            mean=mean,
            low=low,
            high=high,
            error_percent=100 * (mean / published - 1) if published else 0.0,
            inside=low <= published <= high,
        )


def figures_of(scenario: Scenario, own: Mapping[str, float]) -> list[Figure]:
    """The published figures that a scenario rests on, each once."""
    used = {f"{f.name} {f.period}": f for q in quantities(scenario) for f in q.used(own)}
    return list(used.values())


def quantities(value: object) -> Iterator[Quantity]:
    """Every quantity anywhere in a scenario."""
    if isinstance(value, Quantity):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from quantities(one)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from quantities(getattr(value, name))
