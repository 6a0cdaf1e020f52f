"""A menu shared out: the best plan by brute force on small menus, what each rule costs, votes, and bad menus."""

from decimal import Decimal
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.reinvestment.rounds.choose import Choice, choose
from resettle.reinvestment.rounds.menu import Menu, read_menu
from resettle.reinvestment.rounds.optimise import Programme


def service(id, cost, capacity, goods, kinds=("prevention",), grade=3, benefit=None):
    worth = benefit and {"mean": benefit[0], "low": benefit[1], "high": benefit[2], "source": "A test."}
    return {
        "id": id, "title": id.title(), "kinds": list(kinds), "cost": cost, "capacity": capacity, "grade": grade,
        "goods": goods, "benefit": worth,
    }  # fmt: skip


def menu(services, need, budget, people=100, **rules):
    places = sorted({place for place, _ in need})
    return Menu.model_validate(
        {
            "id": "m",
            "title": "A round",
            "budget": budget,
            "rules": rules,
            "place": [{"id": one, "people": people} for one in places],
            "need": [{"place": place, "good": good, "people": n} for (place, good), n in need.items()],
            "service": services,
        }
    )


def test_the_cheapest_way_to_a_good_is_bought_first_and_the_rest_with_what_is_left():
    cheap, dear = service("cheap", 100, 3, {"work": 0.5}), service("dear", 200, 9, {"work": 0.5})
    found = choose(menu([cheap, dear], {("here", "work"): 10}, 1000))
    assert {one.service: one.units for one in found.chosen.lines} == {"cheap": 3, "dear": 3}
    assert (found.chosen.spent, found.chosen.left, found.chosen.gained) == (Decimal(900), Decimal(100), 3.0)
    # In the relaxation a pound buys 1/200 of a unit of dear, that is 0.0025 goods; a unit of cheap spares 100 of them.
    worth = {one.rule: one.worth for one in found.chosen.limits}
    assert worth == pytest.approx({"money": 0.0025, "capacity": 0.25})
    assert "£1,000 more to spend would bring 2.5 goods gained" in found.chosen.limits[0].words
    assert Choice.from_json(found.to_json()) == found


def test_least_shares_move_money_and_their_price_is_what_the_next_point_costs():
    good, other = service("good", 100, 99, {"work": 0.5}), service("new", 100, 99, {"work": 0.1}, ("untested",), 0)
    need = {("here", "work"): 90}

    def worth(share):
        return choose(menu([good, other], need, 5000, least={"untested": share})).chosen

    plan = worth(0.2)
    assert plan.by("service") == {"good": Decimal(4000), "new": Decimal(1000)} and plan.share("untested") == 0.2
    price = next(one for one in plan.limits if one.rule == "least")
    assert price.worth == pytest.approx((worth(0.2).weighted - worth(0.4).weighted) / 20)


def test_fairness_gives_a_place_its_part_and_a_plan_without_it_stands_beside():
    one = service("one", 100, 10, {"work": 0.5})
    need = {("high", "work"): 60, ("low", "work"): 20}
    found = choose(menu([one], need, 1000, fairness=0.8))
    assert found.chosen.by("place") == {"high": Decimal(800), "low": Decimal(200)}
    free = next(plan for plan in found.others if "no fairness" in plan.rule)
    assert free.by("place") == {"high": Decimal(1000)}
    assert free.concentration > found.chosen.concentration > 0


def test_who_fears_a_loss_leaves_a_gamble_alone():
    sure, gamble = (
        service("sure", 100, 5, {"work": 0.5}, benefit=(120, 119, 121)),
        service("gamble", 100, 5, {"work": 0.5}, benefit=(150, -850, 1150)),
    )
    rules = {"prefer": "benefit", "aversion": 1.0}
    found = choose(menu([sure, gamble], {("here", "work"): 10}, 500, **rules))
    assert set(found.chosen.by("service")) == {"sure"}
    mean = next(plan for plan in found.others if plan.rule == "most benefit on average")
    assert set(mean.by("service")) == {"gamble"}
    assert mean.net > found.chosen.net and mean.worst < found.chosen.worst


small = st.integers(1, 3)


@st.composite
def small_menus(draw):
    kinds = st.sampled_from(["prevention", "community"])
    strengths = st.sampled_from([0.2, 0.5, 0.7])
    services = [
        service(
            name, draw(st.integers(3, 9)), draw(small), {"work": draw(strengths), "life": draw(strengths)}, [draw(kinds)],
            benefit=(draw(st.integers(0, 20)), -30, 50),
        )
        for name in "ab"
    ]  # fmt: skip
    need = {("x", "work"): draw(small), ("y", "life"): draw(small)}
    kinds_there = {kind for one in services for kind in one["kinds"]}
    least = {kind: draw(st.sampled_from([0.0, 0.3])) for kind in sorted(kinds_there)}
    rules = {"least": least, "fairness": draw(st.sampled_from([0.0, 0.5])), "draws": 20, "tail": 0.25}
    return menu(services, need, draw(st.integers(10, 40)), people=9, **rules)


def value(programme, units, prefer, aversion):
    """The objective, written out: weighted goods, or the mean less the mean loss of the worst five draws of twenty."""
    if prefer == "need":
        return programme.weighted @ units
    net = np.sort(programme.net @ units)
    return net.mean() - aversion * -net[:5].mean()


@settings(deadline=None, max_examples=25)
@given(small_menus(), st.sampled_from([("need", 0.0), ("benefit", 0.0), ("benefit", 0.7)]))
def test_no_plan_within_the_rules_is_better(menu, way):
    programme = Programme(menu)
    best = -np.inf
    for units in product(range(4), repeat=len(programme.cells)):
        if all(row.weights @ units <= row.most + 1e-9 for row in programme.rows):
            best = max(best, value(programme, np.array(units, dtype=float), *way))
    units, _, _ = programme.solve(*way)
    assert value(programme, np.array(units, dtype=float), *way) == pytest.approx(best, abs=1e-5)


@settings(deadline=None, max_examples=15)
@given(small_menus())
def test_plans_keep_to_the_rules_of_the_menu(menu):
    found = choose(menu)
    plan, unmet = found.chosen, menu.unmet()
    assert plan.spent + plan.left == menu.budget and plan.left >= 0
    for one in menu.service:
        assert sum(b.units for b in plan.lines if b.service == one.id) <= one.capacity
    for lack in menu.need:
        assert sum(b.units for b in plan.lines if (b.place, b.good) == (lack.place, lack.good)) <= lack.people
    for kind, share in menu.rules.least.items():
        assert plan.share(kind) >= share - 1e-9 or not plan.spent
    for place, n in unmet.items():
        part = menu.rules.fairness * n / sum(unmet.values())
        assert float(plan.by("place").get(place, 0)) >= part * float(plan.spent) - 1e-6
    assert choose(menu) == found


def test_votes_buy_services_and_need_places_them():
    one = service("one", 100, 4, {"work": 0.5})
    two = service("two", 100, 3, {"work": 0.2}, ("community",))
    need = {("here", "work"): 10}
    votes = [frozenset({"one"})] * 3 + [frozenset({"two"})]
    found = choose(menu([one, two], need, 400), votes)
    plans = {plan.rule: plan for plan in found.others}
    assert plans["votes: most votes"].by("service") == {"one": Decimal(400)}
    assert plans["votes: equal shares"].lines == ()  # three voters have £300, and the whole of one costs £400
    assert [count.empty_handed for count in found.votes] == [1, 4]


def test_money_that_stays_inside_prisons_is_said_to():
    inside = service("inside", 100, 4, {"work": 0.5}, ("prison",))
    assert "All of it stays inside prisons." in choose(menu([inside], {("here", "work"): 10}, 400)).sentence


GOOD = """id = "m"
title = "A round"
budget = "1000.00"
[rules]
least = {}
[[place]]
id = "here"
people = 10
[[need]]
place = "here"
good = "work"
people = 5
[[service]]
id = "one"
title = "One"
kinds = ["prevention"]
cost = "100.00"
capacity = 4
grade = 3
goods = { work = 0.5 }
"""


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (
            'budget = "1000.00"',
            'budget = "10.00"',
            r"line 3, budget: the budget is below the cheapest unit on the menu \(found '10.00'\)\. One costs 100.00",
        ),
        ('budget = "1000.00"', 'budget = "1.001"', "line 3.*more than two decimals"),
        ("people = 10", "people = 0", "line 8.*greater than or equal to 1"),
        (
            "people = 5",
            "people = 50",
            r"line 12, need.1.people: more people lack work than there are in here \(found '50'\)",
        ),
        ("people = 5", "people = 0", "nobody lacks anything"),
        (
            'place = "here"',
            'place = "there"',
            r"line 10, need.1.place: a need in a place that is not named \(found 'there'\)\. Did you mean 'here'",
        ),
        (
            'good = "work"',
            'good = "wrok"',
            r"line 11, need.1.good: no such good \(found 'wrok'\)\. Did you mean 'work'",
        ),
        ("{ work = 0.5 }", "{ work = 1.5 }", "less than or equal to 1"),
        ("{ work = 0.5 }", "{ wrok = 0.5 }", r"line 20, service.1.goods: no such good: wrok\. Did you mean 'work'"),
        ("grade = 3", "grade = 0", "without evidence is of the kind untested"),
        ('kinds = ["prevention"]', 'kinds = ["preventive"]', "not one of the known values"),
        ("least = {}", "least = { community = 0.5 }", "nothing on the menu is community"),
        ("capacity = 4", "capacity = 4\nbenefit = { mean = 5 }", "missing key"),
        (
            "capacity = 4",
            'capacity = 4\nbenefit = { mean = 5, low = 6, high = 7, source = "x" }',
            "must lie in its interval",
        ),
        ("{ work = 0.5 }", "{ life = 0.5 }", "nothing on the menu serves anything that people lack"),
    ],
)
def test_a_bad_menu_is_refused_with_its_line(tmp_path, old, new, rule):
    file = tmp_path / "menu.toml"
    assert old in GOOD
    file.write_text(GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(BadInput, match=rule):
        read_menu(file)


def test_fairness_that_nothing_serves_is_refused(tmp_path):
    file = tmp_path / "menu.toml"
    other = '[[place]]\nid = "there"\npeople = 10\n[[need]]\nplace = "there"\ngood = "life"\npeople = 5\n'
    file.write_text(GOOD.replace("least = {}", "fairness = 0.5") + other, "utf-8")
    with pytest.raises(BadInput, match="nothing on the menu serves what there lacks"):
        read_menu(file)


def test_a_vote_for_what_nobody_lacks_buys_nobody_anything():
    one, idle = service("one", 100, 4, {"work": 0.5}), service("idle", 10, 1, {"life": 0.5})
    found = choose(menu([one, idle], {("here", "work"): 10}, 400), [frozenset({"idle"})])
    assert all(plan.lines == () for plan in found.others if plan.rule.startswith("votes"))


def test_rules_that_cannot_be_kept_together_are_said_not_shown_as_nothing_gained(tmp_path):
    """Two services of one kind each, and least shares of 60 % for both: no plan can keep them."""
    second = GOOD[GOOD.index("[[service]]") :].replace('"one"', '"two"').replace("prevention", "community")
    file = tmp_path / "menu.toml"
    file.write_text(GOOD.replace("least = {}", "least = { prevention = 0.6, community = 0.6 }") + second, "utf-8")
    found = choose(read_menu(file))
    assert found.chosen.spent == 0
    assert found.why in found.sentence
    assert "cannot all be kept: lower one of them, or raise the budget" in found.sentence
    assert any(one.spent for one in found.others)


def test_where_nothing_is_worth_its_cost_that_is_said(tmp_path):
    file = tmp_path / "menu.toml"
    dear = 'capacity = 4\nbenefit = { mean = 5, low = 4, high = 6, source = "x" }'
    text = GOOD.replace("capacity = 4", dear).replace("least = {}", 'prefer = "benefit"\nleast = {}')
    file.write_text(text, "utf-8")
    assert "No plan that keeps the rules of the menu is worth more than it costs" in choose(read_menu(file)).sentence
