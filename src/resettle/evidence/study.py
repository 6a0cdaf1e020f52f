"""A study is a document: who took part, what they are compared with, under which clock and design."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from resettle.document import read_document

DesignName = Literal["randomised", "standardised_regression"]


class Participation(BaseModel):
    """Who counts as treated: people who started one of `services` from `days_before` before to `days_after` after the
    index date.

    In a trial (`design = "randomised"`) the arm of the table `programme` decides, whether or not they started.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    services: tuple[str, ...] = Field(min_length=1)
    label: str
    days_before: int = Field(90, ge=0)
    days_after: int = Field(30, ge=0)


class Comparison(BaseModel):
    """Who they are compared with: people who started none of the area's services in the same days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str = "no service"


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

    @model_validator(mode="after")
    def _covariates_fit_the_design(self) -> Self:
        if self.design == "standardised_regression" and not self.covariates:
            raise ValueError("a standardised regression needs covariates: name what differs between the groups")
        if len(set(self.covariates)) != len(self.covariates):
            raise ValueError("a covariate is named twice")
        return self


def read_study(path: str | Path) -> Study:
    """Read a study file; every fault is a `BadInput` with its line."""
    return read_document(Study, Path(path))
