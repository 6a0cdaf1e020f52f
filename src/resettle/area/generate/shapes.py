"""The generator's choices, read from the TOML files in `shapes/` into typed, frozen models."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["custody", "order", "other"]
KINDS: tuple[Kind, ...] = ("custody", "order", "other")


class Shape(BaseModel):
    """Base of all shapes: frozen, and closed to keys that nothing reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Borough(Shape):
    """A borough, and the delivery unit it lies in (None: the whole area)."""

    unit: str | None = None


class Places(Shape):
    """The area, its delivery units and boroughs."""

    area: str
    units: list[str]
    boroughs: dict[str, Borough]


class Ages(Shape):
    """A band of ages in years, and its share of the people."""

    start: float = Field(alias="from")
    end: float = Field(alias="to")
    share: float


class People(Shape):
    """Age when sentenced, sex by kind of disposal, ethnicity."""

    ages: list[Ages]
    female: dict[Kind, float]
    ethnicity: dict[str, float]


class Cell(Shape):
    """A disposal with its sentence band. `days` is the range of the sentence as imposed, None where there is none."""

    disposal: str
    kind: Kind
    group: Literal["short_6", "short_12", "order", "other"]
    share: float
    previous: float
    rate: float | None = None
    days: tuple[int, int] | None = None


class Previous(Shape):
    """How previous convictions vary within a cell."""

    shape: float
    most: int
    need: float
    young: float
    women: float


class Again(Shape):
    """The chance of a second index event."""

    after_reoffending: float
    otherwise: float


class Disposals(Shape):
    """All cells, by name, and what goes with them."""

    cells: dict[str, Cell]
    previous: Previous
    again: Again


class Needs(Shape):
    """Areas of need: by kind of disposal, the shares with a score of at least 1, and of 2."""

    general: float
    change: float
    areas: dict[str, dict[Kind, tuple[float, float]]]


class Risk(Shape):
    """Terms of the reoffending model on the logit scale."""

    female: float
    age: float
    previous: float
    needs: dict[str, float]


class Reoffending(Shape):
    """How many reoffences, when, and how they end."""

    days: float
    proven: float
    caution: float
    custody: float
    custody_otherwise: float
    recall: float
    number: float


class Offences(Shape):
    """Offence mixes, modes of trial, reoffences, and the offences that must not count."""

    mix: dict[str, dict[str, float]]
    tiers: dict[str, tuple[float, float, float]]
    reoffending: Reoffending
    noise: dict[str, float]


class Provider(Shape):
    """An invented organisation."""

    name: str
    sector: str
    size: str


class Claim(Shape):
    """The outcome a service claims: code, days after the start, and its share by score of one area of need."""

    code: str
    days: int
    share: float
    need: str
    change: float


class Service(Shape):
    """An invented service, who starts it, and its true effect."""

    name: str
    provider: str
    strand: str
    contract: str | None = None
    share: float
    effect: float
    unit_cost: str
    sessions: int
    only: Literal["women"] | None = None
    goods: dict[str, float]
    choice: dict[str, float]
    outcome: Claim | None = None


class Referral(Shape):
    """Referrals that come to nothing, starts before the gate, completion, and planned capacity."""

    never_started: float
    gate: float
    planned: float
    headroom: float
    reasons: list[str]
    early: list[str]


class Contact(Shape):
    """Contacts: attendance, length, days between them, and meeting at the gate."""

    attended: dict[str, float]
    minutes: list[int]
    days_apart: int
    gate_within: int


class Services(Shape):
    """Providers, services, referrals and contacts."""

    providers: dict[str, Provider]
    services: dict[str, Service]
    referral: Referral
    contact: Contact


class Budget(Shape):
    """Personal budgets: limits in pounds, and what a line can be for by good."""

    limit: int
    lines: float
    refund: float
    least: int
    most: int
    categories: dict[str, list[str]]


class Good(Shape):
    """A primary good: how much it matters, the needs that lower it, and goals in plain words."""

    matters: float
    needs: list[str]
    goals: list[tuple[str, str]]


class Rating(Shape):
    """How ratings of goods vary, on the scale from 0 to 10."""

    matters_varies: float
    has: float
    lacking: float
    has_varies: float
    then: float
    differs: float
    gap_varies: float


class Evidence(Shape):
    """How outcomes are verified."""

    goal_claimed: float
    verified: float
    verification: dict[str, float]
    completed: float


class Plans(Shape):
    """Plans, ratings and goals."""

    without_service: dict[Kind, float]
    worker_rates: float
    then_rated: float
    rating: Rating
    status: dict[str, float]
    goal_status: dict[str, float]
    goods: dict[str, Good]
    outcome: Evidence


class Solved(Shape):
    """Intercepts of the models of reoffending (by cell) and of starts (by service), and the rates they were solved for."""

    targets: dict[str, float]
    risk: dict[str, float]
    start: dict[str, float]


@cache
def read(name: str) -> dict[str, Any]:
    """One of the files, as it stands."""
    return tomllib.loads(files("resettle.area.generate").joinpath("shapes", f"{name}.toml").read_text("utf-8"))


@cache
def places() -> Places:
    """`shapes/places.toml`."""
    return Places.model_validate(read("places"))


@cache
def people() -> People:
    """`shapes/people.toml`."""
    return People.model_validate(read("people"))


@cache
def disposals() -> Disposals:
    """`shapes/disposals.toml`."""
    return Disposals.model_validate(read("disposals"))


@cache
def needs() -> Needs:
    """`shapes/needs.toml`."""
    return Needs.model_validate(read("needs"))


@cache
def risk() -> Risk:
    """`shapes/risk.toml`."""
    return Risk.model_validate(read("risk"))


@cache
def offences() -> Offences:
    """`shapes/offences.toml`."""
    return Offences.model_validate(read("offences"))


@cache
def services() -> Services:
    """`shapes/services.toml`."""
    return Services.model_validate(read("services"))


@cache
def budget() -> Budget:
    """`shapes/budget.toml`."""
    return Budget.model_validate(read("budget"))


@cache
def plans() -> Plans:
    """`shapes/plans.toml`."""
    return Plans.model_validate(read("plans"))


@cache
def intercepts() -> Solved:
    """`shapes/intercepts.toml`."""
    return Solved.model_validate(read("intercepts"))
