"""One page for everybody: what was tried, what it freed, what that could buy, and what nobody knows yet."""

from __future__ import annotations

from decimal import Decimal

from resettle.report.blocks import Bullets, Part, Pieces, Text
from resettle.report.reinvestment.buying import titles
from resettle.report.study.chapter import Chapter
from resettle.report.words import good, listed, money, number, prompt
from resettle.report.words import place as place_name
from resettle.thread.passed_on import Macro
from resettle.thread.thread import Thread


def public(thread: Thread, macro: Macro) -> list[Chapter]:
    """The page, in plain words."""
    return [
        Chapter("tried", "What was tried", "", [Text((tried(thread, macro),))]),
        Chapter("found", "What we found", "", [Bullets(found(thread, macro))]),
        Chapter("money", "How much money that frees", "", [Text((freed(thread, macro),))]),
        Chapter("buys", "What it could buy", "", buys(macro)),
        Chapter("decided", "How it was decided", "", [Bullets(decided(macro))]),
        Chapter("unsure", "What we do not know", "", [Bullets(unsure(thread, macro))]),
    ]


def tried(thread: Thread, macro: Macro) -> str:
    """The service, how many had it, and what the plan is."""
    then = (
        "Then we worked out a plan that only changes how long people stay in prison. It does nothing in the places where they live."
        if macro.inside
        else f"Then we worked out what would happen if {number(macro.starts, 0)} more people a month had it, in all of "
        f"{thread.info.place}."
    )
    had = f"{thread.effect.treated.n:,} people had {thread.effect.programme}."
    return f"{had} We compared them with people like them who did not. {then}"


def found(thread: Thread, macro: Macro) -> list[Pieces]:
    """What it changed, for 100 people and for prisons."""
    effect = thread.effect
    points = abs(100 * effect.estimate)
    side = "fewer" if effect.estimate < 0 else "more"
    low, high = sorted((abs(100 * effect.interval.low), abs(100 * effect.interval.high)))
    span = f"The true number could be from {number(low, 0)} to {number(high, 0)}."
    if effect.verdict == "not shown":
        work = next((one for one in thread.savings.totals if one.kind == "capacity"), None)
        worse = (
            f" In about {number(100 * (1 - work.chance), 0)} of 100 cases it would make things worse." if work else ""
        )
        return [(f"We could not show that it made a difference. It may have helped, or not.{worse}",)]
    prison = macro.flows.one("prison").change
    said: list[Pieces] = [
        (f"Out of every 100 people, about {number(points, 0)} {side} broke the law again within a year. {span}",)
    ]
    if prison:
        kind = "fewer" if prison.mean[-1] < 0 else "more"
        ends = sorted((abs(prison.low[-1]), abs(prison.high[-1])))
        if prison.low[-1] * prison.high[-1] <= 0:
            ends[0] = 0.0
        said.append(
            (
                f"After {macro.flows.months // 12} years about {number(abs(prison.mean[-1]), 0)} {kind} people would be in prison "
                f"({number(ends[0], 0)} to {number(ends[1], 0)}).",
            )
        )
    return said


def freed(thread: Thread, macro: Macro) -> str:
    """What is cash, and why most is not."""
    savings = thread.savings
    yearly = sum(macro.pays.values(), Decimal(0))
    cost = f"The service would cost {money(yearly, savings.currency)} a year."
    why = "Money is only freed when a whole wing, team or court day can close. A few empty beds save almost nothing."
    if savings.certain_cash <= 0:
        return f"{cost} No money can be counted on to come free. {why}"
    return (
        f"{cost} Over {savings.years} years we can count on {money(savings.certain_cash, savings.currency)} coming free. {why} "
        f"So most of what is saved is time for other work, not money."
    )


def buys(macro: Macro) -> list[Part]:
    """What the rounds buy, for how many people, where."""
    rounds = macro.rounds
    if not rounds.held:
        return [Text((f"Nothing yet. {rounds.rounds[-1].why}",))]
    people: dict[str, int] = {}
    for one in rounds.held:
        for line in one.choice.chosen.lines if one.choice else ():
            people[line.service] = people.get(line.service, 0) + line.units
    names = titles(macro)
    items: list[Pieces] = [(f"{names.get(k, k)}: {n} people",) for k, n in sorted(people.items(), key=lambda i: -i[1])]
    places = sorted({line.place for one in rounds.held for line in (one.choice.chosen.lines if one.choice else ())})
    goods = sorted({line.good for one in rounds.held for line in (one.choice.chosen.lines if one.choice else ())})
    said = (
        f"{money(rounds.spent, rounds.currency)} in all, in {listed([place_name(p) for p in places])}. "
        f"People there said that they lack these: {listed([prompt(g) or good(g) for g in goods])}."
    )
    return [Text((said,)), Bullets(items)]


def decided(macro: Macro) -> list[Pieces]:
    """The rules in plain words, and votes."""
    rules = macro.menu.rules
    said = [
        "Most goes where people lack most."
        if rules.prefer == "need"
        else "Money goes where it is likely to do most good."
    ]
    if rules.fairness:
        said.append("No place is left out.")
    if rules.least:
        kinds = listed([PLAIN.get(kind, kind) for kind, share in rules.least.items() if share])
        said.append(f"Some money is always kept for {kinds}.")
    if macro.voters:
        said.append(
            f"{macro.voters} people also voted. The full report shows what the votes would have bought instead."
        )
    return [(text,) for text in said]


PLAIN = {
    "prevention": "stopping trouble before it starts",
    "community": "community groups",
    "personal budget": "people to spend on their own plans",
    "untested": "new ideas",
    "prison": "prisons",
}


def unsure(thread: Thread, macro: Macro) -> list[Pieces]:
    """What could be wrong, in plain words."""
    dry = macro.rounds.fund.dry
    said = [
        "The people compared may have differed in ways that nobody wrote down.",
        "It may not work as well when many more people have it, or somewhere else.",
    ]
    if macro.rounds.held:
        said.append(f"In about {number(100 * dry, 0)} of 100 cases the money would not come in time.")
    if thread.info.records == "synthetic":
        said.append(
            "These people and results are made up, to show how the sums are done. No real place, provider or person is behind them."
        )
    return [(text,) for text in said]
