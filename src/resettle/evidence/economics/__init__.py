"""Whether an effect is worth its cost: cost-effectiveness, net benefit, acceptability, break-even, value of knowing more.

Effects are benefits: more is better (people kept from reoffending, not people who reoffend). Costs and effects are the
service less what people would have had without it, for each person. Pounds are floats here, because they are estimates.
"""

from resettle.evidence.economics.draws import normal_draws, people_draws
from resettle.evidence.economics.effectiveness import CostEffectiveness, cost_effectiveness
from resettle.evidence.economics.file import EconomicsFile, evaluate_economics, read_economics
from resettle.evidence.economics.frontier import Option, frontier
from resettle.evidence.economics.information import evpi, evpi_normal, over_people

__all__ = [
    "CostEffectiveness",
    "EconomicsFile",
    "Option",
    "cost_effectiveness",
    "evaluate_economics",
    "evpi",
    "evpi_normal",
    "frontier",
    "normal_draws",
    "over_people",
    "people_draws",
    "read_economics",
]
