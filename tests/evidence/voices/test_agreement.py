"""Agreement between coders: published numbers, a second library, and the definition itself."""

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as statsmodels_fleiss

from resettle.errors import BadInput
from resettle.evidence.voices import (
    Extract,
    Voices,
    agreement,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    over_units,
)
from resettle.evidence.voices.agreement import crossed, tallied

# Krippendorff's canonical data: four coders, twelve units, gaps.
CANONICAL = [
    [None if v == "." else float(v) for v in row.split()]
    for row in (
        "1 2 3 3 2 1 4 1 2 . . .",
        "1 2 3 3 2 2 4 1 2 5 . 3",
        ". 3 3 3 2 3 4 2 2 5 1 .",
        "1 2 3 3 2 4 4 1 2 5 1 .",
    )
]
# The textbook table for Fleiss: ten subjects, fourteen raters, five categories.
FLEISS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.7434), ("ordinal", 0.8154), ("interval", 0.8491), ("ratio", 0.7974)]
)
def test_alpha_on_the_canonical_data(level, alpha):
    assert krippendorff_alpha(CANONICAL, level) == pytest.approx(alpha, abs=5e-5)


def test_kappas_as_published():
    assert fleiss_kappa(FLEISS) == pytest.approx(0.2099, abs=5e-5)
    assert cohen_kappa([[20, 5], [10, 15]]) == pytest.approx(0.400, abs=1e-12)


tables = st.integers(2, 4).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 30), min_size=k, max_size=k), min_size=k, max_size=k)
)


@given(tables.filter(lambda t: np.trace(t) >= 0 and np.sum(t) > 0))
def test_cohen_equals_statsmodels(table):
    ours = cohen_kappa(table)
    with np.errstate(all="ignore"):
        theirs = cohens_kappa(np.array(table), return_results=False)
    assert ours == pytest.approx(float(theirs), nan_ok=True)


@given(st.lists(st.lists(st.integers(0, 3), min_size=5, max_size=5), min_size=2, max_size=12))
def test_fleiss_equals_statsmodels(codes):
    table = [[row.count(k) for k in range(4)] for row in codes]
    with np.errstate(all="ignore"):
        assert fleiss_kappa(table) == pytest.approx(float(statsmodels_fleiss(table)), nan_ok=True)


def alpha_by_pairs(ratings, level):
    """The definition: disagreement within units over disagreement among all pairable values, pair by pair."""
    units = [[row[u] for row in ratings if row[u] is not None] for u in range(len(ratings[0]))]
    units = [u for u in units if len(u) >= 2]
    values = [v for u in units for v in u]

    def distance(a, b):
        if level == "nominal":
            return float(a != b)
        if level == "interval":
            return (a - b) ** 2
        if level == "ratio":
            return ((a - b) / (a + b)) ** 2 if a + b else 0.0
        low, high = sorted((a, b))
        between = sum(low <= v <= high for v in values)
        return 0.0 if a == b else (between - (values.count(a) + values.count(b)) / 2) ** 2

    within = sum(sum(distance(a, b) for a, b in permutations(u, 2)) / (len(u) - 1) for u in units) / len(values)
    among = sum(distance(a, b) for a, b in permutations(values, 2)) / (len(values) * (len(values) - 1))
    return 1 - within / among if among else math.nan


@given(
    st.integers(2, 4).flatmap(
        lambda coders: st.lists(
            st.lists(st.one_of(st.none(), st.integers(0, 4)), min_size=7, max_size=7), min_size=coders, max_size=coders
        )
    ),
    st.sampled_from(["nominal", "ordinal", "interval", "ratio"]),
)
def test_alpha_equals_its_definition_pair_by_pair(ratings, level):
    if max(sum(row[u] is not None for row in ratings) for u in range(7)) < 2:
        with pytest.raises(BadInput, match="no unit"):
            krippendorff_alpha(ratings, level)
        return
    assert krippendorff_alpha(ratings, level) == pytest.approx(alpha_by_pairs(ratings, level), nan_ok=True, abs=1e-9)


def test_intervals_come_from_units_drawn_again_and_can_be_repeated():
    _, counts = tallied(CANONICAL)
    first = over_units(lambda u: fleiss_kappa(u), np.array(FLEISS, dtype=float), draws=500, seed=7)
    assert first == over_units(lambda u: fleiss_kappa(u), np.array(FLEISS, dtype=float), draws=500, seed=7)
    assert first.low < 0.2099 < first.high
    assert first.method == "bootstrap over units, 500 draws, seed 7"
    assert len(counts) == 11


def test_a_statistic_that_is_seldom_defined_has_no_interval():
    assert over_units(lambda u: math.nan, np.ones((3, 2)), draws=10) is None


def test_the_interval_covers_the_agreement_that_the_coders_have():
    # Two coders who agree on a fair coin in four of five pieces: alpha is 0.6.
    random = np.random.default_rng(11)
    held = 0
    for trial in range(120):
        truth = random.integers(0, 2, 120)
        other = np.where(random.random(120) < 0.8, truth, 1 - truth)
        table = over_units(lambda u: cohen_kappa(crossed(u)), np.column_stack([truth, other]), draws=200, seed=trial)
        held += table.low <= 0.6 <= table.high
    assert held >= 106


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cohen_kappa([[1, 2]]), "square table"),
        (lambda: cohen_kappa([[0, 0], [0, 0]]), "square table"),
        (lambda: cohen_kappa([[1, -1], [0, 2]]), "square table"),
        (lambda: fleiss_kappa([[1, 1], [2, 1]]), "same number of coders"),
        (lambda: fleiss_kappa([[1, 0]]), "same number of coders"),
        (lambda: fleiss_kappa([]), "same number of coders"),
        (lambda: krippendorff_alpha([[1, 2], [1]]), "same units"),
        (lambda: krippendorff_alpha([["x"], ["y"]]), "in numbers"),
        (lambda: krippendorff_alpha([[-1, 2], [1, 2]], "ratio"), "negative"),
        (lambda: krippendorff_alpha([[1, None], [None, 2]]), "no unit"),
    ],
)
def test_what_has_no_answer_is_refused(call, message):
    with pytest.raises(BadInput, match=message):
        call()


def given_codes(rows):
    return Voices(
        extracts=tuple(Extract(id=i, source="s", code=code, coder=coder, text="t") for i, coder, code in rows)
    )


def test_agreement_code_by_code():
    rows = [(str(i), c, "trust") for i in range(10) for c in "ab"] + [(str(i), "a", "hope") for i in range(5)]
    rows += [(str(i), "b", "hope") for i in range(4)] + [("99", "a", "trust")]
    found = agreement(given_codes(rows), draws=200)
    hope, trust = found.codes
    assert (hope.units, hope.coders, hope.share) == (10, 2, 0.45)
    ratings = [[1.0] * 5 + [0.0] * 5, [1.0] * 4 + [0.0] * 6]
    assert hope.alpha == pytest.approx(krippendorff_alpha(ratings))
    assert hope.interval.low <= hope.alpha <= hope.interval.high
    assert trust.alpha is None
    assert found.sentence == "Krippendorff's alpha is 0.8 or more for 1 of 1 codes."
    assert found.provenance.seed == 1


def test_poor_agreement_is_named():
    rows = [(str(i), c, "x") for i in range(8) for c in "ab"] + [(str(i), "ab"[i % 2], "mood") for i in range(8)]
    assert "below 0.667, too uncertain to build on: mood" in agreement(given_codes(rows), draws=50).sentence


def test_agreement_needs_pieces_coded_twice():
    with pytest.raises(BadInput, match="coded by two"):
        agreement(given_codes([("1", "a", "x"), ("2", "b", "x")]))
