"""`Beliefs`: what somebody thinks will happen under a contract, before it is signed."""

from __future__ import annotations

import itertools
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from resettle.commissioning.language.fields import Band, Money
from resettle.commissioning.language.payments import (
    AnyPayment,
    Grant,
    OutcomeRate,
    PersonalBudget,
    ShareOfSavings,
    UnitTariff,
    VolumeBands,
)
from resettle.commissioning.language.terms import Contract
from resettle.document import read_document
from resettle.errors import bad, did_you_mean
from resettle.result import Record


class RateBelief(Record):
    """What is believed of one measure: its cohort, the result without the service, and the true effect.

    `n` people in each cohort; `comparison_n` is None where the contract compares with a fixed baseline: then `baseline` is known
    exactly, and its standard error is the one at the baseline. `baseline` is a share for a measure of kind `binary`, events or
    days per person, a score or a cost for others. The true effect is normal, positive where the service helps: in percentage
    points for `binary`, in percent of the baseline for others. `drift_mean` and `drift_sd` are how much better things get a year
    without the service, on the same scale: a fixed baseline pays for it, a comparison group does not. `mix_sd` is how far a
    cohort's risk differs from the baseline's by chance of who comes, on the same scale. `noise_sd` is, for scores and costs, the
    standard deviation of the result apart from everything else, in percent of the baseline. `worth` is what one person kept from
    the outcome (one event or day avoided) is worth to the payer.
    """

    n: int = Field(ge=1)
    comparison_n: int | None = Field(None, ge=1)
    baseline: float = Field(gt=0, lt=1e12)
    effect_mean: float = Field(0.0, ge=-100, le=100)
    effect_sd: float = Field(0.0, ge=0, le=100)
    drift_mean: float = Field(0.0, ge=-100, le=100)
    drift_sd: float = Field(0.0, ge=0, le=100)
    mix_sd: float = Field(0.0, ge=0, le=100)
    noise_sd: float = Field(0.0, ge=0, le=100)
    worth: Money | None = None


class OutcomeBelief(Record):
    """What is believed of one outcome of single people.

    `chance` that one who starts reaches it with accepted verification, `sd` how unsure that chance is (a beta distribution),
    `without` the chance that they would reach it without the service, `months` from start to outcome.
    """

    chance: float
    sd: float = Field(0.0, ge=0, lt=0.5)
    without: float | None = Field(None, ge=0, le=1)
    months: int = Field(0, ge=0, le=240)


class LevelBelief(Record):
    """What a service level will come to in each period: normal, with a mean and a standard deviation."""

    mean: float = Field(ge=-1e9, le=1e9)
    sd: float = Field(0.0, ge=0, le=1e9)


class CostBelief(Record):
    """What delivery costs beside `monthly_cost`: for each start, before the first month, and how unsure all of it is.

    `sd` is the standard deviation of cost as a share of it; `reserves` what the provider can lose before it is ruined.
    `transaction` is what the arrangement costs the payers to make and run.
    """

    a_start: Money = Decimal("0.00")
    mobilisation: Money = Decimal("0.00")
    mobilisation_months: int = Field(0, ge=0, le=36)
    sd: float = Field(0.0, ge=0, le=1)
    finance_rate: float = Field(0.06, ge=0, le=1)
    reserves: Money | None = None
    transaction: Money = Decimal("0.00")


def read_outcome(value: Any) -> Any:
    """A bare chance becomes a belief with that chance."""
    return value if isinstance(value, dict | OutcomeBelief) else {"chance": value}


class Beliefs(Record):
    """What is believed of everything a contract may pay for.

    `people` start with the service over the whole contract, times a factor that is normal with `volume_mean` and `volume_sd`
    (never below nothing). `outcomes` gives, by outcome code, the chance that one of them reaches it, or a block that says more.
    Outcomes on a ladder are shares of all people, so they fall. `bands` are the shares of people in each complexity band;
    `band_people` says how sure they are, as a sample of so many people (None: quite sure). `rates` are by measure id, `levels` by
    service level. `monthly_cost` and `cost` are what delivery costs the provider. `spend_share` is the part of personal budgets
    that is spent, `price_sd` the standard deviation of a year's change of prices. `note` says where beliefs come from.
    """

    people: int = Field(0, ge=0)
    volume_mean: float = Field(1.0, ge=0, le=10)
    volume_sd: float = Field(0.0, ge=0, le=5)
    outcomes: dict[str, Annotated[OutcomeBelief, BeforeValidator(read_outcome)]] = {}
    bands: dict[Band, float] = Field({"any": 1.0}, min_length=1)
    band_people: float | None = Field(None, gt=0, le=1e9)
    rates: dict[str, RateBelief] = {}
    levels: dict[str, LevelBelief] = {}
    monthly_cost: Money = Decimal("0.00")
    cost: CostBelief = CostBelief()
    spend_share: float = Field(1.0, ge=0, le=1)
    price_sd: float = Field(0.0, ge=0, le=0.5)
    note: str = ""


def read_beliefs(path: str | Path) -> Beliefs:
    """Read beliefs from a TOML file of the same form; faults are a `BadInput` with their lines."""
    return read_document(Beliefs, Path(path))


def price_of(tariff: UnitTariff, outcome: str, band: str) -> Decimal | None:
    """The price of an outcome for a band; None where the tariff has none."""
    prices = tariff.prices.get(outcome, {})
    return prices.get(band, prices.get("any"))  # type: ignore[call-overload, no-any-return]


def check_beliefs(contract: Contract, beliefs: Beliefs) -> None:
    """Beliefs must say something of every outcome and measure that the contract pays for (`BadInput`)."""
    check_numbers(beliefs)
    for payment in contract.payments:
        if isinstance(payment, UnitTariff):
            check_tariff(contract, payment, beliefs)
        for measure in measures_of(payment):
            require(measure, beliefs.rates, "rates", contract)
            check_rate(contract, measure, beliefs.rates[measure])
        if isinstance(payment, VolumeBands | PersonalBudget) and not beliefs.people:
            raise bad(
                f"contract {contract.id} pays by people, and the beliefs give none",
                column="people",
                do="Say how many people will start.",
            )


def measures_of(payment: AnyPayment) -> list[str]:
    """The measures that a payment depends on."""
    if isinstance(payment, OutcomeRate):
        return [m for m in (payment.measure, payment.hurdle) if m]
    if isinstance(payment, ShareOfSavings):
        return [payment.measure]
    if isinstance(payment, Grant) and payment.clawback:
        return [payment.clawback.measure]
    return []


def check_tariff(contract: Contract, tariff: UnitTariff, beliefs: Beliefs) -> None:
    """Every outcome of a tariff must be believed in, and priced for somebody; ladders must fall."""
    for outcome in (*tariff.prices, *(r.on for r in tariff.reclaim)):
        require(outcome, beliefs.outcomes, "outcomes", contract)
    for outcome in tariff.prices:
        if all(price_of(tariff, outcome, band) is None for band in beliefs.bands):
            raise bad(
                f"contract {contract.id} has no price for {outcome!r} in any band of the beliefs",
                column="bands",
                value=", ".join(beliefs.bands),
                do=f"Give the share of people in {', '.join(tariff.prices[outcome])}.",
            )
    for ladder in tariff.ladders:
        for lower, upper in itertools.pairwise(ladder):
            require(lower, beliefs.outcomes, "outcomes", contract)
            require(upper, beliefs.outcomes, "outcomes", contract)
            if beliefs.outcomes[upper].chance > beliefs.outcomes[lower].chance:
                raise bad(
                    f"more people would reach {upper!r} than {lower!r}, which comes before it",
                    column=f"outcomes.{upper}",
                    value=beliefs.outcomes[upper].chance,
                    do="Give shares of all people, which fall along a ladder.",
                )


def check_rate(contract: Contract, measure: str, belief: RateBelief) -> None:
    """The baseline of a share must be a share."""
    if contract.measure(measure).kind == "binary" and belief.baseline >= 1:
        raise bad("the baseline of a share must be below 1", column=f"rates.{measure}.baseline", value=belief.baseline)


def check_numbers(beliefs: Beliefs) -> None:
    """Chances must be chances, and shares must add up."""
    for outcome, belief in beliefs.outcomes.items():
        if not 0 <= belief.chance <= 1:
            raise bad("not a probability between 0 and 1", column=f"outcomes.{outcome}", value=belief.chance)
        if belief.sd and belief.sd**2 >= belief.chance * (1 - belief.chance):
            raise bad(
                "no chance between 0 and 1 can be as unsure as this",
                column=f"outcomes.{outcome}.sd",
                value=belief.sd,
                do=f"Keep it below {(belief.chance * (1 - belief.chance)) ** 0.5:.3f}.",
            )
    if any(not share >= 0 for share in beliefs.bands.values()) or not 0 < sum(beliefs.bands.values()) < float("inf"):
        raise bad("shares of bands must be zero or more, and not all zero", column="bands", value=dict(beliefs.bands))
    if abs(sum(beliefs.bands.values()) - 1) > 1e-6:
        raise bad(
            "shares of bands must add up to 1",
            column="bands",
            value=dict(beliefs.bands),
            do="Give the share of people in every band.",
        )


def require(name: str, known: dict[str, Any], key: str, contract: Contract) -> None:
    """One thing that the contract pays for must be among the beliefs."""
    if name not in known:
        raise bad(
            f"the beliefs say nothing of {name!r}, which contract {contract.id} pays for",
            column=key,
            do=did_you_mean(name, known) if known else f"Add it under {key}.",
        )
