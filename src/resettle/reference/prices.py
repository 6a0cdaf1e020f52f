"""Amounts moved from the prices of one year to those of another.

Convention: a price year is a calendar year. Figures of a financial year take its first calendar year (2015/16 prices are
2015). The index is the Consumer Prices Index by default, which every result says; the Green Book asks for the deflator of
gross domestic product, and any other series can be given instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from resettle.errors import BadInput, bad
from resettle.money import exact
from resettle.reference.figures import Figure, published

DEFAULT_INDEX = "Consumer Prices Index, calendar years"
DEFLATOR = "deflator of gross domestic product, calendar years"
HUNDRED = Decimal(100)


def cpi() -> tuple[Figure, ...]:
    """Annual growth of consumer prices by calendar year, in percent: outturn, then forecast."""
    return published()["prices.cpi"] + published()["prices.cpi.forecast"]


def deflator() -> dict[int, Decimal]:
    """Growth of the deflator of gross domestic product by calendar year, in percent; consumer prices where it does not reach."""
    levels = {int(f.period): f.amount for f in published()["prices.gdp_deflator"]}
    grown = {year: HUNDRED * (level / levels[year - 1] - 1) for year, level in levels.items() if year - 1 in levels}
    return {int(f.period): f.amount for f in cpi()} | grown


def inflate(
    amount: Decimal, from_year: int, to_year: int, growth: Mapping[int, float | Decimal] | None = None
) -> Decimal:
    """An amount in the prices of `from_year`, put into the prices of `to_year` (unrounded, exact decimal arithmetic).

    `growth` gives the percent growth of prices in each calendar year on the year before; without it, the Consumer Prices
    Index is used. Going back divides by the same chain. A year that the series does not reach is a `BadInput`.
    """
    series = {int(f.period): f.amount for f in cpi()} if growth is None else growth
    factor = Decimal(1)
    for year in range(min(from_year, to_year) + 1, max(from_year, to_year) + 1):
        if year not in series:
            raise no_year(year, series)
        factor *= 1 + exact(series[year]) / HUNDRED
    return amount * factor if to_year >= from_year else amount / factor


def no_year(year: int, series: Mapping[int, float | Decimal]) -> BadInput:
    """The fault of a year that the price series does not hold."""
    reach = f"from prices of {min(series) - 1} to prices of {max(series)}" if series else "nowhere"
    do = f"The series reaches {reach}. Give your own series, or an amount in later prices."
    return bad("no price growth for this year", value=year, do=do)
