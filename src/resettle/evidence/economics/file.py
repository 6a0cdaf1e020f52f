"""The file of an economic evaluation: two estimates with their standard errors, and what one unit of effect may be worth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from resettle.document import read_document
from resettle.evidence.economics.draws import normal_draws
from resettle.evidence.economics.effectiveness import CostEffectiveness, Perspective, cost_effectiveness
from resettle.provenance import Provenance, hash_file

Pounds = Annotated[float, Field(ge=0, le=1e12)]


class Estimated(BaseModel):
    """An estimate for each person, with its standard error and where it is from."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    estimate: float = Field(ge=-1e12, le=1e12, description="The service less what people would have had without it.")
    standard_error: float = Field(ge=0, le=1e12, description="Its standard error; 0 where it is known, not estimated.")
    source: str = Field(min_length=1, description="Where the estimate is from, as a reader sees it.")


class EconomicsFile(BaseModel):
    """What an economic evaluation needs where costs of single people are not held.

    An effect is a benefit: more is better. `correlation` is between the two estimates, and 0 is an assumption.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: str = Field(min_length=1, description="Short name.")
    title: str = Field(min_length=1, description="Title, as a reader sees it.")
    perspective: Perspective = Field(description="Whose costs are counted.")
    effect_unit: str = Field(
        min_length=1, description="What one unit of effect is, such as people kept from reoffending."
    )
    currency: str = Field("GBP", pattern=r"^[A-Z]{3}$", description="Currency of all amounts, as three letters.")
    cost: Estimated = Field(description="Difference in cost for each person.")
    effect: Estimated = Field(description="Difference in effect for each person.")
    correlation: float = Field(0.0, ge=-1, le=1, description="Correlation between the two estimates.")
    thresholds: tuple[Pounds, ...] = Field(min_length=1, max_length=100, description="What one unit may be worth.")
    price: Pounds | None = Field(None, description="What the service is paid for each person now.")
    draws: int = Field(10_000, ge=100, le=1_000_000, description="How many draws.")
    seed: int = Field(1, ge=0, description="Seed of the draws.")

    @model_validator(mode="after")
    def _thresholds_rise(self) -> Self:
        if list(self.thresholds) != sorted(set(self.thresholds)):
            raise ValueError("thresholds must rise, each named once")
        return self


def read_economics(path: str | Path) -> EconomicsFile:
    """Read the file of an economic evaluation; every fault is a `BadInput` with its line."""
    return read_document(EconomicsFile, Path(path))


def evaluate_economics(path: str | Path) -> CostEffectiveness:
    """Cost-effectiveness as a file asks for it, on joint normal draws of its two estimates."""
    file = Path(path)
    asked = read_economics(file)
    cost, effect = asked.cost, asked.effect
    drawn = normal_draws(
        (cost.estimate, cost.standard_error),
        (effect.estimate, effect.standard_error),
        asked.correlation,
        draws=asked.draws,
        seed=asked.seed,
    )
    found = cost_effectiveness(
        *drawn,
        asked.thresholds,
        perspective=asked.perspective,
        effect_unit=asked.effect_unit,
        currency=asked.currency,
        price=asked.price,
        estimate=(cost.estimate, effect.estimate),
        seed=asked.seed,
    )
    made_from = Provenance(
        inputs={file.name: hash_file(file)}, parameters=asked.model_dump(mode="json"), seed=asked.seed
    )
    return found.model_copy(update={"provenance": made_from})
