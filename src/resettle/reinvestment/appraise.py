"""`appraise`: whether a programme pays: net present value, benefit-cost ratio, payback, break-even, and who pays and who gains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from resettle.errors import BadInput, Problem
from resettle.evidence.economics.information import evpi
from resettle.evidence.effect import Effect
from resettle.evidence.measures import Measure
from resettle.money import exact, show, to_pence
from resettle.provenance import Provenance
from resettle.reference.discounting import discount_factor
from resettle.reinvestment.appraisal import Appraisal, Overrides
from resettle.reinvestment.programme import draw
from resettle.reinvestment.valuing import monthly_discounts, percentiles, step_flows, worth_flows
from resettle.result import Interval, Record, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Perspective = Literal["cash", "agencies", "society"]
KINDS: dict[Perspective, tuple[str, ...]] = {
    "cash": ("cashable",),
    "agencies": ("capacity",),
    "society": ("capacity", "social"),
}
"""Which kinds of saving each counts: money that can be moved; work avoided, at average cost; that and social worth."""


class AgencyYear(Record):
    """What one agency gains and pays in one year, present values; `year` 0 is all years together."""

    agency: str
    year: int
    gains: Decimal
    pays: Decimal
    net: Decimal
    interval: Interval
    chance: float


class ValueForMoney(Result):
    """Whether a programme pays, from one perspective. All amounts are present values.

    `ratio` and `break_even` are None where nothing is paid, or nothing gained. `break_even` is the share of the benefit that
    would be enough. `payback` is the first year by whose end the mean gains have covered the costs. `information` is the
    expected value of perfect information: what it would be worth to know before deciding.
    """

    perspective: str
    currency: str
    optimism: float
    benefit: Decimal
    cost: Decimal
    value: Decimal
    interval: Interval
    ratio: float | None
    break_even: float | None
    payback: int | None
    chance: float
    information: Decimal
    draws: int
    agencies: tuple[AgencyYear, ...]

    @property
    def sentence(self) -> str:
        """The net present value with its interval, the ratio, the chance that it pays, payback and break-even."""
        value, low, high = (
            show(one, self.currency, pence=False)
            for one in (self.value, exact(self.interval.low), exact(self.interval.high))
        )
        ratio = f" £1 brings £{self.ratio:.2f}." if self.ratio is not None and self.currency == "GBP" else ""
        paid = f"paid back in year {self.payback}" if self.payback else "not paid back within its years"
        enough = ""
        if self.break_even is not None:
            less = self.break_even <= 1
            enough = f" {self.break_even:.0%} of" if less else f" {self.break_even:,.1f} times"
            enough += f" the benefit would be {'enough' if less else 'needed'}."
        return (
            f"To {self.perspective}: net present value {value} (95% interval {low} to {high}); it pays in {self.chance:.0%} of "
            f"draws, and is {paid}.{ratio}{enough}"
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row for each agency and year, and for each agency in all (year 0)."""
        return [
            {**one.model_dump(exclude={"interval"}), "low": one.interval.low, "high": one.interval.high}
            for one in self.agencies
        ]


def appraise(
    gains: Mapping[str, Floats],
    pays: Mapping[str, Sequence[Decimal]],
    *,
    optimism: float,
    perspective: str = "agencies",
    currency: str = "GBP",
    overrides: Mapping[str, float] | None = None,
    provenance: Provenance | None = None,
) -> ValueForMoney:
    """Whether what is gained is worth what is paid, and to whom.

    `gains` are present values by agency (draws x years, all of one shape); `pays` are pounds of the price year by agency and year,
    discounted here from the middle of each year at Green Book rates (or `overrides`). `optimism` is the share by which costs are
    raised for optimism bias, 0 where they are outturn: an input of the user's, as the guidance depends on the kind of project.
    """
    import numpy as np

    check(gains, pays, optimism)
    years = next(iter(gains.values())).shape[1]
    discount = discounts(years, overrides) * (1 + optimism)
    paid = {agency: np.array([[float(one) for one in each]]) * discount for agency, each in pays.items()}
    return weigh(gains, paid, optimism=optimism, perspective=perspective, currency=currency, provenance=provenance)


def discounts(years: int, overrides: Mapping[str, float] | None = None) -> Floats:
    """Discount factors from the middle of each year."""
    import numpy as np

    return np.array([discount_factor(year + 0.5, overrides) for year in range(years)])


def weigh(
    gains: Mapping[str, Floats],
    costs: Mapping[str, Floats],
    *,
    optimism: float,
    perspective: str,
    currency: str,
    provenance: Provenance | None = None,
) -> ValueForMoney:
    """Gains against costs, both present values by agency: draws x years, costs in one row where they do not vary."""
    import numpy as np

    draws, years = next(iter(gains.values())).shape
    names = list(dict.fromkeys([*gains, *costs]))
    gained = {name: gains.get(name, np.zeros((draws, years))) for name in names}
    spent = {name: np.broadcast_to(costs.get(name, np.zeros((1, years))), (draws, years)) for name in names}
    benefit, cost = np.sum(list(gained.values()), axis=0), np.sum(list(spent.values()), axis=0)
    net = (benefit - cost).sum(axis=1)
    mean_benefit, whole_cost = float(benefit.sum(axis=1).mean()), float(cost.sum(axis=1).mean())
    so_far = np.cumsum((benefit - cost).mean(axis=0))
    covered = np.flatnonzero(so_far >= -0.005)
    return ValueForMoney(
        perspective=perspective,
        currency=currency,
        optimism=optimism,
        benefit=pence(mean_benefit),
        cost=pence(whole_cost),
        value=pence(float(net.mean())),
        interval=percentiles(net),
        ratio=mean_benefit / whole_cost if whole_cost else None,
        break_even=whole_cost / mean_benefit if mean_benefit > 0 else None,
        payback=int(covered[0]) + 1 if len(covered) else None,
        chance=float((net > 0).mean()),
        information=pence(evpi(np.column_stack([np.zeros(draws), net]))),
        draws=draws,
        agencies=tuple(
            agency_year(name, year, gained[name], spent[name]) for name in names for year in range(years + 1)
        ),
        provenance=provenance or Provenance(parameters={"draws": draws, "optimism": optimism}),
    )


def appraise_programme(
    effect: Effect,
    appraisal: Appraisal,
    people_a_month: float,
    pays: Mapping[str, Sequence[Decimal]],
    events: Measure | None = None,
    *,
    optimism: float,
    perspective: Perspective = "agencies",
    own: Overrides | None = None,
    draws: int = 10_000,
    seed: int = 1,
) -> ValueForMoney:
    """Appraise a programme from its evaluated effect: the draws of `savings` with the same seed, against what each agency pays."""
    import numpy as np

    own, months = own or Overrides(), 12 * appraisal.years
    found = draw(effect, events, people_a_month, months, draws, seed)
    discount = monthly_discounts(months, own)
    flows = [*worth_flows(appraisal, found, discount, own)[0], *step_flows(appraisal, found, discount, own)[0]]
    gains: dict[str, Floats] = {name: np.zeros((draws, appraisal.years)) for name in pays}
    for flow in flows:
        if flow.kind in KINDS[perspective]:
            gains.setdefault(flow.agency, np.zeros((draws, appraisal.years)))[:, flow.year] += flow.draws
    return appraise(
        gains,
        pays,
        optimism=optimism,
        perspective=perspective,
        currency=appraisal.currency,
        overrides=own.values,
        provenance=Provenance(
            inputs=effect.provenance.inputs,
            seed=seed,
            parameters={"appraisal": appraisal.model_dump(mode="json"), "draws": draws, "optimism": optimism},
        ),
    )


def agency_year(agency: str, year: int, gained: Floats, paid: Floats) -> AgencyYear:
    """One agency in one year, counting from 1; 0 is all its years."""
    part = slice(None) if year == 0 else slice(year - 1, year)
    gains, pays = gained[:, part].sum(axis=1), paid[:, part].sum(axis=1)
    net = gains - pays
    return AgencyYear(
        agency=agency,
        year=year,
        gains=pence(float(gains.mean())),
        pays=pence(float(pays.mean())),
        net=pence(float(net.mean())),
        interval=percentiles(net),
        chance=float((net > 0).mean()),
    )


def pence(amount: float) -> Decimal:
    """A mean of draws in whole pence."""
    return to_pence(exact(amount))


def check(gains: Mapping[str, Floats], pays: Mapping[str, Sequence[Decimal]], optimism: float) -> None:
    """Refuse what cannot be appraised."""
    import numpy as np

    if not gains:
        raise BadInput(Problem("no gains to appraise", column="gains", do="Give draws by year for one agency or more."))
    shapes = {one.shape for one in gains.values()}
    years = next(iter(shapes))[-1]
    problems = []
    if len(shapes) > 1 or any(one.ndim != 2 or not one.size or not np.isfinite(one).all() for one in gains.values()):
        problems.append(Problem("gains are draws by years, all finite and of one shape", column="gains"))
    for agency, each in pays.items():
        if len(each) != years or any(not one.is_finite() or one < 0 for one in each):
            rule = f"what an agency pays is 0 pounds or more for each of {years} years"
            problems.append(Problem(rule, column=agency, value=", ".join(map(str, each))))
    if not 0 <= optimism <= 5:
        problems.append(
            Problem(
                "optimism bias is a share of 0 to 5", column="optimism", value=str(optimism), do="Write 40 % as 0.4."
            )
        )
    if problems:
        raise BadInput(*problems)
