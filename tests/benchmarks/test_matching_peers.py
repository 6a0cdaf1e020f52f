import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def matching():
    """The benchmark's module, found as it is when it is run."""
    sys.path.insert(0, str(HERE))
    try:
        yield importlib.import_module("matching")
    finally:
        sys.path.remove(str(HERE))


@pytest.fixture(scope="module")
def file(matching, tmp_path_factory):
    return matching.make_people(matching.SIZES["small"], tmp_path_factory.mktemp("benchmark"))


def test_the_file_holds_the_people_drawn(matching, file):
    x, treated, outcome = matching.read_people(file)
    people = matching.draw(matching.SIZES["small"])
    assert x.shape == (3_300, 20) and treated.sum() == 300
    assert np.array_equal(x, people.x) and np.array_equal(outcome, people.outcome)
    assert people.truth == pytest.approx(-0.05, abs=0.001)  # the treated near a chance of nil have less to lose


def test_ours_finds_the_effect_and_balances(matching, file):
    run = matching.once("ours", file)
    truth = matching.draw(matching.SIZES["small"]).truth
    assert abs(run["effect"] - truth) < 4 * run["se"]
    assert run["worst"] < 0.1 and run["seconds"] > 0
    matching.check_near({"ours": run}, truth)
    with pytest.raises(SystemExit, match=r"ours found 0\.0500, the truth is -0\.05"):
        matching.check_near({"ours": {**run, "effect": 0.05}}, truth)


def test_a_peer_that_is_not_there_is_said_to_be_so(matching, file, monkeypatch):
    monkeypatch.setattr(matching, "PEERS", Path("nowhere"))
    run = matching.in_process("causalml", file, threads=True)
    assert run == {"failed": "not installed"}
    figures = matching.figures([run])
    assert "could not be run: not installed" in matching.line("causalml", figures, 0.1)


def test_a_peer_that_fails_gives_its_last_word(matching, file, monkeypatch):
    monkeypatch.setattr(matching, "PEERS", Path(sys.executable))
    failed = matching.in_process("causalml", file, threads=False)["failed"]
    assert failed == "ModuleNotFoundError: No module named 'causalml'"


def test_the_table_compares_with_ours(matching):
    run = {"seconds": 0.2, "cpu": 0.3, "mb": 100.0, "version": "1", "effect": -0.05, "se": 0.01}
    found = {"ours": matching.figures([run]), "doubleml": matching.figures([{**run, "seconds": 4.0}])}
    result = {
        "size": {"treated": 300, "pool": 3_000},
        "truth": -0.05,
        "machine": {**matching.machine(), "load_after": 0.0},
        "runs": 2,
        "contenders": found,
    }
    assert (
        "| doubleml 1 | doubly robust, five folds | yes | no | 4.000 | 20 | 4.000 | 0.300 | 100 | -5.00 (1.00) |"
        in (matching.table([result]))
    )
