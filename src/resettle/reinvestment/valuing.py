"""`savings`: value a projected effect by agency, year and kind, and find the whole steps that it closes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from resettle.evidence.effect import Effect
from resettle.evidence.measures import Measure
from resettle.money import exact, to_pence
from resettle.provenance import Provenance
from resettle.reference.discounting import discount_factor, discount_figures
from resettle.reference.figures import Figure
from resettle.reinvestment.appraisal import Appraisal, Overrides, Sector, Step, step_saves, unit_worth
from resettle.reinvestment.cashable import freed, step_cash, steps_closed
from resettle.reinvestment.programme import Draws, draw, month_at
from resettle.reinvestment.saving import Kind, Saving, Savings, StepReached, Total
from resettle.result import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

METHOD = "2.5th and 97.5th percentiles of draws"


@dataclass(frozen=True)
class Flow:
    """The draws of one saving in one year (counting from 0), and what it is a saving of."""

    id: str
    agency: str
    label: str
    sector: Sector
    kind: Kind
    step: str | None
    year: int
    draws: Floats


@dataclass(frozen=True)
class Flows:
    """All flows of an appraisal, worth and cash by year, how near each step is, and the figures used."""

    worth: list[Flow]
    cashed: list[Flow]
    reached: list[StepReached]
    figures: list[Figure]


def savings(
    area: str,
    effect: Effect,
    appraisal: Appraisal,
    people_a_month: float,
    events: Measure | None = None,
    *,
    own: Overrides | None = None,
    draws: int = 10_000,
    seed: int = 1,
) -> Savings:
    """Value a projected effect by agency, year and kind, and find the steps that it closes, in every draw.

    The draws are those of `project_programme` with the same seed. `own` are the user's own figures, in place of published ones.
    Amounts are discounted to the start of the appraisal (Green Book rates), month by month.
    """
    own = own or Overrides()
    found = draw(effect, events, people_a_month, 12 * appraisal.years, draws, seed)
    discount = monthly_discounts(12 * appraisal.years, own)
    worth, worth_figures = worth_flows(appraisal, found, discount, own)
    cashed, _, reached, step_figures = step_flows(appraisal, found, discount, own)
    figures = [*worth_figures, *step_figures, *discount_figures(own.values, own.name)]
    given = {"people_a_month": people_a_month, "draws": draws, "own_figures": dict(own.values)}
    return savings_of(
        area, effect, appraisal, Flows(worth, cashed, reached, figures), people_a_month, draws, seed, given
    )


def savings_of(
    area: str,
    effect: Effect,
    appraisal: Appraisal,
    flows: Flows,
    people_a_month: float,
    draws: int,
    seed: int,
    given: dict[str, Any],
) -> Savings:
    """Savings from the draws of their flows; `given` is what they were made with beside the appraisal."""
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
        savings=tuple(saving(flow, appraisal) for flow in (*flows.worth, *flows.cashed)),
        totals=tuple(totals([*flows.worth, *flows.cashed])),
        available=tuple(available(flows.cashed, appraisal)),
        steps=tuple(flows.reached),
        figures=tuple({figure.name: figure for figure in flows.figures}.values()),
        provenance=Provenance(
            inputs=effect.provenance.inputs,
            seed=seed,
            parameters={"appraisal": appraisal.model_dump(mode="json"), **given},
        ),
    )


def monthly_discounts(months: int, own: Overrides) -> list[float]:
    """The discount factor of the middle of each month."""
    return [discount_factor((t + 0.5) / 12, own.values) for t in range(months)]


def fewer_each_month(found: Draws, per: str) -> Floats:
    """Fewer reoffences, or fewer reoffenders, a month at full scale in each draw."""
    return found.fewer * found.events if per == "reoffence" else found.fewer


def worth_flows(
    appraisal: Appraisal, found: Draws, discount: Sequence[float], own: Overrides
) -> tuple[list[Flow], list[Figure]]:
    """`worth_by_year` of a programme: what it saves at full scale, times how much of full scale each month has."""
    months = range(0, 12 * appraisal.years, 12)
    parts = [sum(found.shape[t] * discount[t] for t in range(first, first + 12)) for first in months]
    return worth_by_year(appraisal, own, lambda per: [fewer_each_month(found, per) * part for part in parts])


def step_flows(
    appraisal: Appraisal, found: Draws, discount: Sequence[float], own: Overrides
) -> tuple[list[Flow], list[Floats], list[StepReached], list[Figure]]:
    """`cash_of_steps` of a programme."""

    def free(step: Step) -> Floats:
        return freed(fewer_each_month(found, step.per), found.shape, step.units_each, step.lasting_months)

    return cash_of_steps(appraisal, own, discount, free)


def worth_by_year(
    appraisal: Appraisal, own: Overrides, fewer: Callable[[str], Sequence[Floats]]
) -> tuple[list[Flow], list[Figure]]:
    """Average worth by agency and year: capacity where it is fiscal, social worth where it is not; and the figures used."""
    made: list[Flow] = []
    used: list[Figure] = []
    for worth in appraisal.worth:
        unit, figures = unit_worth(worth, appraisal.price_year, own)
        used += figures
        kind: Kind = "capacity" if worth.sector == "fiscal" else "social"
        slug = re.sub(r"[^a-z0-9]+", "-", f"{worth.agency} {worth.label}".lower()).strip("-")
        for year, draws in enumerate(fewer(worth.per)):
            amounts = draws * float(unit)
            made.append(Flow(f"{slug}-{year + 1}", worth.agency, worth.label, worth.sector, kind, None, year, amounts))
    return made, used


def cash_of_steps(
    appraisal: Appraisal, own: Overrides, discount: Sequence[float], free: Callable[[Step], Floats]
) -> tuple[list[Flow], list[Floats], list[StepReached], list[Figure]]:
    """Cashable savings by step and year, the same by month, how near each step is, and the figures used.

    `free` gives the units of a step that are free (draws x months). A step that no draw reaches has no flow.
    """
    import numpy as np

    made: list[Flow] = []
    monthly: list[Floats] = []
    reached: list[StepReached] = []
    used: list[Figure] = []
    for step in appraisal.steps:
        a_year, figures = step_saves(step, appraisal.price_year, own)
        used += figures
        units = free(step)
        closed = steps_closed(units, step.size, step.notice_months)
        reached.append(nearness(step, units[:, -1], closed[:, -1]))
        if not closed.any():
            continue
        money = step_cash(closed, step, float(a_year)) * np.asarray(discount)
        monthly.append(money)
        made += [
            Flow(f"{step.id}-{year + 1}", step.agency, step.label, "fiscal", "cashable", step.id, year, draws)
            for year, draws in enumerate(by_year(money))
        ]
    return made, monthly, reached, used


def by_year(monthly: Floats) -> list[Floats]:
    """Draws x months as the draws of each year."""
    return [monthly[:, n : n + 12].sum(axis=1) for n in range(0, monthly.shape[1], 12)]


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


def saving(flow: Flow, appraisal: Appraisal) -> Saving:
    """A `Saving` from its draws."""
    import numpy as np

    certain = float(np.percentile(flow.draws, 100 * (1 - appraisal.certainty)))
    return Saving(
        id=flow.id,
        agency=flow.agency,
        label=flow.label,
        place=appraisal.place,
        sector=flow.sector,
        kind=flow.kind,
        step=flow.step,
        year=flow.year + 1,
        month=month_at(appraisal.start, 12 * flow.year),
        amount=to_pence(exact(float(flow.draws.mean()))),
        interval=percentiles(flow.draws),
        certain=to_pence(exact(certain)),
        chance=float((flow.draws > 0).mean()),
    )


def totals(flows: list[Flow]) -> list[Total]:
    """All flows of each kind and sector together, draw by draw, so that the interval is that of the sum."""
    sums: dict[tuple[Kind, Sector], Floats] = {}
    for flow in flows:
        key = (flow.kind, flow.sector)
        sums[key] = sums[key] + flow.draws if key in sums else flow.draws
    return [
        Total(
            kind=kind,
            sector=sector,
            amount=to_pence(exact(float(draws.mean()))),
            interval=percentiles(draws),
            chance=float((draws > 0).mean()),
        )
        for (kind, sector), draws in sums.items()
    ]


def available(cashed: list[Flow], appraisal: Appraisal) -> list[Decimal]:
    """Pounds that each year adds to what is certain enough to be moved, over all steps together.

    What is certain by the end of a year is the amount that the cash so far reaches in `certainty` of the draws; what a later year
    would take back (closing costs) is held back before it is offered.
    """
    import numpy as np

    if not cashed:
        return [Decimal("0.00")] * appraisal.years
    yearly = np.zeros((appraisal.years, len(cashed[0].draws)))
    for flow in cashed:
        yearly[flow.year] += flow.draws
    certain = np.percentile(np.cumsum(yearly, axis=0), 100 * (1 - appraisal.certainty), axis=1)
    kept = np.minimum.accumulate(certain[::-1])[::-1]
    offered = [max(to_pence(exact(float(amount))), Decimal("0.00")) for amount in kept]
    return [offered[0], *(later - earlier for earlier, later in pairwise(offered))]


def percentiles(draws: Floats) -> Interval:
    """The middle 95 % of draws."""
    import numpy as np

    low, high = (float(v) for v in np.percentile(draws, [2.5, 97.5]))
    return Interval(low=low, high=high, method=METHOD)
