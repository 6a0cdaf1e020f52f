"""Shares that vary as if they were counted on so many people, drawn and calibrated."""

import numpy as np
import pytest
from flow_kit import SETTLED, scenario

from resettle.reinvestment.flows.calibrate import calibrate
from resettle.reinvestment.flows.run import Job
from resettle.reinvestment.flows.settings import Draws

SHARES = {"licence": 0.5, "at_risk": 0.3, "settled": 0.2}


def drawn(shares, rest_on, total=20_000):
    return Draws(1, total, 0, total).shares("made", shares, rest_on)


def test_counted_shares_have_the_mean_and_spread_of_a_dirichlet():
    found, share = drawn(SHARES, 200), np.array(list(SHARES.values()))
    assert found.sum(axis=1) == pytest.approx(np.ones(len(found)))
    assert found.min() > 0
    assert found.mean(axis=0) == pytest.approx(share, abs=0.002)
    assert found.std(axis=0) == pytest.approx(np.sqrt(share * (1 - share) / 201), rel=0.05)
    assert np.corrcoef(found.T)[0, 1] == pytest.approx(-np.sqrt(0.5 * 0.3 / (0.5 * 0.7)), abs=0.05)


def test_a_destination_of_nobody_gets_nobody_and_blocks_of_draws_are_parts_of_the_whole():
    found = drawn({"licence": 0.6, "at_risk": 0.0, "settled": 0.4}, 50, 100)
    assert (found[:, 1] == 0).all() and found.sum(axis=1) == pytest.approx(np.ones(100))
    assert (Draws(1, 100, 40, 60).shares("made", SHARES, 50) == drawn(SHARES, 50, 100)[40:60]).all()
    assert (drawn(SHARES, None, 5) == np.array([[0.5, 0.3, 0.2]] * 5)).all()
    assert (drawn({"settled": 1.0}, 50, 5) == 1).all()


def test_calibration_learns_about_counted_shares():
    """2,400 people leave every month; 1,920 were seen to be sentenced, where the file says a half, as if 20 had been counted."""
    given = scenario(
        months=6,
        draws=400,
        state=[{"name": "custody_1_to_4_years", "stay": {"mean": 1, "spread": 0}, "ends": {"settled": 1}}, SETTLED],
        decision=[
            {"name": "sentence_after_remand", "to": {"custody_1_to_4_years": 0.5, "settled": 0.5}, "rest_on": 20}
        ],
        inflow=[{"to": "sentence_after_remand", "people": 2400}],
        target=[{"name": "custody_1_to_4_years", "at": "2025-03-01", "value": 1920, "error": 48, "fit": True}],
    )
    _, found = calibrate(Job(given, {}, 400))
    (number,) = found.numbers
    assert number.name == "sentence_after_remand: share of custody_1_to_4_years"
    assert (number.prior, number.prior_low) == (0.5, pytest.approx(0.289, abs=0.001))
    assert number.posterior == pytest.approx(0.79, abs=0.02)
    assert number.high - number.low < 0.1 < number.prior_high - number.prior_low
