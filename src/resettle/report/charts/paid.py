"""Charts of contracts: statements, and what contracts would pay."""

from __future__ import annotations

from decimal import Decimal

from resettle.commissioning.compare import Comparison
from resettle.commissioning.statement import Statement
from resettle.commissioning.value import Spread, Valuation
from resettle.report.charts.chart import Chart
from resettle.report.charts.rows import Row, rows_chart
from resettle.report.look import CIRCLES
from resettle.report.words import capital, money

MESO, GREY = CIRCLES["meso"], CIRCLES["evidence"]


def statement_chart(statement: Statement) -> Chart:
    """What is owed, by what it is for; what a limit takes off points left."""
    sums: dict[str, Decimal] = {}
    for line in statement.lines:
        sums[line.label] = sums.get(line.label, Decimal("0.00")) + line.amount
    rows = [
        Row(
            capital(label),
            money(amount, statement.currency, pence=True),
            float(amount),
            colour=MESO if amount >= 0 else GREY,
        )
        for label, amount in sums.items()
    ]
    return Chart(
        title=statement.sentence,
        subtitle=f"What is owed by what it is for, to the penny, at {statement.at.day} {statement.at:%B %Y}.",
        source=" ".join(statement.notes),
        body=lambda size: rows_chart(rows, axis(statement.currency), size, bars=True),
    )


def axis(currency: str) -> str:
    """The title of an axis of money."""
    return {"GBP": "pounds", "USD": "dollars", "EUR": "euros"}.get(currency, currency)


def spread_row(label: str, spread: Spread, currency: str, colour: str = MESO) -> Row:
    """A simulated amount: its mean, with the range of 80 in 100 draws."""
    ends = f"{money(spread.p10, currency)} to {money(spread.p90, currency)}"
    return Row(capital(label), f"{money(spread.mean, currency)} ({ends})", spread.mean, spread.p10, spread.p90, colour)


def valuation_chart(valuation: Valuation) -> Chart:
    """What each party would pay, receive and keep."""
    rows = [
        spread_row(f"{p.name} {p.what if p.what != 'margin' else 'keeps after cost'}", p.spread, valuation.currency)
        for p in valuation.parties
    ]
    return Chart(
        title=valuation.sentence,
        subtitle="Mean, with the range of 80 in 100 draws.",
        source=f"{valuation.draws:,} draws from stated beliefs, seed {valuation.seed}.",
        body=lambda size: rows_chart(rows, axis(valuation.currency), size),
    )


def short_titles(comparison: Comparison) -> list[str]:
    """Titles without what they share: of variants of the first contract, what varies; otherwise as they are."""
    first, *others = (v.title for v in comparison.valuations)
    if not all(title.startswith(f"{first}: ") for title in others):
        return [first, *others]
    return ["As written", *(capital(title.removeprefix(f"{first}: ")) for title in others)]


def comparison_chart(comparison: Comparison) -> Chart:
    """What each contract would pay, on the same draws."""
    names = short_titles(comparison)
    rows = [spread_row(n, v.total, comparison.currency) for n, v in zip(names, comparison.valuations, strict=True)]
    first = comparison.valuations[0]
    ordered = sorted(zip(names, comparison.valuations, strict=True), key=lambda pair: pair[1].total.mean)
    amounts = "; ".join(f"{n[:1].lower()}{n[1:]} {money(v.total.mean, comparison.currency)}" for n, v in ordered)
    return Chart(
        title=comparison.sentence if names[0] == first.title else f"Expected payment, cheapest first: {amounts}.",
        subtitle="Mean payment, with the range of 80 in 100 draws. All contracts on the same draws.",
        source=f"{first.draws:,} draws from stated beliefs, seed {first.seed}.",
        body=lambda size: rows_chart(rows, axis(comparison.currency), size),
    )
