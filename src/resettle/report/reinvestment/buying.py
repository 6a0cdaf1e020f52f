"""Chapters on what the cash could buy: rounds, rules, votes and fairness; where it goes; and the way back of a pound."""

from __future__ import annotations

from decimal import Decimal

from resettle.reinvestment.rounds.choose import Choice
from resettle.report.blocks import Bullets, Facts, Heading, Part, Pieces, Table, Text, cells, row
from resettle.report.charts.reinvested import beside_chart, fund_chart, plan_chart, where_chart
from resettle.report.drawn import drawing
from resettle.report.sections.macro import what_would
from resettle.report.study.chapter import Chapter
from resettle.report.words import capital, day, good, money, moneys, number, percent, plain
from resettle.report.words import place as place_name
from resettle.thread.passed_on import Macro
from resettle.thread.thread import Thread
from resettle.thread.trace import Trace

EQUITY = (
    "The concentration index is above 0 where more pounds a head go where more is lacked, and below where less. The Gini is "
    "of what is lacked a head: 0 where all places lack the same."
)
VOTES = (
    "Most votes buys the services with most votes that can still be paid, each whole. Equal shares gives every voter the "
    "same part of the money; a service is bought when those who want it can pay for it together, so that a third of voters "
    "decides over a third. "
    "Ties go to the earlier on the menu, so the same ballots always give the same answer; no draw of lots takes part."
)
PRICES = (
    "What a little more money, capacity or leeway would bring, as if units could be divided. "
    "A rule that is not listed costs nothing."
)


def titles(macro: Macro) -> dict[str, str]:
    """Titles of the services on the menu, by id."""
    return {one.id: one.title for one in macro.menu.service}


def buying(thread: Thread, macro: Macro) -> Chapter:
    """The rounds, what they buy, what held them back, other rules and votes beside them, and the fund."""
    rounds = macro.rounds
    parts: list[Part] = [rounds_table(macro)]
    if not rounds.held:
        parts.append(Text((what_would(thread.savings),)))
        return Chapter("reinvestment", "What it could buy", rounds.sentence, parts)
    parts += [drawing(plan_chart(rounds, titles(macro))), lines_table(macro)]
    first = next(one for one in rounds.held if one.choice)
    assert first.choice is not None
    parts += [Heading(f"The rules of the round of {first.on:%B %Y}"), Bullets(rules(macro, first.choice))]
    if first.choice.chosen.limits:
        parts += [
            Heading("What held it back"),
            Text((PRICES,)),
            Bullets(prices(first.choice)),
        ]
    parts += [
        Heading("Other rules and votes beside it"),
        drawing(beside_chart(first.choice)),
        beside_table(first.choice),
    ]
    if first.choice.votes:
        parts += [Bullets([(one.sentence,) for one in first.choice.votes]), Text((VOTES,))]
    parts += [Text((EQUITY,)), Heading("Whether the money lasts"), drawing(fund_chart(rounds.fund)), fund_table(macro)]
    return Chapter("reinvestment", "What it could buy", rounds.sentence, parts)


def rules(macro: Macro, choice: Choice) -> list[Pieces]:
    """The rules of the menu in words, and how good the plan is."""
    held, plan = macro.menu.rules, choice.chosen
    said = [
        "It buys most goods gained, each weighted by how much is lacked a head in its place."
        if held.prefer == "need"
        else f"It buys most net benefit: the mean, less {held.aversion:g} times that of the worst {held.tail:.0%} of draws."
    ]
    said += [
        f"At least {percent(share, 0)} of what is spent goes to {kind}." for kind, share in held.least.items() if share
    ]
    if held.fairness:
        said.append(f"No place gets less than {percent(held.fairness, 0)} of its share of all need.")
    said.append(
        f"The plan is in whole units; no other by these rules can be better by more than {percent(plan.gap, 1)}."
    )
    said.append(
        f"Benefits are drawn {held.draws:,} times with seed {held.seed}: the same menu, need and money give the same plan."
    )
    return [(text,) for text in said]


def prices(choice: Choice) -> list[Pieces]:
    """The shadow prices in words; of the places that fairness holds, the dearest alone."""
    limits = choice.chosen.limits
    fair = [one for one in limits if one.rule == "fairness"]
    said = [f"{capital(plain(one.words))}." for one in limits if one.rule != "fairness"]
    if fair:
        dearest = max(fair, key=lambda one: one.worth)
        places = f"{len(fair)} {'place' if len(fair) == 1 else 'places'}"
        cost = dearest.words.rpartition(" would cost ")[2]
        said.append(
            f"Fairness holds for {places}; dearest is {place_name(dearest.about)}, where one percentage point more of its share of "
            f"need would cost {cost}."
        )
    return [(text,) for text in said]


def rounds_table(macro: Macro) -> Table:
    """Every round: what arrived, what it spends, and why it does not spend all."""
    currency = macro.rounds.currency
    rows = [
        row(
            f"Round {one.number}, {one.on:%B %Y}",
            money(one.arrived, currency),
            money(one.carried, currency),
            money(one.spent, currency),
            money(one.left, currency),
            one.why or "–",
        )
        for one in macro.rounds.rounds
    ]
    head = cells("Round", "Arrived", "Carried in", "Spent", "Left", "Why not more")
    return Table(f"Rounds ({macro.rounds.label})", head, rows, frozenset({1, 2, 3, 4}))


def lines_table(macro: Macro) -> Table:
    """Every line that the rounds buy."""
    currency, names = macro.rounds.currency, titles(macro)
    rows = [
        row(
            names.get(line.service, line.service),
            f"{one.number}",
            place_name(line.place),
            capital(good(line.good)),
            f"{line.units}",
            money(line.pounds, currency),
            f"level {line.grade}" if line.grade else "untested",
        )
        for one in macro.rounds.held
        for line in (one.choice.chosen.lines if one.choice else ())
    ]
    head = cells("Service", "Round", "Place", "What is lacked", "People", "Pounds", "Evidence")
    return Table("What each round buys", head, rows, frozenset({1, 4, 5}))


def beside_table(choice: Choice) -> Table:
    """The plan by each rule, side by side."""
    rows = [
        row(
            capital(plan.rule),
            money(plan.spent, choice.currency),
            number(plan.gained, 1),
            money(plan.net, choice.currency),
            money(plan.worst, choice.currency),
            number(plan.concentration, 2),
            number(plan.gini, 4),
        )
        for plan in (choice.chosen, *choice.others)
    ]
    head = cells("Rule", "Spent", "Goods gained", "Net benefit", "In the worst draws", "Concentration", "Gini after")
    note = f"The Gini of need before anything is bought: {number(choice.gini_before, 4)}."
    return Table("The same money by each rule: the chosen one first", head, rows, frozenset(range(1, 7)), note)


def kinds_table(choice: Choice) -> Table:
    """What each rule gives to each kind."""
    kinds = {"prevention": "Prevention", "community": "Community", "personal budget": "Personal budgets", "untested": "Untested",
             "prison": "Prison"}  # fmt: skip
    rows = [
        row(capital(plan.rule), *(percent(plan.share(kind), 0) for kind in kinds))
        for plan in (choice.chosen, *choice.others)
    ]
    note = "A service can be of more than one kind."
    return Table("Shares of what is spent", cells("Rule", *kinds.values()), rows, frozenset(range(1, 6)), note)


def fund_table(macro: Macro) -> Table:
    """The fund year by year."""
    fund = macro.rounds.fund
    rows = [
        row(
            f"Year {one.year}",
            money(spends, fund.currency),
            f"{money(one.balance, fund.currency)} ({moneys(one.interval, fund.currency)})",
            percent(one.dry, 1),
            money(one.more_needed, fund.currency),
        )
        for one, spends in zip(fund.years, fund.spends, strict=True)
    ]
    head = cells(
        "Year", "Spent at its start", "Balance at its end, 95% interval", "Has run dry", "More needed at the start"
    )
    note = f"More needed: what, at the start, would have kept it from running dry in {fund.certainty:.0%} of draws."
    return Table("The fund year by year", head, rows, frozenset({1, 2, 3, 4}), note)


def where(macro: Macro) -> Chapter | None:
    """The map of the money beside need; None where nothing is bought."""
    if not macro.rounds.held:
        return None
    currency, unmet = macro.rounds.currency, macro.menu.unmet()
    pounds: dict[str, Decimal] = {}
    for one in macro.rounds.held:
        for place, amount in one.choice.chosen.by("place").items() if one.choice else ():
            pounds[place] = pounds.get(place, Decimal("0.00")) + amount
    rows = []
    for p in macro.menu.place:
        given = pounds.get(p.id, Decimal("0.00"))
        of_need = unmet[p.id] / max(sum(unmet.values()), 1)
        rows.append(
            row(
                place_name(p.id),
                f"{p.people:,}",
                f"{unmet[p.id]:,}",
                percent(of_need, 1),
                money(given, currency),
                percent(float(given / macro.rounds.spent), 1),
                money(1000 * given / p.people, currency),
            )
        )
    head = cells(
        "Place", "People", "Goods lacked", "Share of need", "Pounds", "Share of pounds", "Pounds for 1,000 people"
    )
    parts: list[Part] = [
        drawing(where_chart(pounds, macro.menu, currency)),
        Table("Money beside need", head, rows, frozenset(range(1, 7)), "Only need that may be published takes part."),
    ]
    return Chapter("map", "Where it goes", "", parts)


def traced(found: Trace, thread: Thread) -> Chapter:
    """The way back of one amount to people, and on to a good, as it can be walked for each."""
    steps: list[tuple[str, Pieces]] = []
    for stop in found.causes:
        first = stop.examples[0]
        if stop.kind in SINGLE:
            steps.append(
                (
                    capital(stop.station),
                    (f"{people_words(stop.count)}: single records stay with those who may see them.",),
                )
            )
        else:
            steps.append((capital(stop.station), (first.sentence,)))
    onwards = [(capital(stop.station), (stop.examples[0].sentence,)) for stop in found.consequences]
    following: list[Part] = [Heading("Leads to"), Facts(onwards)] if onwards else []
    parts: list[Part] = [
        Text((found.start.sentence,)),
        Heading("Comes from"),
        Facts(steps),
        *following,
        Text((f"Any amount can be walked both ways: resettle trace DIR {found.start.id}",)),
    ]
    finding = (
        f"As at {day(thread.info.period_end)}, every pound leads back to people and on to what people said they lack."
    )
    return Chapter("trace", "The way of a pound", finding, parts)


SINGLE = ("person", "plan", "participation", "followed", "outcome")


def people_words(count: int) -> str:
    """A count of records, small ones left out."""
    from resettle.report.disclosure import people

    return f"{people(count)} records"
