"""A small slice of the study of recovery, and the result of the whole."""

import importlib.util
import json
from pathlib import Path

import pytest

SPEC = importlib.util.spec_from_file_location(
    "study_of_recovery", Path(__file__).resolve().parents[2] / "studies/recovery.py"
)
recovery = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(recovery)


@pytest.mark.slow
def test_known_numbers_lie_in_their_intervals():
    """24 runs of nine numbers: at 95 % coverage (and runs that hang together) under 88 % is less than one in a million."""
    found = recovery.summary([recovery.one(seed) for seed in range(3001, 3025)])
    assert found["asked"] == 24 * 9
    assert found["coverage"] > 0.85


def test_the_result_of_the_whole_study_is_kept_and_within_bounds():
    kept = json.loads((recovery.RESULTS / "recovery.json").read_text())
    assert kept["runs"] >= 200
    assert 0.92 <= kept["coverage"] <= 0.98
    assert all(0.88 <= held / kept["runs"] <= 1 for held in kept["by_name"].values())
    assert recovery.page(kept) == (recovery.RESULTS / "recovery.md").read_text()
