"""Matching against brute force: pair by pair, with the rules for ties as they are stated."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from resettle.evidence.matching import BILLION, Matches, nearest, nearest_once, radius, strata, strata_of, subclasses

EMPTY = np.array([])
# Few different values, so that ties and duplicates are the rule; some floats, so that they are not everything.
score = st.one_of(st.integers(-4, 4).map(lambda i: i / 4), st.floats(-2, 2))
scores = st.lists(score, max_size=9).map(np.array)
some = st.lists(score, min_size=1, max_size=7).map(np.array)
caliper = st.one_of(st.sampled_from([0.0, 0.25, 0.5, 1.0, float("inf")]), st.floats(0, 3))


def whole(value):
    return round(float(value) * BILLION)


def limit(value):
    return value if value == float("inf") else whole(value)


def by_hand(pairs: list[list[int]], controls: int):
    """Weights, their squares, uses and sets from a plain list of the controls of each treated person."""
    weight, square = [Fraction(0)] * controls, [Fraction(0)] * controls
    for chosen in pairs:
        for j in chosen:
            weight[j] += Fraction(1, len(chosen))
            square[j] += Fraction(1, len(chosen)) ** 2
    return weight, square


def same(found: Matches, pairs: list[list[int]], controls: int):
    assert [sorted(found.order[a:b].tolist()) for a, b in zip(found.low, found.high, strict=True)] == [
        sorted(p) for p in pairs
    ]
    weight, square = by_hand(pairs, controls)
    assert found.weights() == pytest.approx([float(w) for w in weight], abs=1e-12)
    assert found.weights(2) == pytest.approx([float(w) for w in square], abs=1e-12)
    assert (found.weights() == 0).tolist() == [w == 0 for w in weight]
    assert found.uses.tolist() == [sum(j in p for p in pairs) for j in range(controls)]
    assert found.counts.tolist() == [len(p) for p in pairs]
    assert found.matched.tolist() == [len(p) > 0 for p in pairs]
    assert found.weights().sum() == pytest.approx(found.matched.sum())
    assert found.most_reused == pytest.approx(float(max(weight, default=0)))
    value = np.arange(controls) ** 2 * 1.0
    expected = [np.mean(value[p]) if p else np.nan for p in pairs]
    assert found.means(value) == pytest.approx(expected, nan_ok=True)


@settings(max_examples=500)
@given(some, scores, caliper)
@example(np.array([0.0]), EMPTY, 1.0)
@example(np.array([0.0]), np.array([0.5, -0.5, 0.5]), 0.5)
def test_radius(treated, control, caliper):
    pairs = [[j for j, c in enumerate(control) if abs(whole(c) - whole(t)) <= limit(caliper)] for t in treated]
    same(radius(treated, control, caliper), pairs, len(control))


@settings(max_examples=500)
@given(some, scores, st.integers(1, 5), caliper)
@example(np.array([0.0]), np.array([0.5, -0.5, 0.5, 1.0]), 1, float("inf"))
def test_nearest(treated, control, k, caliper):
    pairs = []
    for t in treated:
        far = [abs(whole(c) - whole(t)) for c in control]
        last = sorted(far)[min(k, len(far)) - 1] if far else -1
        pairs.append([j for j, d in enumerate(far) if d <= last and d <= limit(caliper)])
    same(nearest(treated, control, k, caliper), pairs, len(control))


@settings(max_examples=500)
@given(some, scores, st.integers(1, 3), caliper)
@example(np.array([0.0, 0.0]), np.array([0.25, -0.25, -0.25]), 1, 1.0)
def test_nearest_once(treated, control, k, caliper):
    free, pairs = set(range(len(control))), [[] for _ in treated]
    for _ in range(k):
        for i in sorted(range(len(treated)), key=lambda i: (-whole(treated[i]), i)):
            t = whole(treated[i])
            best = min(free, key=lambda j: (abs(whole(control[j]) - t), whole(control[j]), j), default=None)
            if best is not None and abs(whole(control[best]) - t) <= limit(caliper):
                pairs[i].append(best)
                free.remove(best)
    same(nearest_once(treated, control, k, caliper), pairs, len(control))


@settings(max_examples=300)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=8), st.lists(st.integers(0, 4), max_size=9))
def test_strata(treated, control):
    pairs = [[j for j, c in enumerate(control) if c == t] for t in treated]
    same(strata(np.array(treated), np.array(control, dtype=np.int64)), pairs, len(control))


@settings(max_examples=300)
@given(some, scores, st.integers(1, 5))
def test_subclasses(treated, control, classes):
    ranked = sorted(whole(t) for t in treated)
    borders = {ranked[-(-len(ranked) * i // classes) - 1] for i in range(1, classes)}

    def of(value):
        return sum(b < whole(value) for b in borders)

    pairs = [[j for j, c in enumerate(control) if of(c) == of(t)] for t in treated]
    same(subclasses(treated, control, classes), pairs, len(control))


@given(some, scores, caliper, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter_where_ties_share(treated, control, caliper, random):
    order = list(range(len(control)))
    random.shuffle(order)
    for kind in (lambda c: radius(treated, c, caliper), lambda c: nearest(treated, c, 2, caliper)):
        assert kind(control[order]).weights() == pytest.approx(kind(control).weights()[order], abs=1e-12)


@given(some, scores, caliper)
def test_a_wider_caliper_never_loses_anybody(treated, control, caliper):
    narrow, wide = radius(treated, control, caliper), radius(treated, control, caliper + 0.5)
    assert (wide.counts >= narrow.counts).all()


def test_rows_of_one_stratum_are_equal_in_every_column():
    random = np.random.default_rng(2)
    rows = random.integers(0, 3, size=(200, 4)).astype(float)
    expected = np.unique(rows, axis=0, return_inverse=True)[1]
    found = strata_of(rows.T)
    assert len(set(zip(found.tolist(), expected.tolist(), strict=True))) == len(set(found.tolist()))
    assert len(set(found.tolist())) == len(set(expected.tolist()))


def test_windows_of_large_problems_equal_a_plain_loop():
    random = np.random.default_rng(11)
    treated, control = random.normal(0.4, 1, 300), random.normal(0, 1, 20_000).round(3)
    found = nearest(treated, control, 10)
    for i, t in enumerate(treated):
        far = np.abs(np.rint(control * BILLION) - np.rint(t * BILLION))
        assert set(found.order[found.low[i] : found.high[i]]) == set(np.flatnonzero(far <= np.sort(far)[9]))
