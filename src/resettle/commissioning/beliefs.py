"""`Beliefs`: what somebody thinks will happen under a contract, before it is signed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from pydantic import Field

from resettle.commissioning.language.fields import Band, Money
from resettle.commissioning.language.payments import OutcomeRate, UnitTariff
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.settlement.tariff import price_of
from resettle.document import read_document
from resettle.errors import bad, did_you_mean
from resettle.result import Record


class RateBelief(Record):
    """What is believed of one measure: its cohort, the rate without the service, and the true effect.

    `comparison_n` is None where the contract compares with a fixed baseline: then `baseline` is known exactly, and its standard
    error is the one at the baseline rate. The true effect is normal, in percentage points, positive where the service helps.
    """

    n: int = Field(ge=1)
    comparison_n: int | None = Field(None, ge=1)
    baseline: float = Field(gt=0, lt=1)
    effect_mean: float = Field(0.0, ge=-100, le=100)
    effect_sd: float = Field(0.0, ge=0, le=100)


class Beliefs(Record):
    """What is believed of everything a contract may pay for.

    `people` start with the service over the whole contract. `outcomes` gives, by outcome code, the probability that one of
    them reaches it with accepted verification; `bands` the share of people in each complexity band. `rates` are by measure id.
    `monthly_cost` is what delivery costs the provider.
    """

    people: int = Field(0, ge=0)
    outcomes: dict[str, float] = {}
    bands: dict[Band, float] = Field({"any": 1.0}, min_length=1)
    rates: dict[str, RateBelief] = {}
    monthly_cost: Money = Decimal("0.00")


def read_beliefs(path: str | Path) -> Beliefs:
    """Read beliefs from a TOML file of the same form; faults are a `BadInput` with their lines."""
    return read_document(Beliefs, Path(path))


def check_beliefs(contract: Contract, beliefs: Beliefs) -> None:
    """Beliefs must say something of every outcome and measure that the contract pays for (`BadInput`)."""
    for payment in contract.payments:
        if isinstance(payment, UnitTariff):
            for outcome in payment.prices:
                require(outcome, beliefs.outcomes, "outcomes", contract)
                if all(price_of(payment, outcome, band) is None for band in beliefs.bands):
                    raise bad(
                        f"contract {contract.id} has no price for {outcome!r} in any band of the beliefs",
                        column="bands",
                        value=", ".join(beliefs.bands),
                        do=f"Give the share of people in {', '.join(payment.prices[outcome])}.",
                    )
        elif isinstance(payment, OutcomeRate):
            for measure in filter(None, (payment.measure, payment.hurdle)):
                require(measure, beliefs.rates, "rates", contract)
    for outcome, probability in beliefs.outcomes.items():
        if not 0 <= probability <= 1:
            raise bad("not a probability between 0 and 1", column=f"outcomes.{outcome}", value=probability)
    if any(not share >= 0 for share in beliefs.bands.values()) or not 0 < sum(beliefs.bands.values()) < float("inf"):
        raise bad("shares of bands must be zero or more, and not all zero", column="bands", value=dict(beliefs.bands))
    if abs(sum(beliefs.bands.values()) - 1) > 1e-6:
        raise bad(
            "shares of bands must add up to 1",
            column="bands",
            value=dict(beliefs.bands),
            do="Give the share of people in every band.",
        )


def require(name: str, known: dict[str, float] | dict[str, RateBelief], key: str, contract: Contract) -> None:
    """One thing that the contract pays for must be among the beliefs."""
    if name not in known:
        raise bad(
            f"the beliefs say nothing of {name!r}, which contract {contract.id} pays for",
            column=key,
            do=did_you_mean(name, known) if known else f"Add it under {key}.",
        )
