"""Capacity against steps draw by draw: closed forms, conservation in pools, and what is never called money."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.reference.discounting import discount_factor
from resettle.reinvestment.appraisal import Appraisal, Overrides
from resettle.reinvestment.cashability import Cashability
from resettle.reinvestment.cashable import cash
from resettle.reinvestment.closing import cashability
from resettle.reinvestment.pooling import pool
from resettle.reinvestment.programme import Draws
from resettle.reinvestment.valuing import worth_flows

STEP = {"id": "wing", "agency": "prisons", "label": "a wing", "unit": "places", "units_each": 1.0, "lasting_months": 12,
        "size": 60, "saves": "1200000.00", "notice_months": 3, "source": "made"}  # fmt: skip
WORTH = {
    "agency": "prisons",
    "label": "stays",
    "sector": "fiscal",
    "amount": "4000.00",
    "price_year": 2024,
    "source": "made",
}
FLAT = Overrides(
    dict.fromkeys(("discounting.years_1_to_30", "discounting.years_31_to_75", "discounting.after_75_years"), 0.0)
)


def appraisal(*steps, years=3, worth=(WORTH,)):
    return Appraisal.model_validate(
        {"id": "a", "title": "A", "place": "Here", "price_year": 2024, "start": "2024-01-01", "years": years, "certainty": 0.8,
         "worth": list(worth), "steps": list(steps)}
    )  # fmt: skip


def drawn(fewer, years=3):
    shape = np.minimum(np.arange(1, 12 * years + 1) / 12, 1.0)
    return Draws(np.asarray(fewer, dtype=float), np.ones(len(fewer)), shape)


def found(fewer, *steps, places=None, own=FLAT, years=3):
    """Cashability with the average worth beside it."""
    held, terms = drawn(fewer, years), appraisal(*steps, years=years)
    flows = worth_flows(terms, held, [discount_factor((t + 0.5) / 12, own.values) for t in range(12 * years)], own)[0]
    return cashability(held, terms, flows, own, places)


def test_notice_double_running_and_reopening_by_hand():
    closed = np.array([[0.0, 1, 1, 1, 0, 1]])
    plain = cash(closed, 1200.0, 500.0)
    assert plain.tolist() == [[0, -400, 100, 100, 0, -400]]
    slow = cash(closed, 1200.0, 500.0, double_running_months=1, reopening=50.0)
    assert slow.tolist() == [[0, -500, 100, 100, -50, -500]]


def test_a_certain_step_by_hand():
    """Ten fewer a month, each for a year: 10 x (1 + ... + 12) / 12 = 65 free from month 12, 60 are one wing, three months' notice."""
    result = found([10.0] * 3, STEP)
    wing = result.steps[0]
    free = [one.free for one in wing.months[:13]]
    assert free[0] == pytest.approx(10 / 12) and free[11] == pytest.approx(65) and wing.last.free == pytest.approx(120)
    closed = [one.closed for one in wing.months]
    assert closed.index(1) == 14 and wing.months[14].month == wing.first
    # From month 23 on, 120 are free: two wings, after notice.
    assert closed[-1] == 2 and wing.needed == "" and wing.last.cash == pytest.approx(200_000)
    assert "can close a wing from March 2025" in result.sentence
    assert Cashability.from_json(result.to_json()) == result


def test_the_three_kinds_add_up_to_the_work_avoided_where_it_is_more():
    result = found([10.0] * 3, {**STEP, "saves": "12000.00"})
    one = result.agencies[0]
    avoided = 4000 * sum(min((t + 1) / 12, 1) * 10 for t in range(36))
    assert float(one.cashable + one.usable + one.not_cashable) == pytest.approx(avoided)
    assert one.cashable > 0 and one.usable > 0 and one.not_cashable > 0


def test_a_step_that_is_not_reached_is_not_cashable_and_says_what_would_make_it_so():
    result = found([2.0] * 5, STEP)
    wing = result.steps[0]
    assert wing.first is None and result.agencies[0].cashable == 0 and result.agencies[0].usable > 0
    assert "24.0 of 60 places are freed on average. It would take 2.5 times as many people, or 3 areas" in wing.needed
    assert result.sentence.startswith("Nothing is cashable with 80% certainty.")
    late = found([5.0] * 5, {**STEP, "notice_months": 30}).steps[0]
    assert "30 months of notice are not over" in late.needed
    assert "No step is named" in found([2.0] * 5).agencies[0].what
    assert found([2.0] * 5).sentence == "Nothing is cashable: no step is named, so nothing can be closed."


def test_an_effect_that_covers_nothing_gives_a_chance_of_loss_and_no_cash():
    result = found(np.random.default_rng(1).normal(0.5, 1.0, 4000), STEP)
    one = result.agencies[0]
    assert one.not_cashable_interval.low < 0 < one.not_cashable_interval.high or one.usable_interval.low < 0
    assert "only better evidence" in result.steps[0].needed and result.steps[0].first is None


def test_what_is_sure_counts_draws():
    """Seven draws of ten reach the wing: not sure enough at 80 %; nine are."""
    for reach, sure in ((7, False), (9, True)):
        result = found([10.0] * reach + [0.0] * (10 - reach), STEP)
        assert (result.steps[0].first is not None) is sure
        assert result.steps[0].last.chance == reach / 10


PLACES = {"bolton": 45.0, "bury": 50.0, "rochdale": 55.0}


def test_a_pool_over_certain_draws_is_the_pool_by_hand():
    """45, 50 and 55 places free, a wing of 60: nothing alone, two wings together, as `resettle pool` says."""
    result = found([12.5] * 3, STEP, places=PLACES, years=4)
    one = result.steps[0].pool
    by_hand = pool({"bolton": 45.0, "bury": 50.0, "rochdale": 55.0}, 60, Decimal(1_200_000))
    assert result.steps[0].last.free == pytest.approx(150) and result.steps[0].last.closed == by_hand.together == 2
    assert (one.chance_alone, one.chance_together, one.alone) == (0, 1, 0)
    # At the end any two reach a wing and the third the other, so that all are equal; on the way there the larger are a little sooner.
    shares = [float(place.share) for place in one.places]
    assert shares == sorted(shares) and shares[-1] / shares[0] < 1.03
    assert sum(place.share for place in one.places) == pytest.approx(one.together, abs=Decimal("0.05"))
    assert one.smallest == ("rochdale", "bury")


fewer = st.lists(st.floats(-5, 30), min_size=2, max_size=6)
people = st.lists(st.floats(1, 100), min_size=2, max_size=4)


@given(fewer, people)
def test_a_pool_closes_no_less_than_its_members_and_shares_out_all_of_it(drawn_fewer, sizes):
    places = {f"p{n}": size for n, size in enumerate(sizes)}
    one = found(drawn_fewer, STEP, places=places).steps[0].pool
    assert one.together >= one.alone - Decimal("0.01")
    assert sum(place.share for place in one.places) == pytest.approx(one.together, abs=Decimal("0.05"))
    assert all(place.share >= place.alone - Decimal("0.02") for place in one.places)
    assert one.chance_together >= one.chance_alone


def test_with_many_places_the_split_is_in_proportion():
    places = {f"p{n}": float(n + 1) for n in range(8)}
    one = found([12.5] * 3, STEP, places=places).steps[0].pool
    assert one.split.startswith("in proportion")
    assert [float(p.share / one.together) for p in one.places] == pytest.approx(
        [(n + 1) / 36 for n in range(8)], abs=1e-6
    )


def test_a_place_with_no_people_is_refused():
    with pytest.raises(BadInput, match="a place with no people"):
        found([1.0], STEP, places={"bolton": 3.0, "bury": 0.0})
