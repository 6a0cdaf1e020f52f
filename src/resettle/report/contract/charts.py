"""Charts of a contract: payment against effect with its chance bands, the cash curve, the waterfall, the tornado."""

from __future__ import annotations

from collections.abc import Sequence

from resettle.commissioning.beliefs import Beliefs
from resettle.commissioning.language.payments import OutcomeRate
from resettle.commissioning.language.terms import Contract
from resettle.commissioning.tornado import Bar
from resettle.commissioning.value import SEED, Valuation, value
from resettle.report.charts.chart import Chart
from resettle.report.charts.lines import Line, lines_chart
from resettle.report.charts.paid import axis, spread_row
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
    return Chart(
        title=f"With no effect at all, between {money(nothing[2], contract.currency)} and {money(nothing[3], contract.currency)} "
        "is paid in 80 of 100 draws.",
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
    """Where the money comes from and goes to: payments, then cost, investors, and what is left."""
    currency = found.currency
    rows = [Row("What is paid for")]
    rows += [spread_row(p.label, p.spread, currency) for p in found.payments]
    rows += [
        Row("In all"),
        spread_row("paid in all", found.total, currency),
        spread_row("cost of delivery", found.cost, currency, GREY),
    ]
    if found.investors:
        rows.append(Row("Investors"))
        for i in found.investors:
            rows.append(Row(f"{i.name}: put in", money(i.put_in, currency), i.put_in, colour=GREY))
            rows.append(Row(f"{i.name}: comes back", money(i.back, currency), i.back, colour=GREEN))
            if i.guaranteed:
                rows.append(Row(f"{i.name}: from guarantors", money(i.guaranteed, currency), i.guaranteed, colour=GREY))
    return Chart(
        title=f"{money(found.total.mean, currency)} is expected to be paid, and delivery costs {money(found.cost.mean, currency)}.",
        subtitle="Means; in brackets and as lines the range of 80 in 100 draws.",
        source=f"{found.draws:,} draws from stated beliefs, seed {found.seed}.",
        body=lambda size: rows_chart(rows, axis(currency), size),
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
    return Chart(
        title=f"What moves the expected payment most is {widest}.",
        subtitle="Expected payment at the low and the high end of each unknown, the widest first; all else in the middle.",
        source="Named inputs over their stated range; uncertain beliefs from their 10th to their 90th percentile.",
        body=lambda size: rows_chart(rows, axis(currency), size),
    )


def number(value: float) -> str:
    """An end of a range, with no more digits than a reader needs."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def variance_chart(found: Valuation) -> Chart | None:
    """Where the variance of the payment comes from."""
    if not found.variance:
        return None
    names = {
        "volume": "how many people come",
        "mix": "who they are",
        "effect": "what is true",
        "chance": "chance",
        "price": "prices and costs",
    }
    rows = [Row(capital(names[k]), percent(v), 100 * v, colour=MESO) for k, v in found.variance.items()]
    most = max(found.variance, key=lambda k: (found.variance or {})[k])
    return Chart(
        title=f"Most of what makes the payment unsure is {names[most]}.",
        subtitle="Share of the variance of the payment by source, taken in this order.",
        source=f"{found.draws:,} draws from stated beliefs, seed {found.seed}.",
        body=lambda size: rows_chart(rows, "per cent", size, bars=True),
    )
