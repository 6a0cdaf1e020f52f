"""Conventions of an appraisal that have published alternatives: the discount rate, and the index that brings prices to one year.

They are choices, not chances: nobody draws them, so they stand in a tornado and not among Sobol indices. Another price year is no
alternative at all: it multiplies every amount by the same number and can turn no sign; `restated` says what it makes of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from resettle.reference.discounting import BANDS, discount_figures
from resettle.reference.figures import figure
from resettle.reference.prices import cpi, deflator, inflate
from resettle.reinvestment.appraisal import Appraisal, Overrides, step_saves, unit_worth

RATE = BANDS[0][0]
ALTERNATIVES = {"discounting.health": "as for health", "discounting.reduced": "without pure time preference"}


@dataclass(frozen=True)
class End:
    """One end of a convention: its value, its words, and the figures with which an answer is worked out there."""

    value: float
    words: str
    own: Overrides


@dataclass(frozen=True)
class Convention:
    """A convention with its lowest and its highest published value."""

    name: str
    low: End
    high: End


def conventions(appraisal: Appraisal, own: Overrides, price_years: Iterable[int] = ()) -> tuple[Convention, ...]:
    """The conventions that an appraisal could have followed otherwise.

    `price_years` are those of amounts beside its own. There is no other index where everything is in prices of one year, or where
    the user brought one.
    """
    found = [discount_rate(own)]
    years = sorted({*price_years_of(appraisal, own), *price_years} - {appraisal.price_year})
    if years and own.growth is None:
        found.append(price_index(appraisal, own, years[0]))
    return tuple(found)


def discount_rate(own: Overrides) -> Convention:
    """From the lowest to the highest of the rate in use and those that the Green Book gives beside the standard one."""
    used = discount_figures(own.values, own.name)[0]
    rates = {used.value: "as here"} | {figure(name).value: words for name, words in ALTERNATIVES.items()}

    def end(value: float) -> End:
        return End(value, f"{value:g}% a year, {rates[value]}", replace(own, values={**own.values, RATE: value}))

    return Convention("the discount rate", end(min(rates)), end(max(rates)))


def price_index(appraisal: Appraisal, own: Overrides, since: int) -> Convention:
    """Consumer prices against the deflator of gross domestic product, each by how prices moved since the earliest price year."""
    ends = []
    for words, growth in (("consumer prices", None), ("GDP deflator", deflator())):
        factor = inflate(Decimal(1), since, appraisal.price_year, growth)
        ends.append(End(float(factor), f"{words}, times {factor:.2f} since {since}", replace(own, growth=growth)))
    low, high = sorted(ends, key=lambda one: one.value)
    return Convention("the price index", low, high)


def price_years_of(appraisal: Appraisal, own: Overrides) -> set[int]:
    """The price years of the published figures and the amounts of an appraisal."""
    figures = [one for worth in appraisal.worth for one in unit_worth(worth, appraisal.price_year, own)[1]]
    figures += [one for step in appraisal.steps for one in step_saves(step, appraisal.price_year, own)[1]]
    years = {one.price_year for one in figures if one.price_year}
    return years | {worth.price_year for worth in appraisal.worth if worth.price_year}


def restated(amount: Decimal, price_year: int) -> tuple[int, Decimal]:
    """The latest year of which prices are known, and an amount of `price_year` in its prices."""
    known = {int(one.period) for one in cpi() if one.name == "prices.cpi"}
    return max(known), inflate(amount, price_year, max(known))
