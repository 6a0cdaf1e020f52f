"""What every block of a contract is made of: periods, parties and the framework under which they signed."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from resettle.commissioning.language.fields import Id, Words

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)
Role = Literal[
    "commissioner",
    "co-payer",
    "provider",
    "subcontractor",
    "vehicle",
    "investor",
    "guarantor",
    "evaluator",
    "verifier",
    "assessor",
]


class Terms(BaseModel):
    """A block of a contract: fixed once read, with no keys but those described."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Period(Terms):
    """The first and the last day, both included."""

    start: date = Field(ge=EARLIEST, le=LATEST, description="First day.")
    end: date = Field(ge=EARLIEST, le=LATEST, description="Last day, included.")


class Party(Terms):
    """Someone who signs, pays, provides, invests, measures or verifies."""

    id: Id = Field(description="Short name by which the rest of the contract calls the party.")
    name: Words = Field(min_length=1, description="Full name.")
    role: Role = Field(
        description="What the party does under the contract. `vehicle`: the company that holds investors' money and is paid."
    )


class Framework(Terms):
    """The framework agreement under which the contract was called off."""

    id: Id = Field(description="Identifier of the framework.")
    call_off: Id | None = Field(None, description="Identifier of the call-off.")
    lot: Id | None = Field(None, description="Lot of the framework: the need and the region.")
