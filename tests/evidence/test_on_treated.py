"""Effects on the treated and their errors: by hand, by leaving each person out, and against another library."""

import numpy as np
import pytest
import statsmodels.api as sm
from design_kit import NAMES, people
from statsmodels.treatment.treatment_effects import TreatmentEffect

from resettle.evidence.designing import make_design
from resettle.evidence.on_treated import effect_on_treated
from resettle.evidence.standard_errors import bootstrap
from resettle.evidence.study import Matching

WEIGHTED_KINDS = ["weighting", "entropy_balancing", "doubly_robust"]
KINDS = ["radius_matching", "nearest_neighbour", "subclassification", *WEIGHTED_KINDS]


def run(kind, x, treated, outcome, person=None, **settings):
    return effect_on_treated(make_design(kind, x, NAMES, treated, Matching(**settings)), outcome, person)


def errors(found):
    return {one.name: one.se for one in found.errors}


def test_radius_matching_by_hand():
    """Effect, weighted and Abadie-Imbens errors pair by pair."""
    x, treated, outcome = people(250, 21)
    made = make_design("radius_matching", x, NAMES, treated)
    found = effect_on_treated(made, outcome)
    score = np.rint(made.logit.score * 1e9)
    s1, s0, y1, y0 = score[treated], score[~treated], outcome[treated], outcome[~treated]
    near = np.abs(s1[:, None] - s0[None, :]) <= round(made.caliper * 1e9)
    kept = near.any(axis=1)
    share = near[kept] / near[kept].sum(axis=1)[:, None]
    own = y1[kept] - share @ y0
    w = share.sum(axis=0)
    n = kept.sum()
    assert found.estimate == pytest.approx(own.mean(), abs=1e-12)
    mean = w @ y0 / w.sum()
    assert errors(found)["weighted two-sample"] == pytest.approx(
        np.sqrt(y1[kept].var(ddof=1) / n + (w**2 @ (y0 - mean) ** 2) / w.sum() ** 2)
    )
    order = np.argsort(s0, kind="stable")
    local = np.empty(len(y0))
    for place, j in enumerate(order):
        beside = [y0[order[p]] for p in (place - 1, place + 1) if 0 <= p < len(order)]
        local[j] = len(beside) / (len(beside) + 1) * (y0[j] - np.mean(beside)) ** 2
    reused = (w**2 - (share**2).sum(axis=0)) @ local
    assert errors(found)["Abadie and Imbens"] == pytest.approx(np.sqrt(own.var(ddof=1) / n + reused / n**2))
    assert found.se == errors(found)["Abadie and Imbens"]
    assert found.errors[0].headline
    assert not found.errors[1].headline


def test_one_to_one_pairs_give_the_paired_error():
    x, treated, outcome = people(400, 6)
    made = make_design("nearest_neighbour", x, NAMES, treated, Matching(replacement=False))
    matches = made.matches
    pairs = outcome[treated][matches.matched] - outcome[~treated][matches.order]
    found = effect_on_treated(made, outcome)
    assert found.estimate == pytest.approx(pairs.mean())
    assert found.se == pytest.approx(pairs.std(ddof=1) / np.sqrt(len(pairs)))


def test_weighting_equals_statsmodels():
    """Effect on the treated by inverse probability, and its error from the generalised method of moments."""
    x, treated, outcome = people(900, 12)
    made = make_design("weighting", x, NAMES, treated, Matching(trim_above=0.999))
    assert made.kept.all()
    found = effect_on_treated(made, outcome)
    constant = sm.add_constant(x)
    model = sm.Logit(treated.astype(float), constant).fit(disp=0, tol=1e-12)
    other = TreatmentEffect(sm.OLS(outcome, constant), treated.astype(float), results_select=model).ipw(
        effect_group=1, disp=False
    )
    assert found.estimate == pytest.approx(other.effect[0], abs=1e-6)
    assert found.se == pytest.approx(other.sd[0], rel=5e-3)


@pytest.mark.parametrize("kind", WEIGHTED_KINDS)
def test_the_headline_error_of_weights_equals_leaving_each_person_out(kind):
    """The jackknife: the design and the models made again without each person in turn."""
    x, treated, outcome = people(400, 31)
    found = run(kind, x, treated, outcome, trim_above=0.999)
    n = len(outcome)
    left = np.array(
        [
            run(kind, x[keep], treated[keep], outcome[keep], trim_above=0.999).estimate
            for keep in (np.arange(n) != i for i in range(n))
        ]
    )
    jackknife = np.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum())
    assert found.se == pytest.approx(jackknife, rel=0.03)
    assert found.errors[0].name.startswith("allowing for")


@pytest.mark.parametrize("kind", KINDS)
def test_every_estimator_gives_two_errors_and_a_test_for_each(kind):
    x, treated, outcome = people(600, 14)
    found = run(kind, x, treated, outcome)
    assert len(found.errors) >= 2
    assert [one.headline for one in found.errors] == [True] + [False] * (len(found.errors) - 1)
    assert found.se == found.errors[0].se
    assert len(found.tests) == len(found.errors)
    assert found.treated_rate - found.comparison_rate == pytest.approx(found.estimate)


@pytest.mark.parametrize(
    "kind", ["radius_matching", "subclassification", "entropy_balancing", "weighting", "doubly_robust"]
)
def test_somebody_in_two_rows_counts_once(kind):
    """Every row twice as the same person gives the clustered error of each row once."""
    x, treated, outcome = people(500, 17)
    once = run(kind, x, treated, outcome, np.arange(500))
    twice = run(kind, np.tile(x, (2, 1)), np.tile(treated, 2), np.tile(outcome, 2), np.tile(np.arange(500), 2))
    assert twice.estimate == pytest.approx(once.estimate, abs=1e-9)
    assert "weighted, clustered by person" in errors(twice)
    assert "weighted, clustered by person" not in errors(once)
    if kind in ("radius_matching", "subclassification"):
        assert twice.errors[0].name == "weighted, clustered by person"
        assert twice.se == pytest.approx(errors(once)["weighted two-sample"], rel=0.01)
    else:
        assert twice.se == pytest.approx(once.se, rel=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_of_rows_does_not_matter(kind):
    x, treated, outcome = people(500, 3)
    order = np.random.default_rng(0).permutation(500)
    one, other = run(kind, x, treated, outcome), run(kind, x[order], treated[order], outcome[order])
    assert other.estimate == pytest.approx(one.estimate, abs=1e-9)
    assert errors(other) == pytest.approx(errors(one), rel=1e-6)


def test_doubly_robust_holds_when_one_model_is_wrong():
    """The true effect is found with a column left out of one model, and missed when it is left out of both."""
    x, treated, outcome = people(60_000, 40)
    half = np.column_stack([np.zeros(len(x)) + x[:, 1], x[:, 2]])
    right = run("doubly_robust", x, treated, outcome)
    wrong = effect_on_treated(make_design("doubly_robust", half, ("b", "c"), treated), outcome)
    assert abs(right.estimate + 0.1) < 4 * right.se
    assert abs(wrong.estimate + 0.1) > 6 * wrong.se


def test_the_bootstrap_of_persons_is_near_and_the_same_each_time():
    x, treated, outcome = people(500, 23)

    def again(rows):
        return run("entropy_balancing", x[rows], treated[rows], outcome[rows]).estimate

    found = bootstrap(again, np.arange(500), seed=5, draws=100)
    assert found == bootstrap(again, np.arange(500), seed=5, draws=100)
    assert found == pytest.approx(run("entropy_balancing", x, treated, outcome).se, rel=0.25)


def test_the_bootstrap_draws_persons_and_not_rows():
    person = np.repeat(np.arange(200), 3)
    value = np.random.default_rng(1).normal(size=200)[person]
    found = bootstrap(lambda rows: value[rows].mean(), person, seed=1, draws=400)
    assert found == pytest.approx(value.std() / np.sqrt(200), rel=0.15)
