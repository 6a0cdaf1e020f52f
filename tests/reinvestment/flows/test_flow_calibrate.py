"""Calibration: a closed form, published figures met, the same answer in every process, and thin samples said."""

import os
import subprocess
import sys

import numpy as np
import pytest
from flow_kit import one_state, scenario

from resettle.reinvestment.flows.calibrate import calibrate, resampled
from resettle.reinvestment.flows.compared import Calibration
from resettle.reinvestment.flows.run import Job
from resettle.reinvestment.project import project

BAND = "custody_1_to_4_years"


def steady(error, draws=3000):
    """A stock alone: published 1,100 with an error, beside a prior of 1,000 (its log normal)."""
    target = {"name": "prison", "at": "2025-01-01", "value": 1100, "error": error, "fit": True}
    stock = {"value": 1000, "low": 800, "high": 1250}
    return one_state({"mean": 400, "spread": 0}, stock=stock, people=0, months=2, draws=draws, target=[target])


def test_prior_and_figure_are_weighed_as_bayes_says():
    """Everyone stays (but one in four hundred a month), so the stock is the number itself; the posterior by brute force."""
    of = steady(60.0)
    _, found = calibrate(Job(of, {}, 3000))
    (number,) = found.numbers
    logs = np.linspace(np.log(600), np.log(1700), 40_001)
    sd = np.log(1.25) / 1.959964
    kept = 1 - 1 / 400
    weight = np.exp(-0.5 * ((logs - np.log(1000)) / sd) ** 2 - 0.5 * ((np.exp(logs) * kept - 1100) / 60) ** 2)
    weight /= weight.sum()
    by_hand = [np.exp(np.interp(q, np.cumsum(weight), logs)) for q in (0.5, 0.025, 0.975)]
    assert [number.posterior, number.low, number.high] == pytest.approx(by_hand, rel=0.01)
    assert found.effective_draws > 0.8 * 3000
    assert not found.warning
    assert (number.prior, number.prior_low, number.prior_high) == (1000, 800, 1250)


def test_a_sharp_figure_decides_and_a_blunt_one_leaves_the_prior():
    sharp, blunt = (calibrate(Job(steady(e), {}, 3000))[1].numbers[0] for e in (1.0, 10_000.0))
    assert sharp.posterior == pytest.approx(1100 / (1 - 1 / 400), rel=0.002)
    assert blunt.low == pytest.approx(800, rel=0.03)
    assert blunt.high == pytest.approx(1250, rel=0.03)


def test_fitted_figures_are_met_by_the_baseline_and_others_shown_with_the_policy():
    fit = {"name": "prison", "at": "2025-06-01", "value": 1150, "error": 5, "fit": True}
    check = {"name": "prison", "at": "2025-12-01", "value": 1000, "error": 5}
    lever = {"kind": "release_point", "name": "p", "start": "2025-03-01", "before": 0.5, "after": 0.4}
    of = one_state({"mean": {"value": 12, "low": 10, "high": 14.4}, "spread": 0.6}, stock=1200, months=12, draws=200,
                   target=[fit, check], lever=[lever])  # fmt: skip
    found = project(of)
    fitted, shown = found.compared
    assert fitted.mean == pytest.approx(1150, abs=5)
    assert shown.mean == pytest.approx(found.one("prison").policy.mean[11], rel=1e-5)
    assert shown.mean < found.one("prison").baseline.mean[11] - 100
    assert not shown.inside
    assert found.calibration.draws == 200


def test_a_thin_sample_is_said():
    thin = Calibration(numbers=(), effective_draws=3.0, draws=100, steps=5, hash="0")
    assert "worth only 3" in thin.warning


def test_resampling_keeps_weights():
    weight = np.array([0.5, 0.25, 0.125, 0.125])
    kept = resampled(weight, 800, np.random.default_rng(1))
    assert np.bincount(kept, minlength=4) == pytest.approx([400, 200, 100, 100], abs=1)


PROGRAM = """
import sys
sys.path.insert(0, {kit!r})
from test_flow_calibrate import two_numbers
from resettle.reinvestment.flows.calibrate import calibrate
from resettle.reinvestment.flows.run import Job
print(calibrate(Job(two_numbers(), {{}}, 100))[1].hash)
"""


def two_numbers():
    fit = {"name": "prison", "at": "2025-04-01", "value": 1500, "error": 20, "fit": True}
    known = {"value": 3, "low": 2, "high": 4}
    states = [
        {"name": "remand_untried", "stock": 300, "stay": {"mean": known}, "ends": {BAND: 1}},
        {
            "name": BAND,
            "stock": {"value": 1100, "low": 900, "high": 1300},
            "stay": {"mean": 12},
            "ends": {"settled": 1},
        },
        {"name": "settled"},
    ]
    return scenario(months=6, state=states, inflow=[{"to": "remand_untried", "people": 100}], target=[fit])


@pytest.mark.slow
def test_calibration_is_the_same_in_every_process():
    """The order of sets differs from process to process; once it decided which noise went to which number."""
    program = PROGRAM.format(kit=os.path.dirname(__file__))
    found = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True,
                       env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert found[0] == found[1]
    assert len(found[0].strip()) == 64
