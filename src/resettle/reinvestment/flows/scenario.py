"""A scenario is a document: who is where, how people move on, and which policies change that, each from a date."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from resettle.document import Misfit, read_document
from resettle.errors import did_you_mean
from resettle.reinvestment.flows.levers import Lever
from resettle.reinvestment.flows.names import NODES, Decision, State
from resettle.reinvestment.flows.quantity import Months, People, Quantity, Share

By = Literal["sex", "age_band"]
CAUSES = Literal["reoffending", "recall", "other"]
TOLERANCE = 1e-6


def _shares(given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    for name, share in given.items():
        if name not in NODES:
            raise Misfit("no such state or decision", value=name, do=did_you_mean(name, NODES))
        if not isinstance(share, int | float) or isinstance(share, bool) or share < 0:
            raise Misfit(f"the share of {name} must be a number of at least 0", value=share)
    total = sum(given.values())
    if abs(total - 1) > TOLERANCE:
        do = "Write 35 % as 0.35." if total > 2 else None
        raise Misfit(f"the shares must add up to 1; they add up to {total:.6g}", do=do)
    return given


Shares = Annotated[dict[str, float], BeforeValidator(_shares)]


class Block(BaseModel):
    """A frozen block of the file that knows its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Stay(Block):
    """How long people stay in a state, in months.

    `mean` months counted at month ends (Little's law holds exactly with it). Everyone stays to the end of the month in
    which they arrive; what is over one month is gamma distributed with coefficient of variation `spread` (1 is
    exponential, 0 the same for all; a part of a month is then shared out: 2.5 months are 2 for half and 3 for half). Or
    `shares`: the share that stays 1, 2, 3 ... months.
    """

    mean: Months | None = None
    spread: float = Field(1.0, ge=0, le=4)
    shares: tuple[float, ...] = ()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if (self.mean is None) == (not self.shares):
            raise ValueError("give either a mean or shares by month")
        if self.mean is not None and min(self.mean.centre(), self.mean.low or 1.0) < 1:
            raise ValueError("a stay is at least one month end: give a mean of 1 or more")
        if self.shares and (min(self.shares) < 0 or abs(sum(self.shares) - 1) > TOLERANCE):
            raise ValueError("the shares by month must be at least 0 and add up to 1")
        return self


class Event(Block):
    """What can happen to people while they are in a state, and where it takes them.

    `share` of them would have it within `months` if nothing else happened first; the chance a month falls with time in
    the state where `shape` is under 1 (Weibull). Services act on the causes that they name; recall levers on `recall`.
    """

    to: str
    cause: CAUSES = "reoffending"
    share: Quantity
    months: float = Field(12.0, gt=0)
    shape: float = Field(1.0, gt=0.1, le=4)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.to not in NODES:
            raise Misfit("no such state or decision", "to", value=self.to, do=did_you_mean(self.to, NODES))
        if self.share.most() >= 1:
            rule, do = "the share with an event must be under 1", "Write 35 % as 0.35."
            raise Misfit(rule, "share", value=f"{self.share.most():g}", do=do)
        return self


class StateBlock(Block):
    """A state: people in it at the start, how long they stay, where they go then, and what can happen before.

    `ends` are shares of destinations after the stay; they vary like counts of `ends_rest_on` people where that is given
    (Dirichlet). A state without a `stay` is left by events alone.
    """

    name: State
    stock: People = Quantity(value=0.0)
    stay: Stay | None = None
    ends: Shares = {}
    ends_rest_on: float | None = Field(None, gt=0)
    event: tuple[Event, ...] = ()

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if (self.stay is None) != (not self.ends):
            raise ValueError("a stay needs `ends`, the shares of where people go then, and `ends` need a stay")
        return self


class DecisionBlock(Block):
    """A decision: where people go, in shares; they vary like counts of `rest_on` people where that is given."""

    name: Decision
    to: Shares
    rest_on: float | None = Field(None, gt=0)


class Inflow(Block):
    """People who come from outside the scenario, a month: evenly, or by `quarters` from the start of the scenario.

    A third of a quarter comes each month, and the last quarter goes on. `spread` is the relative error of all quarters together.
    """

    to: str
    people: People | None = None
    quarters: tuple[Annotated[float, Field(ge=0, le=1e9)], ...] = ()
    spread: float = Field(0.0, ge=0, le=1)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.to not in NODES:
            raise Misfit("no such state or decision", "to", value=self.to, do=did_you_mean(self.to, NODES))
        if (self.people is None) == (not self.quarters):
            raise ValueError("give either people a month or people by quarter")
        return self


class Place(Block):
    """A place: its share of all stocks and inflows, and how its chance of reoffending compares (1: the same)."""

    name: str
    share: float = Field(ge=0, le=1)
    reoffending: float = Field(1.0, gt=0, le=20)


class Group(Block):
    """A group of people within every place (men, a need, an age band): its share, and how its reoffending compares."""

    name: str
    share: float = Field(gt=0, le=1)
    reoffending: float = Field(1.0, gt=0, le=20)


class Typed(Block):
    """An effect typed by hand as a hazard ratio with its interval: used, and warned of wherever it shows."""

    hazard_ratio: float = Field(ge=0.01, le=100)
    low: float = Field(ge=0.01, le=100)
    high: float = Field(ge=0.01, le=100)
    source: str

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.low <= self.hazard_ratio <= self.high or self.low == self.high:
            raise ValueError("the hazard ratio must lie inside its interval, low to high")
        return self


class Service(Block):
    """A service that changes how often people reoffend, for those whom it reaches on arrival in the states `at`.

    It acts on events of the causes in `acts_on`. `effect` names the JSON file of an evaluation result (`resettle evaluate
    --json`); `typed` is an effect typed by hand, which is warned of. Its log hazard ratio is drawn as Normal(b x `shrink`,
    se^2 + `heterogeneity`^2): for transfer to another place and scale. It holds for `months` and then fades by half every
    `half_life` months. `coverage` is the share reached without any lever (0: a lever brings it in). `capacity` are places at
    one time.
    """

    name: str
    at: tuple[State, ...] = ("licence",)
    acts_on: tuple[CAUSES, ...] = ("reoffending",)
    effect: str | None = None
    typed: Typed | None = None
    shrink: float = Field(1.0, ge=0, le=1)
    heterogeneity: float = Field(0.0, ge=0, le=2)
    months: int = Field(6, ge=1, le=120)
    half_life: float = Field(12.0, gt=0)
    coverage: Share = Quantity(value=0.0)
    capacity: float | None = Field(None, ge=0)
    wait_months: int = Field(0, ge=0, le=12)

    @model_validator(mode="after")
    def _one_effect(self) -> Self:
        if (self.effect is None) == (self.typed is None):
            raise ValueError("give either the file of an evaluation result or a typed effect")
        return self


class Target(Block):
    """A published stock or flow to hold the scenario against.

    `at` is the month at whose end a stock was counted, or the last month of a `quarter` in which a flow was. Those to `fit`
    are met by calibration without the levers, with `error` as their standard deviation; the others are only shown beside what
    comes out with the levers.
    """

    name: str
    at: date
    value: Quantity
    error: float = Field(gt=0)
    quarter: bool = False
    fit: bool = False


class Drift(Block):
    """What a model of fixed stays leaves out: from `start` on, stays in the `states` wander, longer or shorter.

    Those who arrive in each quarter stay exp(W) times as long as the file says, W a random walk whose steps from quarter to
    quarter have the standard deviation `quarter`: one walk a draw, the same with and without levers. A lever that reaches
    people inside gives them the stays of its month. Calibration leaves it out. Estimate `quarter` from changes before the
    months of the projection.
    """

    name: str
    states: tuple[State, ...] = Field(min_length=1)
    start: date
    quarter: Quantity


class Scenario(Block):
    """A scenario file.

    `months` are projected from `start`; every stock is that at the end of a month. `overlap` is the part of a second
    service's effect that is lost on people whom a first one reached already (on the log scale), so that the same person
    is not saved twice. `by` splits people where an area's records are read.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    place: str
    start: date
    months: int = Field(ge=1, le=600)
    draws: int = Field(1000, ge=1, le=1_000_000)
    seed: int = Field(1, ge=0)
    overlap: float = Field(0.5, ge=0, le=1)
    by: tuple[By, ...] = ()
    note: str = ""
    state: tuple[StateBlock, ...] = Field(min_length=1)
    decision: tuple[DecisionBlock, ...] = ()
    inflow: tuple[Inflow, ...] = ()
    places: tuple[Place, ...] = ()
    group: tuple[Group, ...] = ()
    service: tuple[Service, ...] = ()
    lever: tuple[Lever, ...] = ()
    drift: tuple[Drift, ...] = ()
    target: tuple[Target, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        from resettle.reinvestment.flows.checks import CHECKS

        for check in CHECKS:
            check(self)
        return self

    def block(self, name: str) -> StateBlock:
        """The block of a state."""
        return next(s for s in self.state if s.name == name)

    def destinations(self) -> dict[str, list[str]]:
        """Where people can go from each state and decision of the scenario."""
        found: dict[str, list[str]] = {s.name: [*s.ends, *(e.to for e in s.event)] for s in self.state}
        return found | {d.name: list(d.to) for d in self.decision}


def months_between(start: date, day: date) -> int:
    """Whole months from one first of a month to another."""
    return (day.year - start.year) * 12 + day.month - start.month


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario file; every fault is a `BadInput` with its line."""
    return read_document(Scenario, Path(path))
