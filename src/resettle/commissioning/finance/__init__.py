"""Cash over time: returns, peaks of need, what investors get back, and how bad it can become. Arrays in, arrays out."""

from resettle.commissioning.finance.cash import cumulative, financing_cost, multiple, payback, peak_need
from resettle.commissioning.finance.returns import irr_draws, present_value, xirr
from resettle.commissioning.finance.risk import expected_shortfall, ruin, value_at_risk
from resettle.commissioning.finance.waterfall import Paid, Tranche, loss_after_guarantee, waterfall

__all__ = [
    "Paid",
    "Tranche",
    "cumulative",
    "expected_shortfall",
    "financing_cost",
    "irr_draws",
    "loss_after_guarantee",
    "multiple",
    "payback",
    "peak_need",
    "present_value",
    "ruin",
    "value_at_risk",
    "waterfall",
    "xirr",
]
