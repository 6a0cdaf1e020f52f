"""What is paid: one model for each kind of price."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from resettle.commissioning.language.base import EARLIEST, LATEST, Terms
from resettle.commissioning.language.fields import (
    Amount,
    DeadZone,
    Id,
    Money,
    Number,
    Percent,
    Points,
    Prices,
    Share,
    Verification,
)

Every = Literal["month", "quarter", "year"]


class Retention(Terms):
    """Part of a payment that is held back."""

    share: Share = Field(description="Share held back.")
    months: int | None = Field(
        None,
        ge=1,
        le=600,
        description="Months after it was earned until it is released; absent: once the contract ends.",
    )


class Payment(Terms):
    """What every payment says of itself."""

    id: Id = Field(description="Name of the payment, used in statements and limits.")
    label: str = Field("", description="What is paid for, in a reader's words.")
    payee: Id | None = Field(None, description="Party that is paid; may be left out where there is one provider.")
    payees: dict[Id, Share] = Field(
        {}, description="Shares of several parties who are paid, instead of `payee`; they add up to 1."
    )
    indexed: bool = Field(False, description="Whether amounts rise with `[indexation]`.")
    deferred_months: int = Field(0, ge=0, le=600, description="Months after it was earned until it is owed.")
    retention: Retention | None = Field(None, description="Part held back until later.")

    @property
    def name(self) -> str:
        """The label, or the id where there is none."""
        return self.label or self.id


class Volume(Terms):
    """A fee that follows the volume of work, reckoned once a contract year is over.

    Inside `low` to `high` nothing changes. Outside, the year's fee changes by fee x `marginal` x (volume - bound) / `expected`.
    """

    weights: dict[str, Amount] = Field(
        {}, description="Weight of one case of each band; a band that is not named weighs 1."
    )
    expected: Amount = Field(gt=0, description="Weighted volume of a contract year on which the fee was bid.")
    low: Amount = Field(description="Weighted volume below which the fee falls.")
    high: Amount = Field(description="Weighted volume above which the fee rises.")
    marginal: Share = Field(description="Part of the fee that follows the volume.")


class Fee(Payment):
    """Fee for service: a fixed amount for each whole month, quarter or year delivered, or once at the start."""

    kind: Literal["fee"] = Field(description="`fee`.")
    amount: Money = Field(description="Amount for each `every`.")
    every: Literal["month", "quarter", "year", "once"] = Field("month", description="How often the amount falls due.")
    learning: Share = Field(
        Decimal(0), description="Share by which the amount falls at each anniversary of the contract."
    )
    volume: Volume | None = Field(None, description="How the fee follows the volume.")


class Band(Terms):
    """One band of volume: from `from` people up to and including `to`."""

    start: int = Field(alias="from", ge=0, description="Fewest people of the band.")
    to: int | None = Field(None, ge=0, description="Most people of the band; the last band may leave it out.")
    amount: Money = Field(description="Fixed price of the period in this band.")


class VolumeBands(Payment):
    """Volume bands: a fixed price for each period, by the number of people who started in it.

    The `to` of the last band is the volume cap: beyond it the last band is paid, and the statement says that it was passed.
    """

    kind: Literal["volume_bands"] = Field(description="`volume_bands`.")
    every: Every = Field("year", description="Period in which people are counted.")
    bands: tuple[Band, ...] = Field(description="Bands from the fewest people to the most.")


class Reclaim(Terms):
    """A claw-back of outcomes that did not last."""

    on: Id = Field(description="Outcome code that undoes them (a person who comes back into treatment, for instance).")
    outcomes: tuple[Id, ...] = Field((), description="Outcome codes that are taken back; absent: all of the payment.")
    within_months: int = Field(ge=1, le=240, description="Months after the outcome in which it can be undone.")
    share: Share = Field(Decimal(1), description="Share of the price that is taken back.")


class UnitTariff(Payment):
    """Unit tariff: a price for each verified outcome of one person."""

    kind: Literal["unit_tariff"] = Field(description="`unit_tariff`.")
    prices: dict[str, Prices] = Field(
        description="Price for each outcome code: one amount, or a table by complexity band (`low`, `medium`, `high`, `any`).",
    )
    verification: tuple[Verification, ...] = Field(
        ("document", "registry"), description="Kinds of verification that are accepted."
    )
    once_per_person: bool = Field(True, description="Whether each outcome is paid once only for one person.")
    max_per_person: int | None = Field(
        None, ge=1, description="Most outcomes paid for one person under this payment; the dearest are paid."
    )
    most: dict[str, Annotated[int, Field(ge=0)]] = Field(
        {},
        description="Most that are paid of an outcome in all, by outcome code; the dearest are paid, then the earliest.",
    )
    ladders: tuple[tuple[str, ...], ...] = Field(
        (),
        description="Milestones in order: one is paid only for a person who also reached, verified, all those before it.",
    )
    reclaim: tuple[Reclaim, ...] = Field((), description="Outcomes that are taken back if they do not last.")


class Tier(Terms):
    """One step of a tiered payment: from `from` up to, but not including, `to`, on the scale of the payment."""

    start: Points = Field(alias="from", description="Result at which the tier starts.")
    to: Points | None = Field(None, description="Result at which it stops; the last tier leaves it out.")
    amount: Money = Field(description="Amount paid in this tier, in all.")


class Prior(Terms):
    """What the parties agreed to believe of the true result before anybody was measured: a normal distribution."""

    mean: Number = Field(description="Result expected, on the payment's scale; positive is better.")
    sd: Amount = Field(gt=0, description="Standard deviation of that belief, on the same scale.")
    source: str = Field(min_length=1, description="Where the belief comes from.")


class Test(Terms):
    """How sure or how large a result must be, beyond the dead zone."""

    __test__ = False

    minimum: Points | None = Field(
        None, description="Smallest result that pays, on the payment's scale. From there on the whole result is paid."
    )
    pooled_minimum: Points | None = Field(
        None,
        description="Once all cohorts have a result: the smallest one over all of them together that pays the cohorts which "
        "failed on their own.",
    )
    confidence: float = Field(0.95, ge=0.5, le=0.999, description="Level of the interval that decides.")
    sides: Literal[1, 2] = Field(2, description="2: both ends of the interval. 1: the whole risk of chance on one end.")
    prior: Prior | None = Field(
        None,
        description="The interval that decides is then of what is believed after the result. With `sides = 1` and "
        "`confidence = 0.9` it pays if the chance that the true result is better than none is above 90%. What is paid for stays "
        "the result itself.",
    )


class Advance(Terms):
    """A payment on account of a result that is not known yet; what is not earned is repaid."""

    amount: Money = Field(description="Amount for each `every`.")
    every: Every = Field(
        "month", description="How often, within the window of each cohort (or the contract, where there is one cohort)."
    )


class OutcomeRate(Payment):
    """Outcome rate: the cohort's result against a comparison, paid by the point, person or event, or in tiers."""

    kind: Literal["outcome_rate"] = Field(description="`outcome_rate`.")
    measure: Id = Field(description="Measure that decides.")
    scale: Literal["points", "percent"] = Field(
        "points",
        description="`points`: difference per 100 people (percentage points). `percent`: reduction in percent of the comparison.",
    )
    price: Money | None = Field(None, description="Price for each `per`; not with tiers.")
    per: Literal["point", "person", "event"] = Field(
        "point",
        description="`point`: one unit of the scale. `person`: a person kept from the outcome. `event`: an event or day avoided.",
    )
    threshold_points: Points = Field(
        Decimal(0), description="Part of the result that must be passed and is not paid for; not with tiers."
    )
    dead_zone: DeadZone = Field(
        "interval",
        description="Results too close to the comparison to pay: `interval` (the interval of the test includes zero), a number on "
        "the scale, or `none`. Outside it, the whole distance beyond the threshold is paid.",
    )
    penalty: Money | None = Field(
        None, description="Price of each `per` by which a result is worse, outside the dead zone: a deduction."
    )
    tiers: tuple[Tier, ...] = Field((), description="Fixed amounts by size of the difference, instead of a price.")
    hurdle: Id | None = Field(
        None,
        description="A measure that must be shown to be better (its interval leaves out zero) before this pays or deducts.",
    )
    test: Test = Field(Test(), description="How sure or how large a result must be.")
    advance: Advance | None = Field(None, description="Payment on account.")


class ShareOfSavings(Payment):
    """Share of savings: part of the fall in the cost of demand, reckoned at unit prices, for each cohort (year)."""

    kind: Literal["share_of_savings"] = Field(description="`share_of_savings`.")
    measure: Id = Field(description="Measure of kind `cost`.")
    threshold: Percent = Field(description="Fall in percent below which nothing is paid.")
    most: Percent = Field(Decimal(100), description="Fall in percent beyond which no more is paid.")
    share_below: Share = Field(description="Share paid of the savings up to the threshold, once it is passed.")
    share_above: Share = Field(description="Share paid of the savings beyond the threshold.")


class Instalment(Terms):
    """One part of a grant."""

    on: date = Field(ge=EARLIEST, le=LATEST, description="Day on which it is paid.")
    amount: Money = Field(description="Amount.")


class Clawback(Terms):
    """A grant that is repaid where a target was missed."""

    measure: Id = Field(description="Measure with the target.")
    minimum: Percent = Field(description="Reduction in percent of the baseline that was promised.")
    share: Share = Field(Decimal(1), description="Share of the grant that is repaid where it was missed.")
    waived_if_left_by: date | None = Field(
        None, description="A provider who left on or before this day (`termination.left_on`) repays nothing."
    )


class Grant(Payment):
    """Grant: paid on agreed days whatever the result, and repaid where a target was agreed and missed."""

    kind: Literal["grant"] = Field(description="`grant`.")
    instalments: tuple[Instalment, ...] = Field(description="When and how much.")
    clawback: Clawback | None = Field(None, description="When it must be repaid.")


class PersonalBudget(Payment):
    """Personal budget: what was spent for a person on their own goals, up to an amount for each person."""

    kind: Literal["personal_budget"] = Field(description="`personal_budget`.")
    amounts: Prices = Field(
        description="Most that is spent for one person: one amount, or a table by complexity band (`low`, `medium`, `high`, `any`)."
    )


class CostPlus(Payment):
    """Open book: recorded costs of the provider, and a margin on them."""

    kind: Literal["cost_plus"] = Field(description="`cost_plus`.")
    margin: Share = Field(Decimal(0), description="Margin as a share of the costs.")


Kinds = Fee | VolumeBands | UnitTariff | OutcomeRate | ShareOfSavings | Grant | PersonalBudget | CostPlus
AnyPayment = Annotated[Kinds, Field(discriminator="kind")]
