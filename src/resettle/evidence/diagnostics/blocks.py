"""Blocks of a study file that say which checks are made and how the study is published."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from resettle.area.declare import table
from resettle.errors import did_you_mean
from resettle.evidence.follow import GROUPINGS

FEWEST = 10


class Subgroups(BaseModel):
    """By which groupings the effect is looked at within groups. Decide on them before you see outcomes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: tuple[str, ...] = ()

    @field_validator("by")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return known(names, tuple(GROUPINGS), "unknown grouping")


class Sensitivity(BaseModel):
    """How hard the finding is tried.

    `calipers` are tried in turn (standard deviations of the log odds of taking part). `negative_control` names groups of
    offences that the programme cannot have changed. `wrong_links` is the share of the people treated whose records are
    believed to be somebody else's, `missed_links` the share of those submitted who were not found; `landmark_days` after
    the index date a second count begins, for people who had no event by then. `planned` is the difference of rates that
    the study was planned to show.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    calipers: tuple[float, ...] = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
    negative_control: tuple[str, ...] = ()
    wrong_links: float = Field(0.0, ge=0, lt=0.5)
    missed_links: float = Field(0.0, ge=0, lt=1)
    landmark_days: int = Field(30, ge=1, le=365)
    planned: float = Field(0.05, gt=0, lt=1)

    @field_validator("calipers")
    @classmethod
    def _above_nought(cls, calipers: tuple[float, ...]) -> tuple[float, ...]:
        if not calipers or min(calipers) <= 0:
            raise ValueError("calipers must be above 0, and at least one")
        return calipers

    @field_validator("negative_control")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return known(names, tuple(table("offence").columns["offence_group"].allowed), "no such group of offences")


class Publication(BaseModel):
    """How the report is headed and which small numbers it keeps back.

    `people` is what its people are called (`women`, `men`). `profile` names the groupings by which those treated are
    described. No count of people from 1 to one below `threshold` is published, and no rate of fewer than `rates_need`
    people. With `round_to` every count is published to a multiple of it, and what could be turned back into an exact count
    is coarsened or left out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = ""
    people: Literal["people", "women", "men", "young people"] = "people"
    profile: tuple[str, ...] = ("sex", "age_band", "ethnicity", "disposal", "offence_group")
    threshold: int = Field(FEWEST, ge=FEWEST, le=100)
    rates_need: int = Field(30, ge=30, le=1000)
    round_to: Literal[5] | None = None

    @field_validator("profile")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return known(names, tuple(GROUPINGS), "unknown grouping")

    @model_validator(mode="after")
    def _threshold_is_rounded_to_itself(self) -> Self:
        if self.round_to and self.threshold % self.round_to:
            raise ValueError("threshold must be a multiple of round_to, so that no count is rounded below it")
        return self


def known(names: tuple[str, ...], allowed: tuple[str, ...], message: str) -> tuple[str, ...]:
    """The names, if each is allowed and stands once; the error says what to do."""
    for name in names:
        if name not in allowed:
            raise PydanticCustomError("name", message, {"do": did_you_mean(name, list(allowed))})
    if len(set(names)) != len(names):
        raise ValueError("a name stands twice")
    return names
