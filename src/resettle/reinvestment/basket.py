"""The file of a basket: metrics of the justice system, each at its agreed price, that together make up the cost of demand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from resettle.document import Misfit, read_document
from resettle.reference.figures import published, suggest
from resettle.reinvestment.appraisal import Money

Quantity = Annotated[float, Field(ge=0, le=1e12)]
Group = Literal["adult", "youth"]


class Counted(BaseModel):
    """A metric counted from an area's table `offence`, by the date on which the offence was proven."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outcomes: tuple[str, ...] = Field(("conviction",), description="How the offences ended.")
    custody: bool | None = Field(None, description="Only those that led to custody (true), or only the others (false).")


class Published(BaseModel):
    """A metric made of published figures: the name of a flow, and the periods that make up the baseline and each later year."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    figure: str = Field(description="Name of the figure.")
    baseline: tuple[str, ...] = Field(min_length=1, description="Periods of the baseline year.")
    years: tuple[tuple[str, ...], ...] = Field(min_length=1, description="Periods of each year after it.")

    @model_validator(mode="after")
    def _known(self) -> Self:
        held = {one.period for one in published().get(self.figure, ())}
        if not held:
            raise Misfit("no such figure", "figure", value=self.figure, do=suggest(self.figure))
        asked = [p for part in (self.baseline, *self.years) for p in part]
        if lost := [p for p in asked if p not in held]:
            raise ValueError(f"{self.figure} has no period {lost[0]}; known: {', '.join(sorted(held))}")
        return self


class Metric(BaseModel):
    """One metric: its agreed price, and how much of it there was.

    Either quantities (`baseline` and one for each year), or `counted` from an area, or `published` figures. `national` is the same
    metric in the country, baseline first: what happened anyway.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="Short name.")
    label: str = Field(min_length=1, description="Label.")
    price: Money = Field(gt=0, description="Agreed price of one.")
    price_year: int = Field(ge=1988, le=2100, description="Year of the prices.")
    source: str = Field(min_length=1, description="Where the price and the quantities are from.")
    baseline: Quantity | None = Field(None, description="How many in the baseline year.")
    years: tuple[Quantity, ...] = Field((), max_length=10, description="How many in each year after it.")
    counted: Counted | None = None
    published: Published | None = None
    national: tuple[Quantity, ...] = Field((), description="The same in the country, baseline first.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = [self.baseline is not None and bool(self.years), self.counted is not None, self.published is not None]
        if sum(given) != 1:
            raise ValueError("give baseline and years, or counted, or published: one of the three")
        if self.national and self.national[0] == 0 and any(self.national):
            rule = "the country has none in the baseline year, so there is no trend to take off"
            raise Misfit(rule, "national", value=0, do="Give the country's baseline first, then each year.")
        return self


class Basket(BaseModel):
    """A basket of Local Justice Reinvestment.

    The group sets the threshold of the reward: 5 % for adults, 10 % for young people; adult and youth baskets are judged apart. The
    baseline year begins at `start`; `years` years follow it, each judged on its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", description="Short name.")
    title: str = Field(min_length=1, description="Title.")
    place: str | None = Field(
        None, description="Place of the area whose people are counted; without it the whole area."
    )
    group: Group = Field(description="Adults or young people.")
    start: date = Field(date(2010, 7, 1), description="First day of the baseline year.")
    years: int = Field(2, ge=1, le=2, description="Years that are judged.")
    note: str = Field("", description="What must be said beside the figures.")
    metric: tuple[Metric, ...] = Field(min_length=1, max_length=100)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        ids = [one.id for one in self.metric]
        for n, name in enumerate(ids):
            if name in ids[:n]:
                raise Misfit("two metrics have the same id", "metric", n, "id", value=name, do="Rename one of them.")
        if len({one.price_year for one in self.metric}) > 1:
            raise ValueError("the prices of a basket are of one year: put them into the same prices first")
        for n, one in enumerate(self.metric):
            held = len(one.published.years) if one.published else len(one.years)
            if one.counted is None and held != self.years:
                rule = f"{one.id} needs a quantity for each of {self.years} years"
                raise Misfit(rule, "metric", n, "years", value=f"{held} quantities", do="Give one for each year.")
            if one.national and len(one.national) != self.years + 1:
                rule = f"national quantities of {one.id} are the baseline and {self.years} years"
                raise Misfit(
                    rule, "metric", n, "national", value=f"{len(one.national)} quantities", do="Give them all."
                )
        if len({bool(one.national) for one in self.metric}) > 1:
            raise ValueError("give national quantities of every metric, or of none")
        return self


def read_basket(path: str | Path) -> Basket:
    """Read the file of a basket; every fault is a `BadInput` with its line."""
    return read_document(Basket, Path(path))
