"""The bid file: what a service needs to run, from staff and caseloads to the transfer of people from the last provider."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from resettle.commissioning.language.fields import Id, Money
from resettle.document import read_document
from resettle.errors import bad


class Block(BaseModel):
    """A block of a bid: fixed once read, with no keys but those described."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Staff(Block):
    """One kind of post: so many people on a caseload each, or a fixed number of posts."""

    role: Id = Field(description="Name of the post.")
    salary: Money = Field(description="Salary of one full post a year.")
    on_costs: float = Field(
        0.25, ge=0, le=2, description="Employer's pension, insurance and other costs, as a share of salary."
    )
    caseload: float | None = Field(
        None, gt=0, description="People whom one post serves at a time; with it, posts follow volume."
    )
    posts: float | None = Field(None, ge=0, description="A fixed number of posts, whatever the volume.")
    least: float = Field(0, ge=0, description="Fewest posts that must be in place, where posts follow volume.")
    step: float = Field(0.5, gt=0, description="Smallest part of a post that can be hired or let go.")


class Thing(Block):
    """One other cost: so much a year, and so much for each person who starts."""

    name: Id = Field(description="Name of the cost.")
    a_year: Money = Field(Decimal("0.00"), description="Amount a year, whatever the volume.")
    a_person: Money = Field(Decimal("0.00"), description="Amount for each person who starts.")
    prices: bool = Field(True, description="Whether it rises with prices.")


class Mobilisation(Block):
    """What must be spent before the first person starts."""

    months: int = Field(0, ge=0, le=36, description="Months before the start.")
    amount: Money = Field(Decimal("0.00"), description="Amount over all of them.")


class Transfer(Block):
    """People who come over from the last provider with their terms (TUPE)."""

    people: int = Field(0, ge=0, description="Posts that transfer.")
    salary: Money = Field(Decimal("0.00"), description="Their mean salary a year.")
    replaces: Id | None = Field(
        None, description="The role whose posts they fill; their dearer or cheaper pay is the difference."
    )
    redundancy: Money = Field(Decimal("0.00"), description="Cost of letting one go who is not needed.")


class Volume(Block):
    """How many people are expected, and for how long each is served."""

    starts_a_month: float = Field(gt=0, description="People who start in a month.")
    months_each: float = Field(gt=0, le=120, description="Months that one person is served, on average.")


class Terms(Block):
    """What money costs the bidder, and what it must keep."""

    overheads: float = Field(0.10, ge=0, le=1, description="Central costs as a share of all other cost.")
    margin: float = Field(0.0, ge=0, le=1, description="Surplus it must plan for, as a share of cost.")
    finance_rate: float = Field(0.06, ge=0, le=1, description="What working capital costs a year.")
    lag_months: float = Field(1.0, ge=0, le=120, description="Months between a cost and the payment that covers it.")
    pay_rise: float = Field(0.0, ge=-0.2, le=0.5, description="Rise of pay a year.")
    price_rise: float = Field(0.0, ge=-0.2, le=0.5, description="Rise of other prices a year.")


class Bid(Block):
    """What a service needs to run, over so many years."""

    id: Id = Field(description="Identifier.")
    title: str = Field(min_length=1, description="Title.")
    currency: str = Field("GBP", pattern="^[A-Z]{3}$", description="Currency of every amount.")
    price_base_year: int = Field(ge=1900, le=2200, description="Calendar year whose prices the amounts are in.")
    years: int = Field(ge=1, le=20, description="Years of service.")
    note: str = Field("", description="Where the amounts come from; it stands on every result.")
    volume: Volume = Field(description="How many people.")
    staff: tuple[Staff, ...] = Field(description="Posts, one block a role.")
    things: tuple[Thing, ...] = Field((), description="Premises, travel, phones, enabling funds and the like.")
    mobilisation: Mobilisation = Field(Mobilisation(), description="Before the start.")
    transfer: Transfer = Field(Transfer(), description="People who come over.")
    money: Terms = Field(Terms(), description="Overheads, surplus, inflation and the cost of waiting to be paid.")


def read_bid(path: str | Path) -> Bid:
    """Read a bid file; faults are a `BadInput` with their lines."""
    file = Path(path)
    bid = read_document(Bid, file)
    for i, post in enumerate(bid.staff, start=1):
        if (post.caseload is None) == (post.posts is None):
            raise bad(
                "a post needs either a caseload or a fixed number of posts",
                file=file,
                column=f"staff.{i}",
                value=post.role,
                do="Keep one of the two.",
            )
    roles = [post.role for post in bid.staff]
    if bid.transfer.replaces is not None and bid.transfer.replaces not in roles:
        raise bad(
            "people transfer into a role that the bid does not have",
            file=file,
            column="transfer.replaces",
            value=bid.transfer.replaces,
            do=f"The bid has: {', '.join(roles)}.",
        )
    return bid
