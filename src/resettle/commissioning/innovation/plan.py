"""The innovation file: what is believed of a new service, and the rule agreed before it starts."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from resettle.commissioning.language.fields import Id, Money
from resettle.document import read_document
from resettle.errors import bad


class Block(BaseModel):
    """A block of the file: fixed once read, with no keys but those described."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Belief(Block):
    """What is believed before anything is tried."""

    effect_mean: float = Field(
        ge=-100, le=100, description="Mean true effect in percentage points, positive is better."
    )
    effect_sd: float = Field(gt=0, le=100, description="Standard deviation of that belief.")
    baseline: float = Field(gt=0, lt=1, description="Share with the outcome without the service.")
    worth: Money = Field(description="What one person kept from the outcome is worth.")
    cost: Money = Field(description="Cost of the service for one person.")


class Stage(Block):
    """One stage: so many people, with a comparison or without."""

    name: Id = Field(description="Name: pilot, test.")
    people: int = Field(ge=2, description="People who are served.")
    comparison: int | None = Field(None, ge=2, description="People in a comparison group; absent: a fixed baseline.")
    fixed_cost: Money = Field(description="Cost of the stage beside the service: set-up, evaluation.")
    go_on_if: float = Field(gt=0, lt=1, description="Go on if the chance that it is worth its cost is at least this.")
    stop_if: float = Field(ge=0, lt=1, description="Stop for futility if that chance is below this.")
    harm_if: float = Field(
        0.95, gt=0.5, lt=1, description="Stop for harm if the chance that it makes things worse is above this."
    )


class Innovation(Block):
    """A staged contract for a service with little evidence."""

    id: Id = Field(description="Identifier.")
    title: str = Field(min_length=1, description="Title.")
    currency: str = Field("GBP", pattern="^[A-Z]{3}$", description="Currency of every amount.")
    note: str = Field("", description="Where the beliefs come from; it stands on every result.")
    people_at_scale: int = Field(
        ge=1, description="People whom the service would reach at scale, over the whole horizon."
    )
    belief: Belief = Field(description="What is believed.")
    stages: tuple[Stage, ...] = Field(min_length=1, description="Stages in order, before scale.")


def read_innovation(path: str | Path) -> Innovation:
    """Read an innovation file; faults are a `BadInput` with their lines."""
    file = Path(path)
    plan = read_document(Innovation, file)
    for i, stage in enumerate(plan.stages, start=1):
        if stage.stop_if >= stage.go_on_if:
            raise bad(
                "the bar for stopping is not below the bar for going on",
                file=file,
                column=f"stages.{i}.stop_if",
                value=stage.stop_if,
                do=f"Put it below {stage.go_on_if}.",
            )
    names = [stage.name for stage in plan.stages]
    if len(set(names)) < len(names):
        raise bad("two stages have one name", file=file, column="stages", value=", ".join(names))
    return plan
