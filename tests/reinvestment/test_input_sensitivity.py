"""Sobol indices against functions whose indices are known, and the tornado against runs one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from resettle.errors import BadInput
from resettle.reinvestment.business_case.sensitivity import Sobol, Tornado, Unsure, sobol, tornado


def ishigami(values):
    x, y, z = (values[name] for name in "xyz")
    return np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


def evenly(name):
    return Unsure(name, lambda u: np.pi * (2 * u - 1))


def known():
    """First and total indices of Ishigami's function (a 7, b 0.1), from its closed form."""
    a, b, p = 7.0, 0.1, np.pi
    whole = a**2 / 8 + b * p**4 / 5 + b**2 * p**8 / 18 + 0.5
    x, y, xz = 0.5 * (1 + b * p**4 / 5) ** 2, a**2 / 8, b**2 * p**8 * (1 / 18 - 1 / 50)
    return {"x": (x / whole, (x + xz) / whole), "y": (y / whole, y / whole), "z": (0.0, xz / whole)}, whole


def test_the_indices_of_ishigamis_function_lie_in_their_intervals():
    truth, variance = known()
    assert truth["x"] == pytest.approx((0.3139, 0.5576), abs=1e-4)
    found = sobol(ishigami, [evenly(n) for n in "xyz"], n=4096, seed=5)
    assert (found.runs, found.n) == (4096 * 5, 4096)
    assert found.variance == pytest.approx(variance, rel=0.02)
    for one in found.indices:
        first, total = truth[one.name]
        assert one.first == pytest.approx(first, abs=0.03) and one.total == pytest.approx(total, abs=0.03)
        reach = 1.6 * (one.total_interval.high - one.total)
        assert abs(one.total - total) <= reach
        assert one.first_interval.low < one.first < one.first_interval.high
    assert [one.name for one in found.indices] == ["x", "y", "z"]
    assert Sobol.from_json(found.to_json()) == found
    assert "Most of what makes the answer unsure is x" in found.sentence


def test_a_sum_of_normals_splits_its_variance_and_the_seed_repeats_it():
    inputs = [Unsure(f"i{n}", lambda u, sd=sd: sd * norm.ppf(u)) for n, sd in enumerate((3.0, 2.0, 1.0))]
    found = sobol(lambda v: v["i0"] + v["i1"] + v["i2"], inputs, n=1024, seed=2)
    assert [round(one.total * 14) for one in found.indices] == [9, 4, 1]
    again = sobol(lambda v: v["i0"] + v["i1"] + v["i2"], inputs, n=1024, seed=2)
    assert again == found


money = st.floats(-100, 100)


@given(st.lists(st.tuples(money, st.floats(0, 50)), min_size=1, max_size=4))
def test_the_tornado_is_the_model_run_one_input_at_a_time(terms):
    inputs = [Unsure(f"i{n}", lambda u, m=m, s=s: m + s * norm.ppf(u)) for n, (m, s) in enumerate(terms)]

    def model(values):
        held = [values[one.name] for one in inputs]
        return sum(v * (n + 1) for n, v in enumerate(held)) + 0.01 * np.prod(held, axis=0)

    found = tornado(model, inputs)
    for bar in found.bars:
        for share, answer in ((0.025, bar.at_low), (0.975, bar.at_high)):
            alone = {one.name: one.at(np.array([share if one.name == bar.name else 0.5])) for one in inputs}
            assert answer == pytest.approx(float(model(alone)[0]), rel=1e-9, abs=1e-7)
    widths = [one.width for one in found.bars]
    assert widths == sorted(widths, reverse=True)


def test_what_can_turn_the_answer_is_named():
    inputs = [Unsure("effect", lambda u: 10 * norm.ppf(u)), Unsure("cost", lambda u: norm.ppf(u))]
    found = tornado(lambda v: v["effect"] - v["cost"] + 5, inputs, answer="net present value")
    assert [one.name for one in found.turning] == ["effect"]
    assert "Alone, effect can change its sign." in found.sentence
    assert Tornado.from_json(found.to_json()) == found
    assert "is given with a range" in tornado(lambda v: v, []).sentence


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"n": 1000}, "a power of two"),
        ({"inputs": [evenly("x")]}, "need two inputs"),
        ({"inputs": [evenly("x"), evenly("x")]}, "same name"),
        ({"model": lambda v: 0 * v["x"]}, "does not vary"),
    ],
)
def test_what_has_no_indices_is_refused(change, rule):
    given = {"model": ishigami, "inputs": [evenly(n) for n in "xyz"], "n": 64, **change}
    with pytest.raises(BadInput, match=rule):
        sobol(given["model"], given["inputs"], n=given["n"])
