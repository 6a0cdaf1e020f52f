"""The blocks of a study file: who took part, what they are compared with, and the settings of each design."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from resettle.errors import BadInput
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
    "difference_in_differences",
    "interrupted_time_series",
    "cox_regression",
    "accelerated_failure_time",
]
OutcomeName = Literal[
    "rate",
    "frequency",
    "days_to_first",
    "first_indictable",
    "first_either_way",
    "first_summary",
    "indictable",
    "either_way",
    "summary",
    "first_custody",
    "custody",
    "any_custody",
]

# The designs of which each key of `[matching]` is a part.
MATCHING_KEYS: dict[str, tuple[DesignName, ...]] = {
    "caliper_sd": ("radius_matching", "nearest_neighbour"),
    "shrink": ("radius_matching",),
    "neighbours": ("nearest_neighbour",),
    "replacement": ("nearest_neighbour",),
    "classes": ("subclassification",),
    "trim_above": ("weighting", "doubly_robust"),
}
# The designs of which each further block is a part.
BLOCKS: dict[str, tuple[DesignName, ...]] = {
    "trial": ("randomised",),
    "change": ("difference_in_differences", "interrupted_time_series"),
    "survival": ("cox_regression", "accelerated_failure_time"),
}
# Designs that compare places or times, or assign by lot, and so can do without covariates.
FREE_OF_COVARIATES = (
    "randomised",
    "difference_in_differences",
    "interrupted_time_series",
    "cox_regression",
    "accelerated_failure_time",
)


class Participation(BaseModel):
    """Who counts as treated: people who started one of `services` from `days_before` before to `days_after` after the
    index date.

    In a trial (`design = "randomised"`, or `by_arm` with a survival design) the arm of the table `programme` decides,
    whether or not they started.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    services: tuple[str, ...] = Field(min_length=1)
    label: str
    days_before: int = Field(90, ge=0, le=3660)
    days_after: int = Field(30, ge=0, le=3660)
    by_arm: bool = False


class Comparison(BaseModel):
    """Who they are compared with: people who started none of the area's services in the same days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str = "no service"


class Matching(BaseModel):
    """How a comparison is made alike.

    `caliper_sd` is the greatest distance of a match, in standard deviations of the log odds of taking part; with
    `shrink` it is halved until no covariate differs by more than 0.05 standard deviations, as long as that brings the
    groups nearer. `classes` is the number of classes of that score; `trim_above` the probability of taking part above
    which people are set aside.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    caliper_sd: float = Field(0.2, gt=0)
    shrink: bool = False
    neighbours: int = Field(1, ge=1, le=1000)
    replacement: bool = True
    classes: int = Field(10, ge=2, le=100)
    trim_above: float = Field(0.9, ge=0.5, lt=1)


class Trial(BaseModel):
    """How a trial is analysed.

    `estimate`: the plain `difference`; `adjusted` for the covariates (Lin's regression); `stratified` by `blocks`, the
    covariates within whose values lots were drawn, joined with `weights`; or `complier`, the effect on those who start
    because they were assigned to. `cluster` is the covariate that was drawn by lot where whole places or groups were.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    estimate: Literal["difference", "adjusted", "stratified", "complier"] = "difference"
    blocks: tuple[str, ...] = ()
    weights: Literal["mantel_haenszel", "precision"] = "mantel_haenszel"
    cluster: str | None = None

    @field_validator("blocks")
    @classmethod
    def _known_blocks(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return known_covariates(names)

    @field_validator("cluster")
    @classmethod
    def _known_cluster(cls, name: str | None) -> str | None:
        return known_covariates((name,))[0] if name is not None else None

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if (self.estimate == "stratified") != bool(self.blocks):
            raise ValueError("blocks and estimate = 'stratified' go together: give both or neither")
        if self.cluster and self.estimate not in ("difference", "adjusted"):
            raise ValueError(f"cluster is no part of estimate = '{self.estimate}', only of 'difference' and 'adjusted'")
        return self


class Change(BaseModel):
    """What changed, and when: for the designs that compare times.

    The programme `began` on a day, in `places` (all places, if none is named). A difference in differences compares the
    index dates before and after in `places` with those in `others` (all other places, if none is named). Rates are made
    by `period`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    began: date
    places: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    period: Literal["month", "quarter"] = "quarter"

    @model_validator(mode="after")
    def _apart(self) -> Self:
        if both := set(self.places) & set(self.others):
            raise ValueError(f"a place cannot be on both sides: {min(both)}")
        return self


class Survival(BaseModel):
    """How time to the first event is modelled.

    `from_start` counts a person as treated from the day on which they started, and not before: time until then cannot be
    credited to the programme. `varying` names covariates `assessment.ITEM` that are followed after the index date, each
    score holding until the next. `distribution` is that of an accelerated failure time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    from_start: bool = False
    varying: tuple[str, ...] = ()
    distribution: Literal["log_normal", "weibull"] = "log_normal"

    @field_validator("varying")
    @classmethod
    def _items(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [name for name in known_covariates(names) if not name.startswith("assessment.")]:
            raise ValueError(f"only assessment.ITEM can be followed over time, not {wrong[0]}")
        return names


def known_covariates(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names, if all are covariates; the error says what to do."""
    for name in names:
        try:
            covariate_sql(name)
        except BadInput as error:
            told = {"name": name, "do": error.problems[0].do}
            raise PydanticCustomError("covariate", "unknown covariate {name}", told) from None
    return names
