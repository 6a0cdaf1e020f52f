"""Chapters on who is left with what: segments of a tariff, a supply chain, and a lot beside people's own money."""

from __future__ import annotations

from resettle.commissioning.market import BesideLots, Indicative
from resettle.commissioning.price import PassThrough
from resettle.commissioning.stress import Segmentation, Segments
from resettle.report.blocks import Part, Table, Text, cells, row
from resettle.report.charts.shared_out import beside_lots_chart, chain_chart, segments_chart
from resettle.report.drawn import drawing
from resettle.report.study.chapter import Chapter
from resettle.report.words import capital, money, percent

ALIKE = (
    "The beliefs give every band the same chances, so that only prices differ here. Where people of one band reach less than the "
    "last column says, helping them properly loses money."
)


def segments_table(found: Segments) -> Table:
    """What one person of each group is worth."""
    return Table(
        "What one person of each group is worth to whoever delivers",
        cells("Group", "Band of prices", "People", "Income", "Cost", "Margin", "Pays from this part of their chances"),
        [
            row(
                capital(s.group),
                s.band,
                f"{s.people:,}",
                money(s.income, found.currency),
                money(s.cost, found.currency),
                money(s.margin, found.currency),
                "any" if s.breaks_even is None and not s.parked else percent(s.breaks_even, 0),
            )
            for s in found.segments
        ],
        frozenset({2, 3, 4, 5, 6}),
    )


def believed_margins(found: Segments) -> Chapter:
    """What one person of each band is worth at the same chances for all."""
    parts: list[Part] = [drawing(segments_chart(found)), segments_table(found), Text((ALIKE,))]
    return Chapter("segments", "Whom it pays to choose", "", parts)


def margins(found: Segmentation) -> Chapter:
    """What one person of each group is worth, and what more bands would do about it."""
    bands = Table(
        "Prices that follow need, each at break-even",
        cells(
            "Bands", "Price of one outcome", "Spread of margin within bands", "Best fifth less worst", "People parked"
        ),
        [
            row(
                str(s.number),
                "; ".join(f"band {b}: {money(p, found.now.currency)}" for b, p in s.prices.items()),
                money(s.spread, found.now.currency),
                money(s.gap, found.now.currency),
                percent(s.parked_share, 0),
            )
            for s in found.steps
        ],
        frozenset({0, 2, 3, 4}),
    )
    parts: list[Part] = [
        drawing(segments_chart(found.now)),
        segments_table(found.now),
        *([bands] if found.steps else []),
    ]
    return Chapter("segments", "Whom it pays to choose, and whom to leave", found.sentence, parts)


def chain_chapter(found: PassThrough) -> Chapter:
    """How the prime and each subcontractor fare."""
    table = Table(
        "Each organisation on the same draws",
        cells(
            "Organisation",
            "Income",
            "At risk",
            "Margin",
            "80 of 100 draws",
            "Loses money",
            "Mean margin in the worst twentieth",
            "Ruined",
        ),
        [
            row(
                p.name,
                money(p.income, found.currency),
                percent(p.at_risk, 0),
                money(p.margin, found.currency),
                f"{money(p.low, found.currency)} to {money(p.high, found.currency)}",
                percent(p.chance_of_loss),
                money(-p.worst, found.currency),
                percent(p.ruined),
            )
            for p in found.parties
        ],
        frozenset(range(1, 8)),
    )
    return Chapter("chain", "How the risk reaches subcontractors", "", [drawing(chain_chart(found)), table])


def beside_chapters(found: BesideLots, amounts: Indicative | None = None) -> list[Chapter]:
    """A lot beside people's own money; with the indicative amounts of an area's people."""
    table = Table(
        "As more people hold their own money",
        cells(
            "Way",
            "People who do",
            "One in the lot",
            "One with own money",
            "All together a year",
            "One person over all",
            "Choice",
        ),
        [
            row(
                capital(w.way),
                percent(m.share, 0),
                "nobody" if m.lot_unit is None else money(m.lot_unit, found.currency),
                "nobody" if m.budget_unit is None else money(m.budget_unit, found.currency),
                money(m.total, found.currency),
                money(m.total / w.people, found.currency),
                f"{m.choices:.1f}",
            )
            for w in found.ways
            for m in w.mixes
        ],
        frozenset(range(1, 7)),
    )
    others = [Text((w.sentence,)) for w in found.ways[1:]]
    made = [
        Chapter("beside", "A lot beside people's own money", "", [drawing(beside_lots_chart(found)), *others, table])
    ]
    if amounts is None:
        return made
    shared = Table(
        "Indicative amounts by what people say they lack",
        cells("Points of need", "People", "Amount for one person"),
        [row(f"{a.points} to {a.to}", f"{a.people:,}", money(a.amount, amounts.currency)) for a in amounts.amounts],
        frozenset({1, 2}),
    )
    words = "An amount starts a conversation; it decides nothing."
    return [*made, Chapter("amounts", "Indicative amounts", amounts.sentence, [shared, Text((words,))])]
