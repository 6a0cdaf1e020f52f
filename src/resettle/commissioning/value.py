"""`value`: what a contract would pay, and how often by chance, before anyone signs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from resettle.commissioning.beliefs import Beliefs, check_beliefs
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.valuation.bearers import Bearer, bearers_of
from resettle.commissioning.valuation.calendar import Calendar
from resettle.commissioning.valuation.cash import total_cost
from resettle.commissioning.valuation.chances import PaymentValue, payment_values, rate_chances
from resettle.commissioning.valuation.curve import CashValue, cash_value
from resettle.commissioning.valuation.detection import Detection, detections
from resettle.commissioning.valuation.investors import InvestorValue, investor_values
from resettle.commissioning.valuation.parties import PartyValue, YearValue, party_values, year_values
from resettle.commissioning.valuation.payments import payments_in, total_in
from resettle.commissioning.valuation.retained import Retained, dead_weight, retained
from resettle.commissioning.valuation.spread import LEVELS, Spread, money, quantiles, spread
from resettle.commissioning.valuation.variance import VariancePart, variance_parts
from resettle.commissioning.valuation.world import World
from resettle.commissioning.words import percent
from resettle.errors import bad
from resettle.provenance import Provenance, hash_json
from resettle.result import Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "SEED",
    "Bearer",
    "PartyValue",
    "PaymentValue",
    "Spread",
    "Valuation",
    "VariancePart",
    "money",
    "spread",
    "value",
    "valued",
    "world_of",
]

SEED = 20_130


class Valuation(Result):
    """What a contract would pay under beliefs: by party, payment and year, with what it does to everybody's cash.

    `chance_of_payment`, `paid_by_chance` and `missed` speak of all outcome rates together (None where there are none):
    at least one pays; at least one pays although the true effect is nil; none pays although every true effect is large enough.
    `moved_by` splits the variance of the total by source, each with its interval (empty where nothing varies). `dead_weight` is
    what is paid for outcomes that would have come anyway (None where the beliefs do not say). `transaction` is what the arrangement
    itself costs. `left` is what stays with the vehicle once investors are repaid. `bearers` says who is left with what: whoever
    delivers, each investor and each guarantor apart; `chance_of_loss` is of whoever delivers.
    """

    contract_id: str
    title: str
    currency: str
    draws: int
    seed: int
    total: Spread
    cost: Spread
    parties: tuple[PartyValue, ...]
    payments: tuple[PaymentValue, ...]
    years: tuple[YearValue, ...]
    cash: CashValue
    investors: tuple[InvestorValue, ...] = ()
    bearers: tuple[Bearer, ...] = ()
    left: Spread | None = None
    detection: tuple[Detection, ...] = ()
    moved_by: tuple[VariancePart, ...] = ()
    retained: Retained
    dead_weight: Spread | None
    transaction: float
    chance_of_payment: float | None
    paid_by_chance: float | None
    missed: float | None
    chance_of_loss: float
    quantiles: dict[str, float]
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What is expected, between which amounts eight times in ten, and how often chance alone would pay."""
        low, high = money(self.total.p10, self.currency), money(self.total.p90, self.currency)
        text = f"{self.title}: {money(self.total.mean, self.currency)} expected, {low} to {high} in 80 of 100 draws."
        if self.paid_by_chance is None:
            return text
        pays, by_chance = percent(self.chance_of_payment or 0), percent(self.paid_by_chance)
        return f"{text} A result is paid in {pays} of draws, and in {by_chance} where the service makes no difference."

    @property
    def variance(self) -> dict[str, float] | None:
        """The share of each source in the variance of the total; None where nothing varies."""
        return {part.source: part.share for part in self.moved_by} or None

    @property
    def unsure(self) -> str:
        """Where the variance of the payment comes from, in one sentence."""
        if not self.moved_by:
            return "The payment never varies."
        ordered = sorted((p for p in self.moved_by if p.share > 0), key=lambda p: -p.share)
        said, n = ", ".join(map(str, ordered)), self.moved_by[0].n
        return f"Of the variance of the payment: {said}. In brackets: 95% intervals, by bootstrap over {n:,} draws."

    @property
    def losses(self) -> str:
        """Who loses, how often, and how much in the worst twentieth of draws: whoever delivers and investors apart."""
        parts = [
            f"{b.name} ({b.role}) loses in {percent(b.chance_of_loss)} of draws, "
            f"{money(b.worst, self.currency)} on average in the worst twentieth"
            if b.worst > 0
            else f"{b.name} ({b.role}) loses in {percent(b.chance_of_loss)} of draws"
            for b in self.bearers
            if b.role != "gives"
        ]
        return f"Who loses: {'; '.join(parts)}."

    def loss_rows(self) -> list[dict[str, Any]]:
        """One row for each party and role: what it is left with, how often it loses, and its mean loss in the worst twentieth."""
        return [
            {"party": b.name, "role": b.role, **b.net.model_dump(include={"mean", "p10", "p50", "p90"})}
            | {"chance_of_loss": b.chance_of_loss, "worst": b.worst}
            for b in self.bearers
        ]

    def variance_rows(self) -> list[dict[str, Any]]:
        """One row for each source of the variance of the payment, with its interval."""
        return [
            {"source": p.source, "share": p.share, "low": p.interval.low, "high": p.interval.high, "n": p.n}
            for p in self.moved_by
        ]

    def rows(self) -> list[dict[str, Any]]:
        """One row for what each party pays, receives or keeps."""
        return [
            {"party": p.name, "what": p.what, **p.spread.model_dump(include={"mean", "p10", "p50", "p90"})}
            for p in self.parties
        ]


def value(contract: Contract, beliefs: Beliefs, draws: int = 10_000, seed: int = SEED) -> Valuation:
    """What `contract` would pay over its whole life, by `draws` draws from `beliefs`.

    Results, limits and timing follow the rules that `settle` uses. Beliefs that say nothing of something the contract pays for,
    and fewer than 100 or more than a million draws, are a `BadInput`.
    """
    return valued(contract, world_of([contract], beliefs, draws, seed))[0]


def world_of(contracts: Iterable[Contract], beliefs: Beliefs, draws: int, seed: int) -> World:
    """Checked beliefs, to be drawn once for all contracts."""
    for contract in contracts:
        check_beliefs(contract, beliefs)
    if not 100 <= draws <= 1_000_000:
        raise bad("draws must be between 100 and 1,000,000", value=draws)
    if seed < 0:
        raise bad("a seed must be zero or more", value=seed)
    return World(beliefs, draws, seed)


def totals(calendar: Calendar, world: World) -> Floats:
    """Pounds over all payments in every draw of a world."""
    return total_in(payments_in(calendar, world))


def valued(contract: Contract, world: World) -> tuple[Valuation, Floats]:
    """The valuation of a contract in a drawn world, and its total in every draw (for paired comparison)."""
    import numpy as np

    calendar = Calendar.of(contract)
    paid = payments_in(calendar, world)
    total = np.broadcast_to(total_in(paid), (world.draws,))
    cost = total_cost(calendar, world)
    margin = total - cost
    investors = investor_values(calendar, paid)
    bearers, own = bearers_of(calendar, margin, investors.tranches, investors.made)
    found = Valuation(
        contract_id=contract.id,
        title=contract.title,
        currency=contract.currency,
        draws=world.draws,
        seed=world.seed,
        total=spread(total),
        cost=spread(np.broadcast_to(cost, total.shape)),
        parties=tuple(party_values(calendar, paid, own)),
        payments=tuple(payment_values(calendar, paid, world)),
        years=tuple(year_values(calendar, paid)),
        cash=cash_value(calendar, world, paid, own),
        investors=tuple(investors.values),
        bearers=tuple(bearers),
        left=None if investors.left is None else spread(investors.left),
        detection=tuple(detections(contract, world.beliefs)),
        moved_by=variance_parts(world, total, lambda other: totals(calendar, other)),
        retained=retained(calendar, world, total, cost),
        dead_weight=dead_weight(calendar, world),
        transaction=float(world.beliefs.cost.transaction),
        **rate_chances(calendar, world),
        chance_of_loss=bearers[0].chance_of_loss,
        quantiles={f"{100 * q:g}%": v for q, v in zip(LEVELS, quantiles(total, LEVELS), strict=True)},
        notes=tuple(n for n in (contract.note, world.beliefs.note) if n),
        provenance=provenance(contract, world),
    )
    return found, total


def provenance(contract: Contract, world: World) -> Provenance:
    """The terms by hash, the beliefs in full, and the seed."""
    return Provenance(
        inputs={f"contract:{contract.id}": hash_json(contract.model_dump(mode="json", by_alias=True))},
        parameters={"beliefs": world.beliefs.model_dump(mode="json"), "draws": world.draws},
        seed=world.seed,
    )
