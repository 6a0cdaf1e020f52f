"""Votes over a menu: a worked example of the literature, exactness, and what a group can be sure of."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.reinvestment.rounds.votes import Project, by_equal_shares, by_most_votes


def menu(**costs):
    return [Project(id=name, title=name, cost=Decimal(cost)) for name, cost in costs.items()]


def ballots(*sets):
    return [frozenset(one) for one in sets]


EXAMPLE = menu(p1=4, p2=3, p3=2, p4=2)
VOTES = ballots({"p1", "p2"}, {"p1", "p2"}, {"p1"}, {"p3", "p4"}, {"p3", "p4"})


def names(outcome):
    return [one.project.id for one in outcome.bought]


def test_most_votes_gives_a_majority_everything_and_equal_shares_does_not():
    # A small election whose outcomes were worked out with another implementation: p1, p2 by votes; p1, p3 by equal shares.
    greedy, shares = by_most_votes(EXAMPLE, VOTES, Decimal(7)), by_equal_shares(EXAMPLE, VOTES, Decimal(7))
    assert sorted(names(greedy)) == ["p1", "p2"] and greedy.empty_handed == 2
    assert sorted(names(shares)) == ["p1", "p3"] and shares.empty_handed == 0
    assert "2 of 5 voters got nothing" in greedy.sentence


@st.composite
def elections(draw):
    count = draw(st.integers(1, 6))
    projects = menu(**{f"p{n}": draw(st.integers(1, 9)) for n in range(count)})
    ids = [one.id for one in projects]
    votes = draw(st.lists(st.frozensets(st.sampled_from(ids)), min_size=1, max_size=7))
    return projects, votes, Decimal(draw(st.integers(1, 25)))


@given(elections())
def test_no_more_is_spent_than_there_is_and_every_project_has_voters(election):
    projects, votes, budget = election
    for outcome in (by_most_votes(projects, votes, budget), by_equal_shares(projects, votes, budget)):
        assert outcome.spent <= budget
        assert all(one.votes > 0 for one in outcome.bought)
        assert len(set(names(outcome))) == len(outcome.bought)


@given(elections())
def test_whoever_wants_the_same_can_be_sure_of_their_share(election):
    # Extended justified representation up to one project, in its simplest form: a group that all voted for a project which
    # their shares can pay is not left with nothing, all of them.
    projects, votes, budget = election
    got = set(names(by_equal_shares(projects, votes, budget)))
    share = Fraction(budget) / len(votes)
    for project in projects:
        group = [ballot for ballot in votes if project.id in ballot]
        if group and share * len(group) >= Fraction(project.cost):
            assert any(ballot & got for ballot in group)


@given(elections())
def test_the_order_of_voters_does_not_matter(election):
    projects, votes, budget = election
    assert names(by_equal_shares(projects, votes, budget)) == names(by_equal_shares(projects, votes[::-1], budget))


def slow_shares(projects, votes, budget):
    """The same rule written plainly: try every price at which each further voter has run out."""
    purse = [Fraction(budget) / len(votes)] * len(votes)
    bought, left = [], list(projects)
    while True:
        best = None
        for n, project in enumerate(projects):
            if project not in left:
                continue
            group = [v for v, ballot in enumerate(votes) if project.id in ballot]
            cost = Fraction(project.cost)
            fitting = []
            for size in range(len(group) + 1):
                for poor in combinations(group, size):
                    rest = [v for v in group if v not in poor]
                    if rest:
                        each = (cost - sum(purse[v] for v in poor)) / len(rest)
                        if each >= 0 and all(purse[v] >= each for v in rest) and all(purse[v] <= each for v in poor):
                            fitting.append(each / cost)
            if fitting and (best is None or (min(fitting), -len(group), n) < best[:3]):
                best = (min(fitting), -len(group), n, project, group)
        if best is None:
            return [one.id for one in bought]
        rho, _, _, project, group = best
        for v in group:
            purse[v] -= min(purse[v], rho * Fraction(project.cost))
        bought.append(project)
        left.remove(project)


@given(elections())
def test_equal_shares_is_the_rule_written_plainly(election):
    assert names(by_equal_shares(*election)) == slow_shares(*election)


@pytest.mark.parametrize(
    ("projects", "votes", "budget", "said"),
    [
        (menu(a=1), ballots({"b"}), "5", "not on the menu"),
        (menu(a=0), ballots({"a"}), "5", "a project costs something"),
        (menu(a=1), ballots({"a"}), "0", "no money to vote on"),
        (menu(a=1), ballots({"a"}), "NaN", "no money to vote on"),
        ([*menu(a=1), *menu(a=2)], ballots({"a"}), "5", "stands twice"),
    ],
)
def test_what_cannot_be_counted_is_refused(projects, votes, budget, said):
    for method in (by_most_votes, by_equal_shares):
        with pytest.raises(BadInput, match=said):
            method(projects, votes, Decimal(budget))


def test_nobody_voting_buys_nothing():
    assert names(by_equal_shares(EXAMPLE, [], Decimal(7))) == [] == names(by_most_votes(EXAMPLE, [], Decimal(7)))
