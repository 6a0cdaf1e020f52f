"""A study is a document: who took part, what they are compared with, under which clock and design."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from resettle.document import read_document
from resettle.errors import did_you_mean
from resettle.evidence.clock import Clock, clock_names, read_clock
from resettle.evidence.diagnostics.blocks import Publication, Sensitivity, Subgroups
from resettle.evidence.published import Published
from resettle.evidence.study_blocks import (
    BLOCKS,
    FREE_OF_COVARIATES,
    MATCHING_KEYS,
    Change,
    Comparison,
    DesignName,
    Matching,
    OutcomeName,
    Participation,
    Survival,
    Trial,
    known_covariates,
)

__all__ = [
    "Change",
    "Comparison",
    "DesignName",
    "Matching",
    "OutcomeName",
    "Participation",
    "Study",
    "Survival",
    "Trial",
    "read_study",
]


class Study(BaseModel):
    """A study file. `start` and `end` bound the index dates; `covariates` are named as in `evidence.covariates`.

    `clock` is a profile's name, or a clock file's path from the folder of the study file. With `each_person_once` people
    enter with their first index event within `start` and `end` alone, whatever the cohorts of the clock.

    `outcomes` are those of the Justice Data Lab that are asked for, the first of them the study's own: all of one sealed
    design.
    """

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
    each_person_once: bool = False
    outcomes: tuple[OutcomeName, ...] = Field(("rate",), min_length=1)
    matching: Matching = Matching()
    trial: Trial | None = None
    change: Change | None = None
    survival: Survival | None = None
    subgroups: Subgroups = Subgroups()
    sensitivity: Sensitivity = Sensitivity()
    publication: Publication = Publication()
    published: Published | None = None
    _folder: Path | None = PrivateAttr(None)

    @field_validator("clock")
    @classmethod
    def _known_clock(cls, name: str) -> str:
        if not name.endswith(".toml") and name not in clock_names():
            raise PydanticCustomError("clock", "no such clock", {"do": did_you_mean(name, clock_names())})
        return name

    @field_validator("covariates")
    @classmethod
    def _known_covariates(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return known_covariates(names)

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
        if self.design not in FREE_OF_COVARIATES and not self.covariates:
            named = self.design.replace("_", " ")
            raise ValueError(f"a {named} needs covariates: name what differs between the groups")
        if self.start and self.end and self.start > self.end:
            raise ValueError("the study ends before it starts")
        if len(set(self.covariates)) != len(self.covariates):
            raise ValueError("a covariate is named twice")
        if self.trial and self.trial.estimate == "adjusted" and not self.covariates:
            raise ValueError("an adjusted trial needs covariates: name what the outcome depends on")
        return self

    @model_validator(mode="after")
    def _blocks_fit_the_design(self) -> Self:
        for block, designs in BLOCKS.items():
            if getattr(self, block) is not None and self.design not in designs:
                raise ValueError(f"[{block}] is no part of {self.design}, only of {' and '.join(designs)}")
        if self.design in BLOCKS["change"] and self.change is None:
            raise ValueError(f"a {self.design.replace('_', ' ')} needs [change]: the day on which the programme began")
        if self.design == "difference_in_differences" and self.change and not self.change.places:
            raise ValueError("a difference in differences needs the places in which the programme began")
        if self.design == "interrupted_time_series" and self.change and self.change.others:
            raise ValueError("others is no part of interrupted_time_series, only of difference_in_differences")
        return self

    @model_validator(mode="after")
    def _outcomes_fit_the_design(self) -> Self:
        if len(set(self.outcomes)) != len(self.outcomes):
            raise ValueError("an outcome is named twice")
        if self.design in BLOCKS["survival"] and self.outcomes != ("rate",):
            raise ValueError(f"a {self.design.replace('_', ' ')} is of the time to the first event: leave outcomes out")
        if self.design in BLOCKS["survival"] and self.programme.by_arm and self.survival and self.survival.from_start:
            raise ValueError("a person is treated by arm or from the day of their start, not both")
        if self.design == "accelerated_failure_time" and self.survival:
            if self.survival.from_start or self.survival.varying:
                raise ValueError("an accelerated failure time has no covariates that change: use cox_regression")
        elif self.survival and self.survival.distribution != Survival.model_fields["distribution"].default:
            raise ValueError("distribution is no part of cox_regression, only of accelerated_failure_time")
        if self.programme.by_arm and self.design not in (*BLOCKS["trial"], *BLOCKS["survival"]):
            raise ValueError(f"by_arm is no part of {self.design}, only of a trial and of the survival designs")
        return self

    @property
    def named_clock(self) -> Clock:
        """The clock that the study names; a fault of it is a `BadInput`."""
        return read_clock(self.clock if self._folder is None else self._folder / self.clock)

    @property
    def own_clock(self) -> Clock:
        """The clock by which the people of the study enter and are followed."""
        once = {"entry": "first_in_cohort", "cohort": "window"}
        return self.named_clock.model_copy(update=once) if self.each_person_once else self.named_clock

    @property
    def by_arm(self) -> bool:
        """Whether the arm of a trial decides who counts as treated."""
        return self.design == "randomised" or self.programme.by_arm


def read_study(path: str | Path) -> Study:
    """Read a study file; every fault is a `BadInput` with its line."""
    study = read_document(Study, Path(path))
    if study.clock.endswith(".toml"):
        study._folder = Path(path).parent
    return study
