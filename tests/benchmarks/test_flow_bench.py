"""The benchmark of flows does what it says: the same people, the same transitions, within the goals where they were kept."""

import importlib
import json
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(HERE))
    try:
        yield importlib.import_module("reinvestment")
    finally:
        sys.path.remove(str(HERE))


def test_the_scenario_has_ten_boroughs_and_as_many_people_as_asked(bench):
    from resettle.reinvestment.flows.people import simulate

    found = simulate(bench.one_draw(bench.sized(5_000)), seed=1, fast=False)
    assert len(bench.base().places) == 10
    assert len({p.reoffending for p in bench.base().places}) == 10
    assert len(found.lives.stratum) == pytest.approx(5_000, rel=0.02)


def test_growth_is_near_linear_and_the_result_is_kept():
    kept = json.loads((HERE / "results/reinvestment.json").read_text())
    ten = {r["draws"]: r for r in kept["cohorts"] if r["boroughs"] == 10 and r["months"] == 120}
    assert set(ten) == {100, 200, 500, 1000}
    assert ten[1000]["cpu_seconds"] < 15 * ten[100]["cpu_seconds"]
    people = {(r["engine"], round(r["people"], -3)): r for r in kept["persons"]}
    assert people["numba", 1_000_000]["cpu_seconds"] < 20 * people["numba", 100_000]["cpu_seconds"]
    assert people["numpy", 100_000]["cpu_seconds"] <= 2  # one thread: what an idle machine takes
    assert people["numba", 100_000]["seconds"] <= 0.5
    assert people["numba", 1_000_000]["seconds"] <= 5
    assert kept["memory"]["mb"] < 2000
    assert kept["event_loop"]["numba"]["seconds"] >= 20


def test_simpy_does_the_same_transitions(bench):
    """Moves of the event loop and of ours on the same scenario agree within chance."""
    from resettle.reinvestment.flows.people import simulate

    ours = simulate(bench.one_draw(bench.sized(5_000)), seed=1, fast=False).moves
    loop = bench.event_loop(5_000)
    assert loop["moves"] == pytest.approx(ours.arrived.sum(), rel=0.05)
