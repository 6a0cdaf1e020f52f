"""Levers: small dated blocks of a scenario, each one policy. What each does to the numbers is in `apply.py`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from resettle.reinvestment.flows.names import BANDS, RECALLED, REMAND, State
from resettle.reinvestment.flows.quantity import Days, Factor, Quantity, Share

People = Literal["everyone", "arrivals"]


class Base(BaseModel):
    """What every lever has: a name, the month from which it holds (and until which), and where.

    `places` are those where it holds (all, if none is named). `phased_over` months bring it in by equal steps.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    start: date
    until: date | None = None
    places: tuple[str, ...] = ()
    phased_over: int = Field(0, ge=0, le=60)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until <= self.start:
            raise ValueError("a lever must end after it starts")
        return self


class OutOfCourt(Base):
    """Out-of-court diversion: the share of offences that come to notice which end out of court instead of in a charge."""

    kind: Literal["out_of_court"]
    share: Share


class Charging(Base):
    """Charging: the share of offences that end in a charge multiplied by `factor`; other ways keep their proportions."""

    kind: Literal["charging"]
    factor: Factor


class RemandUse(Base):
    """Remand use: the share of people charged who are held on remand multiplied by `factor`."""

    kind: Literal["remand_use"]
    factor: Factor


class RemandLength(Base):
    """Remand length: time on remand multiplied by `factor`, for those who arrive after the date."""

    kind: Literal["remand_length"]
    factor: Factor
    states: tuple[State, ...] = REMAND


class SentenceLength(Base):
    """Sentence length: time served multiplied by `factor`, for those who arrive after the date, in the named bands."""

    kind: Literal["sentence_length"]
    factor: Factor
    states: tuple[State, ...] = BANDS


class ReleasePoint(Base):
    """A changed release point: the part of the sentence served in prison, `before` and `after`, for the `eligible` share.

    `people = "everyone"` also moves those already inside: who has passed the new point leaves in the first month. Only an
    earlier point can reach them; a later one holds for arrivals. `days` instead of the two points takes days off.
    """

    kind: Literal["release_point"]
    before: float | None = Field(None, gt=0, le=1)
    after: Share | None = None
    days: Days | None = None
    eligible: Share = Quantity(value=1.0)
    states: tuple[State, ...] = BANDS
    people: People = "everyone"

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        points = self.before is not None and self.after is not None
        if points == (self.days is not None) or (self.before is None) != (self.after is None):
            raise ValueError("give either the release point before and after, or the days taken off")
        later = points and self.after is not None and self.after.centre() > (self.before or 0)
        if self.people == "everyone" and later:
            raise ValueError('a later release point cannot reach people already inside: set people = "arrivals"')
        return self


class RecallRate(Base):
    """Recall: the monthly chance of recall on licence multiplied by `factor`, for everyone on licence from the date."""

    kind: Literal["recall_rate"]
    factor: Factor


class RecallLength(Base):
    """Time on recall multiplied by `factor`, for those recalled after the date."""

    kind: Literal["recall_length"]
    factor: Factor
    states: tuple[State, ...] = RECALLED


class CommunityMix(Base):
    """Community-sentence mix: the `share` of people otherwise sent to custody in `band` who get `to` instead."""

    kind: Literal["community_mix"]
    share: Share
    band: State = "custody_under_6_months"
    to: Literal["community_order", "suspended_sentence"] = "community_order"


class ServiceCoverage(Base):
    """Coverage of a service of the scenario: the share of people whom it is offered to and who take it up."""

    kind: Literal["service_coverage"]
    service: str
    coverage: Share


class ServiceCapacity(Base):
    """Capacity of a service: places at one time (shared between places by their people), and how long people may wait."""

    kind: Literal["service_capacity"]
    service: str
    capacity: float = Field(ge=0)
    wait_months: int = Field(0, ge=0, le=12)


class Continuity(Base):
    """Continuity through the gate: the same worker before and after release raises take-up of a service by `factor`."""

    kind: Literal["continuity"]
    service: str
    factor: Factor


Lever = Annotated[
    OutOfCourt
    | Charging
    | RemandUse
    | RemandLength
    | SentenceLength
    | ReleasePoint
    | RecallRate
    | RecallLength
    | CommunityMix
    | ServiceCoverage
    | ServiceCapacity
    | Continuity,
    Field(discriminator="kind"),
]
