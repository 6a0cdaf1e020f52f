"""`savings`: what a projection is worth, to whom, and what of it is money that can be moved."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from resettle.evidence.effect import Effect
from resettle.evidence.measures import Measure
from resettle.money import exact, show, to_pence
from resettle.provenance import Provenance
from resettle.reference.discounting import discount_factor
from resettle.reference.figures import Figure
from resettle.reinvestment.appraisal import Appraisal, Sector, Step, unit_worth
from resettle.reinvestment.cashable import cash, freed, steps_closed
from resettle.reinvestment.project import Draws, draw, month_at
from resettle.result import Interval, Record, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Kind = Literal["cashable", "capacity", "social"]


class Saving(Record):
    """One saving: to one agency, in one year, of one kind; present value in pounds of the price year, with its
    interval.

    `cashable` is money that can be moved because whole steps close; `capacity` is what the freed work costs on average:
    real, but not money; `social` is worth to victims, the economy and society. The kinds are never added together.
    `certain` is the amount reached in the appraisal's share of draws, `chance` the share of draws in which it is more
    than nothing.
    """

    id: str
    agency: str
    label: str
    place: str
    sector: Sector
    kind: Kind
    step: str | None = None
    year: int
    month: date
    amount: Decimal
    interval: Interval
    certain: Decimal
    chance: float


class StepReached(Record):
    """How near a step is: capacity free at the end (mean and interval), its size, and how many times more would reach
    it.
    """

    step: str
    agency: str
    label: str
    unit: str
    size: float
    free: float
    low: float
    high: float
    chance: float
    times_needed: float | None


class Savings(Result):
    """What a programme saves over the years of an appraisal, kinds and sectors kept apart."""

    area: str
    programme: str
    effect_id: str
    shown: bool
    what_if: bool
    note: str
    place: str
    currency: str
    price_year: int
    years: int
    people_a_month: float
    certainty: float
    draws: int
    savings: tuple[Saving, ...]
    steps: tuple[StepReached, ...]
    figures: tuple[Figure, ...]

    def total(self, kind: Kind) -> Decimal:
        """The mean of all savings of one kind."""
        return sum((s.amount for s in self.savings if s.kind == kind), Decimal("0.00"))

    @property
    def certain_cash(self) -> Decimal:
        """Cashable pounds reached with the stated certainty: what may be offered for reinvestment. Nothing, if no
        effect was shown.
        """
        if not self.shown:
            return Decimal("0.00")
        return sum((s.certain for s in self.savings if s.kind == "cashable"), Decimal("0.00"))

    @property
    def label(self) -> str:
        """How every figure of these savings must be read."""
        base = f"present value, {self.price_year} prices"
        return f"what-if at {self.place} figures, {base}" if self.what_if else base

    @property
    def sentence(self) -> str:
        """What is cashable, what is capacity and what is social worth, never added together."""
        if not self.savings:
            return f"{self.programme}: no saving was valued."
        parts = (
            f"over {self.years} years the work avoided costs agencies {show(self.total('capacity'), self.currency, pence=False)} on "
            f"average, and harm worth {show(self.total('social'), self.currency, pence=False)} is avoided ({self.label})"
        )
        if self.certain_cash > 0:
            money = (
                f"Of this {show(self.certain_cash, self.currency, pence=False)} is cashable with {100 * self.certainty:.0f}% "
                "certainty"
            )
        elif not self.shown:
            money = "Nothing is cashable: a difference was not shown"
        else:
            money = f"Nothing is cashable with {100 * self.certainty:.0f}% certainty: no whole step is reached"
        return f"{self.programme}: {parts}. {money}."

    def rows(self) -> list[dict[str, Any]]:
        """One row a saving."""
        return [
            {**s.model_dump(exclude={"interval"}), "low": s.interval.low, "high": s.interval.high} for s in self.savings
        ]


def savings(
    area: str,
    effect: Effect,
    appraisal: Appraisal,
    people_a_month: float,
    events: Measure | None = None,
    *,
    overrides: dict[str, float] | None = None,
    overridden_by: str = "the area",
    draws: int = 10_000,
    seed: int = 1,
) -> Savings:
    """Value a projected effect by agency, year and kind, and find the steps that it closes, in every draw.

    The draws are those of `project` with the same seed. `overrides` are the area's own figures, in place of published
    ones.
    """
    months = 12 * appraisal.years
    found = draw(effect, events, people_a_month, months, draws, seed)
    discount = [discount_factor((t + 0.5) / 12) for t in range(months)]
    worth, used = worth_savings(appraisal, found, discount, overrides or {}, overridden_by)
    closed, reached = step_savings(appraisal, found, discount)
    return Savings(
        area=area,
        programme=effect.programme,
        effect_id=effect.id,
        shown=effect.verdict == "fewer",
        what_if=appraisal.what_if,
        note=appraisal.note,
        place=appraisal.place,
        currency=appraisal.currency,
        price_year=appraisal.price_year,
        years=appraisal.years,
        people_a_month=people_a_month,
        certainty=appraisal.certainty,
        draws=draws,
        savings=tuple(worth + closed),
        steps=tuple(reached),
        figures=tuple(used),
        provenance=Provenance(
            inputs=effect.provenance.inputs,
            seed=seed,
            parameters={
                "appraisal": appraisal.model_dump(mode="json"),
                "people_a_month": people_a_month,
                "draws": draws,
                "overrides": overrides or {},
            },
        ),
    )


def fewer_each_month(found: Draws, per: str) -> Floats:
    """Fewer reoffences, or fewer reoffenders, a month at full scale in each draw."""
    return found.fewer * found.events if per == "reoffence" else found.fewer


def worth_savings(
    appraisal: Appraisal, found: Draws, discount: list[float], overrides: dict[str, float], overridden_by: str
) -> tuple[list[Saving], list[Figure]]:
    """Average worth by agency and year: capacity where it is fiscal, social worth where it is not."""
    made: list[Saving] = []
    used: dict[str, Figure] = {}
    for worth in appraisal.worth:
        unit, figures = unit_worth(worth, appraisal.price_year, overrides)
        used.update(
            {f.name: f.model_copy(update={"overridden_by": overridden_by}) if f.overridden_by else f for f in figures}
        )
        scale = fewer_each_month(found, worth.per) * float(unit)
        kind: Kind = "capacity" if worth.sector == "fiscal" else "social"
        for year in range(appraisal.years):
            part = sum(found.shape[t] * discount[t] for t in range(12 * year, 12 * year + 12))
            slug = "-".join([worth.agency, worth.label]).lower().replace(" ", "-")
            made.append(
                saving(
                    f"{slug}-{year + 1}",
                    worth.agency,
                    worth.label,
                    worth.sector,
                    kind,
                    None,
                    year,
                    scale * part,
                    appraisal,
                )
            )
    return made, list(used.values())


def step_savings(appraisal: Appraisal, found: Draws, discount: list[float]) -> tuple[list[Saving], list[StepReached]]:
    """Cashable savings by step and year, and how near each step is."""
    import numpy as np

    made: list[Saving] = []
    reached: list[StepReached] = []
    for step in appraisal.steps:
        free = freed(fewer_each_month(found, step.per), found.shape, step.units_each, step.lasting_months)
        closed = steps_closed(free, step.size, step.notice_months)
        money = cash(closed, float(step.saves), float(step.one_off)) * np.array(discount)
        reached.append(nearness(step, free[:, -1], closed[:, -1]))
        if not closed.any():
            continue
        for year in range(appraisal.years):
            yearly = money[:, 12 * year : 12 * year + 12].sum(axis=1)
            made.append(
                saving(
                    f"{step.id}-{year + 1}",
                    step.agency,
                    step.label,
                    "fiscal",
                    "cashable",
                    step.id,
                    year,
                    yearly,
                    appraisal,
                )
            )
    return made, reached


def nearness(step: Step, free: Floats, closed: Floats) -> StepReached:
    """How much of a step is free at the end of the projection, and what would be needed."""
    import numpy as np

    low, high = (float(v) for v in np.percentile(free, [2.5, 97.5]))
    mean = float(free.mean())
    return StepReached(
        step=step.id,
        agency=step.agency,
        label=step.label,
        unit=step.unit,
        size=step.size,
        free=mean,
        low=low,
        high=high,
        chance=float((closed > 0).mean()),
        times_needed=step.size / mean if 0 < mean < step.size else None,
    )


def saving(
    id: str,
    agency: str,
    label: str,
    sector: Sector,
    kind: Kind,
    step: str | None,
    year: int,
    draws: Floats,
    appraisal: Appraisal,
) -> Saving:
    """A `Saving` from its draws."""
    import numpy as np

    low, high, certain = (float(v) for v in np.percentile(draws, [2.5, 97.5, 100 * (1 - appraisal.certainty)]))
    return Saving(
        id=id,
        agency=agency,
        label=label,
        place=appraisal.place,
        sector=sector,
        kind=kind,
        step=step,
        year=year + 1,
        month=month_at(appraisal.start, 12 * year),
        amount=to_pence(exact(float(draws.mean()))),
        interval=Interval(low=low, high=high, method="2.5th and 97.5th percentiles of draws"),
        certain=max(to_pence(exact(certain)), Decimal("0.00")),
        chance=float((draws > 0).mean()),
    )
