"""Calibration: the numbers of a scenario that agree with published stocks and flows, and how sure they then are.

Every uncertain number has a prior: its range in the file, standard normal on the scale on which it is drawn. The centre is found by
weighted least squares with that prior (Gauss-Newton), and the spread by sampling from the normal approximation there and resampling
by importance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from resettle.provenance import hash_bytes
from resettle.reinvestment.flows.cohort import Cohort
from resettle.reinvestment.flows.compared import Calibration, Number
from resettle.reinvestment.flows.make import build
from resettle.reinvestment.flows.names import GROUPS
from resettle.reinvestment.flows.quantity import Quantity
from resettle.reinvestment.flows.run import Job
from resettle.reinvestment.flows.scenario import Scenario, Target, months_between
from resettle.reinvestment.flows.settings import Draws

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STEPS, DIFFERENCE, WIDEN = 12, 0.02, 1.05


@dataclass(frozen=True)
class Problem:
    """What is fitted: a job whose scenario ends with the last month that is fitted, its targets, and the uncertain numbers."""

    job: Job
    targets: tuple[Target, ...]
    names: tuple[str, ...]
    values: Floats
    errors: Floats


def problem_of(job: Job) -> Problem:
    """The fit that a scenario asks for."""
    import numpy as np

    targets = tuple(t for t in job.scenario.target if t.fit)
    last = max(months_between(job.scenario.start, t.at) for t in targets)
    short = replace(job, scenario=job.scenario.model_copy(update={"months": last + 1}))
    values = np.array([t.value.centre(job.own) for t in targets])
    return Problem(short, targets, uncertain(short), values, np.array([t.error for t in targets]))


def uncertain(job: Job) -> tuple[str, ...]:
    """The names of the uncertain numbers on which a scenario rests."""
    return tuple(sorted(asked(job)))


def asked(job: Job) -> dict[str, tuple[Quantity, bool]]:
    """The uncertain numbers of a scenario without its levers."""
    draws = Draws(job.scenario.seed, 1, 0, 1, job.own, centred=True)
    build(job.scenario, draws, job.effects, levers=False)
    return draws.asked


def modelled(problem: Problem, z: Floats) -> Floats:
    """The targets under numbers at `z` (draws x numbers, standard normal scale): draws x targets."""
    import numpy as np

    found = {name: z[:, i] for i, name in enumerate(problem.names)}
    effects = {f"{s}: {part}": np.zeros(len(z)) for s in problem.job.effects for part in ("effect", "heterogeneity")}
    parts = []
    for start in range(0, len(z), problem.job.size):
        stop = min(start + problem.job.size, len(z))
        draws = Draws(
            problem.job.scenario.seed, len(z), start, stop, problem.job.own, {**effects, **found}, centred=True
        )
        system = build(problem.job.scenario, draws, problem.job.effects, levers=False, merge=True)
        parts.append(targets_of(problem.job.scenario, problem.targets, system))
    return np.concatenate(parts)


def targets_of(scenario: Scenario, targets: tuple[Target, ...], system: object) -> Floats:
    """Draws x targets of one run."""
    import numpy as np

    moves = Cohort(system).run()  # type: ignore[arg-type]
    columns = []
    for target in targets:
        names = next((g.parts for g in GROUPS if g.name == target.name), (target.name,))
        month = months_between(scenario.start, target.at)
        first = month - 2 if target.quarter else month
        held = [moves.of(n)[first : month + 1].sum(axis=(0, 2)) for n in names if n in moves.names]
        columns.append(np.sum(held, axis=0))
    return np.stack(columns, axis=1)


def centre(problem: Problem) -> tuple[Floats, Floats, int]:
    """The centre, the covariance of the normal approximation there, and the steps that it took."""
    import numpy as np

    size = len(problem.names)
    z, best = np.zeros(size), np.inf
    covariance = np.eye(size)
    for step in range(1, STEPS + 1):
        around = np.vstack([z, z + DIFFERENCE * np.eye(size)])
        found = modelled(problem, around)
        slope = (found[1:] - found[0]).T / DIFFERENCE / problem.errors[:, None]
        off = (problem.values - found[0]) / problem.errors
        cost = float(off @ off + z @ z)
        covariance = np.linalg.inv(np.eye(size) + slope.T @ slope)
        move = covariance @ (slope.T @ off - z)
        if best - cost < 1e-6 * max(cost, 1.0) and step > 1:
            return z, covariance, step
        best = min(best, cost)
        z = z + shorter(problem, z, move, cost)
    return z, covariance, STEPS


def shorter(problem: Problem, z: Floats, move: Floats, cost: float) -> Floats:
    """A move as long as it helps: the whole, half, a quarter ... of it."""
    import numpy as np

    parts = 0.5 ** np.arange(5)
    tried = z + parts[:, None] * move
    off = (problem.values - modelled(problem, tried)) / problem.errors
    costs = (off**2).sum(axis=1) + (tried**2).sum(axis=1)
    best: Floats = parts[int(np.argmin(costs))] * move
    return best if costs.min() < cost else np.zeros_like(move)


def calibrate(job: Job) -> tuple[Job, Calibration]:
    """A job whose uncertain numbers agree with the targets to be fitted, and what was found."""
    import numpy as np

    problem = problem_of(job)
    middle, covariance, steps = centre(problem)
    stream = np.random.default_rng([job.scenario.seed, 71])
    root = np.linalg.cholesky(covariance) * WIDEN
    noise = stream.standard_normal((max(2 * job.draws, 400), len(middle)))
    z = middle + noise @ root.T
    off = (problem.values - modelled(problem, z)) / problem.errors
    log_weight = -0.5 * ((off**2).sum(axis=1) + (z**2).sum(axis=1) - (noise**2).sum(axis=1))
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    chosen = z[resampled(weight, job.draws, stream)]
    found = {**job.found, **{name: chosen[:, i] for i, name in enumerate(problem.names)}}
    calibration = Calibration(
        numbers=tuple(numbers(problem, chosen)),
        effective_draws=float(job.draws / len(z) / (weight**2).sum()),
        draws=job.draws,
        steps=steps,
        hash=hash_bytes(np.ascontiguousarray(chosen).tobytes()),
    )
    return replace(job, found=found), calibration


def resampled(weight: Floats, draws: int, stream: np.random.Generator) -> NDArray[np.int64]:
    """Which draws are kept, in proportion to their weights (systematic resampling), in random order."""
    import numpy as np

    points = (stream.random() + np.arange(draws)) / draws
    chosen = np.minimum(np.searchsorted(np.cumsum(weight), points), len(weight) - 1)
    found: NDArray[np.int64] = stream.permutation(chosen)
    return found


def numbers(problem: Problem, z: Floats) -> list[Number]:
    """Every number, before and after, on its own scale."""
    import numpy as np

    held = asked(problem.job)
    found = []
    for i, name in enumerate(problem.names):
        given, share = held[name]
        after = np.percentile(given.draw(z[:, i], problem.job.own, share=share), [50, 2.5, 97.5])
        middle, low, high = (float(v) for v in after)
        found.append(
            Number(
                name=name,
                prior=given.centre(problem.job.own),
                prior_low=given.low or 0.0,
                prior_high=given.high or 0.0,
                posterior=middle,
                low=low,
                high=high,
            )
        )
    return found
