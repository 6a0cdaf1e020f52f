"""Who would have to pool for a step: the fewest places and neighbours, from what month, and what is missing."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from resettle.reinvestment.appraisal import Step
from resettle.reinvestment.pooling_places import Neighbour, StepPooled, pooled

START, SAVES = date(2030, 1, 1), Decimal("1200000.00")
WING = Step(
    id="wing",
    agency="prisons",
    label="a wing",
    unit="places",
    units_each=1,
    size=60,
    saves=SAVES,
    notice_months=2,
    source="made",
)


def rising(most, months=12, draws=4):
    """From nothing to `most` in equal steps, the same in every draw."""
    return np.tile(np.linspace(most / months, most, months), (draws, 1))


def found(neighbours=(), **places):
    held = {name: rising(most) if isinstance(most, int) else most for name, most in places.items()}
    return pooled(WING, held, neighbours, SAVES, START, 0.8, "GBP")


def test_the_fewest_who_reach_a_step_are_named_with_the_month_and_a_fair_split():
    one = found(bolton=45, bury=50, rochdale=55)
    assert one.enough == ("rochdale", "bury") and not one.alone and one.short == 0
    # 105 at the end in twelve equal steps: 61.25 in the seventh month; closed after two months of notice.
    assert (one.reached, one.closed, one.chance) == (date(2030, 7, 1), date(2030, 9, 1), 1.0)
    assert [(m.name, m.freed, m.share) for m in one.members] == [
        ("rochdale", 55, Decimal("800000.00")), ("bury", 50, Decimal("800000.00")), ("bolton", 45, Decimal("800000.00"))
    ]  # fmt: skip
    assert StepPooled.model_validate_json(one.model_dump_json()) == one


def test_what_is_missing_is_said_where_not_even_all_reach_it():
    one = found(bolton=10, bury=20, wigan=-5)
    assert (one.enough, one.together, one.short, one.reached, one.closed, one.chance) == ((), 30, 30, None, None, 0.0)
    assert [m.name for m in one.members] == ["bury", "bolton", "wigan"] and one.members[2].share is None
    # 20 in twelve equal steps: the first whole place in the first month; 10: in the second.
    assert [m.first for m in one.members] == [date(2030, 1, 1), date(2030, 2, 1), None]


def test_a_neighbour_makes_the_difference_from_its_month_on():
    other = Neighbour(step="wing", name="Lancashire", freed=40, start=date(2030, 11, 1), source="made")
    alone, with_it = found(bolton=10, bury=20), found((other,), bolton=10, bury=20)
    assert alone.enough == () and with_it.enough == ("Lancashire", "bury")
    assert (with_it.reached, with_it.closed, with_it.chance) == (date(2030, 12, 1), None, 0.0)
    held = {m.name: m for m in with_it.members}
    assert held["Lancashire"].neighbour and held["Lancashire"].first == date(2030, 11, 1) and not held["bury"].neighbour


def test_luck_is_drawn_so_a_step_reached_on_average_may_not_be_sure():
    half = np.concatenate([rising(160, draws=2), rising(0, draws=2)])
    one = found(bolton=half, bury=1)
    assert one.alone and one.reached is not None and one.closed is None and one.chance == 0.5


def test_one_place_that_frees_anything_is_no_pool():
    one = found(bolton=70, bury=-1)
    assert one.enough == ("bolton",) and one.alone and one.members[0].share is None
    nobody = found(bolton=-1, bury=-2)
    assert nobody.enough == () and nobody.together == 0 and nobody.short == pytest.approx(60)


def test_more_pool_than_reach_it_on_average_where_that_makes_it_sure():
    # Bolton and Bury hold 66 on average, but 54 in half of the draws; with Wigan 74 in these.
    low, high = rising(22, draws=2), rising(34, draws=2)
    one = found(
        bolton=np.concatenate([low, high]), bury=np.concatenate([rising(32, draws=2), rising(44, draws=2)]), wigan=20
    )
    assert one.enough == ("bury", "bolton", "wigan") and one.chance == 1.0
    assert one.closed is not None and one.reached is not None and one.reached < one.closed
