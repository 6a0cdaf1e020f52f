"""`hold_rounds`: dated rounds of reinvestment: the cash that is certain enough, as it arrives, shared out over a menu to the need
that is left, and the chance that the fund behind them runs dry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from resettle.money import show
from resettle.reinvestment.programme import month_at
from resettle.reinvestment.rounds.allocate import Allocation, Allocations, sources
from resettle.reinvestment.rounds.arriving import Arrived
from resettle.reinvestment.rounds.choose import Bought, Choice, choose
from resettle.reinvestment.rounds.fund import Fund, revolve
from resettle.reinvestment.rounds.menu import Menu
from resettle.reinvestment.saving import Savings
from resettle.result import Record, Result

NOTHING = Decimal("0.00")


class Round(Record):
    """One round: when it is held, what arrived since the last, what was carried into it, what it spends and carries on.

    `why` says in words why nothing, or not all, was spent. `choice` is what the money buys, beside other rules in the first
    round that buys anything.
    """

    number: int
    on: date
    arrived: Decimal
    carried: Decimal
    spent: Decimal = NOTHING
    left: Decimal = NOTHING
    why: str = ""
    choice: Choice | None = None

    @property
    def budget(self) -> Decimal:
        """What the round has to share out."""
        return self.arrived + self.carried


class Rounds(Result):
    """All rounds, and the fund that pays for them in every draw."""

    title: str
    currency: str
    label: str
    certainty: float
    rounds: tuple[Round, ...]
    fund: Fund

    @property
    def held(self) -> tuple[Round, ...]:
        """The rounds that bought something."""
        return tuple(one for one in self.rounds if one.spent)

    @property
    def spent(self) -> Decimal:
        """What all rounds spend."""
        return sum((one.spent for one in self.rounds), NOTHING)

    @property
    def sentence(self) -> str:
        """How many rounds buy something, for how much, and how likely the money is not to come."""
        if not self.held:
            return f"{self.title}: no round buys anything. {self.rounds[0].why}"
        first, count = self.held[0], len(self.held)
        return (
            f"{self.title}: {count} of {len(self.rounds)} rounds {'buys' if count == 1 else 'buy'} services for "
            f"{show(self.spent, self.currency, pence=False)} ({self.label}), the first in {first.on:%B %Y}; in "
            f"{self.fund.dry:.1%} of draws the cash does not come in time for what was promised."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row a round."""
        return [one.model_dump(exclude={"choice"}) for one in self.rounds]


@dataclass
class Purse:
    """Pounds with the savings that they come from, spent in the order in which they came."""

    parts: list[tuple[dict[str, float], Decimal]] = field(default_factory=list)

    @property
    def held(self) -> Decimal:
        """All of it."""
        return sum((pounds for _, pounds in self.parts), NOTHING)

    def take(self, pounds: Decimal) -> dict[str, float]:
        """Take pounds out; the savings that they come from, with shares that add up to 1."""
        found: dict[str, float] = {}
        due, left = pounds, []
        for shares, held in self.parts:
            taken = min(held, due)
            due -= taken
            for name, share in shares.items() if taken else ():
                found[name] = found.get(name, 0.0) + share * float(taken / pounds)
            if held > taken:
                left.append((shares, held - taken))
        self.parts = left
        return found


RULES = "Under the rules of the menu the money buys no whole unit; it is carried to the next round."


def hold_rounds(
    menu: Menu, arrived: Arrived, ballots: Sequence[frozenset[str]] = (), *, opening: Decimal = NOTHING
) -> tuple[Rounds, Allocations]:
    """Hold a round at the end of each year of the savings, with what each year adds to the cash that is certain enough.

    What a round cannot spend is carried to the next. Need that a round reaches is not met twice; the capacity of the menu is that
    of one round. `opening` is what the fund holds before any cash has come: it is not shared out, it keeps the fund from running
    dry. The fund spends each round at the start of the year after it, and gets the cash of each draw.
    """
    savings, purse, left = arrived.savings, Purse(), menu
    cash = [one for one in savings.savings if one.kind == "cashable"]
    held: list[Round] = []
    made: list[Allocation] = []
    for year, pounds in enumerate(savings.available, start=1):
        carried = purse.held
        if savings.shown and pounds > 0:
            purse.parts.append((sources(year, [one for one in cash if one.year <= year]), pounds))
        on = month_at(arrived.cash.months[0].month, 12 * year)
        beside = not any(one.choice for one in held)
        one = hold(
            left, Round(number=year, on=on, arrived=purse.held - carried, carried=carried), savings, ballots, beside
        )
        held.append(one)
        if one.choice:
            made += allocated(one, one.choice, purse, left)
            left = without(left, one.choice.chosen.lines)
    rounds = Rounds(
        title=menu.title,
        currency=menu.currency,
        label=savings.label,
        certainty=savings.certainty,
        rounds=tuple(held),
        fund=fund_of(held, arrived, opening),
        provenance=savings.provenance,
    )
    return rounds, allocations_of(rounds, made, savings)


def hold(menu: Menu, empty: Round, savings: Savings, ballots: Sequence[frozenset[str]], beside: bool) -> Round:
    """One round: what the money that is there buys of what is still lacked, or why it buys nothing."""
    if why := hindrance(menu, empty.budget, savings):
        return empty.model_copy(update={"left": empty.budget, "why": why})
    choice = choose(menu.model_copy(update={"budget": empty.budget}), ballots if beside else (), beside=beside)
    spent, left = choice.chosen.spent, empty.budget - choice.chosen.spent
    if not spent:
        return empty.model_copy(update={"left": left, "why": RULES})
    rest = f"{show(left, menu.currency)} buys no further whole unit under the rules, and is carried on." if left else ""
    return empty.model_copy(update={"spent": spent, "left": left, "why": rest, "choice": choice})


def hindrance(menu: Menu, budget: Decimal, savings: Savings) -> str:
    """Why a round can buy nothing at all, or nothing said."""
    if budget <= 0:
        if not savings.shown:
            return f"{savings.cash_words}."
        return f"No cash has arrived with {savings.certainty:.0%} certainty."
    cheapest = min(menu.service, key=lambda one: one.cost)
    if budget < cheapest.cost:
        return (
            f"{show(budget, menu.currency)} is below the cheapest unit on the menu ({cheapest.title}, "
            f"{show(cheapest.cost, menu.currency)}); it is carried to the next round."
        )
    lacked = {one.good for one in menu.need if one.people}
    if not any(lacked & set(one.goods) for one in menu.service):
        return "Nothing on the menu serves what is still lacked."
    return ""


def allocated(round: Round, choice: Choice, purse: Purse, menu: Menu) -> list[Allocation]:
    """The lines of a round as allocations, each with the savings that its pounds come from."""
    unmet = {(one.place, one.good): one.people for one in menu.need}
    shares = purse.take(round.spent)
    return [
        Allocation(
            id=f"round-{round.number}-{line.place}-{line.good}-{line.service}",
            round=round.number,
            place=line.place,
            good=line.good,
            service=line.service,
            pounds=line.pounds,
            unmet=unmet[line.place, line.good],
            rule=f"by {choice.chosen.rule}",
            units=line.units,
            savings=shares,
        )
        for line in choice.chosen.lines
    ]


def without(menu: Menu, lines: Sequence[Bought]) -> Menu:
    """The menu with the need that is left once some is reached."""
    reached: dict[tuple[str, str], int] = {}
    for line in lines:
        reached[line.place, line.good] = reached.get((line.place, line.good), 0) + line.units
    need = tuple(
        one.model_copy(update={"people": one.people - reached.get((one.place, one.good), 0)}) for one in menu.need
    )
    return menu.model_copy(update={"need": need})


def fund_of(held: Sequence[Round], arrived: Arrived, opening: Decimal) -> Fund:
    """The fund behind the rounds: each is spent at the start of the year after it; cash comes in by a year's end."""
    import numpy as np

    savings = arrived.savings
    returns = np.hstack([arrived.yearly, np.zeros((len(arrived.yearly), 1))])
    spends = [NOTHING, *(one.spent for one in held)]
    return revolve(
        opening,
        spends,
        returns,
        certainty=savings.certainty,
        currency=savings.currency,
        seed=savings.provenance.seed,
    )


def allocations_of(rounds: Rounds, made: Sequence[Allocation], savings: Savings) -> Allocations:
    """All rounds as the reinvestment of a thread."""
    why = next((one.why for one in reversed(rounds.rounds) if one.why), "") if not made else ""
    return Allocations(
        area=savings.area,
        currency=rounds.currency,
        label=rounds.label,
        rule=made[0].rule if made else "",
        allocations=tuple(made),
        left=savings.certain_cash - rounds.spent,
        why=why,
        provenance=savings.provenance,
    )
