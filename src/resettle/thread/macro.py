"""The macro part of a thread: the evaluated effect taken through the flows of the whole system, to cash and dated rounds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, field_validator

from resettle.area import Area
from resettle.commissioning.statement import Statement
from resettle.errors import bad, did_you_mean
from resettle.evidence.effect import Effect
from resettle.evidence.measures import Measure
from resettle.money import to_pence
from resettle.reinvestment.appraisal import Appraisal, Money, Overrides, step_saves
from resettle.reinvestment.appraise import KINDS, ValueForMoney, appraise
from resettle.reinvestment.business_case.sensitivity import needed
from resettle.reinvestment.conventions import conventions
from resettle.reinvestment.flows.effects import log_ratio
from resettle.reinvestment.flows.projection import EVERYWHERE, Drawn, Projection
from resettle.reinvestment.flows.run import run
from resettle.reinvestment.flows.scenario import Scenario, Service, read_scenario
from resettle.reinvestment.flows.services import label
from resettle.reinvestment.pooling_places import Neighbour, StepPooled, pooled
from resettle.reinvestment.project import Prepared, prepare, summarise
from resettle.reinvestment.rounds.allocate import Allocations
from resettle.reinvestment.rounds.arriving import Arrived, arriving, events_of, free_by_place, valued
from resettle.reinvestment.rounds.ballots import read_ballots
from resettle.reinvestment.rounds.menu import Menu, read_menu
from resettle.reinvestment.rounds.menu_need import for_area
from resettle.reinvestment.rounds.rounds import hold_rounds
from resettle.reinvestment.saving import Savings
from resettle.reinvestment.valuing import Flow
from resettle.thread.passed_on import Macro
from resettle.thread.unsure import unsure_values
from resettle.thread.what_if import swings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SAMPLE = 256
"""Base sample of the split of the variance, where a run does not say."""
BY_PLACE = ("prison", "offence")
"""What is kept of the flows by place; of all places together, everything is."""


class ReinvestmentBlock(BaseModel):
    """The block of a run file that takes the effect through flows to rounds. Paths are relative to the file.

    `service` is the service of the `scenario` that has the effect which this run evaluates, whatever the scenario says of it
    alone. `stocks` names, by step of the appraisal, the stock of people that frees it (`wing = "prison"`); other steps follow
    offences that come to notice. `menu` is what the cash may buy, `ballots` are votes on it. `optimism` is the share by which costs
    are raised for optimism bias. `opening` is what the fund holds before any cash has come. `neighbour` blocks name what
    neighbouring places, or other agencies, free for a step: they show who could pool, and no cash is counted from them. `sobol` is
    the base sample by which the variance of the answer is split, a power of two, or 0 for no split. It needs the extra `sim`: a run
    that does not say takes 256 where that is installed, and else none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    scenario: str
    service: str
    menu: str
    ballots: str | None = None
    stocks: dict[str, str] = {}
    optimism: float = Field(0.0, ge=0, le=5)
    opening: Money = Field(Decimal("0.00"), ge=0)
    neighbour: tuple[Neighbour, ...] = ()
    sobol: int | None = Field(None, ge=0, le=16384)

    @field_validator("sobol")
    @classmethod
    def _a_power_of_two(cls, n: int | None) -> int | None:
        if n and (n < 64 or n & (n - 1)):
            raise ValueError("must be a power of two, 64 or more, or 0 for no split")
        return n

    @property
    def sample(self) -> int:
        """The base sample that is used."""
        if self.sobol is not None:
            return self.sobol
        return SAMPLE if find_spec("SALib") else 0


@dataclass(frozen=True)
class MacroDocuments:
    """The block, and the documents that it names, read and typed."""

    block: ReinvestmentBlock
    path: Path
    scenario: Scenario
    menu: Menu
    ballots: tuple[frozenset[str], ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files, as the block gives them."""
        block = self.block
        return (block.scenario, block.menu, *((block.ballots,) if block.ballots else ()))

    @property
    def titles(self) -> dict[str, str]:
        """Titles of what is on the menu, by id."""
        return {one.id: one.title for one in self.menu.service}


def read_macro(block: ReinvestmentBlock, file: Path) -> MacroDocuments:
    """Read what the block of a run file names; a service that the scenario does not have is a `BadInput`."""
    if block.sobol:
        needed("SALib")
    folder = file.parent
    scenario, menu = read_scenario(folder / block.scenario), read_menu(folder / block.menu)
    known = [one.name for one in scenario.service]
    if block.service not in known:
        raise bad(
            "no such service in the scenario",
            file=file,
            column="reinvestment.service",
            value=block.service,
            do=did_you_mean(block.service, known),
        )
    votes = read_ballots(folder / block.ballots, [one.id for one in menu.service]) if block.ballots else []
    return MacroDocuments(block, folder / block.scenario, scenario, menu, tuple(votes))


def go_on(
    area: Area,
    documents: MacroDocuments,
    effect: Effect,
    appraisal: Appraisal,
    statement: Statement,
    events: Measure | None,
    own: Overrides,
    seed: int,
) -> tuple[Macro, Savings, Allocations]:
    """From an evaluated effect to the rounds: flows, savings, cash by month, who pays and who gains, and what the cash buys."""
    block, service = documents.block, label(documents.block.service)
    ready = with_effect(prepare(documents.path, area, seed=seed, own=own.values), block.service, effect)
    drawn = run(ready.job)

    def value(found: Drawn, figures: Overrides) -> Arrived:
        return arriving(
            found, effect, appraisal, service, block.stocks, events, own=figures, area=area.info.name, seed=seed
        )

    arrived, each_draw = value(drawn, own), events_of(events, drawn.draws, seed)
    starts = float(drawn.change(service)[:, -12:].mean())
    each = to_pence(statement.total / effect.treated.n)
    pays = {name: to_pence(part * Decimal(repr(12 * starts))) for name, part in paid_each(statement, effect).items()}
    menu = for_area(documents.menu, area)
    rounds, allocations = hold_rounds(menu, arrived, documents.ballots, opening=block.opening)
    worth = tuple(perspectives(arrived, appraisal, pays, block.optimism, own))

    def flows(found: Drawn, each: Floats) -> tuple[Flow, ...]:
        made, _ = valued(found, appraisal, block.stocks, each, own)
        return (*made.worth, *made.cashed)

    macro = Macro(
        flows=kept(summarise(ready, drawn)),
        fades=fading_words(documents, block.service, ready),
        cash=arrived.cash,
        each=each,
        starts=starts,
        pays=pays,
        worth=worth,
        optimism=block.optimism,
        pools=tuple(pools(documents, appraisal, drawn, each_draw, own)),
        swings=swings(ready.job, block.service, value, own, conventions(appraisal, own)),
        unsure=unsure_values(ready.job, block.service, events_of(events, drawn.draws, seed), worth, flows, block.sample)
        if block.sample
        else (),
        rounds=rounds,
        menu=menu,
        voters=len(documents.ballots),
    )
    return macro, arrived.savings, allocations


def pools(
    documents: MacroDocuments, appraisal: Appraisal, drawn: Drawn, each: Floats, own: Overrides
) -> Iterator[StepPooled]:
    """Who would have to pool for each step. A neighbour of a step that the appraisal does not have is a `BadInput`."""
    block, known = documents.block, [step.id for step in appraisal.steps]
    for one in block.neighbour:
        if one.step not in known:
            do = did_you_mean(one.step, known)
            raise bad("no such step in the appraisal", column="reinvestment.neighbour.step", value=one.step, do=do)
    for step in appraisal.steps:
        yield pooled(
            step,
            free_by_place(step, drawn, block.stocks, each, 12 * appraisal.years),
            [one for one in block.neighbour if one.step == step.id],
            step_saves(step, appraisal.price_year, own)[0],
            drawn.start,
            appraisal.certainty,
            appraisal.currency,
        )


def with_effect(ready: Prepared, service: str, effect: Effect) -> Prepared:
    """A scenario made ready, with the evaluated effect in place of what the scenario says of the service alone."""
    warned = ready.job.effects[service].warning
    job = replace(ready.job, effects={**ready.job.effects, service: log_ratio(effect)})
    return replace(ready, job=job, notes=tuple(note for note in ready.notes if note != warned))


def kept(flows: Projection) -> Projection:
    """The projection without what no reader of a thread looks at: most series by place."""
    series = tuple(one for one in flows.series if one.place == EVERYWHERE or one.name in BY_PLACE)
    return flows.model_copy(update={"series": series})


def fading_words(documents: MacroDocuments, name: str, ready: Prepared) -> str:
    """How the effect was used, in words."""
    service: Service = next(one for one in documents.scenario.service if one.name == name)
    used = ready.job.effects[name]
    shrunk = (
        f"shrunk to {service.shrink:.0%} of its size for use elsewhere and at scale"
        if service.shrink < 1
        else "used as it is"
    )
    spread = f", with a spread of {service.heterogeneity:g} between places" if service.heterogeneity else ""
    evidence = used.words.replace("_", " ")
    return (
        f"The effect of {evidence} enters as a log hazard ratio of {used.mean:.3f} (standard error {used.se:.3f}), "
        f"{shrunk}{spread}. It acts on {' and '.join(service.acts_on)}, holds for {service.months} months, "
        f"and then fades by half every {service.half_life:g} months."
    )


def paid_each(statement: Statement, effect: Effect) -> dict[str, Decimal]:
    """What each payer pays for each person treated, over the whole statement."""
    sums: dict[str, Decimal] = {}
    for line in statement.lines:
        name = statement.parties.get(line.payer, line.payer)
        sums[name] = sums.get(name, Decimal(0)) + line.amount
    return {name: amount / effect.treated.n for name, amount in sums.items()}


def perspectives(
    arrived: Arrived, appraisal: Appraisal, pays: dict[str, Decimal], optimism: float, own: Overrides
) -> Iterator[ValueForMoney]:
    """Whether it pays, counting cash alone, then the work that agencies avoid, then what society gains."""
    import numpy as np

    years = arrived.savings.years
    spent = {name: [max(amount, Decimal(0))] * years for name, amount in pays.items()}
    for name, kinds in KINDS.items():
        gains: dict[str, Floats] = {payer: np.zeros(arrived.yearly.shape) for payer in pays}
        for flow in arrived.flows:
            if flow.kind in kinds:
                gains.setdefault(flow.agency, np.zeros(arrived.yearly.shape))[:, flow.year] += flow.draws
        yield appraise(
            gains,
            spent,
            optimism=optimism,
            perspective=name,
            currency=appraisal.currency,
            overrides=own.values,
            provenance=arrived.savings.provenance,
        )
