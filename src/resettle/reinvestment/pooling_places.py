"""A step and who would have to pool to reach it: places of the area, and neighbours, each with what it frees and from what month.

The places' capacity is drawn month by month, on the same draws; what a neighbour frees is stated by the user. Who is needed, and
from what month, is found in the draws; the fair split of what a step saves is that of `pooling.pool` on the average at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from resettle.reinvestment.appraisal import Step
from resettle.reinvestment.cashable import steps_closed
from resettle.reinvestment.pooling import Pool, pool
from resettle.reinvestment.programme import month_at
from resettle.result import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Neighbour(BaseModel):
    """Capacity of the kind of a `step` that a neighbouring place, or another agency, frees from the month `start` on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: str
    name: str = Field(min_length=1)
    freed: float = Field(gt=0, le=1e9)
    start: date
    source: str = Field(min_length=1)


class PoolMember(Record):
    """What one place or neighbour frees on average by the end, the first month in which a whole unit is free, and its fair share of
    what the pool saves a year (None where the pool reaches no step).
    """

    name: str
    neighbour: bool
    freed: float
    first: date | None
    share: Decimal | None


class StepPooled(Record):
    """A step and the pool for it.

    `enough` are the fewest members, most freed first, who have closed it by the end with the wanted certainty; or, where not even
    all have, who hold it on average; empty where not even all do, and then `short` is what is missing. `reached` is the first
    month in which they hold a whole step on average, `closed` the first from which they have closed one with the wanted certainty.
    `chance` is that they have by the end; where they are not sure to, that all together have.
    """

    step: str
    agency: str
    label: str
    unit: str
    size: float
    end: date
    certainty: float
    together: float
    short: float
    enough: tuple[str, ...]
    reached: date | None
    closed: date | None
    chance: float
    members: tuple[PoolMember, ...]

    @property
    def alone(self) -> bool:
        """Whether one member is enough, so that nothing need be pooled."""
        return len(self.enough) == 1


def pooled(
    step: Step,
    places: Mapping[str, Floats],
    neighbours: Sequence[Neighbour],
    saves: Decimal,
    start: date,
    certainty: float,
    currency: str,
) -> StepPooled:
    """Who would have to pool for a step. `places` are units free by place (draws x months), counted from the month `start`."""
    import numpy as np

    held = {**places, **{one.name: stated(one, start, next(iter(places.values())).shape) for one in neighbours}}
    names = {one.name for one in neighbours}
    means = {name: free.mean(axis=0) for name, free in held.items()}
    freeing = {name: float(mean[-1]) for name, mean in means.items() if mean[-1] > 0}
    found = pool(freeing, step.size, saves, unit=step.unit, currency=currency) if len(freeing) > 1 else None
    alone = tuple(name for name, freed in freeing.items() if freed >= step.size)
    enough = surest(step, held, freeing, certainty) or (found.smallest if found else alone)
    free = sum((held[name] for name in enough or freeing), np.zeros_like(next(iter(held.values()))))
    chances = closing_chances(step, free)
    sure = np.minimum.accumulate(chances[::-1])[::-1] >= certainty
    if not sure.any():
        chances = closing_chances(step, sum((held[name] for name in freeing), np.zeros_like(free)))
    months = len(chances)
    together = sum(freeing.values())
    return StepPooled(
        step=step.id,
        agency=step.agency,
        label=step.label,
        unit=step.unit,
        size=step.size,
        end=month_at(start, months - 1),
        certainty=certainty,
        together=together,
        short=max(step.size - together, 0.0),
        enough=enough,
        reached=first_month(free.mean(axis=0) >= step.size * (1 - 1e-9), start),
        closed=first_month(sure, start),
        chance=float(chances[-1]),
        members=tuple(
            PoolMember(
                name=name,
                neighbour=name in names,
                freed=float(means[name][-1]),
                first=first_month(means[name] >= 1, start),
                share=share_of(found, name),
            )
            for name in sorted(held, key=lambda one: -float(means[one][-1]))
        ),
    )


def surest(step: Step, held: Mapping[str, Floats], freeing: Mapping[str, float], certainty: float) -> tuple[str, ...]:
    """The fewest, most freed first, who have closed a step by the end with the wanted certainty; empty where not even all have."""
    chosen: list[str] = []
    for name in sorted(freeing, key=lambda one: -freeing[one]):
        chosen.append(name)
        if closing_chances(step, sum(held[one] for one in chosen))[-1] >= certainty:  # type: ignore[arg-type]
            return tuple(chosen)
    return ()


def closing_chances(step: Step, free: Floats) -> Floats:
    """The share of draws in which a step is closed, by month."""
    found: Floats = (steps_closed(free, step.size, step.notice_months) > 0).mean(axis=0)
    return found


def stated(one: Neighbour, start: date, shape: tuple[int, ...]) -> Floats:
    """What a neighbour frees, the same in every draw, from its month on."""
    import numpy as np

    first = (one.start.year - start.year) * 12 + one.start.month - start.month
    free = np.zeros(shape)
    free[:, max(first, 0) :] = one.freed
    return free


def first_month(holds: NDArray[np.bool_], start: date) -> date | None:
    """The first month in which something holds."""
    import numpy as np

    found = np.flatnonzero(holds)
    return month_at(start, int(found[0])) if len(found) else None


def share_of(found: Pool | None, name: str) -> Decimal | None:
    """A member's fair share of what the pool saves a year; nothing where it reaches no step, or the member takes no part."""
    if found is None or not found.together:
        return None
    one = next((member for member in found.members if member.name == name), None)
    return None if one is None else one.shapley if one.shapley is not None else one.in_proportion
