"""Value of a trial in closed form, and the stages against a simulation written for the test alone."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.commissioning.innovation import read_innovation, sample_information, stage_contract
from resettle.errors import BadInput
from resettle.evidence.economics import evpi_normal

PLAN = """
id = "gate"
title = "Pick-up at the gate"
people_at_scale = 10000
[belief]
effect_mean = 1.5
effect_sd = 3
baseline = 0.45
worth = "20000.00"
cost = "400.00"
[[stages]]
name = "pilot"
people = 300
fixed_cost = "30000.00"
go_on_if = 0.4
stop_if = 0.2
[[stages]]
name = "test"
people = 1500
comparison = 1500
fixed_cost = "200000.00"
go_on_if = 0.7
stop_if = 0.5
"""


@pytest.fixture
def plan(tmp_path: Path):
    def make(text: str = PLAN):
        path = tmp_path / "plan.toml"
        path.write_text(text, "utf-8")
        return read_innovation(path)

    return make


@given(st.floats(-5, 5), st.floats(0.1, 5), st.floats(0, 20))
def test_a_trial_is_worth_no_more_than_the_truth(mean, sd, error):
    value = sample_information(mean, sd, error)
    assert -1e-12 <= value <= evpi_normal(mean, sd) + 1e-12
    assert sample_information(mean, sd, error + 1) <= value + 1e-12
    assert sample_information(mean, sd, 0.0) == pytest.approx(evpi_normal(mean, sd))


def test_the_worth_of_a_trial_by_brute_force():
    rng = np.random.default_rng(1)
    mean, sd, error = -1.0, 2.0, 1.5
    true = rng.normal(mean, sd, 1_000_000)
    seen = true + rng.normal(0, error, true.size)
    after = (mean / sd**2 + seen / error**2) / (1 / sd**2 + 1 / error**2)
    gained = np.where(after > 0, true, 0).mean() - max(mean, 0)
    assert sample_information(mean, sd, error) == pytest.approx(gained, abs=0.006)


def test_stages_against_a_loop_over_draws(plan):
    found = stage_contract(plan(), draws=20_000)
    rng = np.random.default_rng(7)
    scaled, worth = 0, 0.0
    runs = 6_000
    errors = (0.45 * 0.55 / 300) ** 0.5, (0.45 * 0.55 * 2 / 1500) ** 0.5
    from math import erf

    def above(z):
        return 0.5 * (1 - erf(z / 2**0.5))

    for _ in range(runs):
        true = rng.normal(0.015, 0.03)
        mean, var, on = 0.015, 0.03**2, True
        for error, people, fixed, go in zip(errors, (300, 1500), (30_000, 200_000), (0.4, 0.7), strict=True):
            worth += people * (20_000 * true - 400) - fixed
            seen = rng.normal(true, error)
            mean, var = (mean / var + seen / error**2) / (1 / var + 1 / error**2), 1 / (1 / var + 1 / error**2)
            if above((0.02 - mean) / var**0.5) < go or above(mean / var**0.5) > 0.95:
                on = False
                break
        scaled += on
        worth += on * 10_000 * (20_000 * true - 400)
    assert found.scaled == pytest.approx(scaled / runs, abs=0.03)
    assert found.staged == pytest.approx(worth / runs, abs=200_000)
    assert found.at_once == pytest.approx(10_000 * (20_000 * 0.015 - 400))
    assert found.staged < found.perfect
    for stage in found.stages:
        total = stage.goes_on + stage.futile + stage.harm + stage.undecided
        assert total == pytest.approx(stage.reached)
    first = 10_000 * sample_information(20_000 * 0.015 - 400, 20_000 * 0.03, 20_000 * errors[0])
    assert found.stages[0].information == pytest.approx(first)
    assert found.stages[0].goes_on == found.stages[1].reached
    assert "best is stages" in found.sentence


def test_a_harmful_service_is_stopped(plan):
    text = PLAN.replace("effect_mean = 1.5", "effect_mean = -12").replace("effect_sd = 3", "effect_sd = 1")
    found = stage_contract(plan(text))
    assert found.stages[0].harm > 0.99 and found.scaled == 0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("stop_if = 0.2", "stop_if = 0.4", "bar for stopping"),
        ('name = "test"', 'name = "pilot"', "one name"),
        ("people = 300", "people = 1", "greater than or equal to 2"),
        ("effect_sd = 3", "effect_sd = 0", "greater than 0"),
        ('worth = "20000.00"', 'worth = "-1.00"', "negative"),
        ("baseline = 0.45", "baseline = nan", "not a usable number"),
    ],
)
def test_a_bad_plan_says_what_to_do(plan, old, new, told):
    with pytest.raises(BadInput, match=told):
        plan(PLAN.replace(old, new))
