"""`Macro`: what the macro part of a thread found where it went through the flows of the whole system."""

from __future__ import annotations

from decimal import Decimal

from resettle.reinvestment.appraise import ValueForMoney
from resettle.reinvestment.business_case.sensitivity import Sobol
from resettle.reinvestment.flows.projection import Projection
from resettle.reinvestment.pooling_places import StepPooled
from resettle.reinvestment.purpose import only_inside
from resettle.reinvestment.rounds.arriving import Cash
from resettle.reinvestment.rounds.menu import Menu
from resettle.reinvestment.rounds.rounds import Rounds
from resettle.result import Record


class Swing(Record):
    """One assumption at its low and its high end, in words; mean cash of all years, and mean work that agencies avoid, at each."""

    about: str
    low: str
    high: str
    cash_low: Decimal
    cash_high: Decimal
    work_low: Decimal
    work_high: Decimal


class UnsureValue(Record):
    """From one point of view, how the variance of the net present value splits, and that of whether it is a loss; None where it
    does not vary.
    """

    perspective: str
    value: Sobol | None
    loss: Sobol | None
    chance_of_loss: float


class Macro(Record):
    """The flows with and without the service, the cash by month, who pays and who gains, and the rounds.

    `fades` says in words how the evaluated effect was used: shrunk, lasting, fading. `each` is what the contract paid for each
    person treated, `starts` how many start the service a month in the scenario, `pays` pounds of one year by agency. `menu` is the
    menu as it was used, with the need that people's own plans show. `unsure` is empty where the run did not ask for it.
    """

    flows: Projection
    fades: str
    cash: Cash
    each: Decimal
    starts: float
    pays: dict[str, Decimal]
    worth: tuple[ValueForMoney, ...]
    optimism: float
    pools: tuple[StepPooled, ...] = ()
    swings: tuple[Swing, ...]
    unsure: tuple[UnsureValue, ...] = ()
    rounds: Rounds
    menu: Menu
    voters: int

    @property
    def inside(self) -> bool:
        """Whether every lever of the scenario only moves people or money inside prisons, away from the original purpose."""
        return only_inside(one.kind for one in self.flows.levers)
