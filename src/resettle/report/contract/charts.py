"""Charts of a contract: payment against effect with its chance bands, the cash curve, the waterfall, the tornado."""

from __future__ import annotations

from collections.abc import Sequence

from resettle.commissioning.beliefs import Beliefs
from resettle.commissioning.language.payments import OutcomeRate
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.tornado import Bar
from resettle.commissioning.valuation.variance import NAMES
from resettle.commissioning.value import SEED, Spread, Valuation, value
from resettle.report.charts.chart import Chart
from resettle.report.charts.lines import Line, lines_chart
from resettle.report.charts.paid import axis
from resettle.report.charts.rows import Row, rows_chart
from resettle.report.look import CIRCLES
from resettle.report.words import capital, money, percent

MESO, GREY, GREEN = CIRCLES["meso"], CIRCLES["evidence"], CIRCLES["micro"]
STEPS = 13


def effect_curve(contract: Contract, beliefs: Beliefs, draws: int = 1000, seed: int = SEED) -> Chart | None:
    """What is paid at each true effect of the first outcome rate: the mean, and the range that chance alone makes."""
    rates = [p for p in contract.payments if isinstance(p, OutcomeRate)]
    if not rates:
        return None
    first = rates[0]
    belief = beliefs.rates[first.measure]
    reach = max(3 * belief.effect_sd, 2 * abs(belief.effect_mean), 4.0)
    points = []
    for step in range(STEPS):
        effect = -reach / 2 + step * 1.5 * reach / (STEPS - 1)
        fixed = belief.model_copy(update={"effect_mean": effect, "effect_sd": 0.0})
        total = value(
            contract, beliefs.model_copy(update={"rates": beliefs.rates | {first.measure: fixed}}), draws, seed
        ).total
        points.append((effect, total.mean, total.p10, total.p90))
    unit = "percentage points" if contract.measure(first.measure).kind == "binary" else "per cent of the baseline"
    nothing = min(points, key=lambda p: abs(p[0]))
    ends = [money(end, contract.currency) for end in nothing[2:]]
    return Chart(
        title=f"With no effect at all, {between(*ends)} is paid in 80 of 100 draws.",
        subtitle=f"Payment against the true effect, in {unit}; the band is what chance makes of it in 80 of 100 draws.",
        source=f"{draws:,} draws at each of {STEPS} effects, seed {seed}; all other beliefs as stated.",
        body=lambda size: lines_chart(
            [Line("mean payment", MESO, points)],
            size,
            x={"type": "quantitative", "axis": {"title": f"true effect, {unit}", "grid": False, "tickCount": 6}},
            y=axis(contract.currency),
        ),
    )


def cash_chart(found: Valuation) -> Chart:
    """The cash of whoever delivers, month by month."""
    points = [(float(p.month), p.p50, p.p10, p.p90) for p in found.cash.curve]
    return Chart(
        title=f"At its deepest {money(found.cash.peak.p50, found.currency)} must be found, and in one draw of ten "
        f"{money(found.cash.peak.p90, found.currency)} or more.",
        subtitle="Cash in hand of whoever delivers, by month from the first; the middle, and the range of 80 in 100 draws.",
        source=f"{found.draws:,} draws from stated beliefs, seed {found.seed}.",
        body=lambda size: lines_chart(
            [Line("cash in hand", MESO, points)],
            size,
            x={"type": "quantitative", "axis": {"title": "months from the start", "grid": False, "tickCount": 6}},
            y=axis(found.currency),
        ),
    )


def waterfall_chart(found: Valuation) -> Chart:
    """Where the money comes from and goes to: payments and investors' money in, then cost, investors repaid, and what is left."""
    currency = found.currency
    steps = [(p.label, p.spread.mean, range_of(p.spread, currency)) for p in found.payments]
    steps += [(f"{i.name}: put in", i.put_in, "") for i in found.investors]
    steps += [("cost of delivery", -found.cost.mean, range_of(found.cost, currency))]
    steps += [(f"{i.name}: comes back", -i.back, "") for i in found.investors]
    rows, level = [], 0.0
    for label, amount, ends in steps:
        colour = MESO if amount >= 0 else GREY
        rows.append(Row(capital(label), f"{money(amount, currency)}{ends}", level + amount, colour=colour, start=level))
        level += amount
    rows.append(Row("Left with whoever delivers", money(level, currency), level, colour=GREEN if level >= 0 else GREY))
    rows += [
        Row(f"{i.name}: from guarantors", money(i.guaranteed, currency), i.guaranteed)
        for i in found.investors
        if i.guaranteed
    ]
    return Chart(
        title=f"{money(found.total.mean, currency)} is expected to be paid, delivery costs {money(found.cost.mean, currency)}, and "
        f"{money(level, currency)} is left.",
        subtitle="Means, each step from where the last one ended: blue comes in, grey goes out. In brackets 80 of 100 draws.",
        source=f"{found.draws:,} draws from stated beliefs, seed {found.seed}.",
        body=lambda size: rows_chart(rows, axis(currency), size, bars=True),
    )


def range_of(spread: Spread, currency: str) -> str:
    """The range of 80 in 100 draws, in brackets; nothing where it is a single amount."""
    low, high = money(spread.p10, currency), money(spread.p90, currency)
    return "" if low == high else f" ({low} to {high})"


def between(low: str, high: str) -> str:
    """Two amounts as a reader says them."""
    return low if low == high else f"between {low} and {high}"


def volume_curve(contract: Contract, beliefs: Beliefs, draws: int = 500, seed: int = SEED) -> Chart | None:
    """What is paid, and what delivery costs, as fewer or more people come than planned; None where nobody is counted."""
    if not beliefs.people:
        return None
    paid, cost = [], []
    for step in range(STEPS):
        volume = 0.5 + step / (STEPS - 1)
        found = value(contract, beliefs.model_copy(update={"volume_mean": volume, "volume_sd": 0.0}), draws, seed)
        paid.append((100 * volume, found.total.mean, found.total.p10, found.total.p90))
        cost.append((100 * volume, found.cost.mean, found.cost.p10, found.cost.p90))
    few, many = paid[0][1] - cost[0][1], paid[-1][1] - cost[-1][1]
    return Chart(
        title=f"With half of the people planned whoever delivers is left with {money(few, contract.currency)}, "
        f"with half as many again {money(many, contract.currency)}.",
        subtitle="Payment, and cost of delivery, by people who come in per cent of plan; the bands hold 80 of 100 draws.",
        source=f"{draws:,} draws at each of {STEPS} volumes, seed {seed}; all other beliefs as stated.",
        body=lambda size: lines_chart(
            [Line("payment", MESO, paid), Line("cost of delivery", GREY, cost)],
            size,
            x={
                "type": "quantitative",
                "axis": {"title": "people who come, per cent of plan", "grid": False, "tickCount": 6},
            },
            y=axis(contract.currency),
        ),
    )


def tornado_chart(bars: Sequence[Bar], currency: str) -> Chart | None:
    """How far each unknown moves the expected payment."""
    if not bars:
        return None
    rows = [
        Row(
            f"{capital(b.name.replace('_', ' '))}, {number(b.low)} to {number(b.high)}",
            f"{money(b.at_low, currency)} to {money(b.at_high, currency)}",
            b.middle,
            min(b.at_low, b.at_high),
            max(b.at_low, b.at_high),
            MESO,
        )
        for b in bars
    ]
    widest = bars[0].name.replace("_", " ")
    moved = bars[0].width >= 0.5
    return Chart(
        title=f"What moves the expected payment most is {widest}."
        if moved
        else "Nothing that is unsure moves the expected payment.",
        subtitle="Expected payment at the low and the high end of each unknown, the widest first; all else in the middle.",
        source="Named inputs over their stated range; uncertain beliefs from their 10th to their 90th percentile.",
        body=lambda size: rows_chart(rows, axis(currency), size),
    )


def number(value: float) -> str:
    """An end of a range, with no more digits than a reader needs."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def variance_chart(found: Valuation) -> Chart | None:
    """Where the variance of the payment comes from."""
    if not found.moved_by:
        return None
    rows = [
        Row(
            capital(NAMES[p.source]), percent(p.share), 100 * p.share, 100 * p.interval.low, 100 * p.interval.high, MESO
        )
        for p in found.moved_by
    ]
    most = max(found.moved_by, key=lambda p: p.share).source
    return Chart(
        title=f"Most of what makes the payment unsure is {NAMES[most]}.",
        subtitle="Share of the variance of the payment by source, taken in this order, with 95% intervals.",
        source=f"{found.draws:,} draws from stated beliefs, seed {found.seed}; intervals by bootstrap.",
        body=lambda size: rows_chart(rows, "per cent", size),
    )
