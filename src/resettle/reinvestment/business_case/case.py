"""`appraise_case`: a business case worked out from its file: who pays, who gains, by when, how sure, and what would change it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resettle.area import Area
from resettle.errors import bad
from resettle.evidence.economics import CostEffectiveness, cost_effectiveness
from resettle.evidence.economics.information import evpi
from resettle.evidence.effect import Effect
from resettle.money import exact, show, to_pence
from resettle.provenance import Provenance, hash_file
from resettle.reference.figures import Figure
from resettle.reinvestment.appraisal import Sector
from resettle.reinvestment.appraise import KINDS, ValueForMoney, weigh
from resettle.reinvestment.business_case.assumptions import Assumption, assumptions
from resettle.reinvestment.business_case.choices import with_conventions
from resettle.reinvestment.business_case.file import read_case
from resettle.reinvestment.business_case.model import Case, Worked, effect_name
from resettle.reinvestment.business_case.reading import prepare_case
from resettle.reinvestment.business_case.sample_information import InformationWorth, information
from resettle.reinvestment.business_case.sensitivity import Sobol, Tornado, sobol, tornado
from resettle.reinvestment.cashability import Cashability
from resettle.reinvestment.closing import cashability
from resettle.reinvestment.valuing import percentiles
from resettle.result import Interval, Record, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SECTORS: dict[Sector, str] = {"fiscal": "work avoided by agencies", "economic": "the economy", "social": "harm avoided"}


class SectorWorth(Record):
    """What is gained in one sector, or in all together, over the years: present value, interval, and the chance of a loss."""

    sector: str
    about: str
    amount: Decimal
    interval: Interval
    chance_of_loss: float


class BusinessCase(Result):
    """A business case: from three points of view, sector by sector, with what moves it and what it rests on.

    `views` are `cash` (only money that can be moved), `agencies` (work avoided, at average cost) and `society`; they are never
    added together. `curve` is the cost-effectiveness of one reoffence fewer, None where the file names no worth of it.
    `information` starts with perfect information on everything. `sobol` is None where it was not asked for, or where fewer than
    two inputs have a range.
    `monte_carlo_se` is the standard error of the headline that comes from the number of draws.
    """

    id: str
    title: str
    place: str
    currency: str
    price_year: int
    years: int
    draws: int
    view: str
    views: tuple[ValueForMoney, ...]
    sectors: tuple[SectorWorth, ...]
    cash: Cashability
    reoffences_fewer: float
    reoffences_interval: Interval
    monte_carlo_se: float
    curve: CostEffectiveness | None
    information: tuple[InformationWorth, ...]
    tornado: Tornado
    sobol: Sobol | None
    assumptions: tuple[Assumption, ...]
    figures: tuple[Figure, ...]
    notes: tuple[str, ...]

    @property
    def headline(self) -> ValueForMoney:
        """The point of view that the file asks for."""
        return next(one for one in self.views if one.perspective == self.view)

    @property
    def sentence(self) -> str:
        """The headline, then who pays and who gains."""
        return f"{self.title}. {self.headline.sentence} {self.who}"

    @property
    def who(self) -> str:
        """Who pays most and who gains most, of all years."""
        whole = [one for one in self.headline.agencies if one.year == 0]
        payer, gainer = max(whole, key=lambda one: one.pays), max(whole, key=lambda one: one.gains)

        def pounds(amount: Decimal) -> str:
            return show(amount, self.currency, pence=False)

        paid = f"{payer.agency} pays {pounds(payer.pays)}"
        if gainer.gains <= 0:
            return f"{paid[:1].upper()}{paid[1:]}; nobody gains on average."
        if payer.agency == gainer.agency:
            both = f"{payer.agency} pays most ({pounds(payer.pays)}) and gains most ({pounds(gainer.gains)})."
            return f"{both[:1].upper()}{both[1:]}"
        return f"{paid[:1].upper()}{paid[1:]}; most is gained by {gainer.agency}, {pounds(gainer.gains)}."

    def rows(self) -> list[dict[str, Any]]:
        """One row for each point of view."""
        return [
            {
                "view": one.perspective,
                "benefit": one.benefit,
                "cost": one.cost,
                "value": one.value,
                "low": one.interval.low,
                "high": one.interval.high,
                "ratio": one.ratio,
                "break_even": one.break_even,
                "payback": one.payback,
                "chance": one.chance,
            }
            for one in self.views
        ]

    def by_agency(self, years: bool = False) -> list[dict[str, Any]]:
        """Who pays and who gains: one row an agency, or one for each of its years."""
        kept = [one for one in self.headline.agencies if bool(one.year) == years]
        return [
            {
                "agency": one.agency,
                **({"year": one.year} if years else {}),
                "gains": one.gains,
                "pays": one.pays,
                "net": one.net,
                "low": one.interval.low,
                "high": one.interval.high,
                "chance": one.chance,
            }
            for one in kept
        ]


def appraise_case(
    path: str | Path,
    area: Area | None = None,
    *,
    own: dict[str, float] | None = None,
    draws: int | None = None,
    seed: int | None = None,
) -> BusinessCase:
    """Work out a business case from its file; paths in it are relative to the file.

    `area` is where its studies are evaluated and its people's budgets recorded. `own` are the user's own figures, in place of
    published ones and of the area's. `draws` and `seed` replace those of the file.
    """
    read = read_case(path)
    changed = {k: v for k, v in (("draws", draws), ("seed", seed)) if v is not None}
    if draws is not None and not 200 <= draws <= 200_000:
        raise bad("draws must be between 200 and 200,000", value=draws)
    file = read.model_copy(update=changed)
    case, notes = prepare_case(file, Path(path), area, own or {})
    return worked_out(case, notes, {Path(path).name: hash_file(Path(path))})


def worked_out(case: Case, notes: tuple[str, ...], inputs: dict[str, str]) -> BusinessCase:
    """The result of a case that has been made ready."""
    file, appraisal = case.file, case.appraisal
    values = case.drawn()
    worked = case.worked(values)
    kinds = KINDS[file.view]
    net = worked.net(kinds)
    figures, held = assumptions(case)
    model_inputs = case.inputs()

    def model(sample: Any) -> Floats:
        return case.worked(sample, steps=file.view == "cash").net(kinds)

    answer = f"net present value to {file.view}"
    drawn_inputs = [one for one in model_inputs if one.name in sensitive(case)]
    return BusinessCase(
        id=file.id,
        title=file.title,
        place=appraisal.place,
        currency=appraisal.currency,
        price_year=appraisal.price_year,
        years=appraisal.years,
        draws=file.draws,
        view=file.view,
        views=tuple(view(case, worked, name) for name in ("cash", "agencies", "society")),
        sectors=tuple(sectors(worked)),
        cash=cashability(worked.found, appraisal, worked.flows, case.own, file.places),
        reoffences_fewer=float(reoffences(worked).mean()),
        reoffences_interval=percentiles(reoffences(worked)),
        monte_carlo_se=float(net.std() / len(net) ** 0.5),
        curve=curve(case, worked) if file.worth_of_one else None,
        information=tuple(worth_knowing(case, net, values)),
        tornado=with_conventions(
            tornado(model, drawn_inputs, answer=answer, currency=appraisal.currency), case, drawn_inputs, kinds
        ),
        sobol=sobol(model, drawn_inputs, answer=answer, n=file.sobol, seed=file.seed)
        if file.sobol and len(drawn_inputs) > 1
        else None,
        assumptions=held,
        figures=figures,
        notes=notes,
        provenance=Provenance(
            inputs=inputs | {f"effect:{e.id}": e.seal for e in case.effects.values() if e.seal},
            seed=file.seed,
            parameters={"case": file.model_dump(mode="json"), "appraisal": appraisal.model_dump(mode="json")},
        ),
    )


def sensitive(case: Case) -> set[str]:
    """The names of inputs that have any spread."""
    import numpy as np

    ends = np.array([0.025, 0.975])
    return {one.name for one in case.inputs() if float(np.ptp(one.at(ends))) > 0}


def view(case: Case, worked: Worked, name: Any) -> ValueForMoney:
    """Value for money from one point of view."""
    return weigh(
        worked.gains(KINDS[name]),
        worked.costs,
        optimism=case.file.optimism.centre(),
        perspective=name,
        currency=case.appraisal.currency,
        provenance=Provenance(seed=case.file.seed, parameters={"case": case.file.id, "draws": case.file.draws}),
    )


def sectors(worked: Worked) -> list[SectorWorth]:
    """Fiscal, economic and social worth apart, then together; cashable money is part of the fiscal worth and not counted again."""
    import numpy as np

    sums: dict[str, Floats] = {}
    for flow in worked.flows:
        if flow.kind != "cashable":
            sums[flow.sector] = sums.get(flow.sector, np.zeros(1)) + flow.draws
    made = [sector_worth(name, SECTORS[name], sums[name]) for name in SECTORS if name in sums]
    if sums:
        made.append(sector_worth("together", "all of it", np.asarray(sum(sums.values()))))
    return made


def sector_worth(name: str, about: str, draws: Floats) -> SectorWorth:
    """One sector from its draws."""
    return SectorWorth(
        sector=name,
        about=about,
        amount=to_pence(exact(float(draws.mean()))),
        interval=percentiles(draws),
        chance_of_loss=float((draws < 0).mean()),
    )


def reoffences(worked: Worked) -> Floats:
    """Fewer reoffences over all years, in each draw."""
    import numpy as np

    return np.asarray(worked.found.fewer * worked.found.events * worked.found.shape.sum())


def curve(case: Case, worked: Worked) -> CostEffectiveness:
    """The chance that it pays by what one reoffence fewer is worth, beyond the work that agencies avoid."""
    fiscal = sum(one.sum(axis=1) for one in worked.gains(KINDS["agencies"]).values())
    cost = sum(one.sum(axis=1) for one in worked.costs.values())
    people = case.file.people * 12 * case.appraisal.years
    return cost_effectiveness(
        (cost - fiscal) / people,
        reoffences(worked) / people,
        case.file.worth_of_one,
        perspective="public sector",
        effect_unit="reoffences fewer",
        currency=case.appraisal.currency,
        seed=case.file.seed,
    )


def worth_knowing(case: Case, net: Floats, values: dict[str, Floats]) -> list[InformationWorth]:
    """What knowing everything, the effect of the first programme, and trials of it are worth."""
    import numpy as np

    first = case.file.programme[0].id
    effect: Effect = case.effects[first]
    everything = to_pence(exact(evpi(np.column_stack([np.zeros(len(net)), net]))))
    made = [InformationWorth(name="everything that is not certain", worth=everything)]
    if case.file.view == "cash":
        return made  # Cash comes in steps: the net value is no straight line in the effect.
    return made + information(net, values[effect_name(first)], effect, case.file.trial)
