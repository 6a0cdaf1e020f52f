"""Named inputs of a contract: agreed numbers, formulas of them, and what is not public with its plausible range."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from resettle.commissioning.language.base import Terms
from resettle.commissioning.language.fields import Number


class Parameter(Terms):
    """A named input. Elsewhere in the contract `"=name"` stands for its value, and `"=name * 1.05"` for a formula of it."""

    value: Number = Field(description="A number, or a formula of other parameters: text that begins with `=`.")
    low: Number | None = Field(None, description="Lowest plausible value, where the true one is not public.")
    high: Number | None = Field(None, description="Highest plausible value.")
    unit: str = Field("", description="Unit.")
    why: str = Field("", description="What it stands for, and why this value.")
    source: str = Field("", description="Where it was published.")


def read_parameter(value: Any) -> Any:
    """A bare value becomes a block with that value."""
    return value if isinstance(value, dict | Parameter) else {"value": value}


Parameters = dict[str, Annotated[Parameter, BeforeValidator(read_parameter)]]
