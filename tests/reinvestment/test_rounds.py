"""Dated rounds: the cash that is certain, to the penny, carried on where it buys nothing, traced to its savings; the fund behind it."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resettle.provenance import Provenance
from resettle.reinvestment.rounds.arriving import Arrived, Cash, CashMonth
from resettle.reinvestment.rounds.menu import Menu
from resettle.reinvestment.rounds.rounds import Purse, Rounds, hold_rounds
from resettle.reinvestment.saving import Saving, Savings
from resettle.result import Interval

NONE = Interval(low=0, high=0, method="none")


def arrived(available, shown=True, yearly=None):
    """Savings that add given pounds a year, from one step."""
    years = len(available)
    cash = [
        Saving(
            id=f"wing-{n}", agency="prisons", label="a wing", place="here", sector="fiscal", kind="cashable", step="wing", year=n,
            month=date(2025 + n - 1, 7, 1), amount=Decimal(100), interval=NONE, certain=Decimal(0), chance=1.0,
        )
        for n in range(1, years + 1)
    ]  # fmt: skip
    savings = Savings(
        area="here", programme="it", effect_id="e", shown=shown, what_if=False, note="", place="here", currency="GBP",
        price_year=2024, years=years, people_a_month=1.0, certainty=0.8, draws=2, savings=tuple(cash), totals=(),
        available=tuple(Decimal(a) for a in available), steps=(), figures=(), provenance=Provenance(seed=1),
    )  # fmt: skip
    month = CashMonth(month=date(2025, 7, 1), mean=Decimal(0), interval=NONE, certain=Decimal(0), chance=0.0)
    held = Cash(currency="GBP", label="l", certainty=0.8, draws=2, months=(month,))
    back = np.array([[float(a) for a in available]] * 2) if yearly is None else yearly
    return Arrived(savings, held, back, ())


def menu(cost=100, people=50, capacity=99, **rules):
    return Menu.model_validate(
        {
            "id": "m", "title": "A menu", "budget": str(cost), "rules": rules,
            "place": [{"id": "here", "people": 500}, {"id": "there", "people": 400}],
            "need": [{"place": p, "good": "work", "people": people} for p in ("here", "there")],
            "service": [
                {"id": "one", "title": "One", "kinds": ["prevention"], "cost": cost, "capacity": capacity, "grade": 3, "goods": {"work": 0.5}}
            ],
        }
    )  # fmt: skip


def test_what_a_round_cannot_spend_is_carried_and_every_penny_is_spent_or_left():
    rounds, allocations = hold_rounds(menu(), arrived(["250.00", "30.00", "40.00"]))
    assert [(one.arrived, one.carried, one.spent, one.left) for one in rounds.rounds] == [
        (Decimal("250.00"), 0, Decimal("200.00"), Decimal("50.00")),
        (Decimal("30.00"), Decimal("50.00"), 0, Decimal("80.00")),
        (Decimal("40.00"), Decimal("80.00"), Decimal("100.00"), Decimal("20.00")),
    ]
    assert [one.on for one in rounds.rounds] == [date(2026, 7, 1), date(2027, 7, 1), date(2028, 7, 1)]
    assert "below the cheapest unit on the menu (One, £100.00)" in rounds.rounds[1].why
    assert allocations.total == Decimal("300.00") and allocations.left == Decimal("20.00")
    # The third round spends the 50 that were left of the first year, then 30 of the second, then 20 of the third.
    last = [a for a in allocations.allocations if a.round == 3]
    assert last[0].savings == pytest.approx({"wing-1": 0.5, "wing-2": 0.3, "wing-3": 0.2})
    assert Rounds.from_json(rounds.to_json()) == rounds


def test_need_that_a_round_reached_is_not_met_twice():
    rounds, allocations = hold_rounds(menu(people=3), arrived(["500.00", "500.00"]))
    assert sum(a.units for a in allocations.allocations) == 6
    assert [one.spent for one in rounds.rounds] == [Decimal("500.00"), Decimal("100.00")]
    third, _ = hold_rounds(menu(people=1), arrived(["200.00", "200.00"]))
    assert "Nothing on the menu serves what is still lacked" in third.rounds[1].why


def test_the_fund_runs_dry_in_the_draws_in_which_the_cash_does_not_come():
    promised = arrived(["300.00", "0.00"], yearly=np.array([[300.0, 0.0], [100.0, 0.0], [300.0, 0.0], [299.0, 2.0]]))
    rounds, _ = hold_rounds(menu(), promised)
    assert rounds.fund.dry == 0.5
    safe, _ = hold_rounds(menu(), promised, opening=Decimal("200.00"))
    assert safe.fund.dry == 0.0
    assert safe.rounds[0].spent == Decimal("300.00")


def test_nothing_shown_or_nothing_certain_buys_nothing_and_says_why():
    unsure, allocations = hold_rounds(menu(), arrived(["500.00"], shown=False))
    assert unsure.spent == 0 and allocations.allocations == ()
    assert "a difference was not shown" in unsure.sentence
    none, _ = hold_rounds(menu(), arrived(["0.00"]))
    assert "No cash has arrived with 80% certainty" in none.sentence


def test_votes_are_counted_once_and_other_rules_stand_beside_the_first_round_only():
    ballots = [frozenset({"one"})] * 3
    rounds, _ = hold_rounds(menu(capacity=2), arrived(["250.00", "250.00"]), ballots)
    first, second = (one.choice for one in rounds.rounds)
    assert [one.method for one in first.votes] == ["most votes", "equal shares"]
    assert len(first.others) == 5 and second.others == () and second.votes == ()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 5000), min_size=1, max_size=6), st.lists(st.integers(1, 5000), max_size=6))
def test_a_purse_gives_what_it_holds_in_the_order_in_which_it_came(came, wanted):
    purse = Purse([({f"s{n}": 1.0}, Decimal(pence) / 100) for n, pence in enumerate(came)])
    pots = [Decimal(pence) / 100 for pence in came]
    for pence in wanted:
        pounds = min(Decimal(pence) / 100, purse.held)
        if pounds == 0:
            continue
        before = purse.held
        shares = purse.take(pounds)
        assert purse.held == before - pounds
        assert sum(shares.values()) == pytest.approx(1.0)
        for name, share in shares.items():
            pots[int(name[1:])] -= (pounds * Decimal(share)).quantize(Decimal("0.0001"))
    assert all(pot > Decimal("-0.01") for pot in pots)
