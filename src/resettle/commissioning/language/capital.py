"""Who puts up the money before results are paid, and who is repaid first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field

from resettle.commissioning.language.base import EARLIEST, LATEST, Terms
from resettle.commissioning.language.fields import Id, Money, Share


class Drawdown(Terms):
    """Money paid in."""

    on: date = Field(ge=EARLIEST, le=LATEST, description="Day.")
    amount: Money = Field(description="Amount.")


class Instrument(Terms):
    """One investor's money."""

    id: Id = Field(description="Name.")
    party: Id = Field(description="Investor.")
    kind: Literal["loan", "equity", "grant", "deferred_fee"] = Field(
        "loan",
        description="`loan`, `deferred_fee`: principal, then return. `equity`: what is left. `grant`: never repaid.",
    )
    commitment: Money = Field(description="Most that is put up.")
    drawdowns: tuple[Drawdown, ...] = Field((), description="When it is paid in; absent: all on the first day.")
    rank: int = Field(1, ge=1, le=99, description="Order of repayment: 1 before 2; the same rank shares in proportion.")
    rate: Share = Field(
        Decimal(0), description="Return a year on what is outstanding, simple interest, paid after principal."
    )
    return_cap: Share | None = Field(None, description="Most that is earned: internal rate of return a year.")


class Guarantee(Terms):
    """Someone who bears part of investors' losses."""

    party: Id = Field(description="Guarantor.")
    covers: tuple[Id, ...] = Field(description="Instruments covered.")
    share: Share = Field(Decimal(1), description="Share of the loss that is borne.")
    most: Money | None = Field(None, description="Most that is borne in all.")


class Capital(Terms):
    """Investment: who puts up money, who is repaid in which order, and who guarantees it."""

    vehicle: Id = Field(description="Party that receives payments and repays investors.")
    instruments: tuple[Instrument, ...] = Field(min_length=1, description="Investors' money.")
    guarantees: tuple[Guarantee, ...] = Field((), description="Guarantees.")
    recycled: bool = Field(
        False, description="Whether early payments pay for later delivery before investors are repaid."
    )
