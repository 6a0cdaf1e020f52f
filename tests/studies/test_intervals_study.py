"""The study of intervals: that it goes on where it stopped, and a slice of what it finds."""

import importlib
import json
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2] / "studies"


@pytest.fixture(scope="module")
def intervals():
    """The study's module, found as it is when it is run."""
    sys.path.insert(0, str(HERE))
    try:
        yield importlib.import_module("intervals")
    finally:
        sys.path.remove(str(HERE))


def case(intervals, name):
    (found,) = (one for one in intervals.CASES if one.name == name)
    return found


def test_going_on_gives_what_going_through_gives(intervals):
    one = case(intervals, "trial, adjusted, 100 and 100")
    half = intervals.more(one, intervals.EMPTY, 6)
    through, later = intervals.more(one, intervals.EMPTY, 12), intervals.more(one, half, 6)
    assert later == pytest.approx(through) and through["runs"] == 12


def test_every_case_runs_and_has_a_name_of_its_own(intervals):
    assert len({one.name for one in intervals.CASES}) == len(intervals.CASES) > 40
    for one in intervals.CASES:
        added = intervals.one(one, 0)
        assert added["runs"] == 1 and added["se"] > 0


def test_a_wrong_interval_is_called_so(intervals):
    total = {**intervals.EMPTY, "runs": 1000, "covered": 900, "error2": 10.0, "se": 80.0, "looked": 50, "warned": 25}
    found = intervals.figures(total)
    assert found["coverage"] == 0.9 and found["low"] < 0.9 < found["high"] < 0.935
    assert intervals.verdict(found) == "too short, and warned in 50%"
    assert intervals.verdict({**found, "coverage": 0.97}) == "too wide, and warned in 50%"
    assert intervals.verdict({**found, "coverage": 0.951}) == "holds"


def test_what_was_kept_is_read_and_nothing_is_half_written(intervals, tmp_path, monkeypatch):
    monkeypatch.setattr(intervals, "RESULTS", tmp_path)
    one = case(intervals, "trial, stratified, 240 in six blocks")
    assert intervals.read() == {}
    intervals.keep({one.name: intervals.more(one, intervals.EMPTY, 5)})
    assert intervals.done(intervals.read(), one) == 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["intervals.json", "intervals.md"]
    assert f"| {one.name} | 5 |" in (tmp_path / "intervals.md").read_text("utf-8")
    assert list(json.loads((tmp_path / "intervals.json").read_text("utf-8"))["cases"]) == [one.name]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "randomised, 300 and 300, 30% and 40%",
        "radius matching, 100 with 1,000 others",
        "doubly robust, 100 with 150 others",
        "entropy balancing, 100 with 1,000 others",
        "trial of 24 clusters of about 20",
        "Cox regression, 250 people",
    ],
)
def test_a_slice_of_the_study(intervals, name):
    """400 runs: an interval that holds 95% is found between 91.5 and 98 in all but 1 of 400 such slices."""
    one = case(intervals, name)
    found = intervals.figures(intervals.more(one, intervals.EMPTY, 400))
    assert 0.915 <= found["coverage"] <= 0.98
    assert abs(found["bias"]) < 4 * found["sd"] / 20 + 0.005


def test_what_is_kept_holds_or_was_warned_of(intervals):
    """Each case that was studied: the coverage is within the bounds, as far as chance tells, or the tool warned in most runs."""
    kept = intervals.read()
    assert set(kept) == {one.name for one in intervals.CASES}
    for total in kept.values():
        found = intervals.figures(total)
        assert total["runs"] >= 500 and total["refused"] <= 0.01 * total["runs"]
        assert (found["high"] >= intervals.LEAST and found["low"] <= intervals.MOST) or found["warned"] > 0.5
