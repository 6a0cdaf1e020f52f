"""What the report of a reinvestment says, chapter by chapter: what it rests on, flows, costs, gains, and what is cashable."""

from __future__ import annotations

from resettle.reinvestment.flows.projection import EVERYWHERE, Series
from resettle.reinvestment.programme import month_at
from resettle.reinvestment.purpose import WORDS
from resettle.reinvestment.saving import Savings
from resettle.report.blocks import Bullets, Facts, Heading, Notice, Part, Pieces, Table, Text, cells, row
from resettle.report.charts.flows import flow_picture, projected_chart
from resettle.report.charts.reinvested import agencies_chart, cash_chart
from resettle.report.charts.saved import steps_chart
from resettle.report.drawn import drawing
from resettle.report.reinvestment.pools import needed, pools_table
from resettle.report.sections.macro import MEANING, steps_table, totals_table, what_would
from resettle.report.sources import figures_table, inputs_table, made_with
from resettle.report.study.chapter import Chapter
from resettle.report.words import capital, day, listed, money, moneys, number, percent, plain
from resettle.thread.passed_on import Macro
from resettle.thread.thread import Thread

VIEWS = {
    "cash": "Money that can be moved, alone",
    "agencies": "Work that agencies avoid, at average cost",
    "society": "The same, and what victims and the economy gain",
}


def answer(thread: Thread, macro: Macro) -> Chapter:
    """The whole answer on half a page."""
    savings, rounds = thread.savings, macro.rounds
    first = macro.cash.first
    facts = Facts(
        (
            ("What it changes", (macro.flows.sentence,)),
            ("What it costs", (cost_words(thread, macro),)),
            (
                "What can be cashed",
                (f"{savings.cash_words}. {what_would(savings) if savings.certain_cash == 0 else ''}".strip(),),
            ),
            ("From when", (f"{first.month:%B %Y}" if first else "in no month",)),
            ("What it could buy", (rounds.sentence,)),
            (
                "Whether the money lasts",
                (rounds.fund.sentence if rounds.held else "No round spends any, so none can run out.",),
            ),
            ("The chance of a loss", (loss_words(thread, macro),)),
            *((f"Does it pay? {VIEWS[one.perspective]}", (one.sentence.partition(": ")[2],)) for one in macro.worth),
        )
    )
    return Chapter("answer", "The answer", f"{savings.cash_words}.", [*purpose(macro), facts])


def loss_words(thread: Thread, macro: Macro) -> str:
    """How often there is more work in place of less, and how often the whole is a loss."""
    fiscal = next((one for one in thread.savings.totals if one.kind == "capacity"), None)
    said = (
        []
        if thread.effect.verdict == "fewer"
        else ["A difference was not shown, so what is saved may be nothing, or a loss."]
    )
    if fiscal:
        said.append(
            f"In {percent(1 - fiscal.chance, 0)} of draws agencies have more work, not less, whatever the service costs."
        )
    views = {"cash": "counting cash alone", "agencies": "with work avoided", "society": "with what society gains"}
    losses = [f"{percent(1 - one.chance, 0)} {views[one.perspective]}" for one in macro.worth]
    return " ".join([*said, f"Once the service is paid for, it is a loss in {listed(losses)}."])


def purpose(macro: Macro) -> list[Part]:
    """A notice where a scenario, or a plan, only moves money inside prisons."""
    if macro.inside:
        spent = macro.rounds.spent
        bought = (
            f" Of all this only what the rounds would buy, {money(spent, macro.rounds.currency)}, does."
            if spent
            else ""
        )
        return [Notice((f"{WORDS}{bought or ' Nothing here does.'}",))]
    plans = [one.choice.chosen for one in macro.rounds.held if one.choice]
    if plans and all(one.share("prison") == 1 for one in plans):
        return [
            Notice(
                (
                    "All that is bought stays inside prisons: none of it reaches the places and people that it comes from.",
                )
            )
        ]
    return []


def cost_words(thread: Thread, macro: Macro) -> str:
    """What the service costs a person, and a year."""
    currency, year = thread.savings.currency, sum(macro.pays.values())
    return (
        f"{money(macro.each, currency)} for each person, as the contract paid; with {number(macro.starts, 0)} people starting a "
        f"month, {money(year, currency)} a year."
    )


def assumptions(thread: Thread, macro: Macro) -> Chapter:
    """Everything that was assumed, in words, with its source."""
    savings = thread.savings
    levers: list[Pieces] = [(f"{one.name}: {plain(one.words)}.",) for one in macro.flows.levers]
    used: list[Pieces] = [
        (macro.fades,),
        ("An offence that comes to notice counts as one reoffence; a fewer reoffender is that over the measured reoffences each.",),
        (f"Costs are raised by {percent(macro.optimism, 0)} for optimism bias.",),
        (f"Cash is offered once {percent(savings.certainty, 0)} of draws reach it; amounts are {savings.label}, discounted to "
         f"{macro.flows.start:%B %Y} at Green Book rates.",),
        (f"The fund starts with {money(macro.rounds.fund.opening, savings.currency)}.",),
        *((note,) for note in (*macro.flows.notes, savings.note, macro.menu.note) if note),
    ]  # fmt: skip
    parts: list[Part] = [
        Heading("What the policy is"),
        Bullets(levers),
        Heading("How the effect and the money are used"),
        Bullets(used),
    ]
    return Chapter("assumptions", "What it rests on", "", parts)


def flows(macro: Macro) -> Chapter:
    """Fan chart, flow chart, and the tables beside them."""
    found = macro.flows
    parts: list[Part] = [
        drawing(projected_chart(found)),
        years_table(found.months, [one for one in found.series if one.place == EVERYWHERE and one.name in MAIN], macro),
        drawing(flow_picture(found)),
    ]
    if found.compared:
        rows = [
            row(f"{c.name}, {c.at:%B %Y}", "yes" if c.fitted else "no", number(c.published, 0),
                f"{number(c.mean, 0)} ({number(c.low, 0)} to {number(c.high, 0)})", f"{c.error_percent:+.1f}%")
            for c in found.compared
        ]  # fmt: skip
        head = cells("Stock or flow", "Fitted", "Published", "Here, 95% interval", "Error")
        parts.append(Table("Published figures beside what came out", head, rows, frozenset({2, 3, 4})))
    return Chapter("flows", "What it does to flows", "", parts)


MAIN = ("prison", "remand", "recalled", "probation", "receptions", "offence", "release", "recall")


def years_table(months: int, series: list[Series], macro: Macro) -> Table:
    """Main stocks and flows at the end of each year: without the policy, and what it changes."""
    rows = []
    for one in series:
        for t in range(11, months, 12):
            change = one.change
            fan = f"{change.mean[t]:+,.1f} ({change.low[t]:+,.1f} to {change.high[t]:+,.1f})" if change else "–"
            when = f"{month_at(macro.flows.start, t):%B %Y}"
            rows.append(row(capital(one.label), when, number(one.baseline.mean[t], 0), fan))
    head = cells("Stock or flow", "Month", "Without the policy", "Change, 95% interval")
    note = "Only changes are a finding: levels rest on every assumption, differences on few."
    return Table("Stocks and flows at the end of each year", head, rows, frozenset({2, 3}), note)


def costs(thread: Thread, macro: Macro) -> Chapter:
    """Who pays how much."""
    currency = thread.savings.currency
    rows = [row(capital(name), money(amount, currency)) for name, amount in macro.pays.items()]
    table = Table("What each payer pays a year, once all are reached", cells("Payer", "A year"), rows, frozenset({1}))
    said = Text(
        (
            f"The statement of {thread.contract_title} comes to {money(thread.statement.total, currency)} for "
            f"{thread.effect.treated.n:,} people. The scenario reaches more people: they are taken to cost the same each.",
        )
    )
    return Chapter("costs", "What it costs", cost_words(thread, macro), [table, said])


def gains(macro: Macro) -> Chapter:
    """Who pays and who gains, by agency and year, from three points of view."""
    whole = macro.worth[-1]
    currency = whole.currency
    views = [
        row(
            VIEWS[one.perspective],
            money(one.benefit, currency),
            money(one.cost, currency),
            f"{money(one.value, currency)} ({moneys(one.interval, currency)})",
            percent(one.chance, 0),
            "–" if one.break_even is None else f"{number(one.break_even, 1)} times the gain",
        )
        for one in macro.worth
    ]
    by = [
        row(
            f"{capital(one.agency)}, {f'year {one.year}' if one.year else 'all years'}",
            money(one.gains, currency),
            money(one.pays, currency),
            f"{money(one.net, currency)} ({moneys(one.interval, currency)})",
        )
        for one in whole.agencies
    ]
    head = cells("Counting", "Gained", "Paid", "Net present value, 95% interval", "Pays", "Breaks even at")
    parts: list[Part] = [
        Table("Does it pay? Three points of view, never added together", head, views, frozenset({1, 2, 3, 4})),
        drawing(agencies_chart(whole)),
        Table(
            "Who pays and who gains, by year",
            cells("Agency", "Gains", "Pays", "Net, 95% interval"),
            by,
            frozenset({1, 2, 3}),
        ),
    ]
    return Chapter("gains", "Who pays and who gains", whole.sentence, parts)


def cashable(thread: Thread, macro: Macro) -> Chapter:
    """Cash by month, steps, and what would make the rest cashable."""
    savings, cash = thread.savings, macro.cash
    rows = [
        row(
            f"{m.month:%B %Y}",
            money(m.mean, cash.currency),
            moneys(m.interval, cash.currency),
            money(m.certain, cash.currency),
            percent(m.chance, 0),
        )
        for n, m in enumerate(cash.months, start=1)
        if n % 3 == 0
    ]
    head = cells(
        "By the end of", "On average", "95% interval", f"With {cash.certainty:.0%} certainty", "A step is closed"
    )
    parts: list[Part] = [
        drawing(cash_chart(cash)),
        Table("Cash that has arrived, quarter by quarter", head, rows, frozenset({1, 2, 3, 4})),
        *steps(savings),
        Heading("What would make the rest cashable"),
        Bullets(needed(macro)),
        *([table] if (table := pools_table(macro)) else []),
        Heading("The three kinds of saving"),
        Bullets([(text,) for text in MEANING.values()]),
        totals_table(savings),
    ]
    return Chapter("cash", "What can be cashed, and when", f"{savings.cash_words}.", parts)


def steps(savings: Savings) -> list[Part]:
    """How near each step is, drawn and as a table; nothing where the appraisal names none."""
    return [drawing(steps_chart(savings)), steps_table(savings)] if savings.steps else []


def everything(thread: Thread) -> Chapter:
    """Every figure with source, year and whether it was overridden; every file by hash; the seed."""
    return Chapter(
        "figures",
        "Every figure that it rests on",
        f"Made on the evidence to {day(thread.info.period_end)}.",
        [figures_table(thread), inputs_table(thread), made_with(thread)],
    )
