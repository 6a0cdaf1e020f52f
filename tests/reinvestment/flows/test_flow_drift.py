"""Drift: how far stays wander, who it reaches, and that it is the same with and without levers."""

import numpy as np
import pytest
from flow_kit import LEVERS, one_state, run, total, whole
from pydantic import ValidationError

from resettle.errors import BadInput
from resettle.reinvestment.flows.people import simulate
from resettle.reinvestment.flows.scenario import read_scenario
from resettle.reinvestment.project import project

BAND = "custody_1_to_4_years"
WALK = {"name": "stays", "states": [BAND], "start": "2025-07-01", "quarter": 0.05}


def test_stays_wander_as_a_random_walk():
    """Everyone stays 20 months; after the first drifted arrivals are through, months that they stayed are exp of a walk."""
    of = one_state({"mean": 20, "spread": 0.3}, stock=2000, months=78, drift=[WALK])
    moves = run(of, 200)
    stock = np.log(total(moves, BAND) / 2000)
    assert stock[5] == pytest.approx(np.zeros(200), abs=1e-3)
    # The stock at the end of month t is of those who arrived in the twenty or so months before: the mean of the walk over them.
    quarters = np.arange(78 - 20, 78) // 3 - 1
    shared = np.minimum.outer(quarters, quarters).mean()
    assert stock[-1].std() == pytest.approx(0.05 * np.sqrt(shared), rel=0.15)
    assert np.median(stock[-1]) == pytest.approx(0, abs=0.05)


def test_people_are_conserved_and_levers_share_the_walk():
    walk = {**WALK, "states": [BAND, "licence", "remand_untried"], "start": "2025-02-01"}
    plain, changed = run(whole(drift=[walk]), 30), run(whole(drift=[walk], lever=[LEVERS[6]]), 30)
    before = np.concatenate([plain.stock[:1] - plain.arrived[:1, :8] + plain.left[:1], plain.stock[:-1]])
    assert plain.stock == pytest.approx(before + plain.arrived[:, :8] - plain.left, abs=1e-7)
    assert total(plain, BAND)[:12] == pytest.approx(total(changed, BAND)[:12], rel=1e-12)
    assert np.ptp(total(plain, BAND)[-1] / total(run(whole(), 30), BAND)[-1]) > 0.1


@pytest.mark.slow
def test_both_engines_drift_alike():
    from flow_kit import system

    of = one_state({"mean": 8, "spread": 0.6}, stock=40_000, people=5_000, months=30, drift=[{**WALK, "quarter": 0.2}])
    arrays = system(of, 1)
    expected = total(run(of, 1), BAND)[:, 0]
    for fast in (False, True):
        found = total(simulate(arrays, seed=1, fast=fast).moves, BAND)[:, 0]
        assert found == pytest.approx(expected, rel=0.02)
    assert abs(expected[-1] / 40_000 - 1) > 0.03


def test_a_drift_is_said_beside_the_figures():
    found = project(whole(drift=[WALK], lever=[LEVERS[0]], draws=5))
    assert any("wander from quarter to quarter from July 2025, by 5% a quarter" in note for note in found.notes)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"states": ["settled"]}, "has no stay"),
        ({"start": "2031-01-01"}, "must start on the first of a month"),
        ({"quarter": -0.1}, "must not be negative"),
    ],
)
def test_bad_drifts_are_refused(change, words):
    with pytest.raises((ValidationError, BadInput), match=words):
        whole(drift=[{**WALK, **change}])


def test_the_example_has_one():
    from pathlib import Path

    root = Path(__file__).resolve().parents[3]
    assert [d.name for d in read_scenario(root / "examples/scenarios/hindcast-2021.toml").drift] == ["Time in prison"]
