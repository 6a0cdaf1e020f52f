"""`project_programme`: impact times volume, month by month: how many fewer people reoffend, and how often, if the programme goes
on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from resettle.errors import bad
from resettle.evidence.effect import Effect
from resettle.evidence.measures import Measure
from resettle.provenance import Provenance
from resettle.reinvestment.appraisal import Appraisal
from resettle.result import Record, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FOLLOW_UP_MONTHS = 12


@dataclass(frozen=True)
class Draws:
    """Joint draws: `fewer`, reoffenders fewer for each month's intake (negative: more), and `events` a reoffender; and
    their shape.

    `shape` is how much of a full month's reduction has come through by each month: one twelfth more each month, as
    intakes that are followed for twelve months build up.
    """

    fewer: Floats
    events: Floats
    shape: Floats


def draw(effect: Effect, events: Measure | None, people_a_month: float, months: int, draws: int, seed: int) -> Draws:
    """Draw the effect from its estimate and standard error, and reoffences a reoffender from their mean and interval.

    The two are drawn from streams of their own, so that a change in one leaves the other as it was.
    """
    import numpy as np

    if effect.scale != "difference" or effect.measure != "rate":
        raise bad(
            "only an effect on the difference of rates can be projected",
            value=effect.scale if effect.scale != "difference" else effect.measure,
            do="Evaluate a difference of rates.",
        )
    first, second = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    fewer = -first.normal(effect.estimate, effect.se, draws) * people_a_month
    return Draws(
        fewer, draw_events(events, second, draws), np.minimum(np.arange(1, months + 1) / FOLLOW_UP_MONTHS, 1.0)
    )


def draw_events(events: Measure | None, stream: np.random.Generator, draws: int) -> Floats:
    """Reoffences a reoffender: normal about the measured mean, never below one; exactly one where it was not measured."""
    import numpy as np

    if events is None or events.value is None or events.interval is None or not np.isfinite(events.interval.high):
        return np.ones(draws)
    se = (events.interval.high - events.interval.low) / (2 * 1.959964)
    return np.maximum(stream.normal(events.value, se, draws), 1.0)


class Month(Record):
    """One month of a projection: fewer reoffenders and fewer reoffences, mean and 95 % interval over the draws."""

    month: date
    reoffenders: float
    reoffenders_low: float
    reoffenders_high: float
    reoffences: float
    reoffences_low: float
    reoffences_high: float


class ProgrammeProjection(Result):
    """What a programme does to demand over time, against the same area without it."""

    programme: str
    effect_id: str
    people_a_month: float
    years: int
    chance_of_harm: float
    draws: int
    months: tuple[Month, ...]

    @property
    def sentence(self) -> str:
        """Fewer reoffenders a year once intakes have built up, with the chance that there are more."""
        last = self.months[-1]
        low, high = 12 * last.reoffenders_low, 12 * last.reoffenders_high
        return (
            f"If {self.programme} goes on with {12 * self.people_a_month:,.0f} people a year, about "
            f"{12 * last.reoffenders:,.0f} fewer of them a year reoffend (95% interval {low:,.0f} to {high:,.0f}; "
            f"chance that it is more instead of fewer {100 * self.chance_of_harm:.0f}%)."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row a month."""
        return [m.model_dump() for m in self.months]


def month_at(start: date, number: int) -> date:
    """The first day of the month that lies `number` months after `start`."""
    index = start.year * 12 + start.month - 1 + number
    return date(index // 12, index % 12 + 1, 1)


def project_programme(
    effect: Effect,
    appraisal: Appraisal,
    people_a_month: float,
    events: Measure | None = None,
    *,
    draws: int = 10_000,
    seed: int = 1,
) -> ProgrammeProjection:
    """Project an effect over the years of an appraisal.

    Every month `people_a_month` start; their reoffending is spread evenly over the twelve months after. Intervals are
    the 2.5th and 97.5th percentiles of `draws` draws.
    """
    import numpy as np

    months = 12 * appraisal.years
    found = draw(effect, events, people_a_month, months, draws, seed)
    people = np.concatenate([[found.fewer.mean()], np.percentile(found.fewer, [2.5, 97.5])])
    crimes = found.fewer * found.events
    events_ = np.concatenate([[crimes.mean()], np.percentile(crimes, [2.5, 97.5])])
    rows = [
        Month(
            month=month_at(appraisal.start, t),
            reoffenders=people[0] * s,
            reoffenders_low=people[1] * s,
            reoffenders_high=people[2] * s,
            reoffences=events_[0] * s,
            reoffences_low=events_[1] * s,
            reoffences_high=events_[2] * s,
        )
        for t, s in enumerate(found.shape.tolist())
    ]
    return ProgrammeProjection(
        programme=effect.programme,
        effect_id=effect.id,
        people_a_month=people_a_month,
        years=appraisal.years,
        draws=draws,
        chance_of_harm=float((found.fewer < 0).mean()),
        months=tuple(rows),
        provenance=Provenance(
            inputs=effect.provenance.inputs,
            seed=seed,
            parameters={"appraisal": appraisal.id, "people_a_month": people_a_month, "draws": draws},
        ),
    )
