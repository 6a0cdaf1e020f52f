"""Charts of a reinvestment: cash by month, the fund, what a plan buys, what other rules buy, where it goes, what moves it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from resettle.reinvestment.appraise import ValueForMoney
from resettle.reinvestment.rounds.arriving import Cash
from resettle.reinvestment.rounds.choose import Choice
from resettle.reinvestment.rounds.fund import Fund
from resettle.reinvestment.rounds.menu import Menu
from resettle.reinvestment.rounds.rounds import Rounds
from resettle.reinvestment.spending.spending import PlaceSpending
from resettle.report.charts.chart import Chart
from resettle.report.charts.lines import Line, lines_chart
from resettle.report.charts.paid import axis
from resettle.report.charts.rows import Row, rows_chart
from resettle.report.charts.tiles import tiles
from resettle.report.look import CIRCLES
from resettle.report.words import capital, good, listed, money, moneys, number
from resettle.report.words import place as place_name
from resettle.thread.passed_on import Swing

MACRO, EVIDENCE = CIRCLES["macro"], CIRCLES["evidence"]
TIME = {"type": "temporal", "axis": {"title": None, "grid": False, "tickCount": 5, "format": "%Y"}}


def cash_chart(cash: Cash) -> Chart:
    """What has arrived by the end of each month: mean and interval, and what is certain enough to be moved."""
    mean = [(m.month, float(m.mean), m.interval.low, m.interval.high) for m in cash.months]
    certain = [(m.month, float(m.certain), float(m.certain), float(m.certain)) for m in cash.months]
    last = cash.months[-1]
    lines = [
        Line(f"on average {money(last.mean, cash.currency)}", MACRO, mean),
        Line(f"with {cash.certainty:.0%} certainty {money(last.certain, cash.currency)}", CIRCLES["micro"], certain),
    ]
    return Chart(
        title=cash.sentence,
        subtitle=f"Cashable pounds that have arrived by the end of each month, closing costs paid, with the middle 95% of draws "
        f"({cash.label}).",
        source=f"{cash.draws:,} draws, seed {cash.provenance.seed}.",
        body=lambda size: lines_chart(lines, size, x=TIME, y=axis(cash.currency), steps=True),
    )


def fund_chart(fund: Fund) -> Chart:
    """The balance of the fund year by year."""
    points = [(float(y.year), float(y.balance), y.interval.low, y.interval.high) for y in fund.years]
    across = {
        "type": "quantitative",
        "axis": {"title": "end of year", "grid": False, "tickCount": len(points), "format": "d"},
    }
    name = f"{money(fund.years[-1].balance, fund.currency)} at the end"
    return Chart(
        title=fund.sentence,
        subtitle="Balance of the fund at the end of each year, mean and middle 95% of draws; nothing where it has run dry.",
        source=f"{fund.draws:,} draws, seed {fund.provenance.seed}; Monte-Carlo standard error of the chance {fund.dry_error:.1%}.",
        body=lambda size: lines_chart([Line(name, MACRO, points)], size, x=across, y=axis(fund.currency)),
    )


def plan_chart(rounds: Rounds, titles: Mapping[str, str]) -> Chart:
    """Pounds by service and by good, over all rounds."""
    by: dict[str, dict[str, Decimal]] = {"service": {}, "good": {}}
    for one in rounds.held:
        for name, sums in by.items():
            for key, pounds in one.choice.chosen.by(name).items() if one.choice else ():
                sums[key] = sums.get(key, Decimal("0.00")) + pounds
    rows = [Row("By service")]
    rows += [bar(titles.get(k, k), v, rounds.currency, MACRO) for k, v in most_first(by["service"])]
    rows += [Row("By what people say they lack")]
    rows += [bar(capital(good(k)), v, rounds.currency, CIRCLES["micro"]) for k, v in most_first(by["good"])]
    top = most_first(by["service"])[0]
    return Chart(
        title=f"Most of the {money(rounds.spent, rounds.currency)} would buy “{titles.get(top[0], top[0])}”: "
        f"{money(top[1], rounds.currency)}.",
        subtitle=f"What all rounds buy, by service and by good ({rounds.label}).",
        source="Whole units, shared out by the rules of the menu.",
        body=lambda size: rows_chart(rows, axis(rounds.currency), size, bars=True),
    )


def most_first(sums: Mapping[str, Decimal]) -> list[tuple[str, Decimal]]:
    """The largest first; ties by name."""
    return sorted(sums.items(), key=lambda item: (-item[1], item[0]))


def bar(label: str, amount: Decimal, currency: str, colour: str) -> Row:
    """One amount as a bar."""
    return Row(label, money(amount, currency), float(amount), colour=colour)


def beside_chart(choice: Choice) -> Chart:
    """Goods gained by the chosen rules and by others."""
    plans = (choice.chosen, *choice.others)
    rows = [
        Row(
            capital(plan.rule),
            f"{number(plan.gained, 1)} goods for {money(plan.spent, choice.currency)}",
            plan.gained,
            colour=MACRO if plan is choice.chosen else EVIDENCE,
        )
        for plan in plans
    ]
    best = max(plans, key=lambda one: one.gained)
    said = "The chosen rules gain most" if best is choice.chosen else f"Most goods are gained by: {best.rule}"
    return Chart(
        title=f"{said}: {number(best.gained, 1)} for {money(best.spent, choice.currency)}.",
        subtitle="Goods that people are expected to gain, by each rule and by votes, from the same money.",
        source="The chosen rules stand first. Shares who gain a good are those of the menu.",
        body=lambda size: rows_chart(rows, "goods gained", size, bars=True),
    )


def where_chart(pounds: Mapping[str, Decimal], menu: Menu, currency: str) -> Chart:
    """Pounds of all rounds by place, on tiles about where places lie."""
    places = [
        PlaceSpending(
            place=p.id,
            name=place_name(p.id),
            total=pounds.get(p.id, Decimal("0.00")),
            people=p.people,
            offences=None,
            agencies={},
            interval=None,
        )
        for p in menu.place
    ]
    top = max(places, key=lambda one: one.total or Decimal(0))
    return Chart(
        title=f"Most goes to {top.name}: {money(top.total or 0, currency)}.",
        subtitle="Pounds of all rounds by place, the darker the more. Squares stand about where places lie.",
        source="Whole units, shared out by the rules of the menu.",
        body=lambda size: tiles(places, currency, size),
    )


def swings_chart(swings: tuple[Swing, ...], currency: str) -> Chart:
    """How far each assumption moves the work avoided and the cash."""
    rows = []
    for heading, low, high in (
        ("Work that agencies avoid", "work_low", "work_high"),
        ("Cash", "cash_low", "cash_high"),
    ):
        rows.append(Row(heading))
        for one in swings:
            ends = sorted((float(getattr(one, low)), float(getattr(one, high))))
            words = f"{money(getattr(one, low), currency)} to {money(getattr(one, high), currency)}"
            label = f"{capital(one.about)}: {one.low} to {one.high}"
            rows.append(Row(label, words, sum(ends) / 2, ends[0], ends[1], MACRO))
    return Chart(
        title=f"What moves the answer most is {swings[0].about}.",
        subtitle="Means over all years with one assumption at its low and its high end, all else as it is. The dot is the middle.",
        source="The same draws for all.",
        body=lambda size: rows_chart(rows, axis(currency), size),
    )


def agencies_chart(found: ValueForMoney) -> Chart:
    """Net gain of each agency over all years, with its interval."""
    whole = [one for one in found.agencies if one.year == 0]
    rows = [
        Row(
            capital(one.agency),
            f"{money(one.net, found.currency)} ({moneys(one.interval, found.currency)})",
            float(one.net),
            one.interval.low,
            one.interval.high,
            MACRO,
        )
        for one in whole
    ]
    gain = [one.agency for one in whole if one.net > 0]
    pay = [one.agency for one in whole if one.net < 0]
    return Chart(
        title=f"{capital(listed(gain) or 'nobody')} would gain; {listed(pay) or 'nobody'} would pay.",
        subtitle="Gains less payments of each over all years, with 95% intervals. Gains are work avoided at "
        "average cost, and worth to the economy and to victims: most of it is not money that can be moved.",
        source=f"{found.draws:,} draws, seed {found.provenance.seed}.",
        body=lambda size: rows_chart(rows, axis(found.currency), size),
    )
