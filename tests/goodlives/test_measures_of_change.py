"""Goal Attainment Scaling and questionnaires, against published or independently derived values."""

import hashlib
import re
from datetime import date
from importlib.resources import files
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.goodlives.attainment import Scaled, achievement, t_score
from resettle.goodlives.instruments import (
    administer,
    instrument,
    instrument_names,
    read_instrument,
    reliable_change,
    score,
)
from resettle.goodlives.instruments.instrument import Scale

DAY = date(2026, 6, 1)


def scaled(*levels, weights=None):
    return [Scaled(goal_id=f"g{n}", level=x, weight=(weights or [1] * len(levels))[n]) for n, x in enumerate(levels)]


@pytest.mark.parametrize(
    ("levels", "t"),
    [
        # Worked by hand: n goals of weight 1 give 50 + 10 sum(x) / sqrt(0.7 n + 0.3 n n).
        ([0], 50.0),
        ([1], 60.0),
        ([-2], 30.0),
        ([1, 1], 62.40),
        ([1, 0], 56.20),
        ([1, 1, 1], 63.69),
        ([1, 0, 0], 54.56),
        ([2, 2, 2], 77.39),
        ([1, 1, 1, 1], 64.51),
        ([-2, -2, -2, -2, -2], 19.85),
    ],
)
def test_t_scores_of_equal_weights(levels, t):
    assert t_score(scaled(*levels)) == pytest.approx(t, abs=0.006)


def test_weights_by_hand():
    # w = 2, 1; x = 1, -1: 50 + 10 (2 - 1) / sqrt(0.7 * 5 + 0.3 * 9)
    assert t_score(scaled(1, -1, weights=[2, 1])) == pytest.approx(50 + 10 / sqrt(6.2))


def test_levels_as_correlated_draws_have_a_spread_of_ten():
    """The formula is the sum of w x over its standard deviation when goals have variance 1 and correlation r: checked by a matrix."""
    import numpy as np

    weights = np.array([3.0, 1.0, 2.0])
    matrix = np.full((3, 3), 0.3) + 0.7 * np.eye(3)
    levels = np.array([2, -1, 1])
    expected = 50 + 10 * weights @ levels / np.sqrt(weights @ matrix @ weights)
    assert t_score(scaled(2, -1, 1, weights=[3, 1, 2])) == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(-2, 2), st.floats(0.1, 10)), min_size=1, max_size=8), st.floats(0.5, 20))
def test_t_scores_do_not_depend_on_order_or_on_the_unit_of_weights(goals, factor):
    levels, weights = [x for x, _ in goals], [w for _, w in goals]
    t = t_score(scaled(*levels, weights=weights))
    assert t_score(scaled(*levels[::-1], weights=weights[::-1])) == pytest.approx(t)
    assert t_score(scaled(*levels, weights=[w * factor for w in weights])) == pytest.approx(t)
    assert t_score(scaled(*[-x for x in levels], weights=weights)) == pytest.approx(100 - t)


@pytest.mark.parametrize(
    ("goals", "correlation", "words"),
    [
        ([], 0.3, "no goal"),
        (scaled(3), 0.3, "from -2 to"),
        (scaled(1, weights=[0]), 0.3, "above nothing"),
        (scaled(1, weights=[float("inf")]), 0.3, "above nothing"),
        (scaled(1), 1.5, "from 0 to 1"),
        (scaled(1), float("nan"), "from 0 to 1"),
    ],
)
def test_what_cannot_be_scaled(goals, correlation, words):
    with pytest.raises(BadInput, match=words):
        t_score(goals, correlation)


def test_the_achievement_score_of_an_end_report():
    assert achievement({"a": "achieved", "b": "partly", "c": "not"}) == 0.5
    assert achievement({"a": "achieved", "b": "partly"}) == 0.75
    assert achievement({"a": "achieved", "b": None}) is None
    assert achievement({}) is None


def test_what_ships_is_licensed_and_credited():
    assert instrument_names() == ("barc10", "ons4")
    for name in instrument_names():
        one = instrument(name)
        assert one.licence and one.attribution and one.source
    assert "Vilsaint" in instrument("barc10").attribution
    assert (len(instrument("barc10").items), len(instrument("ons4").items)) == (10, 4)
    with pytest.raises(BadInput, match="Did you mean 'ons4'"):
        instrument("ons")


def test_recovery_capital_runs_from_10_to_60_and_needs_every_answer():
    barc = instrument("barc10")
    for answer, total in ((1, 10), (6, 60)):
        [got] = score(barc, administer(barc, dict.fromkeys(barc.items, answer), DAY))
        assert (got.value, str(got)) == (total, f"Recovery capital: {total}")
    [got] = score(barc, administer(barc, {**dict.fromkeys(barc.items, 5), "q7": None}, DAY))
    assert (got.value, got.answered, got.of) == (None, 9, 10)
    assert got.why == "not scored: 9 of 10 answered, 10 needed"


def test_the_four_wellbeing_answers_are_kept_apart_and_as_given():
    ons = instrument("ons4")
    got = score(
        ons,
        administer(
            ons, {"satisfied": 0, "happy": 10, "anxious": 2}, DAY, mode="read_aloud", help_given="read by the mentor"
        ),
    )
    assert [(s.scale, s.value) for s in got] == [("satisfied", 0), ("worthwhile", None), ("happy", 10), ("anxious", 2)]
    assert ons.items["anxious"].reverse and not ons.items["happy"].reverse


@pytest.mark.parametrize("wrong", [{"happy": 11}, {"happy": -1}, {"happy": True}, {"hapy": 5}, {"happy": 5.5}])
def test_answers_that_are_none(wrong):
    with pytest.raises(BadInput, match=r"Answer from 0 to 10|Did you mean 'happy'"):
        administer(instrument("ons4"), wrong, DAY)


OWN = """
name = "ours"
label = "Our own three questions"
version = "2"
licence = "Licensed to Example Trust, number 12"
attribution = "Example Trust"
source = "Example Trust, 2026"
licensed_to = "Example Trust"
licensed_until = 2026-12-31
[items.a]
text = "A"
low = 1
high = 5
low_means = "never"
high_means = "always"
[items.b]
text = "B"
low = 1
high = 5
low_means = "never"
high_means = "always"
reverse = true
[items.c]
text = "C"
low = 1
high = 5
low_means = "never"
high_means = "always"
[scales.all]
label = "All three"
items = ["a", "b", "c"]
how = "mean"
least = 2
reliability = 0.84
spread = 0.8
"""


@pytest.fixture
def own(tmp_path):
    (tmp_path / "own.toml").write_text(OWN)
    return read_instrument(tmp_path / "own.toml")


def test_a_locally_licensed_questionnaire_is_scored_by_its_own_rule(own):
    [got] = score(own, administer(own, {"a": 4, "b": 2, "c": 3}, DAY))
    assert got.value == pytest.approx((4 + 4 + 3) / 3)
    [got] = score(own, administer(own, {"a": 4, "b": 2}, DAY))
    assert got.value == 4
    [got] = score(own, administer(own, {"b": 2}, DAY))
    assert got.value is None


def test_a_licence_that_ran_out_and_answers_to_another_version_are_refused(own):
    assert administer(own, {"a": 1}, date(2026, 12, 31)).licence == "Licensed to Example Trust, number 12"
    with pytest.raises(BadInput, match="ran out on 31 December 2026"):
        administer(own, {"a": 1}, date(2027, 1, 1))
    given_before = administer(own, {"a": 1}, DAY).model_copy(update={"version": "1"})
    with pytest.raises(BadInput, match="answers to another questionnaire"):
        score(own, given_before)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('licence = "Licensed to Example Trust, number 12"\n', "", "Add `licence`"),
        ('licence = "Licensed to Example Trust, number 12"', 'licence = ""', "licence"),
        ('items = ["a", "b", "c"]', 'items = ["a", "z"]', "not there: z"),
        ('how = "mean"', 'how = "sum"', "need all its items"),
        ("least = 2", "least = 4", "never more"),
        ("high = 5", "high = 1", "not above the lowest"),
    ],
)
def test_a_questionnaire_that_cannot_be_used(tmp_path, old, new, words):
    (tmp_path / "own.toml").write_text(OWN.replace(old, new, 1))
    with pytest.raises(BadInput, match=words):
        read_instrument(tmp_path / "own.toml")


def test_reliable_change_against_the_formula_by_hand(own):
    # 1.96 * 0.8 * sqrt(2 * 0.16) = 0.887
    assert reliable_change(own.scales["all"], 2.0, 2.88) is False
    assert reliable_change(own.scales["all"], 2.0, 2.89) is True
    assert reliable_change(own.scales["all"], 2.89, 2.0) is True
    assert reliable_change(Scale(label="x", items=("a",), least=1), 0, 10) is None


# Phrases of questionnaires that may not be given to others (WEMWBS, the Outcomes Star's journey), as hashes of five words each, so
# that not even this test holds them.
FORBIDDEN = {
    "074528996092e43d",
    "d753750c67bb5688",
    "9110f3eac92aff52",
    "a2c7d5e43704d8f3",
    "5233074a510f14b6",
    "a0258758c8cd2320",
    "4340d053316ad857",
    "9a606fa98a85e3ee",
    "381ccdb1d2b1dca3",
    "a0a386598fe6139b",
}


def five_words(text):
    words = re.findall(r"[a-z']+", text.lower())
    return {hashlib.sha256(" ".join(words[n : n + 5]).encode()).hexdigest()[:16] for n in range(len(words) - 4)}


def test_no_questionnaire_that_may_not_be_shared_is_in_the_package():
    for path in sorted(files("resettle").rglob("*")):
        if path.suffix in (".py", ".toml", ".html", ".txt", ".md", ".json"):
            assert not five_words(path.read_text("utf-8")) & FORBIDDEN, path


def test_the_search_for_forbidden_phrases_finds_one_that_is_there():
    known = next(iter(five_words("Overall, how happy did you feel")))
    assert any(known in five_words(path.read_text("utf-8")) for path in files("resettle").rglob("*.toml"))
    assert len(FORBIDDEN) >= 9
