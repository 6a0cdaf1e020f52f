"""What `value` says a deal pays in a draw is what `settle` owes on the same results, to the penny."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from resettle.commissioning import Evidence, settle
from resettle.commissioning.library import deal
from resettle.commissioning.records import CohortResult
from resettle.commissioning.valuation.calendar import Calendar
from resettle.commissioning.valuation.payments import payments_in, total_in
from resettle.commissioning.valuation.rates import cohort_result
from resettle.commissioning.value import world_of

LATE = date(2035, 1, 1)
DEALS = (
    "hmp-peterborough",
    "hmp-doncaster",
    "local-justice-reinvestment-a",
    "local-justice-reinvestment-b",
    "nyc-able",
    "youth-custody-pathfinder",
)


def exact(number):
    return Decimal(repr(round(float(number), 12)))


@pytest.mark.parametrize("name", DEALS)
def test_a_draw_is_settled_as_it_is_valued(name):
    found = deal(name)
    contract = found.contract()
    world = world_of([contract], found.beliefs, 100, 11)
    calendar = Calendar.of(contract)
    valued = np.broadcast_to(total_in(payments_in(calendar, world)), (100,))
    assert len(set(valued.round(2))) > 1
    for draw in range(0, 100, 9):
        results = []
        for measure in contract.measures:
            for window in calendar.cohorts():
                drawn = cohort_result(calendar, world, measure.id, window)
                given = {} if measure.baseline else {"comparison": exact(drawn.against[draw])}
                results.append(
                    CohortResult(
                        id=f"{measure.id}-{window.number}",
                        measure=measure.id,
                        cohort=window.number,
                        people=drawn.people,
                        value=exact(np.broadcast_to(drawn.value, (100,))[draw]),
                        design=measure.estimator.design if measure.estimator else None,
                        known_on=date(2030, 1, 1),
                        **given,
                    )
                )
        owed = settle(contract, Evidence(results=tuple(results)), LATE).total
        assert float(owed) == pytest.approx(valued[draw], abs=0.011), (name, draw)
