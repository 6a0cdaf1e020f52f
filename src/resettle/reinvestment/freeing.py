"""Capacity that one step frees, in every draw and month, by the whole programme or by a part of its people."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from resettle.money import exact, to_pence
from resettle.reinvestment.appraisal import Step
from resettle.reinvestment.cashable import step_cash, steps_closed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Freed:
    """One step's capacity in every draw and month, what a closed one saves a year, and discount factors by month."""

    step: Step
    free: Floats
    a_year: float
    discount: Floats

    def closed(self, part: float = 1.0) -> Floats:
        """Steps closed by somebody who frees a part of it."""
        return steps_closed(self.free * part, self.step.size, self.step.notice_months)

    def worth(self, part: float = 1.0) -> Floats:
        """Present value of the cash of somebody who frees a part of it, in each draw."""
        import numpy as np

        return np.asarray((step_cash(self.closed(part), self.step, self.a_year) * self.discount).sum(axis=1))

    def first(self, draws: int) -> Freed:
        """The same on the first draws only."""
        return replace(self, free=self.free[:draws])


def pence(amount: float) -> Decimal:
    """A mean of draws in whole pence."""
    return to_pence(exact(amount))
