"""Effects: published conversions, decay, shrinkage, overlap; evaluation results read, bare numbers warned of."""

import math

import numpy as np
import pytest
from flow_kit import MENTORING, scenario, whole

from resettle.errors import BadInput
from resettle.evidence.effect import Effect, Grade, Group
from resettle.reinvestment.flows.effects import drawn_ratio, effects_of, fading, log_ratio, read_effect, together
from resettle.reinvestment.flows.scenario import Service
from resettle.result import Interval


def effect(p0=0.306, p1=0.222, se=0.03, scale="difference", estimate=None, low=None, high=None) -> Effect:
    value = p1 - p0 if estimate is None else estimate
    bounds = (value - 1.959964 * se, value + 1.959964 * se) if low is None else (low, high)
    return Effect(
        id="e", programme="aid", outcome="rearrest", outcome_label="re-arrest", scale=scale, estimate=value, se=se,
        interval=Interval(low=bounds[0], high=bounds[1], method="made"), p=0.01, n=432, design="randomised", method="made",
        treated=Group(label="aid", n=216, events=48, rate=p1), comparison=Group(label="none", n=216, events=66, rate=p0),
        grade=Grade(maryland=5, nesta=3, why="made"), follow_up="12 months", people="Maryland",
    )  # fmt: skip


def test_binary_effect_to_hazard_as_published():
    """Maryland: 30.6 % and 22.2 % are a hazard ratio of .687; Cox, unadjusted, gave .69."""
    assert math.exp(log_ratio(effect()).mean) == pytest.approx(0.687, abs=0.001)


def test_ratios_keep_their_interval():
    found = log_ratio(effect(scale="hazard", estimate=0.8, low=0.64, high=1.0))
    assert found.mean == pytest.approx(math.log(0.8))
    assert found.se == pytest.approx(math.log(1 / 0.64) / 3.919928, rel=1e-4)
    assert log_ratio(effect(scale="ratio", estimate=1.25, low=1.0, high=1.5625)).mean == pytest.approx(math.log(0.8))


def test_decay_by_half_in_twelve_months_gives_nine_tenths():
    """HR .8 at the end of the service, half-life 12 months: .9 twelve months on."""
    service = Service(**{**MENTORING, "months": 6, "half_life": 12})
    found = fading(np.array([math.log(0.8)]), service, 40)[0]
    assert found[:6] == pytest.approx([0.8] * 6)
    assert found[17] == pytest.approx(0.9)
    assert found[29] == pytest.approx(0.95)
    late = fading(np.array([math.log(0.8)]), service, 40, delay=3)[0]
    assert late[:3] == pytest.approx([1, 1, 1])
    assert late[3:] == pytest.approx(found[:-3])


def test_draws_are_shrunk_for_transfer_and_spread_by_heterogeneity():
    service = Service(**{**MENTORING, "shrink": 0.5, "heterogeneity": 0.2})
    rng = np.random.default_rng(1)
    given = log_ratio(effect(scale="hazard", estimate=0.8, low=0.64, high=1.0))
    found = drawn_ratio(given, service, rng.standard_normal(200_000), rng.standard_normal(200_000))
    assert found.mean() == pytest.approx(0.5 * math.log(0.8), abs=0.003)
    assert found.std() == pytest.approx(math.hypot(given.se, 0.2), rel=0.01)


def test_effects_on_the_same_people_combine_on_the_log_scale_less_the_overlap():
    one, other = np.array([[0.8]]), np.array([[0.9]])
    assert together([one, other], 0.0)[0, 0] == pytest.approx(0.72)
    assert together([one, other], 1.0)[0, 0] == pytest.approx(0.8)
    assert together([other, one], 0.5)[0, 0] == pytest.approx(0.8 * 0.9**0.5)


def test_an_evaluation_result_is_read_from_its_file(tmp_path):
    (tmp_path / "aid.json").write_text(effect().to_json(), "utf-8")
    service = {**MENTORING, "effect": "aid.json", "typed": None}
    found = effects_of(whole(service=[service]), tmp_path)["mentoring"]
    assert not found.warning
    assert "aid (randomised, 432 people)" in found.words


def test_a_number_typed_by_hand_is_warned_of(tmp_path):
    found = effects_of(whole(service=[MENTORING]), tmp_path)["mentoring"]
    assert "typed by hand" in found.warning
    assert found.mean == pytest.approx(math.log(0.7))


@pytest.mark.parametrize(
    ("text", "message"),
    [("{}", "not an evaluation result"), ("nonsense", "not an evaluation result"), (None, "no such file"),
     ("no interval", "the effect has no interval")],
)  # fmt: skip
def test_a_file_that_is_no_evaluation_result_is_refused(tmp_path, text, message):
    import json

    if text == "no interval":
        held = json.loads(effect().to_json())
        del held["interval"]
        text = json.dumps(held)
    if text is not None:
        (tmp_path / "aid.json").write_text(text, "utf-8")
    with pytest.raises(BadInput, match=message):
        read_effect(tmp_path / "aid.json")


def test_an_effect_without_a_finite_interval_is_refused():
    with pytest.raises(BadInput, match="no interval"):
        log_ratio(effect(scale="hazard", estimate=0.8, low=0.5, high=math.inf))


def test_an_effect_on_numbers_of_events_cannot_change_a_chance():
    with pytest.raises(BadInput, match="number of events"):
        log_ratio(effect().model_copy(update={"unit": "events"}))


def test_scenarios_without_services_need_no_effects(tmp_path):
    assert effects_of(scenario(state=[{"name": "settled"}]), tmp_path) == {}
