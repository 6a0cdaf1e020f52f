"""What would change an answer, as parts of a page: the tornado, the split of the variance, and the price year."""

from __future__ import annotations

from decimal import Decimal

from resettle.reinvestment.business_case.sensitivity import Sobol, Tornado
from resettle.reinvestment.conventions import restated
from resettle.report.blocks import Part, Table, Text, cells, row
from resettle.report.charts.appraised import sobol_chart, tornado_chart
from resettle.report.drawn import drawing
from resettle.report.words import capital, money, number
from resettle.result import Interval


def changes(tornado: Tornado, sobol: Sobol | None, value: Decimal, price_year: int) -> list[Part]:
    """The tornado and the Sobol indices, each with its table, and what another price year would make of `value`."""
    bars = [
        row(
            capital(one.name),
            " to ".join(one.ends) if one.ends else f"{number(one.low, 3)} to {number(one.high, 3)}",
            money(one.at_low, tornado.currency),
            money(one.at_high, tornado.currency),
        )
        for one in tornado.bars
    ]
    parts: list[Part] = [drawing(chart)] if (chart := tornado_chart(tornado)) else []
    if bars:
        head = cells("Input", "From, to", "At the low end", "At the high end")
        parts.append(Table("One input at a time", head, bars, frozenset({2, 3})))
    parts.append(price_year_words(value, price_year, tornado.currency))
    return [*parts, drawing(sobol_chart(sobol)), sobol_table(sobol)] if sobol else parts


def sobol_table(found: Sobol) -> Table:
    """Every input with the share of the variance that it explains, alone and with its interactions."""
    rows = [
        row(capital(one.name), share(one.first, one.first_interval), share(one.total, one.total_interval))
        for one in found.indices
    ]
    note = f"Sobol indices with 95% bootstrap intervals, from {found.runs:,} runs of the model."
    head = cells("Input", "Alone", "With interactions")
    return Table(f"What makes the {found.answer} unsure", head, rows, frozenset({1, 2}), note)


def share(value: float, interval: Interval) -> str:
    """An index with its interval."""
    middle, low, high = (round(one, 3) + 0.0 for one in (value, interval.low, interval.high))
    return f"{middle:.3f} ({low:.3f} to {high:.3f})"


def price_year_words(value: Decimal, price_year: int, currency: str) -> Text:
    """What the same net present value is in the latest prices, and that a price year turns no answer."""
    year, again = restated(value, price_year)
    return Text(
        (
            f"In {year} prices the net present value would be {money(again, currency)} in place of {money(value, currency)} in "
            f"{price_year} prices: another price year changes the number of pounds, never whether it pays.",
        )
    )
