"""Whole designs, from covariates to the effect: thousands of small problems by brute force, large ones by another library."""

import subprocess
from fractions import Fraction

import numpy as np
import pytest
from design_kit import NAMES, people
from scipy.optimize import minimize
from scipy.spatial import cKDTree

from resettle.errors import BadInput
from resettle.evidence.balance import balance_table
from resettle.evidence.designing import farthest, make_design
from resettle.evidence.effect import FLAGS
from resettle.evidence.matching import nearest, nearest_once, radius, strata_of, subclasses
from resettle.evidence.on_treated import effect_on_treated
from resettle.evidence.study import Matching

SMALL = 3000


def problems():
    """Small groups with few different scores: ties, duplicates, one treated, no controls in reach."""
    random = np.random.default_rng(20260101)
    for _ in range(SMALL):
        one, other = random.integers(1, 7), random.integers(1, 9)
        yield (
            random.integers(0, 6, one) / 4, random.integers(0, 6, other) / 4, random.integers(0, 2, one).astype(float),
            random.integers(0, 2, other).astype(float), random.integers(0, 5) / 8, int(random.integers(1, 4)),
        )  # fmt: skip


def effect(matches, y1, y0):
    kept = matches.matched
    return float((y1[kept] - matches.means(y0)[kept]).mean()) if kept.any() else None


def by_hand(pairs, y1, y0):
    own = [Fraction(int(y1[i])) - Fraction(int(sum(y0[j] for j in p)), len(p)) for i, p in enumerate(pairs) if p]
    return float(sum(own) / len(own)) if own else None


def near(t, control, caliper):
    return [j for j, c in enumerate(control) if abs(c - t) <= caliper]


def closest(t, control, k, caliper):
    far = sorted(abs(c - t) for c in control)
    return [j for j, c in enumerate(control) if abs(c - t) <= min(far[min(k, len(far)) - 1], caliper)]


def one_by_one(treated, control, k, caliper):
    free, pairs = set(range(len(control))), [[] for _ in treated]
    for _ in range(k):
        for i in sorted(range(len(treated)), key=lambda i: -treated[i]):
            best = min(free, key=lambda j: (abs(control[j] - treated[i]), control[j], j), default=None)
            if best is not None and abs(control[best] - treated[i]) <= caliper:
                free.remove(best)
                pairs[i].append(best)
    return pairs


def classes(treated, control, k):
    ranked = sorted(treated)
    borders = {ranked[-(-len(ranked) * i // k) - 1] for i in range(1, k)}
    return [
        [j for j, c in enumerate(control) if sum(b < c for b in borders) == sum(b < t for b in borders)]
        for t in treated
    ]


def test_the_effect_of_every_kind_of_matching_by_brute_force():
    """The mean over treated people with a match of their outcome less their controls' mean, pair by pair, in whole fractions."""
    nobody = 0
    for treated, control, y1, y0, caliper, k in problems():
        found = [
            effect(radius(treated, control, caliper), y1, y0),
            effect(nearest(treated, control, k, caliper), y1, y0),
            effect(nearest_once(treated, control, k, caliper), y1, y0),
            effect(subclasses(treated, control, k + 1), y1, y0),
        ]
        expected = [
            by_hand([near(t, control, caliper) for t in treated], y1, y0),
            by_hand([closest(t, control, k, caliper) for t in treated], y1, y0),
            by_hand(one_by_one(treated, control, k, caliper), y1, y0),
            by_hand(classes(treated, control, k + 1), y1, y0),
        ]
        nobody += expected.count(None)
        assert (
            found == pytest.approx(expected, abs=1e-12)
            if None not in expected
            else [f is None for f in found] == [e is None for e in expected]
        )
    assert nobody > 200


def test_exact_strata_by_brute_force():
    """On three columns of few values: the same controls, weights and effect as a search through all rows."""
    random = np.random.default_rng(5)
    done = 0
    for _ in range(500):
        n = int(random.integers(5, 25))
        x, treated = random.integers(0, 2, (n, 3)).astype(float), random.random(n) < 0.4
        y = random.integers(0, 2, n).astype(float)
        same = [[j for j in range(n) if not treated[j] and (x[j] == x[i]).all()] for i in range(n) if treated[i]]
        used = {j for p in same for j in p}
        if sum(map(bool, same)) < 2 or len(used) < 2:
            with pytest.raises(BadInput):
                make_design("exact_strata", x, NAMES, treated)
            continue
        done += 1
        found = effect_on_treated(make_design("exact_strata", x, NAMES, treated), y)
        own = [y[i] - np.mean(y[p]) for i, p in zip(np.flatnonzero(treated), same, strict=True) if p]
        assert found.estimate == pytest.approx(np.mean(own), abs=1e-12)
    assert done > 250


def likelihood(beta, z, y):
    lean = z @ beta
    return np.logaddexp(0, lean).sum() - lean @ y


@pytest.mark.parametrize("seed", range(12))
def test_weighted_designs_equal_a_general_optimiser(seed):
    """Scores, weights, entropy weights and the doubly robust effect again from their definitions by BFGS."""
    x, treated, y = people(160, seed)
    z, others = np.column_stack([np.ones(160), x]), ~treated
    options = {"gtol": 1e-9}
    score = z @ minimize(likelihood, np.zeros(4), args=(z, treated * 1.0), options=options).x
    kept = score <= np.log(0.9 / 0.1)
    odds = np.where(others & kept, np.exp(score), 0.0)
    weighting = effect_on_treated(make_design("weighting", x, NAMES, treated), y)
    mean1 = y[treated & kept].mean()
    assert weighting.estimate == pytest.approx(mean1 - odds @ y / odds.sum(), abs=1e-5)
    there = others & kept
    beta = minimize(likelihood, np.zeros(4), args=(z[there], y[there]), options=options).x
    rest = y - 1 / (1 + np.exp(-z @ beta))
    robust = effect_on_treated(make_design("doubly_robust", x, NAMES, treated), y)
    assert robust.estimate == pytest.approx(rest[treated & kept].mean() - odds @ rest / odds.sum(), abs=1e-5)
    gap = x[others] - x[treated].mean(axis=0)
    lean = minimize(lambda b: np.log(np.exp(gap @ b).sum()), np.zeros(3), options=options).x
    even = np.exp(gap @ lean)
    entropy = effect_on_treated(make_design("entropy_balancing", x, NAMES, treated), y)
    assert entropy.estimate == pytest.approx(y[treated].mean() - even @ y[others] / even.sum(), abs=1e-5)


@pytest.fixture(scope="module")
def large():
    x, treated, y = people(60_000, 77, share=0.08)
    made = make_design("radius_matching", x, NAMES, treated)
    score = np.rint(made.logit.score * 1e9)
    return score[treated], score[~treated], y[treated], y[~treated], made.caliper


def test_large_matching_equals_the_trees_of_scipy(large):
    """Radius and ten nearest of 60,000: the same controls as SciPy's k-d tree finds, person by person."""
    s1, s0, y1, y0, caliper = large
    tree, reach = cKDTree(s0[:, None]), round(caliper / 20 * 1e9)
    inside = tree.query_ball_point(s1[:, None], reach)
    found = radius(s1 / 1e9, s0 / 1e9, caliper / 20)
    assert found.counts.tolist() == [len(p) for p in inside]
    own = np.array([y1[i] - y0[p].mean() for i, p in enumerate(inside) if p])
    assert effect(found, y1, y0) == pytest.approx(own.mean(), abs=1e-12)
    distance, order = tree.query(s1[:, None], 10)
    ten = nearest(s1 / 1e9, s0 / 1e9, 10)
    ties = ten.counts > 10
    assert ties.mean() < 0.02
    for i in np.flatnonzero(~ties)[:2000]:
        assert set(ten.order[ten.low[i] : ten.high[i]]) == set(order[i])
    assert [np.abs(s0[ten.order[a:b]] - s).max() for a, b, s in zip(ten.low, ten.high, s1, strict=True)] == distance[
        :, 9
    ].tolist()


def test_matching_without_replacement_is_the_assignment_of_its_turns_on_large_problems(large):
    """Nobody twice, nobody beyond the caliper, and nobody unmatched who had a free control in reach at the end."""
    s1, s0, *_, caliper = large
    found = nearest_once(s1 / 1e9, s0 / 1e9, 1, caliper)
    taken = found.order[found.low[found.matched]]
    assert len(set(taken.tolist())) == len(taken)
    assert np.abs(s0[taken] - s1[found.matched]).max() <= round(caliper * 1e9)
    free = np.sort(np.delete(s0, taken))
    for s in s1[~found.matched]:
        at = np.searchsorted(free, s)
        beside = [abs(free[i] - s) for i in (at - 1, at) if 0 <= i < len(free)]
        assert min(beside) > round(caliper * 1e9)


def test_a_caliper_shrinks_until_the_groups_are_alike():
    x, treated, _ = people(3000, 3)
    wide = Matching(caliper_sd=1.2)
    fixed, made = (
        make_design("radius_matching", x, NAMES, treated, m) for m in (wide, Matching(caliper_sd=1.2, shrink=True))
    )
    worst = max(abs(one.after) for one in balance_table(made))
    assert max(abs(one.after) for one in balance_table(fixed)) > 0.1
    assert worst <= 0.05
    assert worst == pytest.approx(farthest(made), abs=1e-9)
    halved = np.log2(fixed.caliper / made.caliper)
    assert halved == pytest.approx(round(halved))
    before = make_design("radius_matching", x, NAMES, treated, Matching(caliper_sd=1.2 / 2 ** (round(halved) - 1)))
    assert farthest(before) > 0.05


def test_a_caliper_stops_where_shrinking_helps_no_more():
    """Sides that can never be alike: the caliper is left where the next half would be worse."""
    x, treated, _ = people(90, 9, share=0.5)
    made = make_design("radius_matching", x, NAMES, treated, Matching(shrink=True))
    score = made.logit.score
    tighter = make_design("radius_matching", x, NAMES, treated, Matching(caliper_sd=made.caliper / score.std() / 2))
    assert farthest(made) <= farthest(make_design("radius_matching", x, NAMES, treated))
    assert farthest(made) <= 0.05 or farthest(tighter) >= farthest(made)


@pytest.mark.parametrize(
    ("weights", "treated", "message"),
    [
        (-0.5, None, r"row 3: a weight is negative or not a number \(found '-0.5'\)"),
        (np.nan, None, "row 3: a weight is negative or not a number"),
        (None, 2.0, r"row 3, treated: a person is neither treated nor not \(found '2.0'\)"),
        (None, np.nan, "row 3, treated: a person is neither treated nor not"),
        (None, 0.4, "a dose is no side"),
    ],
)
def test_weights_and_sides_that_cannot_be_are_refused(weights, treated, message):
    from dataclasses import replace

    x, sides, y = people(100, 1)
    made = make_design("weighting", x, NAMES, sides)
    with pytest.raises(BadInput, match=message):
        if weights is not None:
            wrong = made.weights.copy()
            wrong[2] = weights
            effect_on_treated(replace(made, weights=wrong), y)
        else:
            dose = sides.astype(float)
            dose[2] = treated
            make_design("weighting", x, NAMES, dose)


@pytest.mark.parametrize("kind", ["radius_matching", "weighting", "entropy_balancing", "doubly_robust"])
def test_an_outcome_known_of_nobody_on_a_side_is_refused(kind):
    x, treated, y = people(300, 2)
    made = make_design(kind, x, NAMES, treated)
    with pytest.raises(BadInput, match="known of fewer than 2 people on one side"):
        effect_on_treated(made, np.where(treated, y, np.nan))


@pytest.mark.parametrize("kind", ["radius_matching", "weighting", "entropy_balancing", "subclassification"])
def test_outcomes_of_some_people_are_means_of_those(kind):
    """An outcome of reoffenders only: weighted means over them; errors that count how many there are as chance."""
    x, treated, y = people(900, 6)
    days = np.where(y == 1, np.random.default_rng(1).integers(1, 365, 900), np.nan)
    made = make_design(kind, x, NAMES, treated)
    found = effect_on_treated(made, days, np.arange(900), "days")
    w = made.weights * (y == 1)
    means = [(w[s] @ np.nan_to_num(days[s])) / w[s].sum() for s in (treated, ~treated)]
    assert found.estimate == pytest.approx(means[0] - means[1])
    assert len(found.errors) >= 2
    assert "Abadie and Imbens" not in {e.name for e in found.errors}
    assert found.sides[0].low < means[0] < found.sides[0].high
    assert found.notes[0].endswith("days.")


@pytest.mark.parametrize("kind", ["weighting", "entropy_balancing", "doubly_robust"])
def test_the_error_of_an_outcome_of_some_equals_leaving_each_person_out(kind):
    x, treated, y = people(300, 31)
    days = np.where(y == 1, 100 + 30 * x[:, 0] + np.random.default_rng(3).normal(size=300) * 40, np.nan)

    def run(keep):
        return effect_on_treated(
            make_design(kind, x[keep], NAMES, treated[keep], Matching(trim_above=0.999)), days[keep], None, "days"
        )

    left = np.array([run(np.arange(300) != i).estimate for i in range(300)])
    jackknife = np.sqrt(299 / 300 * ((left - left.mean()) ** 2).sum())
    assert run(np.arange(300)).se == pytest.approx(jackknife, rel=0.05)


LALONDE = (
    "library(MatchIt); data(lalonde); write.csv(cbind(lalonde, black = (lalonde$race == 'black') * 1,"
    "hispan = (lalonde$race == 'hispan') * 1), commandArgs(TRUE)[1])"
)


@pytest.mark.oracle_r
def test_lalonde_one_to_one_as_published_and_red(tmp_path):
    """The example of MatchIt's documentation (version 4.7; `summary` of 1:1 matching without replacement): the means of the
    185 controls chosen, and a difference of 1.03 standard deviations in being black, which must be red.

    R lends the data only: MatchIt 4.5.1 as packaged for Debian chooses controls that are not the nearest, and takes no
    notice of a caliper.
    """
    import pandas as pd

    file = tmp_path / "lalonde.csv"
    subprocess.run(["Rscript", "-e", LALONDE, str(file)], capture_output=True, check=True)
    table = pd.read_csv(file)
    names = ("age", "educ", "black", "hispan", "married", "nodegree", "re74", "re75")
    x, treated = table[list(names)].to_numpy(float), table.treat.to_numpy() == 1
    score = make_design("weighting", x, names, treated, Matching(trim_above=0.99)).logit.score
    chosen = nearest_once(*(1 / (1 + np.exp(-score[side])) for side in (treated, ~treated)))
    means = x[~treated][chosen.weights() > 0].mean(axis=0)
    assert chosen.matched.sum() == 185
    assert means[:5] == pytest.approx([25.3027, 10.6054, 0.4703, 0.2162, 0.2108], abs=5e-5)
    made = make_design("nearest_neighbour", x, names, treated, Matching(replacement=False, caliper_sd=2.2))
    black = next(one for one in balance_table(made) if one.name == "black")
    assert black.flag == FLAGS[0] == "red"
    assert black.after == pytest.approx(1.026, abs=0.1)


def test_large_matching_without_replacement_equals_a_search_through_all():
    random = np.random.default_rng(4)
    s1, s0 = np.rint(random.normal(0.4, 1, 800) * 1e9), np.rint(random.normal(0, 1, 6000) * 1e9)
    far, chosen = s0.copy(), np.zeros(800, int)
    for i in np.argsort(-s1, kind="stable"):
        chosen[i] = int(np.abs(far - s1[i]).argmin())
        far[chosen[i]] = np.inf
    found = nearest_once(s1 / 1e9, s0 / 1e9)
    assert found.order[found.low].tolist() == chosen.tolist()


def test_strata_of_one_column_are_its_values():
    assert strata_of([np.array([3.0, 1.0, 3.0])]).tolist() == [1, 0, 1]
