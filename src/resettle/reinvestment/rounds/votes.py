"""People's votes over a menu with costs: what is bought by most votes, and what by the method of equal shares.

Greedy approval buys the project with most votes that can still be paid, and so lets a majority take all. The method of equal
shares (Peters, Pierczynski and Skowron 2021, "Proportional participatory budgeting with additive utilities") gives every voter
the same money; a project is bought when those who want it can pay for it, those whose money goes furthest first. A group of a
third decides over a third. Satisfaction here is the cost of what one voted for and got.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from resettle.errors import BadInput, Problem, did_you_mean
from resettle.money import show
from resettle.result import Record


class Project(Record):
    """Something that could be bought: what it costs, the good it is for and the place."""

    id: str
    title: str
    cost: Decimal
    good: str = ""
    place: str = ""


class Bought(Record):
    """A project that a method bought: in which order, by how many votes, and what each of its voters paid at most."""

    project: Project
    order: int
    votes: int
    most_paid: Decimal | None = None


class Outcome(Record):
    """What one method bought, what is left of the money, and how many voters got nothing that they voted for."""

    method: str
    budget: Decimal
    bought: tuple[Bought, ...]
    voters: int
    empty_handed: int

    @property
    def spent(self) -> Decimal:
        """What the bought projects cost together."""
        return sum((one.project.cost for one in self.bought), Decimal(0))

    @property
    def sentence(self) -> str:
        """What was bought, in one sentence."""
        names = ", ".join(one.project.title for one in self.bought) or "nothing"
        return (
            f"By {self.method}: {names}, for {show(self.spent)} of {show(self.budget)}. "
            f"{self.empty_handed} of {self.voters} voters got nothing that they voted for."
        )

    def rows(self) -> list[dict[str, Any]]:
        """One row for each project bought, in order."""
        return [
            {
                "order": one.order,
                "project": one.project.id,
                "title": one.project.title,
                "good": one.project.good,
                "place": one.project.place,
                "cost": one.project.cost,
                "votes": one.votes,
                "most_paid_by_a_voter": one.most_paid,
            }
            for one in self.bought
        ]


def by_most_votes(projects: Sequence[Project], ballots: Sequence[frozenset[str]], budget: Decimal) -> Outcome:
    """Projects by votes, each bought if it can still be paid. Ties go to the earlier on the menu."""
    check(projects, ballots, budget)
    votes = supporters(projects, ballots)
    order = sorted(range(len(projects)), key=lambda n: (-len(votes[projects[n].id]), n))
    left = budget
    bought: list[Bought] = []
    for n in order:
        one = projects[n]
        if votes[one.id] and one.cost <= left:
            left -= one.cost
            bought.append(Bought(project=one, order=len(bought) + 1, votes=len(votes[one.id])))
    return outcome("most votes", budget, bought, ballots)


def by_equal_shares(projects: Sequence[Project], ballots: Sequence[frozenset[str]], budget: Decimal) -> Outcome:
    """The method of equal shares, exact in fractions, before any completion: money that no group can use together is left.

    In each round the project is bought whose voters pay least for each pound of satisfaction; ties go to more votes, then to the
    earlier on the menu.
    """
    check(projects, ballots, budget)
    votes = supporters(projects, ballots)
    purse = [Fraction(budget) / len(ballots)] * len(ballots) if ballots else []
    left, bought = list(range(len(projects))), list[Bought]()
    while True:
        offers = [(price(projects[n], votes[projects[n].id], purse), -len(votes[projects[n].id]), n) for n in left]
        best = min(((rho, less, n) for rho, less, n in offers if rho is not None), default=None)
        if best is None:
            return outcome("equal shares", budget, bought, ballots)
        rho, _, n = best
        one, most = projects[n], Fraction(0)
        for voter in votes[one.id]:
            paid = min(purse[voter], rho * Fraction(one.cost))
            purse[voter] -= paid
            most = max(most, paid)
        left.remove(n)
        paid_pounds = (Decimal(most.numerator) / Decimal(most.denominator)).quantize(Decimal("0.01"))
        bought.append(Bought(project=one, order=len(bought) + 1, votes=len(votes[one.id]), most_paid=paid_pounds))


def price(project: Project, voters: Sequence[int], purse: Sequence[Fraction]) -> Fraction | None:
    """What each voter would pay for a pound of satisfaction, those with little money paying all of it; None if they cannot."""
    cost = Fraction(project.cost)
    if not voters or sum(purse[voter] for voter in voters) < cost:
        return None
    due, paying = cost, len(voters)
    for has in sorted(purse[voter] for voter in voters):
        if has * paying >= due:
            return due / paying / cost
        due, paying = due - has, paying - 1
    return None


def supporters(projects: Sequence[Project], ballots: Sequence[frozenset[str]]) -> Mapping[str, list[int]]:
    """The voters of each project."""
    return {one.id: [n for n, ballot in enumerate(ballots) if one.id in ballot] for one in projects}


def outcome(method: str, budget: Decimal, bought: list[Bought], ballots: Sequence[frozenset[str]]) -> Outcome:
    """What a method came to."""
    got = {one.project.id for one in bought}
    empty = sum(1 for ballot in ballots if not ballot & got)
    return Outcome(method=method, budget=budget, bought=tuple(bought), voters=len(ballots), empty_handed=empty)


def check(projects: Sequence[Project], ballots: Sequence[frozenset[str]], budget: Decimal) -> None:
    """Refuse what cannot be counted: ids twice, costs and budgets that are nothing, votes for what is not on the menu."""
    known = [one.id for one in projects]
    problems = [
        Problem("an id stands twice on the menu", column="id", value=one) for one in known if known.count(one) > 1
    ]
    problems += [
        Problem(
            "a project costs something", column="cost", value=str(one.cost), do=f"Give {one.id} a cost above nothing."
        )
        for one in projects
        if not one.cost.is_finite() or one.cost <= 0
    ]
    if not budget.is_finite() or budget <= 0:
        problems.append(Problem("there is no money to vote on", column="budget", value=str(budget)))
    for n, ballot in enumerate(ballots, start=1):
        problems += [
            Problem("a vote for something that is not on the menu", row=n, value=one, do=did_you_mean(one, known))
            for one in sorted(ballot - set(known))
        ]
    if problems:
        raise BadInput(*problems)
