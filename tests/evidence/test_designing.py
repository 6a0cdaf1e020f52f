"""The design stage: blind to outcomes, and refused with the reason where it cannot be done."""

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest
from design_kit import NAMES, people

import resettle.evidence
from resettle.errors import BadInput
from resettle.evidence.balance import balance_table, design_checks
from resettle.evidence.designing import make_design
from resettle.evidence.study import Matching

KINDS = [
    "radius_matching", "nearest_neighbour", "exact_strata", "subclassification", "weighting", "entropy_balancing", "doubly_robust",
]  # fmt: skip
BLIND = ("designing", "matching", "weighting", "balance")


def coarse(n=500, seed=3):
    x, treated, outcome = people(n, seed)
    return np.round(x), treated, outcome


@pytest.mark.parametrize("module", BLIND)
def test_no_function_of_the_design_stage_is_given_an_outcome(module):
    """Neither a parameter nor a name of an outcome, nor an import of the stage that has them."""
    tree = ast.parse((Path(resettle.evidence.__file__).parent / f"{module}.py").read_text("utf-8"))
    names = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    names |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not {n for n in names if "outcome" in n or n in {"y", "y0", "y1", "studied", "event", "days"}}
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not imported & {"resettle.evidence.on_treated", "resettle.evidence.follow", "resettle.area"}


def test_the_parameters_of_make_design():
    assert list(inspect.signature(make_design).parameters) == ["kind", "x", "names", "treated", "settings"]


@pytest.mark.parametrize("kind", KINDS)
def test_weights_stand_for_the_treated_who_are_kept(kind):
    x, treated, _ = coarse()
    made = make_design(kind, x, NAMES, treated)
    assert set(np.unique(made.weights[treated])) <= {0.0, 1.0}
    assert made.weights[~treated].sum() == pytest.approx(made.weights[treated].sum())
    assert made.weights.min() >= 0
    assert 2 <= made.effective_n <= (~treated).sum() + 1e-9


@pytest.mark.parametrize("kind", KINDS)
def test_every_design_makes_the_groups_more_alike(kind):
    x, treated, _ = coarse(4000)
    table = balance_table(make_design(kind, x, NAMES, treated))
    assert max(abs(one.before) for one in table) > 0.3
    assert max(abs(one.after) for one in table) < 0.06


def test_exact_strata_are_equal_on_everything():
    x, treated, _ = coarse()
    table = balance_table(make_design("exact_strata", x, NAMES, treated))
    assert [one.after for one in table] == pytest.approx([0, 0, 0], abs=1e-12)
    assert [one.variance_ratio for one in table] == pytest.approx([1, 1, 1])


def test_balance_by_hand():
    x, treated, _ = people(300, 8)
    made = make_design("radius_matching", x, NAMES, treated, Matching(caliper_sd=0.05))
    table = balance_table(made, centre=(10, 0, 0), scale=(2, 1, 1))
    w, kept = made.weights[~treated], treated & made.kept
    for i, one in enumerate(table):
        sd, other = x[treated, i].std(), x[~treated, i]
        after = (w @ other) / w.sum()
        assert one.before == pytest.approx((x[treated, i].mean() - other.mean()) / sd)
        assert one.after == pytest.approx((x[kept, i].mean() - after) / sd)
        assert one.variance_ratio == pytest.approx(x[kept, i].var() / ((w @ (other - after) ** 2) / w.sum()))
    gone = treated & ~made.kept
    assert gone.sum() < 10
    assert table[0].unmatched is None
    assert table[0].treated == pytest.approx(10 + 2 * x[kept, 0].mean())


def test_the_profile_of_the_unmatched_is_shown_from_ten_people_on():
    x, treated, _ = people(300, 8)
    x[np.flatnonzero(treated)[:12], 0] += 9
    made = make_design("radius_matching", x, NAMES, treated)
    gone = treated & ~made.kept
    assert gone.sum() >= 10
    assert balance_table(made)[0].unmatched == pytest.approx(x[gone, 0].mean())
    checks = {one.name: one for one in design_checks(made, balance_table(made))}
    assert checks["treated people compared"].flag == "red"
    assert checks["overlap of the scores"].flag == "red"


def test_a_design_that_should_be_red_is_red():
    """Two thirds treated, matched one to one without using anybody twice: the others run out of people like them."""
    x, treated, _ = people(600, 5, share=0.65)
    made = make_design("nearest_neighbour", x, NAMES, treated, Matching(replacement=False, caliper_sd=20 / 9))
    table = balance_table(made)
    checks = {one.name: one for one in design_checks(made, table)}
    assert checks["largest standardised difference"].flag == "red"
    assert checks["treated people compared"].flag == "red"


def test_a_control_that_carries_too_much_is_red():
    random = np.random.default_rng(1)
    x = np.concatenate([random.normal(2, 0.3, 40), random.normal(0, 0.5, 80), [2.0]])[:, None]
    treated = np.arange(121) < 40
    made = make_design("nearest_neighbour", x, ("a",), treated, Matching(caliper_sd=3))
    checks = {one.name: one for one in design_checks(made, balance_table(made))}
    assert checks["most used control"].flag == "red"
    assert checks["effective size of the comparison"].flag == "red"


def test_a_wide_caliper_is_flagged_and_a_wider_one_refused():
    x, treated, _ = people(500, 2)
    made = make_design("radius_matching", x, NAMES, treated, Matching(caliper_sd=1.5))
    checks = {one.name: one for one in design_checks(made, balance_table(made))}
    assert checks["caliper against the scores"].flag == "red"
    with pytest.raises(
        BadInput, match=r"matching.caliper_sd: the caliper is wider .* span \d\.\d\d standard deviations"
    ):
        make_design("radius_matching", x, NAMES, treated, Matching(caliper_sd=12))


def spoiled(how):
    x, treated, _ = people(400, 4)
    if how == "none treated":
        treated[:] = False
    elif how == "one treated":
        treated[np.flatnonzero(treated)[1:]] = False
    elif how == "no controls":
        treated[:] = True
    elif how == "constant":
        x[:, 1] = 3
    elif how == "separated":
        x[:, 1] = treated & (np.arange(400) % 3 > 0)
    elif how == "collinear":
        x[:, 2] = x[:, 0] + x[:, 1]
    return x, treated


@pytest.mark.parametrize(
    "kind", ["radius_matching", "nearest_neighbour", "subclassification", "weighting", "doubly_robust"]
)
@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("none treated", "at least 2 people treated"),
        ("one treated", "at least 2 people treated"),
        ("no controls", "at least 2 people to compare with"),
        ("constant", "b: covariate is the same for everyone"),
        ("separated", "b: a covariate separates those who took part"),
        ("collinear", "c: a covariate repeats others"),
    ],
)
def test_what_cannot_be_designed_is_refused_with_the_reason(kind, how, message):
    x, treated = spoiled(how)
    with pytest.raises(BadInput, match=message):
        make_design(kind, x, NAMES, treated)


def test_no_overlap_left_is_refused():
    x = np.array([[0.0], [1.0], [2.0], [3.0], [4.0]])
    with pytest.raises(BadInput, match="no overlap is left"):
        make_design("exact_strata", x, ("a",), np.array([True, True, False, False, False]))
