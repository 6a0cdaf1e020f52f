"""A small slice of `make studies`: forty areas, held against their known true effects."""

import importlib.util
from pathlib import Path

import pytest

# Loaded by its path: a module named `coverage` on the path would be taken for the package of that name.
SPEC = importlib.util.spec_from_file_location(
    "study_of_coverage", Path(__file__).resolve().parents[2] / "studies/coverage.py"
)
coverage = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(coverage)


@pytest.mark.slow
def test_forty_areas_cover_the_truth_and_are_not_biased():
    """At 95 % coverage, fewer than 32 of 40 intervals hold the truth less than once in a million runs."""
    found = coverage.summary([coverage.one_area(seed) for seed in range(5001, 5041)], coverage.PEOPLE)
    assert found["refused"] == 0
    assert found["covered"] >= 32
    assert abs(found["bias"]) < 5 * found["monte_carlo_se_of_bias"]
    assert 0.6 < found["mean_se"] / found["empirical_sd"] < 1.6


def test_the_result_of_the_whole_study_is_kept_and_within_bounds():
    """Must-show 3: over 1,000 areas the interval covers the known truth in 93-97 %."""
    import json

    kept = json.loads((coverage.RESULTS / "coverage.json").read_text())
    assert kept["areas"] >= 1000
    assert 0.93 <= kept["coverage"] <= 0.97
    assert coverage.summary(kept["rows"], kept["people"])["covered"] == kept["covered"]
