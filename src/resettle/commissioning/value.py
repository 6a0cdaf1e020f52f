"""`value`: what a contract would pay, and how often by chance, before anyone signs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from resettle.commissioning.beliefs import Beliefs, check_beliefs
from resettle.commissioning.draws import World, draw_world, without_effect
from resettle.commissioning.language.payments import OutcomeRate
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.settlement.fee import months_later
from resettle.commissioning.value_rules import limited, paid_in, rate_in
from resettle.commissioning.words import percent
from resettle.errors import bad
from resettle.money import exact, show
from resettle.provenance import Provenance, hash_json
from resettle.result import Record, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEVELS = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
SEED = 20_130


class Spread(Record):
    """An amount over all draws, in pounds: mean, its simulation standard error, and the 10th, 50th and 90th percentiles."""

    mean: float
    error: float
    p10: float
    p50: float
    p90: float


class PartyValue(Record):
    """What one party pays, receives, or is left with (`margin`: receipts less the believed cost of delivery)."""

    party: str
    name: str
    what: str
    spread: Spread


class PaymentValue(Record):
    """One payment before limits on the whole. `chance` is how often it pays anything.

    For an outcome rate: `paid_by_chance`, how often it would pay if the true effect were nil; and `missed`, how often it pays
    nothing in the draws whose true effect reaches what the contract asks for (None where there are no such draws).
    """

    payment: str
    label: str
    kind: str
    spread: Spread
    chance: float
    paid_by_chance: float | None = None
    missed: float | None = None


class Valuation(Result):
    """What a contract would pay under beliefs: by party and by payment, with the percentiles of the total.

    `chance_of_payment`, `paid_by_chance` and `missed` speak of all outcome rates together (None where there are none):
    at least one pays; at least one pays although the true effect is nil; none pays although every true effect is large enough.
    """

    contract_id: str
    title: str
    currency: str
    draws: int
    seed: int
    total: Spread
    parties: tuple[PartyValue, ...]
    payments: tuple[PaymentValue, ...]
    chance_of_payment: float | None
    paid_by_chance: float | None
    missed: float | None
    chance_of_loss: float
    quantiles: dict[str, float]

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


def money(amount: float, currency: str) -> str:
    """A simulated amount to the nearest pound."""
    return show(exact(float(amount)), currency, pence=False)


def value(contract: Contract, beliefs: Beliefs, draws: int = 10_000, seed: int = SEED) -> Valuation:
    """What `contract` would pay over its whole life, by `draws` draws from `beliefs`.

    The payment rules are those that `settle` uses. Beliefs that say nothing of something the contract pays for, and fewer than
    100 or more than a million draws, are a `BadInput`.
    """
    return valued(contract, world_of([contract], beliefs, draws, seed))[0]


def world_of(contracts: Iterable[Contract], beliefs: Beliefs, draws: int, seed: int) -> World:
    """Checked beliefs, drawn once for all contracts."""
    for contract in contracts:
        check_beliefs(contract, beliefs)
    if not 100 <= draws <= 1_000_000:
        raise bad("draws must be between 100 and 1,000,000", value=draws)
    if seed < 0:
        raise bad("a seed must be zero or more", value=seed)
    return draw_world(beliefs, draws, seed)


def valued(contract: Contract, world: World) -> tuple[Valuation, Floats]:
    """The valuation of a contract in a drawn world, and its total in every draw (for paired comparison)."""
    import numpy as np

    paid = paid_in(contract, world)
    total = limited(contract, np.sum(list(paid.values()), axis=0))
    margin = total - float(world.beliefs.monthly_cost) * months(contract)
    chances = rate_chances(contract, world)
    found = Valuation(
        contract_id=contract.id,
        title=contract.title,
        currency=contract.currency,
        draws=world.draws,
        seed=world.seed,
        total=spread(total),
        parties=tuple(party_values(contract, paid, total, margin)),
        payments=tuple(payment_values(contract, paid, world)),
        **chances,
        chance_of_loss=float((margin < 0).mean()),
        quantiles={f"{100 * q:g}%": float(v) for q, v in zip(LEVELS, np.quantile(total, LEVELS), strict=True)},
        provenance=Provenance(
            inputs={f"contract:{contract.id}": hash_json(contract.model_dump(mode="json", by_alias=True))},
            parameters={"beliefs": world.beliefs.model_dump(mode="json"), "draws": world.draws},
            seed=world.seed,
        ),
    )
    return found, total


def months(contract: Contract) -> int:
    """Calendar months of the contract, a begun month counted whole: for the cost of delivery."""
    number = 0
    while months_later(contract.period.start, number) <= contract.period.end:
        number += 1
    return number


def spread(amounts: Floats) -> Spread:
    """The summary of an amount over all draws."""
    import numpy as np

    p10, p50, p90 = (float(q) for q in np.quantile(amounts, (0.1, 0.5, 0.9)))
    return Spread(
        mean=float(amounts.mean()), error=float(amounts.std() / len(amounts) ** 0.5), p10=p10, p50=p50, p90=p90
    )


def party_values(contract: Contract, paid: dict[str, Floats], total: Floats, margin: Floats) -> list[PartyValue]:
    """What each payer pays and each payee receives; the margin where there is one payee.

    A limit on the whole falls on payees in proportion to what each was to receive, as in a statement.
    """
    import numpy as np

    before = np.sum(list(paid.values()), axis=0)
    made = [(party, "pays", total * float(share)) for party, share in contract.shares.items()]
    payees = {
        p: [q.id for q in contract.payments if contract.payee(q) == p] for p in map(contract.payee, contract.payments)
    }
    first = contract.payee(contract.payments[0])
    topped, capped = np.maximum(total - before, 0), np.minimum(total / np.where(before > 0, before, 1), 1)
    for party, own in payees.items():
        received = np.sum([paid[name] for name in own], axis=0) * capped + (topped if party == first else 0)
        made.append((party, "receives", received))
    if len(payees) == 1:
        made.append((first, "margin", margin))
    return [PartyValue(party=p, name=contract.party(p).name, what=w, spread=spread(a)) for p, w, a in made]


def payment_values(contract: Contract, paid: dict[str, Floats], world: World) -> list[PaymentValue]:
    """Each payment on its own."""
    nothing = without_effect(world)
    return [
        PaymentValue(
            payment=p.id,
            label=p.name,
            kind=p.kind,
            spread=spread(paid[p.id]),
            chance=float((paid[p.id] > 0).mean()),
            paid_by_chance=float((rate_in(p, nothing) > 0).mean()) if isinstance(p, OutcomeRate) else None,
            missed=missed([p], world) if isinstance(p, OutcomeRate) else None,
        )
        for p in contract.payments
    ]


def rate_chances(contract: Contract, world: World) -> dict[str, float | None]:
    """How often any outcome rate pays, pays by chance, and how often all are missed."""
    import numpy as np

    rates = [p for p in contract.payments if isinstance(p, OutcomeRate)]
    if not rates:
        return {"chance_of_payment": None, "paid_by_chance": None, "missed": None}
    nothing = without_effect(world)
    return {
        "chance_of_payment": float(np.any([rate_in(p, world) > 0 for p in rates], axis=0).mean()),
        "paid_by_chance": float(np.any([rate_in(p, nothing) > 0 for p in rates], axis=0).mean()),
        "missed": missed(rates, world),
    }


def missed(rates: list[OutcomeRate], world: World) -> float | None:
    """How often nothing is paid in the draws where every true effect is positive and reaches what its payment asks for."""
    import numpy as np

    real = np.all(
        [(world.rates[p.measure].true > 0) & (world.rates[p.measure].true >= asked(p)) for p in rates], axis=0
    )
    if not real.any():
        return None
    return float(np.all([rate_in(p, world)[real] == 0 for p in rates], axis=0).mean())


def asked(payment: OutcomeRate) -> float:
    """The smallest difference, in points, that a payment is meant to pay for: its threshold, or the start of its tiers."""
    return float(payment.tiers[0].start if payment.tiers else payment.threshold_points)
