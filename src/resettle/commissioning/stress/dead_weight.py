"""Dead-weight: what would have happened, and been paid for, anyway."""

from __future__ import annotations

from decimal import Decimal

from resettle.errors import bad
from resettle.money import exact, to_pence


def dead_weight(without: float, seen: float) -> float:
    """The share of paid outcomes that would have come about anyway: `p_without / p_seen`, at most all of them."""
    if not (0 <= without <= 1 and 0 < seen <= 1):
        raise bad("both must be shares of people, and some reach the outcome", value=f"{without}, {seen}")
    return min(1.0, without / seen)


def overpayment(price: Decimal, people: int, without: float) -> Decimal:
    """Pounds paid for outcomes that would have come about anyway: tariff, times people, times the rate without the service."""
    return to_pence(price * people * exact(without))


def net_of_trend(site: float, elsewhere: float) -> float:
    """A site's reduction less what happened elsewhere: `1 - (1 - r_site) / (1 - r_elsewhere)`; positive is better than the trend.

    Both are falls as shares (0.38 is 38% fewer). A youth custody pathfinder that fell by 38% where the country fell by 37.2%
    was better by about one per cent, and was paid for all of it.
    """
    if not (site <= 1 and elsewhere < 1):
        raise bad("a fall cannot be more than all of it", value=f"{site}, {elsewhere}")
    return 1 - (1 - site) / (1 - elsewhere)
