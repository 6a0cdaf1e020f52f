"""Transaction cost: what it takes to make and run an arrangement, and the scale at which it is worth it."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from resettle.errors import bad
from resettle.money import show
from resettle.result import Result


class TransactionCost(Result):
    """What an arrangement costs to make (`before`: development, procurement, legal) and to run (`after`: intermediary,
    verification, evaluation), beside the cost of the service.

    `break_even_people` is the scale at which benefit covers everything; None where no scale does.
    """

    currency: str
    before: Decimal
    after: Decimal
    service: Decimal
    share: float
    break_even_people: int | None

    @property
    def sentence(self) -> str:
        """The share, and the scale."""
        total = show(self.before + self.after, self.currency, pence=False)
        text = f"Making and running the arrangement costs {total}, {100 * self.share:.1f}% of the service."
        if self.break_even_people is None:
            return f"{text} No scale makes it worth it: one person's benefit does not cover one person's cost."
        return f"{text} It takes {self.break_even_people:,} people to be worth it."

    def rows(self) -> list[dict[str, Any]]:
        """The parts."""
        return [
            {"what": "before signing", "amount": self.before},
            {"what": "after signing", "amount": self.after},
            {"what": "service", "amount": self.service},
        ]


def transaction_cost(
    before: Decimal,
    after: Decimal,
    service: Decimal,
    *,
    benefit: Decimal = Decimal(0),
    cost: Decimal = Decimal(0),
    varying: Decimal = Decimal(0),
    currency: str = "GBP",
) -> TransactionCost:
    """`TC% = (before + after) / service`, and `N* = TC / (benefit - cost - varying)` for one person's benefit and costs.

    Source of the split before and after signing: Petersen and others (2019), as used by the Government Outcomes Lab.
    """
    if min(before, after, benefit, cost, varying) < 0 or service <= 0:
        raise bad("costs must be zero or more, and the service must cost something", value=service)
    gain = benefit - cost - varying
    return TransactionCost(
        currency=currency,
        before=before,
        after=after,
        service=service,
        share=float((before + after) / service),
        break_even_people=math.ceil((before + after) / gain) if gain > 0 else None,
    )
