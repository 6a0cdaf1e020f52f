"""The zone of agreement: from the lowest price a bidder can accept to the highest a commissioner should pay, or none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from resettle.errors import bad
from resettle.money import exact, show, to_pence
from resettle.result import Result


class Zone(Result):
    """Prices of one outcome on which both sides could agree.

    `lowest` is what the bidder needs, with its parts (`cost`, `finance`, `risk`, `surplus`, each for one outcome); `highest`
    what the outcome is worth to the payer. `width` is negative where there is no price for both.
    """

    currency: str
    cost: Decimal
    finance: Decimal
    risk: Decimal
    surplus: Decimal
    lowest: Decimal
    highest: Decimal
    dead_weight: float
    success: float

    @property
    def width(self) -> Decimal:
        """The highest price less the lowest."""
        return self.highest - self.lowest

    @property
    def agreed(self) -> bool:
        """Whether there is a price for both."""
        return self.width >= 0

    @property
    def sentence(self) -> str:
        """The zone, or why there is none."""
        low, high = (show(a, self.currency, pence=False) for a in (self.lowest, self.highest))
        if self.agreed:
            return f"A price between {low} and {high} for each outcome suits both sides."
        short = show(-self.width, self.currency, pence=False)
        return (
            f"No price suits both: the bidder needs {low} for each outcome, and it is worth {high} to the payer, {short} less. "
            "Do not pay for this by results."
        )

    def rows(self) -> list[dict[str, Any]]:
        """What the two prices are made of."""
        return [
            {"what": "cost", "amount": self.cost},
            {"what": "cost of waiting", "amount": self.finance},
            {"what": "price of risk", "amount": self.risk},
            {"what": "surplus", "amount": self.surplus},
            {"what": "lowest price a bidder can accept", "amount": self.lowest},
            {"what": "highest price the payer should pay", "amount": self.highest},
        ]


def zone(
    cost_a_person: Decimal,
    success: float,
    worth: Decimal,
    *,
    without: float = 0.0,
    finance_rate: float = 0.0,
    lag_years: float = 0.0,
    shortfall: Decimal = Decimal(0),
    aversion: float = 0.0,
    surplus: float = 0.0,
    currency: str = "GBP",
) -> Zone:
    """The zone of agreement for the price of one outcome.

    Lowest: `(c + r W + lambda CVaR + surplus) / p`, with c the cost of a person, W that cost for `lag_years`, CVaR the
    expected `shortfall` for one person, lambda the bidder's `aversion`, and p how many reach the outcome. Highest:
    `worth (1 - DW)`, with `worth` what one real outcome saves or is valued at, and DW the share of successes that would have
    come anyway, `without / success`.
    """
    if not 0 < success <= 1 or not 0 <= without <= 1:
        raise bad("success must be a share above 0, and the rate without the service from 0 to 1", value=success)
    numbers = (finance_rate, lag_years, aversion, surplus)
    if any(not 0 <= n < 1e6 for n in numbers) or min(cost_a_person, worth, shortfall) < 0:
        raise bad("costs, rates and times must be zero or more", value=numbers)
    p = exact(success)
    waiting = cost_a_person * exact(finance_rate) * exact(lag_years)
    risk, kept = exact(aversion) * shortfall, exact(surplus) * cost_a_person
    parts = [to_pence(part / p) for part in (cost_a_person, waiting, risk, kept)]
    lost = min(1.0, without / success)
    return Zone(
        currency=currency,
        cost=parts[0],
        finance=parts[1],
        risk=parts[2],
        surplus=parts[3],
        lowest=sum(parts, Decimal(0)),
        highest=to_pence(worth * (1 - exact(lost))),
        dead_weight=lost,
        success=success,
    )
