"""The supply chain below a prime: a file that says who gets which part of a contract's money, and what that does to each."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from resettle.commissioning.beliefs import Beliefs
from resettle.commissioning.language.fields import Id, Money, Share
from resettle.commissioning.language.payments import OutcomeRate, ShareOfSavings, UnitTariff
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.price.pass_through import PassThrough, pass_through
from resettle.commissioning.price.pass_through import Share as Part
from resettle.commissioning.valuation.calendar import Calendar
from resettle.commissioning.valuation.cash import total_cost
from resettle.commissioning.valuation.parties import payees_of
from resettle.commissioning.valuation.payments import agreed, payments_in
from resettle.commissioning.valuation.pieces import Pieces
from resettle.commissioning.value import SEED, world_of
from resettle.document import read_document
from resettle.errors import bad, did_you_mean

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESULTS = (UnitTariff, OutcomeRate, ShareOfSavings)
"""Payments that hang on results: the uncertain money. All others are the sure money."""


class Block(BaseModel):
    """A block of a supply chain: fixed once read, with no keys but those described."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Subcontractor(Block):
    """One organisation below the prime."""

    name: str = Field(min_length=1, description="Its name.")
    sure: Share = Field(description="Its share of the sure money: fees, grants, budgets and bands of volume.")
    uncertain: Share = Field(description="Its share of what hangs on results.")
    cost: Money = Field(description="What its part costs it over the whole contract.")
    reserves: Money = Field(description="Free reserves that it can lose.")


class Chain(Block):
    """A supply chain: who gets which part of a contract's money, and what each can lose. The prime keeps the rest."""

    title: str = Field(min_length=1, description="Title.")
    prime: Id | None = Field(None, description="Party of the contract that is paid; absent: its only provider.")
    reserves: Money = Field(description="Free reserves of the prime.")
    cost: Money | None = Field(
        None,
        description="What its own part costs the prime over the whole contract; absent: the expected cost of delivery, "
        "less what the subcontractors' parts cost.",
    )
    note: str = Field("", description="Where the amounts come from.")
    subcontractors: tuple[Subcontractor, ...] = Field(min_length=1, description="Organisations below the prime.")


def read_chain(path: str | Path) -> Chain:
    """Read a supply chain; faults, and shares of more than all of the money, are a `BadInput` with their place."""
    file = Path(path)
    chain = read_document(Chain, file)
    for kind in ("sure", "uncertain"):
        total = sum((getattr(s, kind) for s in chain.subcontractors), Decimal(0))
        if total > 1:
            raise bad(
                f"subcontractors get more than all of the {kind} money",
                file=file,
                column=f"subcontractors.{kind}",
                value=total,
                do="Give shares that add up to 1 at most; the prime keeps the rest.",
            )
    return chain


def passed_on(contract: Contract, beliefs: Beliefs, chain: Chain, draws: int = 10_000, seed: int = SEED) -> PassThrough:
    """How the risk of a contract reaches each organisation of a supply chain, by draws from `beliefs`.

    What the prime is paid in each draw, after every limit, is divided: payments for results are the uncertain money, all others
    (with what a limit on the whole contract takes or adds) the sure money.
    """
    prime = prime_of(contract, chain)
    calendar, world = Calendar.of(contract), world_of([contract], beliefs, draws, seed)
    sure, uncertain = money_of(calendar, payments_in(calendar, world), prime)
    below = [
        Part(
            name=s.name,
            sure=float(s.sure),
            uncertain=float(s.uncertain),
            cost=float(s.cost),
            reserves=float(s.reserves),
        )
        for s in chain.subcontractors
    ]
    left = float(total_cost(calendar, world).mean()) - sum(s.cost for s in below)
    return pass_through(
        sure,
        uncertain,
        below,
        prime=contract.party(prime).name,
        prime_cost=max(0.0, left) if chain.cost is None else float(chain.cost),
        prime_reserves=float(chain.reserves),
        currency=contract.currency,
        draws=draws,
        seed=seed,
    )


def prime_of(contract: Contract, chain: Chain) -> str:
    """The party that is paid and passes on."""
    payees = {payee for payment in contract.payments for payee in contract.payees(payment)}
    if chain.prime is None:
        if len(payees) > 1:
            raise bad(
                "several parties of the contract are paid, and the supply chain does not say which is the prime",
                column="prime",
                do=f"Name one of {', '.join(sorted(payees))}.",
            )
        return next(iter(payees))
    if chain.prime not in payees:
        raise bad(
            "the contract does not pay the prime",
            column="prime",
            value=chain.prime,
            do=did_you_mean(chain.prime, payees),
        )
    return chain.prime


def money_of(calendar: Calendar, paid: dict[str, Pieces], prime: str) -> tuple[Floats, Floats]:
    """What the prime is paid in every draw: the sure and the uncertain money."""
    import numpy as np

    results = {p.id for p in agreed(calendar) if isinstance(p, RESULTS)}
    made = {True: np.zeros(1), False: np.zeros(1)}
    for name, found in paid.items():
        share = float(payees_of(calendar, name).get(prime, 0))
        made[name in results] = made[name in results] + share * found.total
    return made[False], made[True]
