"""The rules of measures of housing and work: which events, which day after them, and which codes count."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from resettle.area.declare import table
from resettle.document import read_document
from resettle.errors import did_you_mean
from resettle.evidence.clock import Span

DISPOSALS: dict[str, tuple[str, ...]] = {"release": ("custody",), "order": ("suspended", "community")}
UNKNOWN, UNAVAILABLE = "unknown", "not_available"


class Rule(BaseModel):
    """One measure: of which events, on which day after it (or over how long), and which codes of a domain count.

    In force on a day is the spell that holds that day; of several, the one that began last.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    domain: Literal["housing", "work", "education", "benefit"]
    of: Literal["release", "order"]
    after: Span | None = None
    within: Span | None = None
    counts: tuple[str, ...] = Field(min_length=1)
    source: str

    @field_validator("counts")
    @classmethod
    def _known_codes(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        known = set(table("circumstance").columns["code"].allowed or ()) - {UNKNOWN, UNAVAILABLE}
        for code in codes:
            if code not in known:
                raise PydanticCustomError("code", "no such code", {"do": did_you_mean(code, known)})
        return codes

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if (self.after is None) == (self.within is None):
            raise ValueError("give either after or within")
        if self.within is not None and self.within.number == 0:
            raise ValueError("within must be at least a day")
        return self

    @property
    def span(self) -> Span:
        """How long after the event its last day is."""
        return self.after or self.within or Span(days=0)


class Rules(BaseModel):
    """A file of measures, by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    measures: dict[str, Rule] = Field(min_length=1)


def read_rules(path: str | Path | None = None) -> dict[str, Rule]:
    """The measures of a TOML file, by name; without one, those that come with the package."""
    if path is not None:
        return read_document(Rules, Path(path)).measures
    with as_file(files("resettle.evidence").joinpath("circumstances.toml")) as file:
        return read_document(Rules, file).measures
