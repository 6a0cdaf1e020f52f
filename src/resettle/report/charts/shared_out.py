"""Charts of who is left with what: segments of a tariff, a supply chain, a lot beside people's own money."""

from __future__ import annotations

from resettle.commissioning.market import BesideLots
from resettle.commissioning.market.personal import an
from resettle.commissioning.price import PassThrough
from resettle.commissioning.stress import Segmentation, Segments
from resettle.report.charts.chart import Chart
from resettle.report.charts.lines import Line, lines_chart
from resettle.report.charts.paid import axis
from resettle.report.charts.rows import Row, rows_chart
from resettle.report.look import CIRCLES
from resettle.report.words import capital, listed, money, percent

WIDEST = 80
"""Per cent of people who hold their own money at which the chart of unit cost ends: beyond it the last few cost anything."""

MESO, GREY, GREEN = CIRCLES["meso"], CIRCLES["evidence"], CIRCLES["micro"]


def segments_chart(found: Segments) -> Chart:
    """What one person of each group is worth to whoever delivers, the most first."""
    rows = [
        Row(
            f"{capital(s.group)}, {s.people:,} people",
            f"{money(s.margin, found.currency)} ({money(s.income, found.currency)} less {money(s.cost, found.currency)})",
            float(s.margin),
            colour=GREY if s.parked else MESO,
        )
        for s in sorted(found.segments, key=lambda s: -s.margin)
    ]
    best, worst = (f(found.segments, key=lambda s: s.margin) for f in (max, min))
    return Chart(
        title=f"One person of group {best.group} is worth {money(best.margin, found.currency)}, one of group {worst.group} "
        f"{money(worst.margin, found.currency)}.",
        subtitle="Expected margin of one person: income less what helping them properly costs. Grey: helping them loses money.",
        source="Chances, costs and numbers of people as stated; expected values, worked out exactly.",
        body=lambda size: rows_chart(rows, axis(found.currency), size, bars=True),
    )


def segmentation_chart(found: Segmentation) -> Chart:
    """What one person of each group is worth under the contract."""
    return segments_chart(found.now)


def chain_chart(found: PassThrough) -> Chart:
    """What the prime and each subcontractor are left with."""
    rows = [
        Row(
            f"{p.name}: {percent(p.at_risk, 0)} of income at risk, ruined in {percent(p.ruined)}",
            f"{money(p.margin, found.currency)} ({money(p.low, found.currency)} to {money(p.high, found.currency)})",
            p.margin,
            p.low,
            p.high,
            MESO if n == 0 else GREEN,
        )
        for n, p in enumerate(found.parties)
    ]
    seed = "" if found.seed is None else f", seed {found.seed}"
    return Chart(
        title=found.sentence,
        subtitle="Margin of each organisation over the whole contract: mean, with the range of 80 in 100 draws. Ruined: a loss "
        "larger than its reserves.",
        source=f"{found.draws:,} draws from stated beliefs{seed}.",
        body=lambda size: rows_chart(rows, axis(found.currency), size),
    )


def level(share: int, pounds: float) -> tuple[float, float, float, float]:
    """A point of a line that is worked out, and has no interval."""
    return float(share), pounds, pounds, pounds


def in_the_lot(found: BesideLots, share: int) -> float:
    """What one person in the lot costs where so many per cent of people hold their own money."""
    left = found.people * (1 - share / 100)
    return float(found.fixed) / left + float(found.varying)


def beside_lots_chart(found: BesideLots) -> Chart:
    """What one person costs in the lot, and with money of their own, as more people hold it."""
    first = found.ways[0]
    lines = [Line("in the lot", MESO, [level(x, in_the_lot(found, x)) for x in range(0, WIDEST + 1, 2)])]
    for way, colour in zip(found.ways, (GREEN, GREY), strict=False):
        unit = next((m.budget_unit for m in way.mixes if m.budget_unit is not None), None)
        if unit is not None:
            lines.append(Line(f"with {an(way.way)}", colour, [level(x, float(unit)) for x in (0, WIDEST)]))
    widest = listed([f"{found.wide[w.way]:.1f} with {an(w.way)}" for w in found.ways])
    across = {
        "type": "quantitative",
        "axis": {"title": "per cent of people who hold their own money", "grid": False, "tickCount": 6},
    }
    return Chart(
        title=first.sentence,
        subtitle=f"Cost of one person a year, by share of people who hold their own money. Choice: 1.0 in the lot, {widest}.",
        source="The lot's cost at each number of people left in it; choice is the effective number of categories bought.",
        body=lambda size: lines_chart(lines, size, x=across, y=axis(found.currency)),
    )
