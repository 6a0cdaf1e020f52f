"""The clock: when follow-up starts and ends, what counts, and who enters a cohort, as a named and versioned profile."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from resettle.area.declare import table
from resettle.document import read_document
from resettle.errors import bad, did_you_mean


class Span(BaseModel):
    """A length of time in calendar months or in days, never both.

    Months end on the same day of a later month; where that month is too short, on its last day (29 February 2024 plus
    12 months is 28 February 2025).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    months: int | None = Field(None, ge=0, le=1200)
    days: int | None = Field(None, ge=0, le=36_525)

    @model_validator(mode="after")
    def _one_unit(self) -> Self:
        if (self.months is None) == (self.days is None):
            raise ValueError("give either months or days")
        return self

    @property
    def unit(self) -> str:
        """`months` or `days`."""
        return "months" if self.months is not None else "days"

    @property
    def number(self) -> int:
        """How many months or days."""
        return self.months if self.months is not None else self.days or 0

    @property
    def sql(self) -> str:
        """The span as an SQL interval."""
        return f"INTERVAL {self.number} {'MONTH' if self.unit == 'months' else 'DAY'}"

    def __str__(self) -> str:
        return f"{self.number} {self.unit if self.number != 1 else self.unit[:-1]}"

    def __add__(self, other: Span) -> Span:
        if self.unit != other.unit:
            raise ValueError("follow-up and wait must use the same unit")
        return Span(**{self.unit: self.number + other.number})


class Clock(BaseModel):
    """A clock profile.

    An event counts when its date is after the index date (on it, if `same_day`) and not later than the index date plus
    `follow_up`, its outcome is one of `outcomes`, and, where there is a `wait`, it was proven not later than the index
    date plus follow-up plus wait. A missing flag counts as recordable, in scope, and no breach. An index event is
    mature when the extract was taken on or after that last day. `entry` says whether a person enters a cohort with the
    first index event only (`first_in_cohort`) or with each (`every`). A `cohort` is a calendar quarter, a year (from
    the first of the index dates asked for, or a calendar year where none is), or all index dates asked for (`window`).
    `counting` says what one event is: an offence, or an appearance at court, which is a day on which the person was
    convicted of one or more offences that count. `assumed` names the details that the source does not state and that
    were settled here; change them in a clock of your own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: int = 1
    label: str
    event: str
    source: str
    follow_up: Span
    wait: Span | None = None
    outcomes: tuple[str, ...]
    entry: Literal["first_in_cohort", "every"]
    cohort: Literal["quarter", "year", "window"] | None = None
    counting: Literal["offence", "appearance"] = "offence"
    same_day: bool = False
    recordable_only: bool = False
    exclude_breach: bool = False
    in_scope_only: bool = False
    assumed: dict[str, str] = {}

    @field_validator("outcomes")
    @classmethod
    def _known_outcomes(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        known = table("offence").columns["outcome"].allowed
        unknown = [name for name in names if name not in known]
        if unknown or not names:
            named = unknown[0] if unknown else ""
            raise PydanticCustomError("outcomes", "no such outcome of an offence", {"do": did_you_mean(named, known)})
        return names

    @field_validator("follow_up")
    @classmethod
    def _some_follow_up(cls, span: Span) -> Span:
        if span.number == 0:
            raise ValueError("a follow-up must last at least a day")
        return span

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.entry == "first_in_cohort" and self.cohort is None:
            raise ValueError("entry = 'first_in_cohort' needs a cohort: 'quarter', 'year' or 'window'")
        if self.wait and self.wait.unit != self.follow_up.unit:
            raise ValueError("follow_up and wait must use the same unit")
        if unknown := set(self.assumed) - set(type(self).model_fields):
            raise ValueError(f"assumed names a key that a clock does not have: {min(unknown)}")
        return self

    @property
    def mature_after(self) -> Span:
        """How long after the index date an extract must be taken for the index event to be mature."""
        return self.follow_up + self.wait if self.wait else self.follow_up

    @property
    def counted_once(self) -> str:
        """How often one person is counted, in words; empty where every index event enters."""
        if self.entry == "every":
            return ""
        return "each counted once" if self.cohort == "window" else f"each counted once a {self.cohort}"

    @property
    def id(self) -> str:
        """Name and version, as results print it."""
        return f"{self.name} v{self.version}"


def clock_names() -> list[str]:
    """Names of the profiles that ship with Resettle."""
    folder = files("resettle.evidence").joinpath("clocks")
    return sorted(e.name.removesuffix(".toml") for e in folder.iterdir() if e.name.endswith(".toml"))


def read_clock(name: str | Path) -> Clock:
    """A profile by name, or from a TOML file of the same form; an unknown name is a `BadInput` that names the closest."""
    if isinstance(name, Path) or name.endswith(".toml"):
        return read_document(Clock, Path(name))
    if name not in clock_names():
        raise bad("no such clock", value=name, do=did_you_mean(name, clock_names()))
    with as_file(files("resettle.evidence").joinpath("clocks", f"{name}.toml")) as path:
        return read_document(Clock, path)
