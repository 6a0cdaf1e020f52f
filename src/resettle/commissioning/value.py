"""`value`: what a contract would pay, and how often by chance, before anyone signs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from resettle.commissioning.beliefs import Beliefs, check_beliefs
from resettle.commissioning.language.terms import Contract
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
from resettle.commissioning.valuation.variance import variance_shares
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
    "PartyValue",
    "PaymentValue",
    "Spread",
    "Valuation",
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
    `variance` splits the variance of the total by source (None where nothing varies). `dead_weight` is what is paid for outcomes
    that would have come anyway (None where the beliefs do not say). `transaction` is what the arrangement itself costs. `left` is
    what stays with the vehicle once investors are repaid.
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
    left: Spread | None = None
    detection: tuple[Detection, ...] = ()
    variance: dict[str, float] | None
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
    investors, left = investor_values(calendar, paid)
    found = Valuation(
        contract_id=contract.id,
        title=contract.title,
        currency=contract.currency,
        draws=world.draws,
        seed=world.seed,
        total=spread(total),
        cost=spread(np.broadcast_to(cost, total.shape)),
        parties=tuple(party_values(calendar, paid, margin)),
        payments=tuple(payment_values(calendar, paid, world)),
        years=tuple(year_values(calendar, paid)),
        cash=cash_value(calendar, world, paid, margin),
        investors=tuple(investors),
        left=None if left is None else spread(left),
        detection=tuple(detections(contract, world.beliefs)),
        variance=variance_shares(world, total, lambda other: totals(calendar, other)),
        retained=retained(calendar, world, total, cost),
        dead_weight=dead_weight(calendar, world),
        transaction=float(world.beliefs.cost.transaction),
        **rate_chances(calendar, world),
        chance_of_loss=float((margin < 0).mean()),
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
