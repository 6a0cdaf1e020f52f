"""A test that takes in what was believed before: against numbers integrated by brute force, and against itself."""

from datetime import date

import numpy as np
import pytest
from contract_kit import END, contract, effect, rate_with
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from resettle.commissioning import Evidence, settle
from resettle.commissioning.beliefs import Beliefs, RateBelief
from resettle.commissioning.language.cautions import cautions
from resettle.commissioning.language.payments import Prior, Test
from resettle.commissioning.language.sure import after, chance_better, ends, least
from resettle.commissioning.value import value
from resettle.errors import BadInput

SOURCE = 'source = "agreed by both"'


def with_prior(mean, sd, confidence=0.9, **keys):
    test = f"{{ confidence = {confidence}, sides = 1, prior = {{ mean = {mean}, sd = {sd}, {SOURCE} }} }}"
    return rate_with(test=test, **keys)


def believed(mean, sd, confidence=0.9, sides=1):
    return Test(confidence=confidence, sides=sides, prior=Prior(mean=mean, sd=sd, source="agreed"))


def by_integration(mean, sd, size, error):
    """The chance that the true result is above zero, on a fine grid."""
    grid = np.linspace(mean - 40 * max(sd, error), mean + 40 * max(sd, error), 800_001)
    weight = norm.pdf(grid, mean, sd) * norm.pdf(size, grid, error)
    return weight[grid > 0].sum() / weight.sum()


@pytest.mark.parametrize(
    ("mean", "sd", "size", "error"), [(0, 2, 3, 2), (-1, 1.5, 4, 2), (2, 0.7, -1, 1), (0, 9, 0.5, 3)]
)
def test_the_chance_is_that_of_bayes_rule(mean, sd, size, error):
    low, high = ends(believed(mean, sd), size, error)
    assert chance_better(believed(mean, sd), low, high) == pytest.approx(
        by_integration(mean, sd, size, error), abs=1e-4
    )


numbers = st.floats(-20, 20, allow_nan=False)
spreads = st.floats(0.1, 20)


@given(numbers, spreads, spreads, st.floats(0.55, 0.99), st.sampled_from([1, 2]))
def test_the_least_result_that_passes_lies_just_on_the_bar(mean, sd, error, confidence, sides):
    test = believed(round(mean, 3), round(sd, 3), round(confidence, 3), sides)
    low, _ = ends(test, least(test, error), error)
    assert low == pytest.approx(0, abs=1e-6 * (1 + abs(least(test, error))))


@given(numbers, spreads, numbers, spreads)
def test_belief_lies_between_prior_and_result_and_is_surer_than_either(mean, sd, size, error):
    mean, sd = round(mean, 3), round(sd, 3)
    found, spread = after(believed(mean, sd), size, error)
    assert min(mean, size) - 1e-9 <= found <= max(mean, size) + 1e-9
    assert spread < min(sd, error) + 1e-12


def test_a_wide_prior_changes_nothing():
    plain = Test(confidence=0.9, sides=1)
    wide = believed(0, 1e6)
    assert ends(wide, 2.5, 1.0) == pytest.approx(ends(plain, 2.5, 1.0), abs=1e-6)


@pytest.mark.parametrize(
    ("mean", "sd", "points", "paid"),
    [
        ("0", "1000", 1.3, "1300.00"),  # 1.3 standard errors: 90.3 in 100, and the prior says nothing
        ("0", "1000", 1.2, "0.00"),  # 88.5 in 100
        ("0", "1", 1.3, "0.00"),  # as sure beforehand of no difference: 82.1 in 100
        ("0", "1", 1.9, "1900.00"),  # 91.0 in 100, and the whole result is paid, not what is believed of it
        ("2", "1", 0.0, "0.00"),  # believed to be better, 92.1 in 100, but no result beyond nothing to pay for
        ("-2", "1", 3.0, "0.00"),  # believed to be worse
    ],
)
def test_it_decides_and_does_not_change_what_is_paid_for(mean, sd, points, paid):
    found = settle(contract(with_prior(mean, sd)), Evidence(effects={"reoffending": effect(points, 1.0)}), END)
    assert str(found.total) == paid


def test_the_letter_gives_the_chance_and_what_was_asked():
    found = settle(contract(with_prior("0", "1")), Evidence(effects={"reoffending": effect(1.3, 1.0)}), END)
    assert "is 82.1%; the contract asks for 90.0%, so nothing is paid" in found.lines[0].why
    assert "with what was believed before" in found.lines[0].why
    assert found.lines[0].inputs["prior_sd"] == "1"


def test_a_hurdle_is_judged_without_it():
    terms = contract(with_prior("-9", "1", hurdle='"rearrest"', measure='"reoffending"'))
    effects = {"reoffending": effect(20.0, 1.0), "rearrest": effect(1.5, 1.0, clock="rearrest-52-weeks")}
    assert settle(terms, Evidence(effects=effects), END).total > 0


def test_a_draw_is_paid_as_often_as_bayes_rule_says():
    terms = contract(with_prior("1", "2", 0.9))
    belief = RateBelief(n=1000, comparison_n=1000, baseline=0.4, effect_mean=2.0, effect_sd=0.0)
    found = value(terms, Beliefs(people=1000, rates={"reoffending": belief}), 20_000, 5)
    error = 100 * np.sqrt((0.4 * 0.6 + 0.38 * 0.62) / 1000)
    bar = least(believed(1, 2), error)
    assert found.chance_of_payment == pytest.approx(1 - norm.cdf((bar - 2.0) / error), abs=0.02)
    assert found.detection[0].asked == pytest.approx(least(believed(1, 2), 100 * np.sqrt(2 * 0.4 * 0.6 / 1000)))


def test_a_prior_that_passes_on_its_own_is_warned_of():
    said = [f for f in cautions(contract(with_prior("5", "2"))) if "pays for belief" in f.rule]
    assert len(said) == 1 and said[0].severity == "warning"
    assert not [f for f in cautions(contract(with_prior("1", "2"))) if "pays for belief" in f.rule]


@pytest.mark.parametrize(
    ("prior", "keys", "said"),
    [
        ('{ mean = 0, sd = 0, source = "x" }', {}, "sd"),
        ('{ mean = "nan", sd = 1, source = "x" }', {}, "mean"),
        ("{ mean = 0, sd = 1 }", {}, "source"),
        ('{ mean = 0, sd = 1, source = "x" }', {"dead_zone": "2"}, "a prior without an interval that decides"),
    ],
)
def test_a_prior_that_cannot_be_used_is_refused(prior, keys, said):
    with pytest.raises(BadInput) as caught:
        contract(rate_with(test=f"{{ prior = {prior} }}", **keys))
    assert said in str(caught.value)
    assert len(caught.value.problems) == 1


def test_a_variation_may_change_it_and_earlier_days_keep_theirs():
    terms = contract(
        with_prior("0", "1"),
        '\n[[variations]]\neffective = 2024-07-01\nreason = "a weaker belief"\n[variations.changes]\n'
        '"payments.rate.test.prior.sd" = 1000\n',
    )
    evidence = Evidence(effects={"reoffending": effect(1.3, 1.0)})
    assert settle(terms, evidence, date(2024, 6, 30)).total == 0
    assert str(settle(terms, evidence, END).total) == "1300.00"
