"""Savings from flows: what is freed month by month, by hand and by the arithmetic of a programme; when cash arrives; bad input."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from resettle.errors import BadInput
from resettle.evidence.effect import Effect
from resettle.reference.discounting import discount_factor
from resettle.reinvestment.appraisal import Appraisal
from resettle.reinvestment.flows.projection import Drawn
from resettle.reinvestment.rounds.arriving import Cash, arriving
from resettle.result import Interval

MONTHS = 24
STARTS = "service: mentors"


def drawn(prison, offences=None, draws=4):
    """Flows in which a policy changes the prison population and offences by given amounts a month, in every draw alike."""
    names = ("custody_under_6_months", "offence", STARTS)
    base = np.full((draws, 3, 1, MONTHS), 1000.0)
    policy = base.copy()
    policy[:, 0, 0, :] += prison
    policy[:, 1, 0, :] += 0.0 if offences is None else offences
    return Drawn(date(2025, 7, 1), names, ("here",), base, policy)


def appraisal(**changes):
    step = {
        "id": "wing", "agency": "prisons", "label": "a wing", "unit": "places", "units_each": 0.5, "size": 60, "saves": "1200.00",
        "notice_months": 3, "one_off": "100.00", "source": "A test.",
    }  # fmt: skip
    given = {
        "id": "a",
        "title": "A",
        "place": "here",
        "price_year": 2024,
        "start": date(2020, 1, 1),
        "years": 2,
        "steps": [step],
    }
    return Appraisal.model_validate({**given, **changes})


@pytest.fixture(scope="module")
def effect(examples):
    from resettle.area import open_area
    from resettle.evidence.evaluate import evaluate
    from resettle.evidence.study import read_study

    with open_area(examples / "areas/maryland") as area:
        return evaluate(area, read_study(examples / "studies/maryland-aid.toml"))


def value(effect: Effect, flows, **changes):
    found = appraisal(**changes)
    return arriving(flows, effect, found, STARTS, {"wing": "prison"})


def test_fewer_people_in_prison_close_a_wing_once_notice_has_passed_and_the_cash_is_a_twelfth_a_month(effect):
    fewer = np.where(np.arange(MONTHS) >= 6, -70.0, 0.0)
    found = value(effect, drawn(fewer))
    # Free from month 6 (counting from 0), closed once it has been free for three months more: from month 9, less closing costs.
    by_hand = [0.0] * 9 + [100.0 - 100.0] + [100.0] * 14
    discounted = np.cumsum([v * discount_factor((t + 0.5) / 12) for t, v in enumerate(by_hand)])
    assert [float(m.mean) for m in found.cash.months] == pytest.approx(list(discounted), abs=0.01)
    assert found.cash.months[0].month == date(2025, 7, 1)
    assert found.cash.first.month == date(2026, 5, 1)
    assert "£" in found.cash.sentence and "May 2026" in found.cash.sentence
    assert Cash.from_json(found.cash.to_json()) == found.cash
    assert found.yearly.sum(axis=1) == pytest.approx([discounted[-1]] * 4)
    assert sum(found.savings.available) == pytest.approx(Decimal(str(round(discounted[-1], 2))), abs=Decimal("0.02"))


def test_a_wing_run_double_and_opened_again_costs_what_that_costs(effect):
    fewer = np.where((np.arange(MONTHS) >= 6) & (np.arange(MONTHS) < 20), -70.0, 0.0)
    wing = appraisal().steps[0].model_dump() | {"double_running_months": 2, "reopening": "500.00"}
    found = value(effect, drawn(fewer), steps=[wing])
    # Closed in months 9 to 19; run double for two months; opened again in month 20.
    by_hand = [0.0] * 9 + [-100.0, 0.0] + [100.0] * 9 + [-500.0] + [0.0] * 3
    discounted = np.cumsum([v * discount_factor((t + 0.5) / 12) for t, v in enumerate(by_hand)])
    assert [float(m.mean) for m in found.cash.months] == pytest.approx(list(discounted), abs=0.01)


def test_just_under_a_whole_step_is_no_cash_at_all_and_says_how_far_it_is(effect):
    found = value(effect, drawn(np.full(MONTHS, -59.9)))
    assert found.savings.certain_cash == 0
    assert all(m.mean == 0 for m in found.cash.months)
    assert "no whole step is reached" in found.savings.cash_words
    assert "None of it is 80% certain" in found.cash.sentence
    assert found.savings.steps[0].times_needed == pytest.approx(60 / 59.9)


def test_more_people_in_prison_is_never_a_saving(effect):
    found = value(effect, drawn(np.full(MONTHS, 80.0), np.full(MONTHS, 5.0)), worth=[{
        "agency": "police", "label": "dealing", "sector": "fiscal", "amount": "100.00", "price_year": 2024, "source": "A test."}])  # fmt: skip
    assert found.savings.certain_cash == 0
    assert all(s.amount < 0 for s in found.savings.savings)


def test_a_step_that_offences_free_adds_up_over_the_months_that_each_lasts(effect):
    step = (
        appraisal()
        .steps[0]
        .model_copy(
            update={
                "id": "days",
                "units_each": 0.5,
                "lasting_months": 12,
                "size": 12.0,
                "one_off": Decimal(0),
                "notice_months": 0,
            }
        )
    )
    flows = drawn(np.zeros(MONTHS), np.full(MONTHS, -2.0))
    found = arriving(
        flows,
        effect,
        appraisal().model_copy(update={"steps": (step,)}),
        STARTS,
        {},
    )
    # One unit a month for twelve months: twelve in month 11, where the step is reached and stays.
    assert found.cash.months[10].mean == 0
    assert found.cash.months[11].mean > 0
    assert found.savings.steps[0].free == pytest.approx(12.0)


def test_an_effect_that_was_not_shown_offers_nothing_however_many_wings_close(effect):
    found = arriving(
        drawn(np.full(MONTHS, -200.0)),
        effect.model_copy(update={"interval": Interval(low=-0.2, high=0.1, method="a test")}),
        appraisal(),
        STARTS,
        {"wing": "prison"},
    )
    assert found.savings.certain_cash == 0
    assert all(m.certain == 0 for m in found.cash.months)


@pytest.mark.parametrize(
    ("stocks", "changes", "message"),
    [
        ({"wings": "prison"}, {}, "Did you mean 'wing'"),
        ({"wing": "prisons"}, {}, "Did you mean 'prison'"),
        ({"wing": "offence"}, {}, "not a stock"),
        ({"wing": "prison"}, {"years": 3}, "longer than the scenario"),
    ],
)
def test_steps_and_stocks_that_do_not_fit_are_one_clear_error(effect, stocks, changes, message):
    with pytest.raises(BadInput, match=message):
        arriving(drawn(np.zeros(MONTHS)), effect, appraisal(**changes), STARTS, stocks)
