"""The theory file: nodes and arrows as they are written down. The descriptions here can stand as its reference page."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Strength = Literal["none", "weak", "moderate", "strong"]
STRENGTHS: dict[Strength, str] = {"none": "none yet", "weak": "weak", "moderate": "moderate", "strong": "strong"}
MOST_NODES = 40

Text = Annotated[str, Field(min_length=1, max_length=200)]


class Node(BaseModel):
    """What every node says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: Text = Field(description="The node in a reader's words, at most 200 characters.")


class Input(Node):
    """What is put in: money, people, buildings."""

    kind: Literal["input"]


class Activity(Node):
    """What is done, and the service of the area in which it is done."""

    kind: Literal["activity"]
    service: str | None = Field(None, description="`service_id` of the service in which this is done.")


class Mechanism(Node):
    """What changes in people or between them, and how it is tested."""

    kind: Literal["mechanism"]
    tested_by: str | None = Field(None, description="How anyone would see that this happens.")


class Outcome(Node):
    """What is different afterwards, how soon, and how it is measured."""

    kind: Literal["outcome"]
    term: Literal["short", "medium", "long"] = Field("short", description="How soon it should show.")
    measure: str | None = Field(None, description="Outcome code, or measure under a clock, by which it is known.")


class Context(Node):
    """What must be so around the service for a mechanism to work."""

    kind: Literal["context"]


class Assumption(Node):
    """What is taken for granted, and who keeps watch on it."""

    kind: Literal["assumption"]
    monitored_by: str | None = Field(None, description="Who or what watches whether it holds.")


AnyNode = Annotated[Input | Activity | Mechanism | Outcome | Context | Assumption, Field(discriminator="kind")]


class Arrow(BaseModel):
    """A claim: `from_id` leads to `to_id`, why, with which evidence, and who agreed the direction."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    from_id: str = Field(alias="from", description="Node where the arrow starts.")
    to_id: str = Field(alias="to", description="Node to which it leads.")
    why: str = Field("", description="Why the one should lead to the other.")
    evidence: tuple[Text, ...] = Field((), description="Studies, measures or records held for this arrow, by id.")
    strength: Strength = Field("none", description="How strong that evidence is.")
    agreed_by: str = Field("", description="Who agreed that it runs this way.")

    @model_validator(mode="after")
    def _no_strength_from_nothing(self) -> Self:
        if self.strength != "none" and not self.evidence:
            raise ValueError(f"the strength is {self.strength!r} but no evidence is named")
        return self


class TheoryFile(BaseModel):
    """A theory of change as it is written down."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, description="Short name.")
    title: Text = Field(description="Title, as a reader sees it.")
    agreed: str = Field("", description="When, and by whom, the theory as a whole was agreed.")
    node: dict[str, AnyNode] = Field(min_length=2, max_length=MOST_NODES, description="The nodes by their names.")
    arrow: tuple[Arrow, ...] = Field((), description="The arrows.")
