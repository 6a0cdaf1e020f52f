"""The cohort-flow engine: published core, Little's law, conservation, levers, and the same answers from blocks."""

import numpy as np
import pytest
from flow_kit import COVER, EFFECT, LEVERS, MENTORING, one_state, run, scenario, total, whole
from hypothesis import given, settings
from hypothesis import strategies as st

from resettle.reinvestment.flows.names import PRISON

BAND = "custody_1_to_4_years"


def stock(of, draws=1):
    return total(run(of, draws), BAND)[:, 0]


def test_the_convolution_core_of_the_official_model():
    """prisonsreadyreckoner: 100 a month who stay exactly three months are 100, 200, 300, 300 ..."""
    assert stock(one_state({"shares": [0, 0, 1]}, months=6)) == pytest.approx([100, 200, 300, 300, 300, 300])


def test_a_stretch_for_arrivals_takes_a_month_and_a_half_to_come_through():
    """From month 12 arrivals stay 4.5 months: 300 rises to 400 when the first would have left, and to 450 half a month on."""
    lever = {"kind": "sentence_length", "name": "longer", "start": "2026-01-01", "factor": 1.5}
    found = stock(one_state({"shares": [0, 0, 1]}, months=24, lever=[lever]))
    assert found[:15] == pytest.approx([100, 200] + [300] * 13)
    assert found[15:18] == pytest.approx([400, 450, 450])


def test_littles_law_of_the_sentenced_population():
    """67,947 people and 14,946 releases a quarter: a mean time of 13.6 months; a steady system keeps both."""
    inflow = 14946 / 3
    found = run(one_state({"mean": 67947 / inflow, "spread": 0.8}, stock=67947, people=inflow), 1)
    assert 67947 / inflow == pytest.approx(13.64, abs=0.01)
    # The engine follows stays until under a millionth is left.
    assert total(found, BAND)[:, 0] == pytest.approx(67947, rel=1e-4)
    assert found.left[:, 0, 0, 0] == pytest.approx(inflow, rel=1e-4)


@given(st.floats(1, 40), st.sampled_from([0.0, 0.5, 1.0, 1.6]), st.floats(0, 500))
def test_littles_law(mean, spread, people):
    found = stock(one_state({"mean": mean, "spread": spread}, stock=people * mean, people=people, months=30))
    assert found == pytest.approx(people * mean, rel=1e-3, abs=1e-6)


def conserved(moves, inflow):
    before = np.concatenate(
        [moves.stock[:1] - moves.arrived[:1, : len(moves.states)] + moves.left[:1], moves.stock[:-1]]
    )
    assert moves.stock == pytest.approx(before + moves.arrived[:, : len(moves.states)] - moves.left, abs=1e-7)
    people = moves.stock.sum(axis=(1, 3))
    assert np.diff(people, axis=0) == pytest.approx(np.broadcast_to(inflow, people[1:].shape), rel=1e-8)
    assert (moves.stock > -1e-6).all()
    assert (moves.arrived > -1e-9).all()


@settings(max_examples=25)
@given(st.lists(st.sampled_from(range(len(LEVERS))), unique=True, max_size=6), st.integers(0, 1000), st.booleans())
def test_people_are_conserved_in_every_draw_month_and_state_under_any_levers(chosen, seed, served):
    levers = [LEVERS[i] for i in chosen] + ([COVER] if served else [])
    of = whole(lever=levers, service=[MENTORING], months=30)
    moves = run(of, 4, seed=seed)
    inflow = moves.of("offence")  # the only way in from outside, seen again below
    outside = run(whole(months=2), 4, seed=seed).stock.sum(axis=(1, 3))
    conserved(moves, (outside[1] - outside[0])[None, :])
    assert inflow.shape == (30, 4, 2)


def test_levers_that_begin_month_after_month_do_not_count_anyone_twice():
    """A release point that is phased in reaches people already inside every month; once it was counted double."""
    lever = {
        "kind": "release_point",
        "name": "days",
        "start": "2025-06-01",
        "days": 35,
        "eligible": 0.3,
        "phased_over": 6,
    }
    found = stock(one_state({"mean": 12, "spread": 0.6}, stock=1200, lever=[lever]))
    expected = 1200 - 100 * 0.3 * 35 / (365.25 / 12)
    assert found[-1] == pytest.approx(expected, rel=0.005)
    assert (np.diff(found) < 1e-3).all()


def test_an_earlier_release_point_reaches_people_inside_at_once_or_arrivals_slowly():
    lever = {"kind": "release_point", "name": "p", "start": "2025-07-01", "before": 0.5, "after": 0.4}
    inside = stock(one_state({"mean": 12, "spread": 0.6}, stock=1200, months=90, lever=[lever]))
    later = stock(
        one_state({"mean": 12, "spread": 0.6}, stock=1200, months=90, lever=[{**lever, "people": "arrivals"}])
    )
    # Whole months round a few of the shortest stays up, so that a little under a fifth is saved.
    assert inside[6] == pytest.approx(960, rel=0.01)
    assert later[6] == pytest.approx(1200, rel=0.01)
    assert inside[-1] == pytest.approx(later[-1], rel=1e-6)


def test_a_lever_that_ends_leaves_nothing_behind():
    lever = {"kind": "recall_rate", "name": "r", "start": "2025-03-01", "until": "2025-09-01", "factor": 0.5}
    plain, changed = run(whole(months=200), 2), run(whole(months=200, lever=[lever]), 2)
    apart = np.abs(total(changed, "recall_fixed") / total(plain, "recall_fixed") - 1)
    assert apart[4].min() > 0.2
    assert apart[-1].max() < 0.003


@pytest.mark.parametrize(
    ("number", "name", "fewer"),
    [(0, "charge", True), (1, "charge", True), (2, "received_on_remand", True), (3, "remand_untried", True), (4, BAND, True),
     (5, BAND, True), (6, "recall", True), (7, "recall_fixed", False), (8, "custody_under_6_months", True)],
)  # fmt: skip
def test_each_lever_moves_what_it_is_named_for(number, name, fewer):
    change = total(run(whole(lever=[LEVERS[number]])), name) - total(run(whole()), name)
    assert ((change[20] < 0) if fewer else (change[20] > 0)).all()
    begins = {5: 8, 6: 12, 7: 12}.get(number, 3)
    assert change[:begins] == pytest.approx(np.zeros_like(change[:begins]), abs=1e-9)


def test_a_lever_in_one_place_leaves_the_others_nearly_alone():
    plain, moved = run(whole()), run(whole(lever=[LEVERS[8]]))
    change = moved.of("custody_under_6_months") - plain.of("custody_under_6_months")
    assert (change[12, :, 0] < -1).all()
    assert change[..., 1] == pytest.approx(np.zeros_like(change[..., 1]), abs=1e-9)


def test_a_community_sentence_is_not_also_a_reception():
    """Half of the people otherwise in short custody get an order: receptions on sentence fall by just those people."""
    of = whole(lever=[{**LEVERS[8], "places": []}], months=5)
    plain, moved = run(whole(months=5), 1), run(of, 1)
    gone = total(plain, "received_on_sentence")[3] - total(moved, "received_on_sentence")[3]
    assert gone == pytest.approx(0.5 * 0.6 * total(plain, "received_on_sentence")[3], rel=1e-6)


def test_services_reduce_reoffending_and_the_same_person_is_not_saved_twice():
    two = {**MENTORING, "name": "second"}
    more = {**COVER, "name": "more", "service": "second"}
    effects = {**EFFECT, "second": EFFECT["mentoring"]}
    ends = {}
    for name, levers, overlap in (
        ("none", [], 0.5),
        ("one", [COVER], 0.5),
        ("same", [COVER, more], 1.0),
        ("both", [COVER, more], 0.0),
    ):
        of = whole(service=[MENTORING, two], lever=levers, overlap=overlap)
        ends[name] = total(run(of, 1, effects=effects), "offence")[-1, 0]
    saved = {name: ends["none"] - end for name, end in ends.items()}
    assert saved["one"] > 0
    # With full overlap people reached by both are saved once: two services save less than twice one.
    assert saved["one"] < saved["same"] < saved["both"] < 2 * saved["one"]


def test_capacity_limits_how_many_start():
    limit = {
        "kind": "service_capacity",
        "name": "places",
        "service": "mentoring",
        "start": "2025-06-01",
        "capacity": 12,
    }
    moves = run(whole(service=[MENTORING], lever=[COVER, limit]), 3)
    starts = total(moves, "service: mentoring")
    held = np.array([starts[max(t - 5, 0) : t + 1].sum(axis=0) for t in range(len(starts))])
    assert held.max() == pytest.approx(12)
    assert starts[:5].max() == 0


def test_a_places_own_chance_shows_there():
    moves = run(whole(), 2)
    rate = moves.left[:, moves.states.index("at_risk")] / np.maximum(moves.of("at_risk"), 1)
    assert (rate[1, :, 0] > rate[1, :, 1]).all()


def test_draws_do_not_depend_on_the_block_they_are_run_in():
    from resettle.reinvestment.flows.cohort import Cohort
    from resettle.reinvestment.flows.make import build
    from resettle.reinvestment.flows.settings import Draws

    of = whole(lever=LEVERS[:3])
    together = run(of, 6).stock
    apart = [Cohort(build(of, Draws(1, 6, a, a + 2), EFFECT)).run().stock for a in (0, 2, 4)]
    assert np.concatenate(apart, axis=2) == pytest.approx(together, rel=1e-12)


def test_inflows_by_quarter_are_spread_over_their_months_and_the_last_goes_on():
    of = scenario(months=9, state=[{"name": BAND, "stay": {"shares": [1]}, "ends": {"settled": 1}}, {"name": "settled"}],
                  inflow=[{"to": BAND, "quarters": [300, 600]}])  # fmt: skip
    assert stock(of) == pytest.approx([100] * 3 + [200] * 6)


def test_every_prison_state_is_part_of_the_prison_population():
    assert {s for s in run(whole(), 1).states if s.startswith(("custody", "remand", "recall"))} <= set(PRISON)
