"""What makes the answer of a reinvestment unsure: the variance of its net present value, and of whether it is a loss, split.

The inputs are groups of what the run drew: the effect, its spread between places, the share of people reached, the flows of the
system as calibration found them together, and reoffences of a reoffender. The groups were drawn apart, so a draw of one may be put
beside any draw of another. Each input of the Sobol sample says which draw of the run its group takes. What stands fixed in the run
(what carries over, how fast it fades, costs, conventions) has no share of its variance: see the swings for these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from resettle.reinvestment.appraise import KINDS, ValueForMoney
from resettle.reinvestment.business_case.sensitivity import Unsure, problem_of, sampled, sobol_of
from resettle.reinvestment.flows.projection import Drawn
from resettle.reinvestment.flows.quantity import Quantity
from resettle.reinvestment.flows.run import Job, moved
from resettle.reinvestment.flows.settings import Draws
from resettle.reinvestment.valuing import Flow
from resettle.thread.passed_on import UnsureValue

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rows = NDArray[np.int64]

CHUNK = 200
FLOWS, EACH = "flows of the system", "number of reoffences of a reoffender"
Value = Callable[[Drawn, "Floats"], tuple[Flow, ...]]


@dataclass(frozen=True)
class Mixed(Draws):
    """Draws of a run put together anew: each name takes the rows of its own group, `others` where it is in none."""

    rows: Mapping[str, Rows] = field(default_factory=dict)
    others: Rows = field(default_factory=lambda: empty())

    @property
    def whole(self) -> Draws:
        """The draws of the run as they were."""
        return Draws(self.seed, self.total, 0, self.total, self.own, self.found)

    def normal(self, name: str) -> Floats:
        """Standard normal draws, in the rows of the name's group."""
        found: Floats = self.whole.normal(name)[self.rows.get(name, self.others)]
        return found

    def largest(self, name: str, given: Quantity) -> float:
        """The largest of all draws of the run."""
        return self.whole.largest(name, given)

    def shares(self, name: str, given: Mapping[str, float], rest_on: float | None) -> Floats:
        """Shares of destinations, in the rows of the other numbers."""
        found: Floats = self.whole.shares(name, given, rest_on)[self.others]
        return found


def empty() -> Rows:
    """No rows."""
    import numpy as np

    return np.zeros(0, dtype=np.int64)


def groups_of(job: Job, service: str) -> dict[str, tuple[str, ...]]:
    """The groups of a run whose numbers vary, by name: the names of the numbers in each. The flows are all other numbers."""
    held = next(one for one in job.scenario.service if one.name == service)
    found: dict[str, tuple[str, ...]] = {}
    if job.effects[service].se:
        found[f"effect of {service}"] = (f"{service}: effect",)
    if held.heterogeneity:
        found["spread of the effect between places"] = (f"{service}: heterogeneity",)
    if any(unsure(lever) for lever in job.scenario.lever):
        levers = [lever.name for lever in job.scenario.lever]
        found["share of people reached"] = tuple(
            f"lever {name}{part}" for name in levers for part in ("", ": eligible")
        )
    return {**found, FLOWS: ()}


def unsure(lever: object) -> bool:
    """Whether any number of a lever has a range."""
    return any(isinstance(one, Quantity) and one.low is not None for one in vars(lever).values())


def unsure_values(
    job: Job, service: str, each: Floats, worth: tuple[ValueForMoney, ...], value: Value, n: int
) -> tuple[UnsureValue, ...]:
    """The split for each point of view of `worth`: of its net present value, and of whether it is below nothing.

    `each` are reoffences of a reoffender in the draws of the run, `value` gives the savings of any draws of the flows, `n` is the
    base sample. The model runs `n` times the number of groups and two more. Nothing is split where only one group varies.
    """
    import numpy as np

    groups = groups_of(job, service)
    rows = {name: Unsure(name, order(job, names)) for name, names in groups.items()}
    if np.ptp(each) > 0:
        rows[EACH] = Unsure(EACH, taken(np.argsort(each)))
    if len(rows) < 2:
        return ()
    seed, inputs = job.scenario.seed, list(rows.values())
    problem = problem_of(inputs, n)

    def model(sample: Mapping[str, Floats]) -> Floats:
        length = len(sample[FLOWS])
        parts = [slice(first, first + CHUNK) for first in range(0, length, CHUNK)]
        nets = [
            net({k: v[part].astype(int) for k, v in sample.items()}, job, groups, each, worth, value) for part in parts
        ]
        return np.concatenate(nets)

    answers = sampled(model, inputs, problem, n, seed)
    return tuple(
        UnsureValue(
            perspective=one.perspective,
            value=sobol_of(problem, answers[:, i], f"net present value to {one.perspective}", n, seed),
            loss=sobol_of(
                problem, (answers[:, i] < 0).astype(float), f"chance of a loss to {one.perspective}", n, seed
            ),
            chance_of_loss=float((answers[:, i] < 0).mean()),
        )
        for i, one in enumerate(worth)
    )


def order(job: Job, names: tuple[str, ...]) -> Callable[[Floats], Floats]:
    """Which draw of the run a share stands for: in the order of the group's first number, so that near shares are near draws."""
    import numpy as np

    if not names:
        return taken(np.arange(job.draws))
    return taken(np.argsort(Draws(job.scenario.seed, job.draws, 0, job.draws, job.own, job.found).normal(names[0])))


def taken(places: Rows) -> Callable[[Floats], Floats]:
    """The draw at a share of an order."""
    return lambda share: places[(share * len(places)).astype(int)].astype(float)


def net(
    rows: Mapping[str, Rows],
    job: Job,
    groups: Mapping[str, tuple[str, ...]],
    each: Floats,
    worth: tuple[ValueForMoney, ...],
    value: Value,
) -> Floats:
    """Net present value in each row from each point of view: rows x points of view."""
    import numpy as np

    length = len(rows[FLOWS])
    by_name = {name: rows[group] for group, names in groups.items() for name in names}
    draws = Mixed(job.scenario.seed, job.draws, 0, length, job.own, job.found, rows=by_name, others=rows[FLOWS])
    base, policy = (np.moveaxis(moved(job, draws, levers), -1, 0) for levers in (False, True))
    drawn = Drawn(job.scenario.start, job.names, job.places, base, policy)
    flows = value(drawn, each[rows[EACH]] if EACH in rows else each[rows[FLOWS]])
    found = np.zeros((length, len(worth)))
    for i, one in enumerate(worth):
        kinds = KINDS[one.perspective]  # type: ignore[index]
        found[:, i] = sum((f.draws for f in flows if f.kind in kinds), np.zeros(length)) - float(one.cost)
    return found
