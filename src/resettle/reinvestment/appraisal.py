"""An appraisal is a document: what one reoffence costs whom, which steps can be closed, over how long, in which prices."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from resettle.document import Misfit, read_document
from resettle.errors import BadInput, bad
from resettle.money import exact, pounds, to_pence
from resettle.reference.figures import Figure, figure, published, suggest
from resettle.reference.prices import inflate

Sector = Literal["fiscal", "economic", "social"]
Per = Literal["reoffence", "reoffender"]


def _money(value: object) -> Decimal:
    try:
        return pounds(value)
    except BadInput as error:
        raise ValueError(error.problems[0].rule) from None


Money = Annotated[Decimal, BeforeValidator(_money)]
STANDARD = ("police", "courts", "prisons", "probation", "prosecutors", "health", "benefits")
"""Names of agencies that every file writes alike; any other name is the user's own."""
PriceYear = Annotated[int, Field(ge=1988, le=2100)]


def check_money(name: str, key: str) -> None:
    """Refuse the name of a published figure that is not there, or is not money of a price year."""
    if name not in published():
        raise Misfit(f"no such figure: {name}", key, do=suggest(name))
    if figure(name).price_year is None:
        raise Misfit("this figure is not money of a price year", key, value=name, do="Choose a unit cost.")


def alike(name: str, others: Sequence[str]) -> str | None:
    """The other name that this one is spelt almost like, where it is none of them: a slip, and then two agencies for one."""
    return None if name in others else next(iter(get_close_matches(name, others, n=1, cutoff=0.8)), None)


@dataclass(frozen=True)
class Overrides:
    """Figures of the user's own that replace published ones by name, and where they come from.

    `growth` is the percent growth of prices by calendar year in place of that of consumer prices.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    name: str = "the area"
    growth: Mapping[int, Decimal] | None = None


class Worth(BaseModel):
    """What one fewer reoffence (or reoffender) is worth to one agency, on average.

    Either `mix`, shares of published figures by name (with `multiplier` from proven to actual crime), or an `amount` of
    the user's own with its `source` and `price_year`. An average cost is not money that can be moved: see `Step`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: str
    label: str
    sector: Sector
    per: Per = "reoffence"
    mix: dict[str, float] = {}
    multiplier: float = Field(1.0, gt=0, le=20)
    amount: Money | None = Field(None, ge=0)
    price_year: PriceYear | None = None
    source: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.mix) == (self.amount is not None):
            raise ValueError("give either a mix of published figures or an amount")
        if self.amount is not None and not (self.source and self.price_year):
            raise ValueError("an amount of your own needs a source and a price_year")
        for name in self.mix:
            check_money(name, "mix")
        if any(share < 0 for share in self.mix.values()) or (self.mix and sum(self.mix.values()) > 1.0001):
            raise ValueError("the shares of a mix must be positive and add up to at most 1")
        return self


class Step(BaseModel):
    """Capacity that can only be closed whole: a wing, a team, a sitting day.

    Each reoffence (or reoffender) uses `units_each` units for `lasting_months`; freed units add up over those months. A
    step closes when `size` units have stayed free for `notice_months`; then a year's saving can be moved, less `one_off` at
    each closure. For `double_running_months` after it closes both the old and the new are paid, and nothing is saved yet. A
    step that demand fills again re-opens at once, at the cost of `reopening`. The year's saving is `saves`, or the published
    `figure` for each unit of the step. The rest are inputs of the area, and `source` says where they come from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    agency: str
    label: str
    unit: str
    per: Per = "reoffence"
    units_each: float = Field(gt=0)
    lasting_months: int = Field(12, ge=1, le=240)
    size: float = Field(gt=0)
    saves: Money | None = Field(None, ge=0)
    figure: str | None = None
    notice_months: int = Field(ge=0, le=120)
    one_off: Money = Field(Decimal("0.00"), ge=0)
    double_running_months: int = Field(0, ge=0, le=120)
    reopening: Money = Field(Decimal("0.00"), ge=0)
    source: str

    @model_validator(mode="after")
    def _one_price(self) -> Self:
        if (self.saves is None) == (self.figure is None):
            raise ValueError("give either what a step saves a year or the published figure for one unit")
        if self.figure is not None:
            check_money(self.figure, "figure")
        return self


class Appraisal(BaseModel):
    """An appraisal file.

    The programme is taken to go on for `years`. `what_if` marks an area of another country or time valued at these
    figures. `certainty` is the share of draws in which an amount must be reached before it is offered for reinvestment.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    place: str
    currency: str = "GBP"
    price_year: PriceYear
    start: date
    years: int = Field(5, ge=1, le=30)
    certainty: float = Field(0.8, gt=0.5, lt=1)
    what_if: bool = False
    note: str = ""
    worth: tuple[Worth, ...] = ()
    steps: tuple[Step, ...] = ()

    @model_validator(mode="after")
    def _steps_are_named_once(self) -> Self:
        named = [(worth.agency.lower(), worth.label.lower()) for worth in self.worth]
        if len(set(named)) != len(named):
            raise ValueError("two worths have the same agency and label")
        if any(not re.search("[a-z0-9]", f"{agency}") or not re.search("[a-z0-9]", label) for agency, label in named):
            raise ValueError("agency and label must have letters or digits")
        ids = [step.id for step in self.steps]
        if len(set(ids)) != len(ids):
            raise ValueError("two steps have the same id")
        return self

    @model_validator(mode="after")
    def _agencies_are_spelt_one_way(self) -> Self:
        known = list(STANDARD)
        named = [("worth", n, one.agency) for n, one in enumerate(self.worth)]
        named += [("steps", n, one.agency) for n, one in enumerate(self.steps)]
        for key, n, agency in named:
            if other := alike(agency, known):
                rule = "an agency is spelt almost like another"
                raise Misfit(rule, key, n, "agency", value=agency, do=f"Did you mean {other!r}?")
            known.append(agency)
        return self

    @property
    def agencies(self) -> tuple[str, ...]:
        """Every agency, each once."""
        named = [one.agency for one in self.worth] + [one.agency for one in self.steps]
        return tuple(dict.fromkeys(named))


def read_appraisal(path: str | Path) -> Appraisal:
    """Read an appraisal file; every fault is a `BadInput` with its line."""
    return read_document(Appraisal, Path(path))


def unit_worth(worth: Worth, price_year: int, own: Overrides) -> tuple[Decimal, list[Figure]]:
    """What one reoffence is worth to an agency in pounds of `price_year`, and the figures that it rests on."""
    if worth.amount is not None:
        assert worth.price_year is not None
        return to_pence(inflate(worth.amount, worth.price_year, price_year, own.growth)), []
    total, used = Decimal(0), []
    for name, share in worth.mix.items():
        amount, found = priced(name, price_year, own)
        total += amount * exact(share) * exact(worth.multiplier)
        used.append(found)
    return to_pence(total), used


def step_saves(step: Step, price_year: int, own: Overrides) -> tuple[Decimal, list[Figure]]:
    """What one closed step saves a year in pounds of `price_year`, and the figure that it rests on."""
    if step.figure is None:
        assert step.saves is not None
        return step.saves, []
    amount, found = priced(step.figure, price_year, own)
    return to_pence(amount * exact(step.size)), [found]


def priced(name: str, price_year: int, own: Overrides) -> tuple[Decimal, Figure]:
    """A published unit cost in pounds of `price_year`, unrounded, and the figure itself."""
    found = figure(name, overrides=own.values, overridden_by=own.name)
    if found.price_year is None:
        raise bad("this figure is not money of a price year", value=name, do="Choose a unit cost.")
    return inflate(exact(found.value), found.price_year, price_year, own.growth), found
