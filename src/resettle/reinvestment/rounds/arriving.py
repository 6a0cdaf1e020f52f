"""Savings from flows: what a policy frees in every draw and month, what of it is cashable, and when the cash arrives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from resettle.errors import bad, did_you_mean
from resettle.evidence.effect import Effect
from resettle.evidence.measures import Measure
from resettle.money import exact, show, to_pence
from resettle.reference.discounting import discount_figures
from resettle.reinvestment.appraisal import Appraisal, Overrides, Step
from resettle.reinvestment.flows.names import GROUPS, STATES
from resettle.reinvestment.flows.projection import Drawn
from resettle.reinvestment.programme import draw_events, month_at
from resettle.reinvestment.saving import Savings
from resettle.reinvestment.valuing import (
    Flow,
    Flows,
    by_year,
    cash_of_steps,
    monthly_discounts,
    percentiles,
    savings_of,
    worth_by_year,
)
from resettle.result import Interval, Record, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

REOFFENCE = "offence"
"""The flow that is counted as reoffences: offences that come to notice."""
STOCKS = (*STATES, *(g.name for g in GROUPS if g.kind == "stock"))


class CashMonth(Record):
    """The cash that has arrived by the end of a month: mean and middle 95 % of draws, what is reached with the stated certainty,
    and the chance that any step is closed in that month.
    """

    month: date
    mean: Decimal
    interval: Interval
    certain: Decimal
    chance: float


class Cash(Result):
    """Cashable pounds month by month, over all steps and agencies, closing costs paid."""

    currency: str
    label: str
    certainty: float
    draws: int
    months: tuple[CashMonth, ...]

    @property
    def first(self) -> CashMonth | None:
        """The first month by which some cash has arrived with the stated certainty; None where none does."""
        return next((one for one in self.months if one.certain > 0), None)

    @property
    def sentence(self) -> str:
        """How much has arrived by the end, and from when it is certain enough to be moved."""
        last = self.months[-1]
        low, high = (show(exact(v), self.currency, pence=False) for v in (last.interval.low, last.interval.high))
        when = (
            f"The first of it is {self.certainty:.0%} certain by the end of {self.first.month:%B %Y}"
            if self.first
            else f"None of it is {self.certainty:.0%} certain in any month"
        )
        return (
            f"By the end of {last.month:%B %Y}, {show(last.mean, self.currency, pence=False)} has arrived on average "
            f"(95% interval {low} to {high}; {self.label}). {when}."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row a month."""
        return [
            {**one.model_dump(exclude={"interval"}), "low": one.interval.low, "high": one.interval.high}
            for one in self.months
        ]


@dataclass(frozen=True)
class Arrived:
    """Savings, the cash by month, the cash of each draw and year (draws x years), and the draws of every saving."""

    savings: Savings
    cash: Cash
    yearly: Floats
    flows: tuple[Flow, ...]


def arriving(
    drawn: Drawn,
    effect: Effect,
    appraisal: Appraisal,
    starts: str,
    stocks: Mapping[str, str],
    events: Measure | None = None,
    *,
    own: Overrides | None = None,
    area: str = "",
    seed: int = 1,
) -> Arrived:
    """Value what a policy changes in the flows of the whole system, month by month in each draw.

    Each fewer offence that comes to notice counts as one fewer reoffence; fewer reoffenders are fewer reoffences over the
    measured reoffences a reoffender. `stocks` names, by step, the stock of people that frees it, one unit a person (a wing is
    freed by fewer people in prison); other steps are freed by fewer reoffences, as in `savings`. `starts` is the flow of people
    who start the service. The appraisal's years are counted from the first month of the scenario, and discounted to it.
    """
    import numpy as np

    own = own or Overrides()
    check(drawn.months, appraisal, stocks)
    appraisal = appraisal.model_copy(update={"start": drawn.start})
    months = 12 * appraisal.years
    flows, by_step = valued(drawn, appraisal, stocks, events_of(events, drawn.draws, seed), own)
    people = float(drawn.of(starts, policy=True)[:, months - 12 : months].mean())
    given = {"stocks": dict(stocks), "draws": drawn.draws}
    found = savings_of(area, effect, appraisal, flows, people, drawn.draws, seed, given)
    monthly = sum(by_step, np.zeros((drawn.draws, months)))
    yearly = np.stack(by_year(monthly), axis=1)
    return Arrived(found, cash_by_month(monthly, found, drawn.start), yearly, (*flows.worth, *flows.cashed))


def events_of(events: Measure | None, draws: int, seed: int) -> Floats:
    """Reoffences of a reoffender in each draw."""
    import numpy as np

    return draw_events(events, np.random.default_rng(seed), draws)


def valued(
    drawn: Drawn, appraisal: Appraisal, stocks: Mapping[str, str], each: Floats, own: Overrides
) -> tuple[Flows, list[Floats]]:
    """What the flows are worth by agency and year, and the cash of each step by month, draw by draw; `each` are reoffences of a
    reoffender.
    """
    months = 12 * appraisal.years
    discount = monthly_discounts(months, own)
    fewer = -drawn.change(REOFFENCE)[:, :months]
    by_per = {"reoffence": fewer, "reoffender": fewer / each[:, None]}
    worth, worth_figures = worth_by_year(appraisal, own, lambda per: by_year(by_per[per] * discount))
    cashed, by_step, reached, step_figures = cash_of_steps(
        appraisal, own, discount, lambda step: free_of(step, drawn, by_per, stocks, months)
    )
    figures = [*worth_figures, *step_figures, *discount_figures(own.values, own.name)]
    return Flows(worth, cashed, reached, figures), by_step


def check(months: int, appraisal: Appraisal, stocks: Mapping[str, str], file: object = None) -> None:
    """Refuse an appraisal longer than the scenario, steps that are not there, and flows where stocks are asked for.

    `file` is the one that names the stocks.
    """
    if months < 12 * appraisal.years:
        raise bad(
            "the appraisal runs for longer than the scenario",
            column="years",
            value=f"{appraisal.years} years, {months} months",
            do="Give the scenario 12 months for each year of the appraisal.",
        )
    known = [step.id for step in appraisal.steps]
    for step, stock in stocks.items():
        if step not in known:
            rule, do = "no such step in the appraisal", did_you_mean(step, known)
            raise bad(rule, file=file, column="stocks", value=step, do=do)
        if stock not in STOCKS:
            rule, do = "not a stock of people that could free a step", did_you_mean(stock, STOCKS)
            raise bad(rule, file=file, column=f"stocks.{step}", value=stock, do=do)


def free_of(
    step: Step,
    drawn: Drawn,
    fewer: Mapping[str, Floats],
    stocks: Mapping[str, str],
    months: int,
    place: str | None = None,
) -> Floats:
    """Units of a step that are free (draws x months), in all places or one: fewer people in its stock, or what fewer reoffences
    leave unused.
    """
    import numpy as np

    if step.id in stocks:
        found: Floats = -drawn.change(stocks[step.id], place)[:, :months]
        return found
    total = np.cumsum(fewer[step.per] * step.units_each, axis=1)
    total[:, step.lasting_months :] -= total[:, : -step.lasting_months].copy()
    return total


def free_by_place(step: Step, drawn: Drawn, stocks: Mapping[str, str], each: Floats, months: int) -> dict[str, Floats]:
    """Units of a step that each place frees (draws x months)."""
    found = {}
    for place in drawn.places:
        fewer = -drawn.change(REOFFENCE, place)[:, :months]
        by_per = {"reoffence": fewer, "reoffender": fewer / each[:, None]}
        found[place] = free_of(step, drawn, by_per, stocks, months, place)
    return found


def cash_by_month(monthly: Floats, savings: Savings, start: date) -> Cash:
    """What has arrived by the end of each month."""
    import numpy as np

    so_far = np.cumsum(monthly, axis=1)
    certain = np.percentile(so_far, 100 * (1 - savings.certainty), axis=0)
    months = tuple(
        CashMonth(
            month=month_at(start, t),
            mean=to_pence(exact(float(so_far[:, t].mean()))),
            interval=percentiles(so_far[:, t]),
            certain=to_pence(exact(float(certain[t]))) if savings.shown else Decimal("0.00"),
            chance=float((monthly[:, t] > 0).mean()),
        )
        for t in range(monthly.shape[1])
    )
    return Cash(
        currency=savings.currency,
        label=savings.label,
        certainty=savings.certainty,
        draws=savings.draws,
        months=months,
        provenance=savings.provenance,
    )
