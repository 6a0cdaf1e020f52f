"""A study is a document: who took part, what they are compared with, under which clock and design."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from resettle.document import read_document
from resettle.errors import BadInput, did_you_mean
from resettle.evidence.clock import clock_names
from resettle.evidence.covariates import covariate_sql

DesignName = Literal[
    "randomised",
    "standardised_regression",
    "radius_matching",
    "nearest_neighbour",
    "exact_strata",
    "subclassification",
    "weighting",
    "entropy_balancing",
    "doubly_robust",
]

# The designs of which each key of `[matching]` is a part.
MATCHING_KEYS: dict[str, tuple[DesignName, ...]] = {
    "caliper_sd": ("radius_matching", "nearest_neighbour"),
    "neighbours": ("nearest_neighbour",),
    "replacement": ("nearest_neighbour",),
    "classes": ("subclassification",),
    "trim_above": ("weighting", "doubly_robust"),
}


class Participation(BaseModel):
    """Who counts as treated: people who started one of `services` from `days_before` before to `days_after` after the
    index date.

    In a trial (`design = "randomised"`) the arm of the table `programme` decides, whether or not they started.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    services: tuple[str, ...] = Field(min_length=1)
    label: str
    days_before: int = Field(90, ge=0, le=3660)
    days_after: int = Field(30, ge=0, le=3660)


class Comparison(BaseModel):
    """Who they are compared with: people who started none of the area's services in the same days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str = "no service"


class Matching(BaseModel):
    """How a comparison is made alike.

    `caliper_sd` is the greatest distance of a match, in standard deviations of the log odds of taking part; `classes`
    the number of classes of that score; `trim_above` the probability of taking part above which people are set aside.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    caliper_sd: float = Field(0.2, gt=0)
    neighbours: int = Field(1, ge=1, le=1000)
    replacement: bool = True
    classes: int = Field(10, ge=2, le=100)
    trim_above: float = Field(0.9, ge=0.5, lt=1)


class Study(BaseModel):
    """A study file. `start` and `end` bound the index dates; `covariates` are named as in `evidence.covariates`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    question: str
    clock: str
    design: DesignName
    programme: Participation
    comparison: Comparison = Comparison()
    covariates: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    matching: Matching = Matching()

    @field_validator("clock")
    @classmethod
    def _known_clock(cls, name: str) -> str:
        if not name.endswith(".toml") and name not in clock_names():
            raise PydanticCustomError("clock", "no such clock", {"do": did_you_mean(name, clock_names())})
        return name

    @field_validator("covariates")
    @classmethod
    def _known_covariates(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            try:
                covariate_sql(name)
            except BadInput as error:
                problem = error.problems[0]
                raise PydanticCustomError(
                    "covariate", "unknown covariate {name}", {"name": name, "do": problem.do}
                ) from None
        return names

    @field_validator("matching")
    @classmethod
    def _keys_belong_to_the_design(cls, matching: Matching, info: ValidationInfo) -> Matching:
        design = info.data.get("design")
        for key in sorted(matching.model_fields_set):
            # A study that was written down names every key: one at its default says nothing about the design.
            own = getattr(matching, key) != Matching.model_fields[key].default
            if own and design is not None and design not in MATCHING_KEYS[key]:
                raise ValueError(f"{key} is no part of {design}, only of {' and '.join(MATCHING_KEYS[key])}")
        return matching

    @model_validator(mode="after")
    def _covariates_fit_the_design(self) -> Self:
        if self.design != "randomised" and not self.covariates:
            named = self.design.replace("_", " ")
            raise ValueError(f"a {named} needs covariates: name what differs between the groups")
        if self.start and self.end and self.start > self.end:
            raise ValueError("the study ends before it starts")
        if len(set(self.covariates)) != len(self.covariates):
            raise ValueError("a covariate is named twice")
        return self


def read_study(path: str | Path) -> Study:
    """Read a study file; every fault is a `BadInput` with its line."""
    return read_document(Study, Path(path))
