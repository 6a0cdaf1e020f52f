"""The person-level engine: agreement with cohort flows, equality of its two builds, queues and histories."""

import itertools

import numpy as np
import pytest
from flow_kit import COVER, LEVERS, MENTORING, one_state, system, total, whole

from resettle.reinvestment.flows import streams
from resettle.reinvestment.flows.cohort import Cohort
from resettle.reinvestment.flows.crowd import whole_parts
from resettle.reinvestment.flows.people import simulate


def big(**change):
    """The whole system, a hundred times larger, with every number certain."""
    of = whole(**change)
    states = tuple(
        s.model_copy(update={"stock": s.stock.model_copy(update={"value": s.stock.value * 100})}) for s in of.state
    )
    inflow = tuple(
        i.model_copy(update={"people": i.people.model_copy(update={"value": 6000.0, "low": None, "high": None})})
        for i in of.inflow
    )
    return of.model_copy(update={"state": states, "inflow": inflow})


@pytest.mark.parametrize(
    "levers", [[], LEVERS[:4], LEVERS[4:], [*LEVERS, COVER]], ids=["none", "first", "second", "all"]
)
def test_the_two_engines_agree_within_monte_carlo_error(levers):
    """Counts of independent people vary at most like Poisson counts. 36 months, 20 series, twice: about 1,500 comparisons of
    |z| < 5.5 fail less than once in 10,000 runs; the mean error over months is held far closer."""
    one = system(big(lever=levers, service=[MENTORING]), 1)
    expected, drawn = Cohort(one).run(), simulate(one, seed=11, fast=False).moves
    for name in expected.names:
        a, b = total(expected, name)[:, 0], total(drawn, name)[:, 0]
        z = (b - a) / np.sqrt(np.maximum(a, 25))
        assert np.abs(z).max() < 5.5, name
        assert abs(b.mean() / max(a.mean(), 1) - 1) < 6 / np.sqrt(max(a.sum(), 1)) + 0.02, name


@pytest.mark.parametrize("levers", [[], [*LEVERS, COVER]], ids=["none", "all"])
def test_the_compiled_engine_gives_the_same_numbers(levers):
    one = system(whole(lever=levers, service=[MENTORING]), 1)
    slow, fast = (simulate(one, seed=3, fast=f) for f in (False, True))
    assert np.array_equal(slow.moves.arrived, fast.moves.arrived)
    assert np.array_equal(slow.moves.left, fast.moves.left)
    assert np.array_equal(slow.moves.stock, fast.moves.stock)
    assert np.array_equal(slow.lives.receptions, fast.lives.receptions)
    assert np.array_equal(slow.lives.custody_months, fast.lives.custody_months)


def test_people_are_whole_and_conserved():
    moves = simulate(system(whole(lever=LEVERS, months=40), 1), seed=5, fast=False).moves
    states = len(moves.states)
    assert (moves.stock == np.round(moves.stock)).all()
    assert (moves.stock >= 0).all()
    assert np.array_equal(np.diff(moves.stock, axis=0), (moves.arrived[:, :states] - moves.left)[1:])


def test_the_same_seed_gives_the_same_people_and_a_lever_changes_only_what_it_touches():
    plain = simulate(system(whole(), 1), seed=7, fast=False)
    again = simulate(system(whole(), 1), seed=7, fast=False)
    late = {"kind": "remand_use", "name": "late", "start": "2027-01-01", "factor": 0.5}
    moved = simulate(system(whole(lever=[late]), 1), seed=7, fast=False)
    other = simulate(system(whole(), 1), seed=8, fast=False)
    assert np.array_equal(plain.moves.arrived, again.moves.arrived)
    assert np.array_equal(plain.moves.arrived[:24], moved.moves.arrived[:24])
    assert not np.array_equal(plain.moves.arrived[24:], moved.moves.arrived[24:])
    assert not np.array_equal(plain.moves.arrived, other.moves.arrived)


def test_personal_histories_follow_the_ways_of_the_scenario():
    of = whole()
    lives = simulate(system(of, 1), seed=2, keep=True).lives
    held = of.destinations()
    decisions = {d.name: list(d.to) for d in of.decision}

    def reachable(node):
        return {node} if node not in decisions else {s for to in decisions[node] for s in reachable(to)}

    for person in range(0, len(lives.stratum), 97):
        history = lives.history(person)
        months = [m for m, _ in history]
        assert months[1:] == sorted(set(months[1:]))
        for (_, a), (_, b) in itertools.pairwise(history):
            assert b in {s for to in held[a] for s in reachable(to)}
    assert lives.receptions.sum() > 0


def test_histories_are_not_kept_unless_asked_for():
    with pytest.raises(ValueError, match="keep=True"):
        simulate(system(one_state({"mean": 2}), 1), seed=1).lives.history(0)


def limited(wait, capacity=30):
    places = {
        "kind": "service_capacity",
        "name": "places",
        "service": "mentoring",
        "start": "2025-06-01",
        "capacity": capacity,
        "wait_months": wait,
    }
    of = big(service=[MENTORING], lever=[COVER, places])
    return simulate(system(of, 1), seed=4)


def test_nobody_is_in_a_service_that_is_full_and_those_who_wait_are_counted():
    for wait in (0, 3):
        found = limited(wait)
        starts = found.moves.of("service: mentoring")[:, 0].sum(axis=1)
        held = np.array([starts[max(t - 5, 0) : t + 1].sum() for t in range(len(starts))])
        assert held.max() <= 30
        (waiting,) = found.waiting
        assert waiting.at_once + waiting.after_waiting == starts.sum()
        assert waiting.wanted >= waiting.at_once + waiting.after_waiting + waiting.gave_up
        assert (waiting.after_waiting > 0) == (wait > 0)
        assert (waiting.mean_wait > 0) == (wait > 0)


def test_a_service_that_starts_late_still_works():
    """With room for all after a wait, offending falls, if by less than with no wait."""
    none = simulate(system(big(service=[MENTORING]), 1), seed=4).moves.of("offence")[12:].sum()
    all_of_it = (
        simulate(system(big(service=[MENTORING], lever=[{**COVER, "coverage": 1.0}]), 1), seed=4)
        .moves.of("offence")[12:]
        .sum()
    )
    some = limited(6, capacity=9000).moves.of("offence")[12:].sum()
    assert all_of_it < some < none


def test_numbers_for_persons_are_uniform_and_independent():
    u = streams.uniform(streams.root(1, 0), np.arange(200_000), 3, streams.WAY)
    v = streams.uniform(streams.root(1, 0), np.arange(200_000), 4, streams.WAY)
    w = streams.uniform(streams.root(1, 0), np.arange(200_000), 3, streams.LENGTH)
    counts = np.histogram(u, bins=20, range=(0, 1))[0]
    assert ((counts - 10_000) ** 2 / 10_000).sum() < 60  # chi square, 19 degrees of freedom: p < 10^-5
    for other in (v, w, np.roll(u, 1)):
        assert abs(np.corrcoef(u, other)[0, 1]) < 5 / np.sqrt(200_000)


def test_running_totals_are_rounded():
    assert whole_parts(np.array([0.4, 0.4, 0.4, 0.8])).tolist() == [0, 1, 0, 1]


def test_persons_are_simulated_one_draw_at_a_time():
    with pytest.raises(ValueError, match="one draw"):
        simulate(system(one_state({"mean": 2}), 2), seed=1)
