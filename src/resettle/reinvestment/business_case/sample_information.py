"""What it would be worth to know more before deciding: everything, the effect alone, or what one more trial would tell.

Where the net benefit rises in a straight line with the effect, and the effect is normal, knowing it moves the mean net benefit
with standard deviation |slope| times its standard error; a trial moves it less, because it leaves some doubt: the standard error
before, se, and that of the trial, s, leave a spread of the later estimate of se^2 / sqrt(se^2 + s^2). The expected value of each is
then that of a normal net benefit with this spread (Raiffa and Schlaifer 1961; Ades, Lu and Claxton 2004, Medical Decision
Making 24).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from resettle.evidence.economics.information import evpi_normal
from resettle.evidence.effect import Effect
from resettle.money import exact, to_pence
from resettle.reinvestment.business_case.file import Trial
from resettle.result import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class InformationWorth(Record):
    """What knowing something is worth before deciding. Of a trial also its cost, and what is left of its worth after it."""

    name: str
    worth: Decimal
    people: int | None = None
    cost: Decimal | None = None
    left: Decimal | None = None


def worth_of_effect(net: Floats, effect: Floats, se: float) -> tuple[float, float]:
    """Mean net benefit, and pounds of it for one standard error of the effect (by regression on the draws)."""
    import numpy as np

    varied = float(effect.var())
    slope = float(np.cov(effect, net)[0, 1] / varied) if varied else 0.0
    return float(net.mean()), abs(slope) * se


def information(net: Floats, effect: Floats, evaluated: Effect, trials: Iterable[Trial]) -> list[InformationWorth]:
    """What knowing the effect, and each trial of it, would be worth. `effect` are the draws of which `net` is a function."""
    mean, spread = worth_of_effect(net, effect, evaluated.se)
    made = [InformationWorth(name=f"the effect of {evaluated.programme}", worth=pence(evpi_normal(mean, spread)))]
    for trial in trials:
        worth = pence(evpi_normal(mean, spread * told(evaluated, trial.people)))
        cost = to_pence(2 * trial.people * trial.cost_a_person)
        name = f"a trial of it with {trial.people:,} people in each group"
        made.append(InformationWorth(name=name, worth=worth, people=trial.people, cost=cost, left=worth - cost))
    return made


def told(evaluated: Effect, people: int) -> float:
    """Which part of the doubt about an effect a trial with so many people in each group would take away."""
    rates = (evaluated.treated.rate, evaluated.comparison.rate)
    new = sum(rate * (1 - rate) / people for rate in rates)
    whole = evaluated.se**2 + new
    return evaluated.se / math.sqrt(whole) if whole > 0 else 0.0


def pence(amount: float) -> Decimal:
    """An expected value in whole pence."""
    return to_pence(exact(amount))
