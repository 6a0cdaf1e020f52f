"""A business case as a function of its unsure inputs: from draws, or from a sample for sensitivity, to gains and costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from resettle.errors import bad, did_you_mean
from resettle.evidence.effect import Effect
from resettle.evidence.measures import Measure
from resettle.money import exact
from resettle.provenance import hash_bytes
from resettle.reference.prices import inflate
from resettle.reinvestment.appraisal import Appraisal, Overrides
from resettle.reinvestment.appraise import discounts
from resettle.reinvestment.business_case.contract_cost import Payments
from resettle.reinvestment.business_case.file import Budgets, CaseFile, Pays
from resettle.reinvestment.business_case.reached import fewer_reoffenders
from resettle.reinvestment.business_case.sensitivity import At, Unsure
from resettle.reinvestment.flows.quantity import Normals, Quantity
from resettle.reinvestment.programme import FOLLOW_UP_MONTHS, Draws, draw
from resettle.reinvestment.valuing import Flow, monthly_discounts, step_flows, worth_flows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BINS = 40
OPTIMISM, DEAD_WEIGHT, DISPLACEMENT, EACH = "optimism bias", "dead-weight", "displacement", "reoffences of a reoffender"


@dataclass(frozen=True)
class Worked:
    """A case worked out: gains by agency, year and kind, and costs by agency (rows x years), all present values."""

    flows: list[Flow]
    costs: dict[str, Floats]
    found: Draws

    def gains(self, kinds: tuple[str, ...]) -> dict[str, Floats]:
        """Gains of some kinds by agency, rows x years."""
        import numpy as np

        rows, years = next(iter(self.costs.values())).shape[0], next(iter(self.costs.values())).shape[1]
        rows = max(rows, len(self.found.fewer))
        made: dict[str, Floats] = {name: np.zeros((rows, years)) for name in self.costs}
        for flow in self.flows:
            if flow.kind in kinds:
                made.setdefault(flow.agency, np.zeros((rows, years)))[:, flow.year] += flow.draws
        return made

    def net(self, kinds: tuple[str, ...]) -> Floats:
        """Net present value in each row."""
        import numpy as np

        gained = sum(one.sum(axis=1) for one in self.gains(kinds).values())
        return np.asarray(gained - sum(one.sum(axis=1) for one in self.costs.values()))


@dataclass(frozen=True)
class Case:
    """A case made ready: its file, and everything that the file names, read."""

    file: CaseFile
    appraisal: Appraisal
    effects: dict[str, Effect]
    events: Measure | None
    contracts: tuple[Payments, ...]
    linked: tuple[str | None, ...]
    a_person: dict[str, Quantity]
    own: Overrides = field(default_factory=Overrides)

    @cached_property
    def discount(self) -> Floats:
        """Discount factors by year."""
        return discounts(self.appraisal.years, self.own.values)

    @cached_property
    def quantities(self) -> dict[str, tuple[Quantity, bool]]:
        """Every number of the file that has a range, by name, and whether it is a share."""
        held = {OPTIMISM: (self.file.optimism, False)}
        held |= {DEAD_WEIGHT: (self.file.dead_weight, True), DISPLACEMENT: (self.file.displacement, True)}
        if self.file.reoffences_each:
            held[EACH] = (self.file.reoffences_each, False)
        held |= {worth_name(one.agency, one.label): (one.times, False) for one in self.file.unsure}
        held |= {pays_name(one): (one.times, False) for one in self.file.pays}
        held |= {budget_name(one): (self.a_person[budget_name(one)], False) for one in self.file.budgets}
        return held

    def inputs(self) -> list[Unsure]:
        """Every input that is not certain, with its quantile function."""
        made = [Unsure(effect_name(p.id), normal_at(self.effects[p.id])) for p in self.file.programme]
        if EACH not in self.quantities and measured(self.events):
            made.append(Unsure(EACH, events_at(self.events)))
        made += [Unsure(n, quantity_at(q, share)) for n, (q, share) in self.quantities.items() if q.low != q.high]
        return made + [Unsure(contract_name(one), lambda u: u) for one in self.contracts if one.total.std() > 0]

    def drawn(self) -> dict[str, Floats]:
        """All inputs drawn, each from a stream of its own; the effect of the first programme as `savings` draws it."""
        case, values = self.file, dict[str, "Floats"]()
        normals = Normals(case.seed, case.draws)
        for n, programme in enumerate(case.programme):
            seed = case.seed if n == 0 else case.seed + int(hash_bytes(programme.id.encode())[:8], 16)
            found = draw(self.effects[programme.id], self.events, 1.0, 1, case.draws, seed)
            values[effect_name(programme.id)] = -found.fewer
            values.setdefault(EACH, found.events)
        return values | {name: q.draw(normals(name), share=share) for name, (q, share) in self.quantities.items()}

    def worked(self, values: Mapping[str, Floats], steps: bool = True) -> Worked:
        """The case at given values of its inputs; an input without a value stands at its middle."""
        import numpy as np

        full = self.middle(len(next(iter(values.values())))) | dict(values)
        fewer = fewer_reoffenders(
            self.file.programme,
            self.file.together,
            {p.id: full[effect_name(p.id)] for p in self.file.programme},
            {p.id: self.effects[p.id].comparison.rate for p in self.file.programme},
        )
        fewer = fewer * (1 - full[DEAD_WEIGHT]) * (1 - full[DISPLACEMENT])
        months = 12 * self.appraisal.years
        shape = np.minimum(np.arange(1, months + 1) / FOLLOW_UP_MONTHS, 1.0)
        found = Draws(fewer, full[EACH], shape)
        monthly = monthly_discounts(months, self.own)
        flows = self.factored(worth_flows(self.appraisal, found, monthly, self.own)[0], full)
        if steps:
            flows += step_flows(self.appraisal, found, monthly, self.own)[0]
        return Worked(flows, self.costs(full), found)

    def middle(self, rows: int) -> dict[str, Floats]:
        """Every input at its middle."""
        import numpy as np

        held = {effect_name(p.id): self.effects[p.id].estimate for p in self.file.programme}
        held[EACH] = self.events.value if measured(self.events) and self.events and self.events.value else 1.0
        held |= {name: q.centre() for name, (q, _) in self.quantities.items()}
        return {name: np.full(rows, float(value)) for name, value in held.items()}

    def factored(self, flows: list[Flow], values: Mapping[str, Floats]) -> list[Flow]:
        """The flows of average worth with the factors of unit costs that are not sure."""
        names = {(one.agency, one.label): worth_name(one.agency, one.label) for one in self.file.unsure}
        return [
            replace(one, draws=one.draws * values[names[key]]) if (key := (one.agency, one.label)) in names else one
            for one in flows
        ]

    def costs(self, values: Mapping[str, Floats]) -> dict[str, Floats]:
        """What each agency pays, present values: rows x years."""
        import numpy as np

        raised = (1 + values[OPTIMISM])[:, None] * self.discount
        made: dict[str, Floats] = {}

        def add(agency: str, amounts: Floats) -> None:
            made[agency] = made.get(agency, np.zeros(raised.shape)) + amounts

        for one in self.file.pays:
            add(one.agency, values[pays_name(one)][:, None] * self.by_year(one) * raised)
        for budget in self.file.budgets:
            add(budget.agency, (values[budget_name(budget)] * self.people_with(budget))[:, None] * raised)
        for contract, linked in zip(self.contracts, self.linked, strict=True):
            rows = self.rows_of(contract, linked, values)
            for agency, amounts in contract.by_agency.items():
                add(agency, amounts[rows] * self.discount)
        return made

    def by_year(self, one: Pays) -> Floats:
        """What an agency pays in each year, in prices of the appraisal."""
        import numpy as np

        years = self.appraisal.years
        amounts = one.amounts or (one.amount or exact(0),) * years
        if len(amounts) != years:
            raise bad(
                f"an agency pays an amount for each of {years} years",
                column=f"pays: {one.agency}",
                value=f"{len(amounts)} amounts",
                do="Give as many amounts as the appraisal has years, or one `amount`.",
            )
        to, growth = self.appraisal.price_year, self.own.growth
        return np.array([float(inflate(a, one.price_year, to, growth)) for a in amounts])

    def people_with(self, budget: Budgets) -> float:
        """People a year who have a personal budget, times the factor into prices of the appraisal."""
        people = next(p.people_a_month for p in self.file.programme if p.id == budget.programme)
        factor = inflate(exact(1), budget.price_year, self.appraisal.price_year, self.own.growth)
        return 12 * people * budget.share * float(factor)

    def rows_of(self, contract: Payments, linked: str | None, values: Mapping[str, Floats]) -> NDArray[np.int64]:
        """Which draw of a contract goes with each row: the same one, or in a sample one of those with such an effect."""
        import numpy as np

        name = contract_name(contract)
        if name not in values:
            rows = len(values[OPTIMISM])
            return np.arange(rows) if rows == len(contract.total) else self.middle_row(contract, rows)
        effect = values[effect_name(linked)] if linked else None
        return self.sampled_rows(contract, linked, values[name], effect)

    def middle_row(self, contract: Payments, rows: int) -> NDArray[np.int64]:
        """The draw with the middle total, for every row."""
        import numpy as np

        return np.full(rows, np.argsort(contract.total)[len(contract.total) // 2])

    def sampled_rows(
        self, contract: Payments, linked: str | None, share: Floats, effect: Floats | None
    ) -> NDArray[np.int64]:
        """Draws by the rank of their total (`share`) among those whose effect has about the same rank."""
        import numpy as np
        from scipy.stats import norm

        total = contract.total
        if effect is None or linked is None or self.effects[linked].se == 0:
            order = np.argsort(total, kind="stable")[None, :]
            group = np.zeros(len(share), dtype=int)
        else:
            found = draw(self.effects[linked], self.events, 1.0, 1, len(total), self.seed_of(linked)).fewer
            by_effect = np.argsort(found, kind="stable")[: len(total) // BINS * BINS].reshape(BINS, -1)
            order = np.take_along_axis(by_effect, np.argsort(total[by_effect], axis=1, kind="stable"), axis=1)
            rank = norm.cdf((self.effects[linked].estimate - effect) / self.effects[linked].se)
            group = np.minimum((rank * BINS).astype(int), BINS - 1)
        place = np.minimum((share * order.shape[1]).astype(int), order.shape[1] - 1)
        return np.asarray(order[group, place])

    def seed_of(self, programme: str) -> int:
        """The seed of a programme's own draws."""
        first = programme == self.file.programme[0].id
        return self.file.seed if first else self.file.seed + int(hash_bytes(programme.encode())[:8], 16)


def measured(events: Measure | None) -> bool:
    """Whether reoffences of a reoffender were measured, with an interval."""
    return events is not None and events.value is not None and events.interval is not None


def normal_at(effect: Effect) -> At:
    """The quantile function of an effect."""
    from scipy.stats import norm

    return lambda u: effect.estimate + effect.se * norm.ppf(u)


def events_at(events: Measure | None) -> At:
    """The quantile function of reoffences of a reoffender, as `programme.draw_events` draws them."""
    import numpy as np
    from scipy.stats import norm

    assert events is not None and events.interval is not None and events.value is not None
    middle, se = events.value, (events.interval.high - events.interval.low) / (2 * 1.959964)
    return lambda u: np.maximum(middle + se * norm.ppf(u), 1.0)


def quantity_at(quantity: Quantity, share: bool) -> At:
    """The quantile function of a quantity."""
    from scipy.stats import norm

    return lambda u: quantity.draw(norm.ppf(u), share=share)


def check_worths(file: CaseFile, appraisal: Appraisal) -> None:
    """Refuse a unit cost of an agency that the appraisal does not have."""
    known = [f"{one.agency}, {one.label}" for one in appraisal.worth]
    for one in file.unsure:
        if f"{one.agency}, {one.label}" not in known:
            raise bad(
                "no such agency and label in the appraisal",
                column="unsure",
                value=f"{one.agency}, {one.label}",
                do=did_you_mean(f"{one.agency}, {one.label}", known),
            )


def effect_name(programme: str | None) -> str:
    """The name of a programme's effect among the inputs."""
    return f"effect of {programme}"


def worth_name(agency: str, label: str) -> str:
    """The name of a unit cost among the inputs."""
    return f"unit cost: {agency}, {label}"


def pays_name(one: Pays) -> str:
    """The name of what an agency pays among the inputs."""
    return f"cost: {one.agency}, {one.label}"


def budget_name(one: Budgets) -> str:
    """The name of personal budgets among the inputs."""
    return f"personal budgets of {one.programme}: {one.agency}"


def contract_name(one: Payments) -> str:
    """The name of a contract's own chance among the inputs."""
    return f"chance in {one.name}"
