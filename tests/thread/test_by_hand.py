"""What the run of Greater Manchester prints, worked out again by plain loops from the published equations.

Nothing of the macro circle is called here: figures come from their files, draws are made anew with another seed. Means of draws are
held within 2%, some five of their own standard errors.
"""

import tomllib
from collections import defaultdict
from decimal import Decimal

import numpy as np
import pytest
from scipy.optimize import linprog

from resettle.area.generate import generate_area
from resettle.reference.figures import published
from resettle.reinvestment.rounds.choose import choose
from resettle.reinvestment.rounds.menu import read_menu
from resettle.thread.run import make_thread

NEAR = pytest.approx
MONTHS = range(60)


@pytest.fixture(scope="module")
def result(examples, tmp_path_factory):
    """The run of the example on its whole area: enough people that a difference is shown and cash is certain."""
    area = tmp_path_factory.mktemp("areas") / "gm"
    generate_area(area, 50_000, 1).close()
    return make_thread(examples / "runs" / "greater-manchester.toml", area=area).result


@pytest.fixture(scope="module")
def appraisal(examples):
    return tomllib.loads((examples / "appraisals" / "greater-manchester.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def each(result):
    """Reoffences of a reoffender, and the standard error of their mean."""
    found = next(m for m in result.measures.measures if m.name == "per_reoffender")
    return found.value, (found.interval.high - found.interval.low) / 3.919928


def in_2024(name):
    """A published unit cost at the prices of 2024: one year's growth of consumer prices after the other."""
    figure = published()[name][-1]
    growth = {int(f.period): f.value for f in (*published()["prices.cpi"], *published()["prices.cpi.forecast"])}
    return figure.value * np.prod([1 + growth[year] / 100 for year in range(figure.price_year + 1, 2025)])


def at_scale(month):
    """How much of a year's intake is behind a month: a twelfth more each month."""
    return min((month + 1) / 12, 1.0)


def discount(month):
    return 1.035 ** -((month + 0.5) / 12)


def rate(thing, fewer, events):
    return fewer * (events if thing.get("per", "reoffence") == "reoffence" else 1)


@pytest.mark.slow
def test_fewer_reoffenders_and_reoffences_a_month(result, each):
    last, fewer = result.projection.months[-1], -result.effect.estimate * result.savings.people_a_month
    assert last.reoffenders == NEAR(fewer, rel=0.02)
    assert last.reoffences == NEAR(fewer * each[0], rel=0.02)
    half = 1.96 * result.effect.se * result.savings.people_a_month
    assert (last.reoffenders_low, last.reoffenders_high) == NEAR((fewer - half, fewer + half), abs=0.05 * half)


@pytest.mark.slow
def test_every_worth_of_every_year(result, appraisal, each):
    fewer = -result.effect.estimate * result.savings.people_a_month
    printed = {(s.agency, s.year): float(s.amount) for s in result.savings.savings if s.kind != "cashable"}
    assert len(printed) == 5 * len(appraisal["worth"]) == 30
    for worth in appraisal["worth"]:
        unit = sum(share * in_2024(name) for name, share in worth.get("mix", {}).items()) or float(worth["amount"])
        for year in range(5):
            built = sum(at_scale(t) * discount(t) for t in range(12 * year, 12 * year + 12))
            mine = rate(worth, fewer, each[0]) * unit * built
            assert printed[worth["agency"], year + 1] == NEAR(mine, rel=0.03), (worth["agency"], year)


@pytest.fixture(scope="module")
def steps(result, appraisal, each):
    """For each step 20,000 draws of what is free, how many are closed and the cash, month by month."""
    draws = np.random.default_rng(2026)
    fewer = -draws.normal(result.effect.estimate, result.effect.se, 20_000) * result.savings.people_a_month
    events = np.maximum(draws.normal(*each, 20_000), 1)
    found = {}
    for step in appraisal["steps"]:
        freed = [rate(step, fewer, events) * step["units_each"] * at_scale(t) for t in MONTHS]
        lasting, notice = step.get("lasting_months", 12), step["notice_months"]
        free = [sum(freed[max(t - lasting + 1, 0) : t + 1]) for t in MONTHS]
        whole = [np.floor(np.maximum(one, 0) / step["size"]) for one in free]
        closed = [np.min(whole[t - notice : t + 1], axis=0) if t >= notice else 0 * whole[0] for t in MONTHS]
        a_year = float(step["saves"]) if "saves" in step else in_2024(step["figure"]) * step["size"]
        one_off = float(step.get("one_off", 0))
        before = [0 * whole[0], *closed[:-1]]
        cash = [
            (now * a_year / 12 - np.maximum(now - was, 0) * one_off) * discount(t)
            for t, (now, was) in enumerate(zip(closed, before, strict=True))
        ]
        found[step["id"]] = free, closed, cash
    return found


@pytest.mark.slow
def test_how_near_each_step_is_and_the_chance_that_it_closes(result, appraisal, steps):
    for step in appraisal["steps"]:
        free, closed, _ = steps[step["id"]]
        printed = next(one for one in result.savings.steps if one.step == step["id"])
        assert printed.free == NEAR(free[-1].mean(), rel=0.02)
        assert printed.chance == NEAR((closed[-1] > 0).mean(), abs=0.02)
        if printed.times_needed:
            assert printed.times_needed == NEAR(step["size"] / free[-1].mean(), rel=0.02)


@pytest.mark.slow
def test_cash_by_step_and_year_and_what_of_it_is_certain(result, steps):
    total = np.zeros((5, 20_000))
    for name, (_, _, cash) in steps.items():
        by_year = np.array([sum(cash[12 * y : 12 * y + 12]) for y in range(5)])
        total += by_year
        for one in (s for s in result.savings.savings if s.step == name and s.kind == "cashable"):
            mine = by_year[one.year - 1]
            assert float(one.amount) == NEAR(mine.mean(), rel=0.02, abs=5 * mine.std() / np.sqrt(10_000))
    certain = np.percentile(np.cumsum(total, axis=0), 20, axis=1)
    assert float(sum(result.savings.available)) == NEAR(max(certain[-1], 0.0), rel=0.02, abs=200)


@pytest.mark.slow
def test_a_round_is_shared_out_by_unmet_need_to_the_penny(result):
    rounds = defaultdict(list)
    for one in result.allocations.allocations:
        rounds[one.round].append(one)
    for number, lines in rounds.items():
        pounds, need = sum(one.pounds for one in lines), sum(one.unmet for one in lines)
        assert pounds == result.savings.available[number - 1]
        assert all(abs(one.pounds - pounds * one.unmet / need) <= Decimal("0.01") for one in lines)
    spent = sum((one.pounds for one in result.allocations.allocations), Decimal(0))
    assert spent + result.allocations.left == sum(result.savings.available)


def test_what_a_thousand_pounds_more_would_bring_is_the_slope_of_the_relaxed_programme(examples):
    """The relaxation solved apart, twice: with the budget of the menu and with a pound more."""
    menu = read_menu(examples / "menus" / "first-round.toml")
    choices = [(s, n) for s in menu.service for n in menu.need if n.good in s.goods and n.people]
    people = {p.id: p.people for p in menu.place}
    lacked = {p: sum(n.people for n in menu.need if n.place == p) for p in people}
    average = sum(lacked.values()) / sum(people.values())
    worth = [s.goods[n.good] * lacked[n.place] / people[n.place] / average for s, n in choices]
    cost = np.array([float(s.cost) for s, _ in choices])

    def rows():
        for one in menu.service:
            yield [float(s.id == one.id) for s, _ in choices], one.capacity
        for one in menu.need:
            yield [float((n.place, n.good) == (one.place, one.good)) for _, n in choices], one.people
        for kind, share in menu.rules.least.items():
            yield cost * [share - (kind in s.kinds) for s, _ in choices], 0
        for place in people:
            share = menu.rules.fairness * lacked[place] / sum(lacked.values())
            yield cost * [share - (n.place == place) for _, n in choices], 0

    made = list(rows())

    def best(budget):
        left, right = [cost, *(a for a, _ in made)], [budget, *(b for _, b in made)]
        return -linprog(np.negative(worth), A_ub=np.array(left), b_ub=right, method="highs").fun

    slope = best(float(menu.budget) + 1) - best(float(menu.budget))
    plan = choose(menu, beside=False).chosen
    assert next(one.worth for one in plan.limits if one.rule == "money") == NEAR(slope, rel=1e-4)
    assert plan.weighted <= best(float(menu.budget)) + 1e-6
    assert plan.weighted >= best(float(menu.budget)) * (1 - plan.gap) - max(worth) * 2
