"""Everyone of a person-level run: who there is at the start, who comes when, and what is kept of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from resettle.reinvestment.flows.cohort import Moves
from resettle.reinvestment.flows.system import System
from resettle.reinvestment.flows.waiting import Waiting

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Small = NDArray[np.int32]

NEVER = 1 << 30


@dataclass(frozen=True)
class Lives:
    """What became of each person: stratum, times taken into custody, months in custody, and (where kept) every move.

    `moves` has one row a move: month, person, state. Person 0 is the first.
    """

    stratum: NDArray[np.int16]
    receptions: NDArray[np.int32]
    custody_months: NDArray[np.int32]
    states: tuple[str, ...]
    moves: Whole | None = None

    def history(self, person: int) -> list[tuple[int, str]]:
        """One person's moves: month and state."""
        if self.moves is None:
            raise ValueError("simulate with keep=True to have personal histories")
        own = self.moves[self.moves[:, 1] == person]
        return [(int(m), self.states[int(s)]) for m, _, s in own]


@dataclass(frozen=True)
class Simulated:
    """One run: how many moved where, the lives behind it, and how people waited for services."""

    moves: Moves
    lives: Lives
    waiting: tuple[Waiting, ...] = ()


@dataclass
class Crowd:
    """Everyone, in parallel arrays: stratum, compartment, kernel, month of arrival and of leaving, and by which way."""

    stratum: NDArray[np.int16]
    compartment: NDArray[np.int16]
    kernel: NDArray[np.int16]
    arrived: Small
    leaves: Small
    way: NDArray[np.int8]
    receptions: Small
    custody_months: Small
    count: int = 0
    log: list[Whole] = field(default_factory=list)


def whole_parts(amounts: Floats) -> Whole:
    """Whole numbers that add up to the rounded total, each within one of its amount: running totals are rounded."""
    import numpy as np

    totals = np.floor(np.cumsum(amounts) + 0.5 + 1e-9)
    found: Whole = np.diff(totals, prepend=0.0).astype(np.int64)
    return found


def arrivals_by_month(system: System) -> list[Whole]:
    """For each inflow, people by month and stratum: running totals over the months are rounded, stratum by stratum."""
    import numpy as np

    share = np.array([s.share for s in system.strata])
    found = []
    for one in system.arrivals:
        level = np.broadcast_to(one.people[:, 0, 0], system.scenario.months)
        start = np.linspace(0.5, 1.0, len(share), endpoint=False)  # so that strata are not rounded up together
        totals = np.floor(np.cumsum(level)[:, None] * share + start + 1e-9).astype(np.int64)
        found.append(np.diff(totals, axis=0, prepend=np.floor(start + 1e-9).astype(np.int64)[None, :]))
    return found


def starting(system: System) -> Whole:
    """People at the start: states x strata."""
    import numpy as np

    share = np.array([s.share for s in system.strata])
    return np.array([whole_parts(stock[0, 0] * share) for stock in system.stock.values()])


def capacity_of(starts: Whole, arriving: list[Whole]) -> int:
    """How many people there will be at most."""
    return int(starts.sum() + sum(a.sum() for a in arriving))


def crowd_of(size: int) -> Crowd:
    """Room for so many people."""
    import numpy as np

    return Crowd(
        stratum=np.zeros(size, dtype=np.int16),
        compartment=np.zeros(size, dtype=np.int16),
        kernel=np.zeros(size, dtype=np.int16),
        arrived=np.zeros(size, dtype=np.int32),
        leaves=np.full(size, NEVER, dtype=np.int32),
        way=np.zeros(size, dtype=np.int8),
        receptions=np.zeros(size, dtype=np.int32),
        custody_months=np.zeros(size, dtype=np.int32),
    )
