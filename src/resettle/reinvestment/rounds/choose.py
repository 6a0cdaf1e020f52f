"""`choose`: a menu shared out by the rules its users chose, beside what other rules would have bought, and what each rule costs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from resettle.money import exact, show, to_pence
from resettle.provenance import Provenance
from resettle.reinvestment.rounds.equity import concentration, gini
from resettle.reinvestment.rounds.menu import Menu
from resettle.reinvestment.rounds.optimise import Cell, Price, Programme
from resettle.reinvestment.rounds.votes import Outcome, Project, by_equal_shares, by_most_votes
from resettle.result import Record, Result

NEED = "need"
UNKEPT = "In whole units the least shares and fairness of the menu cannot all be kept: lower one of them, or raise the budget."
UNWORTHY = "No plan that keeps the rules of the menu is worth more than it costs."
ORDER = {"money": 0, "least": 1, "fairness": 2, "capacity": 3, "need": 4}


class Bought(Record):
    """Units of one service for people of one place who lack one good."""

    service: str
    title: str
    kinds: tuple[str, ...]
    grade: int
    place: str
    good: str
    units: int
    pounds: Decimal
    gained: float


class Limit(Record):
    """A rule that held the plan back, in words, and what a little more of it is worth in the relaxation."""

    rule: str
    about: str
    worth: float
    words: str


class Plan(Record):
    """What one way of deciding buys.

    `gained` are goods gained, `weighted` the same weighted by need, `net` the mean net benefit in pounds and `worst` its mean
    in the worst draws. `concentration` is above 0 where more pounds a head go where more is lacked; `gini` is of what is still
    lacked a head. `gap`: no plan by this rule can be better by more than this part.
    """

    rule: str
    lines: tuple[Bought, ...]
    spent: Decimal
    left: Decimal
    gained: float
    weighted: float
    net: Decimal
    worst: Decimal
    concentration: float
    gini: float
    gap: float = 0.0
    limits: tuple[Limit, ...] = ()

    def by(self, name: str) -> dict[str, Decimal]:
        """Pounds by service, place or good."""
        totals: dict[str, Decimal] = {}
        for one in self.lines:
            key = getattr(one, name)
            totals[key] = totals.get(key, Decimal("0.00")) + one.pounds
        return totals

    def share(self, kind: str) -> float:
        """The share of what is spent that goes to a kind."""
        of = sum((one.pounds for one in self.lines if kind in one.kinds), Decimal(0))
        return float(of / self.spent) if self.spent else 0.0


class Choice(Result):
    """A menu shared out by its own rules (`chosen`), and by others; `gini_before` is of need a head before anything is bought."""

    title: str
    currency: str
    budget: Decimal
    chosen: Plan
    others: tuple[Plan, ...]
    votes: tuple[Outcome, ...]
    gini_before: float

    @property
    def why(self) -> str:
        """Why nothing is bought, in words; empty where something is."""
        if self.chosen.lines:
            return ""
        return UNKEPT if self.chosen.rule == NEED else UNWORTHY

    @property
    def sentence(self) -> str:
        """What is bought for how many places, what is gained, and whether it goes where need is."""
        plan = self.chosen
        spent = f"{show(plan.spent, self.currency, pence=False)} of {show(self.budget, self.currency, pence=False)}"
        places = len(plan.by("place"))
        tilt = "more" if plan.concentration > 0 else "no more"
        given = f"It gives {tilt} a head where more is lacked (concentration {plan.concentration:.2f})"
        if not plan.lines:
            return f"{self.title}, by {plan.rule}: nothing is bought for {show(self.budget, self.currency)}. {self.why}"
        inside = " All of it stays inside prisons." if plan.share("prison") == 1 else ""
        return (
            f"{self.title}, by {plan.rule}: {spent} in {places} {'place' if places == 1 else 'places'}; "
            f"{plan.gained:,.0f} goods gained. {given}; "
            f"the Gini of need goes from {self.gini_before:.3f} to {plan.gini:.3f}.{inside}"
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row for each service, place and good of the chosen plan."""
        return [{**one.model_dump(), "kinds": ", ".join(one.kinds)} for one in self.chosen.lines]

    def beside(self) -> list[dict[str, Any]]:
        """The plans side by side, one row each: the chosen one first."""
        return [
            {
                "rule": plan.rule,
                "spent": plan.spent,
                "goods_gained": plan.gained,
                "net_benefit": plan.net,
                "in_worst_draws": plan.worst,
                "prevention": plan.share("prevention"),
                "community": plan.share("community"),
                "personal_budgets": plan.share("personal budget"),
                "untested": plan.share("untested"),
                "concentration": plan.concentration,
                "gini_after": plan.gini,
            }
            for plan in (self.chosen, *self.others)
        ]


def choose(menu: Menu, ballots: Sequence[frozenset[str]] = (), *, beside: bool = True) -> Choice:
    """Share the budget of a menu out by its rules, in whole units, and (unless not wanted) by other rules beside it.

    Each plan says by what part another could still be better (`gap`): a thousandth, or more where few units can be bought and the
    search was ended. `ballots` are votes for services: each way of counting buys whole services, and
    their units then go where need is. The same menu and seed give the same plans.
    """
    rules = menu.rules
    careful = f"most benefit, less {rules.aversion:g} times the loss in the worst {rules.tail:.0%}"
    ways = {
        "need": (NEED, "need", 0.0, True),
        "careful": (careful, "benefit", rules.aversion, True),
        "mean": ("most benefit on average", "benefit", 0.0, True),
        "free": ("need, with no least shares and no fairness", "need", 0.0, False),
    }
    own = ways.pop("need" if rules.prefer == "need" else "careful")
    found = [
        plan_by(Programme(menu, floors), name, prefer, aversion)
        for name, prefer, aversion, floors in (own, *(ways.values() if beside else ()))
    ]
    votes = count(menu, ballots) if ballots else ()
    found += [voted(menu, one) for one in votes]
    people = [one.people for one in menu.place]
    return Choice(
        title=menu.title,
        currency=menu.currency,
        budget=menu.budget,
        chosen=found[0],
        others=tuple(found[1:]),
        votes=votes,
        gini_before=gini([n / p for n, p in zip(menu.unmet().values(), people, strict=True)], people),
        provenance=Provenance(
            seed=rules.seed, parameters={"menu": menu.model_dump(mode="json"), "ballots": len(ballots)}
        ),
    )


def plan_by(programme: Programme, name: str, prefer: str, aversion: float) -> Plan:
    """The best plan by one rule, with the limits that hold it back, by kind and those worth most first."""
    units, prices, gap = programme.solve(prefer, aversion)
    what = "goods gained, weighted by need" if prefer == "need" else "pounds of net benefit"
    limits = [
        limit(programme.menu, price, what) for price in sorted(prices, key=lambda one: (ORDER[one.rule], -one.worth))
    ]
    return plan(programme, name, units).model_copy(update={"limits": tuple(limits), "gap": gap})


def plan(programme: Programme, name: str, units: Sequence[int]) -> Plan:
    """A plan from whole units of each choice."""
    import numpy as np

    menu = programme.menu
    lines = tuple(bought(cell, n) for cell, n in zip(programme.cells, units, strict=True) if n)
    spent = sum((one.pounds for one in lines), Decimal("0.00"))
    net = np.sort(programme.net @ np.array(units, dtype=float))
    worst = net[: max(1, round(menu.rules.tail * len(net)))]
    people = [one.people for one in menu.place]
    money = {one.id: sum((b.pounds for b in lines if b.place == one.id), Decimal(0)) for one in menu.place}
    unmet = menu.unmet()
    still = {place: n - sum(b.gained for b in lines if b.place == place) for place, n in unmet.items()}
    rates = [n / p for n, p in zip(unmet.values(), people, strict=True)]
    return Plan(
        rule=name,
        lines=lines,
        spent=spent,
        left=menu.budget - spent,
        gained=float(programme.gained @ np.array(units)),
        weighted=float(programme.weighted @ np.array(units)),
        net=to_pence(exact(float(net.mean()))),
        worst=to_pence(exact(float(worst.mean()))),
        concentration=concentration([float(m) / p for m, p in zip(money.values(), people, strict=True)], people, rates),
        gini=gini([n / p for n, p in zip(still.values(), people, strict=True)], people),
    )


def bought(cell: Cell, units: int) -> Bought:
    """One line of a plan."""
    service = cell.service
    return Bought(
        service=service.id,
        title=service.title,
        kinds=service.kinds,
        grade=service.grade,
        place=cell.place,
        good=cell.good,
        units=units,
        pounds=service.cost * units,
        gained=units * service.goods[cell.good],
    )


def limit(menu: Menu, price: Price, what: str) -> Limit:
    """A shadow price in words."""
    about, worth = price.about, price.worth
    words = {
        "money": f"{show(Decimal(1000), menu.currency, pence=False)} more to spend would bring {1000 * worth:,.3g} {what}",
        "capacity": f"one more unit of {about} would bring {worth:,.3g} {what}",
        "need": f"one more person to reach ({about}) would bring {worth:,.3g} {what}",
        "least": f"one percentage point more for {about} would cost {worth:,.3g} {what}",
        "fairness": f"one percentage point more of its share of need for {about} would cost {worth:,.3g} {what}",
    }[price.rule]
    return Limit(rule=price.rule, about=about, worth=worth, words=words)


def count(menu: Menu, ballots: Sequence[frozenset[str]]) -> tuple[Outcome, ...]:
    """What votes buy of whole services, by most votes and by the method of equal shares."""
    projects = [Project(id=one.id, title=one.title, cost=one.package) for one in menu.service]
    return by_most_votes(projects, ballots, menu.budget), by_equal_shares(projects, ballots, menu.budget)


def voted(menu: Menu, outcome: Outcome) -> Plan:
    """The services that votes bought, their units placed by need; least shares and fairness do not bind votes."""
    ids = {one.project.id for one in outcome.bought}
    programme = Programme(menu, floors=False)
    if not ids:
        return plan(programme, f"votes: {outcome.method}", [0] * len(programme.cells))
    inner = Programme(menu.model_copy(update={"service": tuple(s for s in menu.service if s.id in ids)}), floors=False)
    units, _, _ = inner.solve("need")
    by_cell = {(c.service.id, c.place, c.good): n for c, n in zip(inner.cells, units, strict=True)}
    return plan(
        programme,
        f"votes: {outcome.method}",
        [by_cell.get((c.service.id, c.place, c.good), 0) for c in programme.cells],
    )
