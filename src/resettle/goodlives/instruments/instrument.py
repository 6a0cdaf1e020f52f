"""What a questionnaire is, as a TOML file: licence, items, and how scales are made of them."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from resettle.document import read_document
from resettle.errors import bad, did_you_mean


class Item(BaseModel):
    """One question: its words, and its lowest and highest answer with what they mean. `reverse`: high is not better."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1)
    low: int
    high: int
    low_means: str
    high_means: str
    reverse: bool = False

    @model_validator(mode="after")
    def in_order(self) -> Item:
        """The highest answer is above the lowest."""
        if self.low >= self.high:
            raise ValueError("the highest answer is not above the lowest")
        return self


class Scale(BaseModel):
    """Items added or averaged. Fewer than `least` answers give no score; a sum with answers missing is never filled up.

    `reliability` and `spread` (standard deviation) of a published sample allow a reliable change to be told.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    items: tuple[str, ...] = Field(min_length=1)
    how: Literal["sum", "mean"] = "sum"
    least: int = Field(ge=1)
    reliability: float | None = Field(default=None, gt=0, lt=1)
    spread: float | None = Field(default=None, gt=0)
    note: str = ""


class Instrument(BaseModel):
    """A questionnaire. Without a recorded licence it cannot be read, and after `licensed_until` not be given to anybody."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    label: str = Field(min_length=1)
    version: str = Field(min_length=1)
    licence: str = Field(min_length=3)
    attribution: str = Field(min_length=3)
    source: str = Field(min_length=3)
    licensed_to: str = ""
    licensed_until: date | None = None
    introduction: str = ""
    items: dict[str, Item] = Field(min_length=1)
    scales: dict[str, Scale] = Field(min_length=1)

    @model_validator(mode="after")
    def scales_have_items(self) -> Instrument:
        """Each scale is made of items that are there, and does not ask for more answers than it has; sums need them all."""
        for name, scale in self.scales.items():
            if missing := [item for item in scale.items if item not in self.items]:
                raise ValueError(f"the scale {name} names an item that is not there: {missing[0]}")
            if scale.least > len(scale.items) or (scale.how == "sum" and scale.least < len(scale.items)):
                raise ValueError(f"the scale {name} must need all its items for a sum, and never more than it has")
        return self


def read_instrument(path: Path) -> Instrument:
    """Read a questionnaire from a TOML file: one's own, or one that one's organisation is licensed to use.

    Faults, and a missing licence, are one `BadInput` with lines.
    """
    return read_document(Instrument, path)


@cache
def shipped() -> dict[str, Instrument]:
    """The questionnaires whose licence lets everybody have them."""
    found = {}
    for entry in sorted(files("resettle.goodlives.instruments").iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".toml"):
            with as_file(entry) as path:
                one = read_instrument(path)
            found[one.name] = one
    return found


def instrument_names() -> tuple[str, ...]:
    """The names of the questionnaires that ship."""
    return tuple(shipped())


def instrument(name: str) -> Instrument:
    """A questionnaire that ships, by name; an unknown one is a `BadInput`."""
    if name not in shipped():
        raise bad("no such instrument", value=name, do=did_you_mean(name, shipped()))
    return shipped()[name]
