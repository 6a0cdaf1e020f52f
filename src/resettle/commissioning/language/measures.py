"""What is measured, against what, by which design."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from resettle.commissioning.language.base import Period, Terms
from resettle.commissioning.language.fields import Amount, Id, Money, Number, Points, Share

Design = Literal["fixed", "matched", "randomised", "did"]


class Adjustment(Terms):
    """Allowing for who is in the cohort: the baseline was of people whose mean risk was `reference`."""

    covariate: str = Field(min_length=1, description="Score or covariate, in words (a risk score, for instance).")
    form: Literal["additive", "ratio"] = Field(
        description="`additive`: reference less the cohort's mean is added to the result. "
        "`ratio`: the result is multiplied by reference / mean."
    )
    reference: Number = Field(description="Mean of the covariate in the baseline; for shares, from 0 to 1.")


class Baseline(Terms):
    """What results are compared with, where that is agreed beforehand."""

    kind: Literal["fixed", "historic", "trend"] = Field(
        description="`fixed`: one agreed period. `historic`: the mean of several. `trend`: `value` moved with a reference series."
    )
    value: Amount = Field(description="Baseline: a share from 0 to 1, events or days per person, a score, or a cost.")
    period: Period | None = Field(None, description="Whom or when it was measured on.")
    people: int | None = Field(None, ge=1, description="People it was measured on.")
    adjustment: Adjustment | None = Field(None, description="How the cohort's result is made comparable.")
    trend: dict[str, Amount] = Field(
        {}, description="For `trend`: by cohort, the reference series divided by its value in the baseline period."
    )
    stale_after_years: int = Field(
        5, ge=1, le=100, description="Age in years at which `check` calls the baseline stale."
    )
    rebase: tuple[date, ...] = Field((), description="Dates on which the parties have agreed to set it anew.")


class Fallback(Terms):
    """What is paid on where the design agreed turns out too weak."""

    power_below: Share = Field(description="The fall-back applies where the power to see `effect` is below this.")
    effect: Points = Field(
        description="True effect, on the scale of the measure in points, that should have been seen."
    )
    mix: dict[Design, Share] = Field(min_length=1, description="Weight of each design's result; they add up to 1.")


class Estimator(Terms):
    """By which design the result must have been estimated to be paid on."""

    design: Design = Field(description="Design; a result by another one is set aside.")
    fallback: Fallback | None = Field(None, description="What is used where that design turns out too weak.")


class Measure(Terms):
    """A result of the whole cohort that a payment may depend on. It is measured elsewhere, and arrives as evidence."""

    id: Id = Field(description="Name by which payments call it.")
    kind: Literal["binary", "frequency", "count", "days", "score", "cost"] = Field(
        "binary",
        description="`binary`: share of people with at least one event. `frequency`: events per person who had any. "
        "`count`: events per person. `days`: days per person. `score`: mean score. `cost`: quantities times unit prices.",
    )
    clock: str | None = Field(
        None,
        description="Clock that says what counts and for how long people are followed: a name, or a TOML file as seen from the "
        "contract's folder.",
    )
    definition: str = Field("", description="What is counted, where no clock says it.")
    label: str = Field("", description="What is measured, in a reader's words; absent: the clock's own label.")
    better: Literal["lower", "higher"] = Field("lower", description="Which way is good news.")
    baseline_rate: float | None = Field(
        None, gt=0, lt=1, description="Share expected without the service, from 0 to 1: used only by `check`."
    )
    dispersion: float = Field(
        1.0, ge=1, le=100, description="Variance over mean of events per person: used for intervals of counts and days."
    )
    baseline: Baseline | None = Field(
        None, description="Agreed baseline; absent: the comparison comes with the result."
    )
    estimator: Estimator | None = Field(None, description="Design agreed; absent: any.")
    unit_prices: dict[str, Money] = Field({}, description="For `cost`: price of each metric of the basket.")
    follow_up_months: int | None = Field(
        None, ge=0, le=240, description="Follow-up and wait in months; absent: as the clock says."
    )
    source: str = Field("", description="Where the data come from.")

    @property
    def name(self) -> str:
        """The label, or the id where there is none."""
        return self.label or self.id

    @property
    def fixed(self) -> Decimal | None:
        """The agreed baseline; None where the comparison comes with the result."""
        return self.baseline.value if self.baseline else None
