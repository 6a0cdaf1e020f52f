"""Payments of a contract on the cost side of an appraisal: by agency and year, in every draw, on the appraisal's own draws."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from resettle.commissioning.beliefs import Beliefs, read_beliefs
from resettle.commissioning.contract import read_contract
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.valuation.calendar import Calendar
from resettle.commissioning.valuation.parties import paid_by
from resettle.commissioning.valuation.payments import payments_in
from resettle.commissioning.valuation.world import Source, World
from resettle.commissioning.value import world_of
from resettle.errors import bad, did_you_mean
from resettle.evidence.effect import Effect
from resettle.reference.prices import inflate
from resettle.reinvestment.appraisal import Appraisal
from resettle.reinvestment.business_case.file import ContractCost

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class OneEffect(World):
    """A world in which the true effect on one measure is drawn elsewhere: by the appraisal that the contract is a cost of."""

    measure: str = ""
    standard: Any = None

    def normal(self, source: Source, *names: str) -> Floats:
        """A standard normal number for every draw; for the effect on the measure, those given."""
        if (source, *names) == ("effect", "rate", self.measure):
            given: Floats = self.standard
            return given
        return super().normal(source, *names)


@dataclass(frozen=True)
class Payments:
    """What a contract makes each agency pay: draws x years, in pounds of the appraisal's price year, not discounted."""

    name: str
    by_agency: dict[str, Floats]
    note: str

    @property
    def total(self) -> Floats:
        """All agencies and years together, in each draw."""
        import numpy as np

        return np.asarray(sum(one.sum(axis=1) for one in self.by_agency.values()))


def contract_payments(
    cost: ContractCost,
    folder: Path,
    appraisal: Appraisal,
    effect: Effect | None,
    standard: Floats | None,
    draws: int,
    seed: int,
) -> Payments:
    """Draw a contract's payments as `value` does, and put them into the years and prices of an appraisal.

    With `effect`, its estimate and error stand in for what is believed of the linked measure, and `standard` (the standard normal
    number of each draw, positive where the effect is larger than estimated) for that measure's own draws.
    """
    import numpy as np

    contract = read_contract(folder / cost.file)
    beliefs = read_beliefs(folder / cost.beliefs)
    if effect is not None:
        beliefs = believed(beliefs, contract, cost, effect)
    world = world_of([contract], beliefs, draws, seed)
    if standard is not None:
        assert cost.measure is not None
        world = OneEffect(beliefs, draws, seed, measure=cost.measure, standard=standard)
    calendar = Calendar.of(contract)
    found, offset = payments_in(calendar, world), months_late(contract, appraisal, folder / cost.file)
    shifted = {name: replace(one, paid=one.paid + offset) for name, one in found.items()}
    factor = float(inflate(1, contract.price_base_year, appraisal.price_year))  # type: ignore[arg-type]
    paid = {who: factor * np.broadcast_to(a, (draws, a.shape[1])) for who, a in paid_by(calendar, shifted).items()}
    late = any(bool(a[:, appraisal.years :].any()) for a in paid.values())
    by_agency: dict[str, Floats] = {}
    for who, amounts in paid.items():
        agency = cost.agencies.get(who, contract.party(who).name)
        by_agency[agency] = by_agency.get(agency, np.zeros((draws, appraisal.years))) + in_years(
            amounts, appraisal.years
        )
    unknown = [who for who in cost.agencies if who not in paid]
    if unknown:
        raise bad(
            "no such payer in the contract", column="agencies", value=unknown[0], do=did_you_mean(unknown[0], paid)
        )
    return Payments(contract.title, by_agency, said(contract, appraisal, late))


def said(contract: Contract, appraisal: Appraisal, late: bool) -> str:
    """What must be said where a contract and an appraisal do not end together."""
    ends = appraisal.start.replace(year=appraisal.start.year + appraisal.years, day=1)
    note = f"{contract.title}: payments due after year {appraisal.years} are counted in that year." if late else ""
    if (contract.period.end - ends).days < -31:
        note += (
            f" {contract.title} ends on {contract.period.end:%d %B %Y}, but the programme is taken to go on for {appraisal.years} "
            "years: what it costs after the contract is not counted, so the case looks better than it is."
        )
    return note.strip()


def believed(beliefs: Beliefs, contract: Contract, cost: ContractCost, effect: Effect) -> Beliefs:
    """The beliefs with an evaluated effect in place of what they say of the linked measure."""
    assert cost.measure is not None
    if cost.measure not in beliefs.rates:
        raise bad(
            "the beliefs have no rate of this measure",
            file=cost.beliefs,
            column="measure",
            value=cost.measure,
            do=did_you_mean(cost.measure, beliefs.rates),
        )
    rate, kind = beliefs.rates[cost.measure], contract.measure(cost.measure).kind
    # Points for shares; percent of the baseline for the rest.
    scale = 100.0 if kind == "binary" else 100.0 / effect.comparison.rate
    changed = rate.model_copy(update={"effect_mean": -scale * effect.estimate, "effect_sd": scale * effect.se})
    return beliefs.model_copy(update={"rates": beliefs.rates | {cost.measure: changed}})


def months_late(contract: Contract, appraisal: Appraisal, file: Path) -> int:
    """How many months after the appraisal a contract starts. One that starts before it is a `BadInput`."""
    start = contract.period.start
    months = 12 * (start.year - appraisal.start.year) + start.month - appraisal.start.month
    if not 0 <= months < 12 * appraisal.years:
        when = "before" if months < 0 else "after"
        raise bad(
            f"the contract starts {when} the appraisal {'starts' if months < 0 else 'ends'}",
            file=file,
            column="period.start",
            value=start,
            do=f"Appraise from {start:%B %Y}, or correct the dates.",
        )
    return months


def in_years(amounts: Floats, years: int) -> Floats:
    """Amounts by year in exactly so many years; what comes later is counted in the last."""
    import numpy as np

    made = np.zeros((len(amounts), years))
    kept = min(years, amounts.shape[1])
    made[:, :kept] = amounts[:, :kept]
    made[:, -1] += amounts[:, years:].sum(axis=1)
    return made
