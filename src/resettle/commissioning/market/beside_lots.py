"""Personal budgets and individual service funds beside a lot, from a file: what each would cost and widen as more money moves."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from resettle.commissioning.language.fields import Money
from resettle.commissioning.market.concentration import effective_number
from resettle.commissioning.market.personal import Personalised, Way, personalise
from resettle.document import read_document
from resettle.errors import bad
from resettle.money import to_pence
from resettle.provenance import Provenance, hash_json
from resettle.result import Result

SHARES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)


class Block(BaseModel):
    """A block of the file: fixed once read, with no keys but those described."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Lot(Block):
    """The lot as it is bought for everybody."""

    fixed: Money = Field(description="What it costs a year whatever its volume, until nobody is left in it.")
    varying: Money = Field(description="What it costs for each person in it.")
    most_unit: Money | None = Field(None, description="Most that one person in the lot may cost; absent: not asked.")


class Held(Block):
    """One way in which people hold their own money."""

    way: Way = Field(
        description="`personal budget`: the person spends it. `individual service fund`: a provider spends it as they say."
    )
    budget: Money = Field(description="What is spent for one person a year.")
    administration: Money = Field(description="Support, payment and checks for one person a year.")
    bought: dict[str, float] = Field(
        {}, description="Pounds by what they are spent on; absent: as the area holds it, where one is given."
    )


class PersonalPlan(Block):
    """A lot, and the ways in which people could hold their own money instead."""

    title: str = Field(min_length=1, description="Title.")
    currency: str = Field("GBP", pattern="^[A-Z]{3}$", description="Currency of every amount.")
    people: int = Field(ge=1, le=10_000_000, description="People a year, however they are served.")
    shares: tuple[float, ...] = Field(
        SHARES, min_length=1, max_length=50, description="Shares of people who hold their own money."
    )
    note: str = Field("", description="Where the amounts come from.")
    lot: Lot = Field(description="The lot.")
    ways: tuple[Held, ...] = Field(min_length=1, description="The ways to hold money.")


def read_personal_plan(path: str | Path) -> PersonalPlan:
    """Read a plan; faults are a `BadInput` with their lines."""
    file = Path(path)
    plan = read_document(PersonalPlan, file)
    if wrong := [s for s in plan.shares if not 0 <= s <= 1]:
        raise bad("not a share between 0 and 1", file=file, column="shares", value=wrong[0], do="Write 0.25 for 25%.")
    for n, held in enumerate(plan.ways, start=1):
        lost = next((what for what, amount in held.bought.items() if not amount >= 0), None)
        rule = "a negative amount" if lost else ""
        if held.way in [h.way for h in plan.ways[: n - 1]]:
            rule = "the same way twice"
        if rule:
            raise bad(
                rule,
                file=file,
                column=f"ways.{n}",
                value=lost or held.way,
                do="Keep each way once, with amounts of zero or more.",
            )
    return plan


class BesideLots(Result):
    """A lot beside each way in which people hold their own money, as more of them do.

    `fixed` and `varying` are what the lot costs; `wide` is how many categories of one size people buy in each way.
    """

    title: str
    currency: str
    people: int
    fixed: Decimal
    varying: Decimal
    note: str
    ways: tuple[Personalised, ...]
    wide: dict[str, float]

    @property
    def sentence(self) -> str:
        """What each way does at half of people."""
        return f"{self.title}. " + " ".join(w.sentence for w in self.ways)

    def rows(self) -> list[dict[str, Any]]:
        """One row for each way and share of people; `each` is what one person costs over all of them."""
        return [
            {"way": w.way, **m.model_dump(), "each": to_pence(m.total / w.people)} for w in self.ways for m in w.mixes
        ]


def beside_lots(plan: PersonalPlan, bought: Mapping[str, float] | None = None) -> BesideLots:
    """Price every way of a plan. `bought` is what people of an area spend on (`bought_in`), for ways that do not say it."""
    ways = tuple(
        personalise(
            plan.people,
            plan.lot.fixed,
            plan.lot.varying,
            held.budget,
            held.administration,
            bought=held.bought or bought,
            shares=sorted(set(plan.shares)),
            way=held.way,
            most_unit=plan.lot.most_unit,
            currency=plan.currency,
        )
        for held in plan.ways
    )
    return BesideLots(
        title=plan.title,
        currency=plan.currency,
        people=plan.people,
        fixed=plan.lot.fixed,
        varying=plan.lot.varying,
        note=plan.note,
        ways=ways,
        wide={h.way: effective_number(h.bought or bought or {}) or 1.0 for h in plan.ways},
        provenance=Provenance(inputs={"plan": hash_json(plan.model_dump(mode="json"))}),
    )
