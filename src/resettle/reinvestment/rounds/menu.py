"""A menu is a document: what money could buy, for whom it is needed, and the rules by which it is to be shared out."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.types import StringConstraints

from resettle.document import Misfit, read_document
from resettle.errors import did_you_mean
from resettle.reference.goods import goods
from resettle.reinvestment.appraisal import Money

Kind = Literal["prevention", "community", "personal budget", "untested", "prison"]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Share = Annotated[float, Field(ge=0, le=1)]


class Benefit(BaseModel):
    """What one unit of a service is worth, in pounds: its mean and 95 % interval, and where they come from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mean: float
    low: float
    high: float
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.mean <= self.high:
            raise ValueError("the mean must lie in its interval")
        return self


class Service(BaseModel):
    """A service, grant or personal budget that could be bought: the cost of one unit (one person reached), how many there can
    be, what kinds it is, the Maryland level of its evidence (0 where there is none) and, by good, the share of those reached
    who gain it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    title: str = Field(min_length=1)
    kinds: tuple[Kind, ...] = Field(min_length=1)
    cost: Money
    capacity: int = Field(ge=1, le=1_000_000)
    grade: int = Field(ge=0, le=5)
    goods: dict[str, Annotated[float, Field(gt=0, le=1)]] = Field(min_length=1)
    benefit: Benefit | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.cost <= 0:
            raise Misfit("a unit costs something", "cost", value=self.cost, do="Give what one person reached costs.")
        known = {good.code for good in goods()}
        if unknown := sorted(set(self.goods) - known):
            raise Misfit(f"no such good: {unknown[0]}", "goods", do=did_you_mean(unknown[0], known))
        if self.grade == 0 and "untested" not in self.kinds:
            raise ValueError("a service without evidence is of the kind untested")
        return self

    @property
    def package(self) -> Decimal:
        """What the whole service costs, all its units."""
        return self.cost * self.capacity


class Place(BaseModel):
    """A place and how many people live in it, or are in the group the money is for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    title: str = ""
    people: int = Field(ge=1)


class Lack(BaseModel):
    """How many people in a place lack a good and have not been reached."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: str
    good: str
    people: int = Field(ge=0)


class Rules(BaseModel):
    """How money is shared out.

    `prefer` need: goods gained, weighted by need. `prefer` benefit: pounds of net benefit, mean less `aversion` times the
    expected loss in the worst `tail` of draws (conditional value at risk). `least` is the smallest share of what is spent on
    a kind. No place gets less than `fairness` times its share of all unmet need.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    prefer: Literal["need", "benefit"] = "need"
    aversion: float = Field(0.5, ge=0, le=100)
    tail: float = Field(0.1, gt=0, le=0.5)
    draws: int = Field(400, ge=20, le=2000)
    seed: int = Field(1, ge=0)
    least: dict[Kind, Share] = {}
    fairness: Share = 0.0


class Menu(BaseModel):
    """A menu file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    title: str = Field(min_length=1)
    budget: Money
    currency: str = "GBP"
    note: str = ""
    rules: Rules = Rules()
    place: tuple[Place, ...] = Field(min_length=1, max_length=500)
    need: tuple[Lack, ...] = Field(min_length=1)
    service: tuple[Service, ...] = Field(min_length=1, max_length=200)

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        for what, names in (
            ("place", [one.id for one in self.place]),
            ("service", [one.id for one in self.service]),
            ("need", [f"{one.place}, {one.good}" for one in self.need]),
        ):
            for number, name in enumerate(names):
                if name in names[:number]:
                    raise Misfit(f"a {what} stands twice", what, number, value=name, do="Take one of them out.")
        return self

    @model_validator(mode="after")
    def _needs_are_of_known_places(self) -> Self:
        people = {one.id: one.people for one in self.place}
        known = {good.code for good in goods()}
        for number, one in enumerate(self.need):
            here = ("need", number)
            if one.place not in people:
                rule, do = "a need in a place that is not named", did_you_mean(one.place, people)
                raise Misfit(rule, *here, "place", value=one.place, do=do)
            if one.good not in known:
                raise Misfit("no such good", *here, "good", value=one.good, do=did_you_mean(one.good, known))
            if one.people > people[one.place]:
                rule = f"more people lack {one.good} than there are in {one.place}"
                raise Misfit(rule, *here, "people", value=one.people, do=f"{people[one.place]} people are there.")
        if not any(one.people for one in self.need):
            raise ValueError("nobody lacks anything, so there is no need to share money out by")
        return self

    @model_validator(mode="after")
    def _rules_can_be_kept(self) -> Self:
        if self.budget < min(one.cost for one in self.service):
            rule, cheapest = (
                "the budget is below the cheapest unit on the menu",
                min(self.service, key=lambda s: s.cost),
            )
            do = f"{cheapest.title} costs {cheapest.cost} a unit: give at least that."
            raise Misfit(rule, "budget", value=self.budget, do=do)
        for kind, share in self.rules.least.items():
            if share and not any(kind in one.kinds for one in self.service):
                rule = f"a least share for {kind}, but nothing on the menu is {kind}"
                raise Misfit(rule, "rules", "least", value=share, do="Take it out, or add such a service.")
        served = {good for one in self.service for good in one.goods}
        if not served & {one.good for one in self.need if one.people}:
            raise ValueError("nothing on the menu serves anything that people lack")
        for place in self.place if self.rules.fairness else ():
            lacked = {one.good for one in self.need if one.place == place.id and one.people}
            if lacked and not lacked & served:
                raise ValueError(f"nothing on the menu serves what {place.id} lacks, so fairness cannot be kept")
        return self

    def unmet(self) -> dict[str, int]:
        """Unmet need by place: people and goods lacked, over all goods."""
        totals = {one.id: 0 for one in self.place}
        for one in self.need:
            totals[one.place] += one.people
        return totals


def read_menu(path: str | Path) -> Menu:
    """Read a menu file; every fault is a `BadInput` with its line."""
    return read_document(Menu, Path(path))
