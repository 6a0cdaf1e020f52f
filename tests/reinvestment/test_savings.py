"""Projection, savings and allocation: closed forms, conservation, and what must never be claimed."""

from decimal import Decimal

import numpy as np
import pytest

from resettle.evidence.effect import Effect, Grade, Group
from resettle.evidence.measures import Measure
from resettle.goodlives.need import Need, Needs
from resettle.reference.discounting import discount_factor
from resettle.reinvestment.appraisal import Appraisal, Overrides
from resettle.reinvestment.programme import ProgrammeProjection, project_programme
from resettle.reinvestment.rounds.allocate import Allocations, reinvest
from resettle.reinvestment.saving import Savings
from resettle.reinvestment.valuing import savings
from resettle.result import Interval


def effect(estimate=-0.06, se=0.01) -> Effect:
    low, high = estimate - 1.959964 * se, estimate + 1.959964 * se
    return Effect(
        id="e", programme="mentoring", outcome="moj-2017 v1", outcome_label="proven reoffending", estimate=estimate, se=se,
        interval=Interval(low=low, high=high, method="made"), p=0.01, n=2000, design="randomised", method="made",
        treated=Group(label="mentoring", n=1000, events=300, rate=0.3), comparison=Group(label="none", n=1000, events=360, rate=0.36),
        grade=Grade(maryland=5, nesta=3, why="made"), follow_up="12 months", people="Somewhere",
    )  # fmt: skip


EVENTS = Measure(name="per_reoffender", clock="moj-2017 v1", n=600, count=1800, value=3.0,
                 interval=Interval(low=2.8, high=3.2, method="t"), method="t")  # fmt: skip

TERMS = {
    "id": "a", "title": "A", "place": "Somewhere", "price_year": 2024, "start": "2024-01-01", "years": 3, "certainty": 0.8,
    "worth": [
        {"agency": "police", "label": "work", "sector": "fiscal", "amount": "100.00", "price_year": 2024, "source": "made"},
        {"agency": "economy", "label": "work", "sector": "economic", "per": "reoffender", "amount": "10.00", "price_year": 2024, "source": "made"},
        {"agency": "society", "label": "harm", "sector": "social", "mix": {"crime.robbery.total": 0.5}},
    ],
    "steps": [{"id": "days", "agency": "courts", "label": "days", "unit": "days", "units_each": 0.1, "size": 5, "saves": "6000.00",
               "notice_months": 3, "source": "made"}],
}  # fmt: skip


def appraisal(**change) -> Appraisal:
    return Appraisal.model_validate({**TERMS, **change})


def saved(**change) -> Savings:
    given = {"effect": effect(), "people": 100.0, "draws": 4000, "seed": 3, **change}
    return savings("Somewhere", given["effect"], given.get("appraisal", appraisal()), given["people"], EVENTS, draws=given["draws"], seed=given["seed"],
                   own=given.get("own"))  # fmt: skip


def test_a_certain_effect_has_a_closed_form():
    """6 fewer of 100 a month; one twelfth more comes through each month of the first year; then 6 a month."""
    found = project_programme(effect(se=1e-12), appraisal(), 100, None, draws=100, seed=1)
    by_month = [m.reoffenders for m in found.months]
    assert by_month == pytest.approx([6 * min((t + 1) / 12, 1) for t in range(36)])
    assert found.chance_of_harm == 0


def test_worth_is_events_times_unit_discounted_by_month():
    found = saved(effect=effect(se=1e-12))
    police = sum(s.amount for s in found.savings if s.agency == "police")
    by_hand = sum(6 * min((t + 1) / 12, 1) * discount_factor((t + 0.5) / 12) for t in range(36)) * 3.0 * 100
    # The number of reoffences a reoffender is drawn: the mean of 4,000 draws is within four standard errors.
    assert float(police) == pytest.approx(by_hand, rel=4 * (0.4 / 3.919928) / 3 / np.sqrt(4000))


def test_kinds_and_sectors_are_kept_apart():
    found = saved()
    assert {(s.sector, s.kind) for s in found.savings} == {
        ("fiscal", "capacity"), ("economic", "social"), ("social", "social"), ("fiscal", "cashable")
    }  # fmt: skip
    assert {(t.sector, t.kind) for t in found.totals} == {(s.sector, s.kind) for s in found.savings}
    for total in found.totals:
        parts = [s.amount for s in found.savings if (s.sector, s.kind) == (total.sector, total.kind)]
        assert abs(sum(parts) - total.amount) <= Decimal("0.01") * len(parts)


def test_an_effect_that_was_not_shown_gives_a_chance_of_loss_and_nothing_cashable():
    found = saved(effect=effect(estimate=-0.01, se=0.02))
    assert found.certain_cash == 0
    assert "not shown" in found.sentence
    assert "could be a loss" in found.sentence
    assert all(t.interval.low < 0 < t.interval.high for t in found.totals if t.kind != "cashable")


def test_a_step_that_is_not_reached_is_not_cashable_and_says_what_would_reach_it():
    far = appraisal(steps=[{**TERMS["steps"][0], "size": 500}])
    found = saved(appraisal=far)
    assert found.certain_cash == 0
    assert not [s for s in found.savings if s.kind == "cashable"]
    (step,) = found.steps
    assert step.times_needed == pytest.approx(500 / step.free)
    assert "no whole step is reached" in found.sentence


def test_harm_is_a_negative_saving():
    found = saved(effect=effect(estimate=0.05, se=0.01))
    assert all(t.amount < 0 for t in found.totals)
    assert found.certain_cash == 0


def test_the_same_seed_gives_the_same_savings_and_another_one_close_to_it():
    assert saved().to_json() == saved().to_json()
    one, other = saved(seed=1).totals[0], saved(seed=2).totals[0]
    assert one.amount != other.amount
    assert float(one.amount) == pytest.approx(float(other.amount), rel=0.05)


def test_an_own_figure_replaces_the_published_one():
    plain, own = saved(), saved(own=Overrides({"crime.robbery.total": 22640.0}, "own.toml"))
    social = [next(t.amount for t in s.totals if t.sector == "social") for s in (plain, own)]
    assert float(social[1]) == pytest.approx(2 * float(social[0]), rel=1e-6)
    assert next(f for f in own.figures if f.name == "crime.robbery.total").overridden_by == "own.toml"


def needs(*unmet: int) -> Needs:
    cells = [
        Need(place=f"p{i}", good="work", people=500, lacking=u + 20, gap=5, met=20, unmet=u)
        for i, u in enumerate(unmet)
    ]
    return Needs(area="Somewhere", caveat="made", lacking_points=4, needs=tuple(cells))


@pytest.fixture
def area(make_area):
    return make_area(
        {
            "service": [
                {"service_id": "s1", "name": "one", "strand": "other"},
                {"service_id": "s2", "name": "two", "strand": "other"},
            ],
            "service_good": [
                {"service_id": "s1", "good": "work", "weight": "0.2"},
                {"service_id": "s2", "good": "work", "weight": "0.7"},
            ],
        }
    )


def test_every_certain_penny_is_allocated_in_proportion_to_unmet_need(area):
    found = reinvest(area, saved(), needs(100, 300))
    assert found.total == saved().certain_cash > 0
    assert found.left == 0
    one, three = (sum(a.pounds for a in found.allocations if a.place == p) for p in ("p0", "p1"))
    assert three == pytest.approx(3 * one, abs=Decimal("0.05"))
    assert {a.service for a in found.allocations} == {"s2"}
    for allocation in found.allocations:
        assert sum(allocation.savings.values()) == pytest.approx(1.0)


def test_small_groups_get_no_allocation_of_their_own(area):
    """Nor does the group that must be hidden with one, because the total is published."""
    found = reinvest(area, saved(), needs(100, 60, 4))
    assert {a.place for a in found.allocations} == {"p0"}


def test_without_need_or_cash_nothing_is_allocated_and_the_reason_is_said(area):
    nobody = Needs(area="Somewhere", caveat="made", lacking_points=4, needs=())
    assert "Nobody was asked" in reinvest(area, saved(), nobody).sentence
    assert reinvest(area, saved(), nobody).left == saved().certain_cash
    assert "not shown" in reinvest(area, saved(effect=effect(-0.01, 0.02)), needs(100)).why


def test_results_can_be_written_and_read_back(area):
    for made in (
        saved(),
        project_programme(effect(), appraisal(), 10, EVENTS, draws=200),
        reinvest(area, saved(), needs(50)),
    ):
        assert type(made).from_json(made.to_json()) == made
        assert made.rows()
    assert {Savings, ProgrammeProjection, Allocations}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"worth": [{**TERMS["worth"][0], "mix": {"crime.robbery.total": 1}}]}, "either a mix"),
        ({"worth": [{"agency": "a", "label": "b", "sector": "fiscal", "amount": "1.00"}]}, "needs a source"),
        ({"worth": [{**TERMS["worth"][2], "mix": {"crime.robbery.total": 0.7, "crime.arson.total": 0.7}}]}, "add up to at most 1"),
        ({"worth": [{**TERMS["worth"][2], "mix": {"crime.robbery.total": -0.7}}]}, "positive"),
        ({"worth": [{**TERMS["worth"][0], "sector": "cash"}]}, "fiscal"),
        ({"steps": [{**TERMS["steps"][0], "saves": None}]}, "either what a step saves"),
        ({"steps": [TERMS["steps"][0], TERMS["steps"][0]]}, "same id"),
        ({"steps": [{**TERMS["steps"][0], "agency": "prisonz"}]}, "spelt almost like another"),
        ({"worth": [{**TERMS["worth"][0], "agency": a} for a in ("North Gaols", "North Goals")]}, "spelt almost like another"),
        ({"steps": [{**TERMS["steps"][0], "one_off": "-1.00"}]}, "greater than or equal to 0"),
        ({"steps": [{**TERMS["steps"][0], "saves": "-1.00"}]}, "greater than or equal to 0"),
        ({"steps": [{**TERMS["steps"][0], "saves": None, "figure": "flows.sentenced"}]}, "not money of a price year"),
        ({"worth": [{**TERMS["worth"][2], "mix": {"flows.sentenced": 0.7}}]}, "not money of a price year"),
        ({"worth": [{**TERMS["worth"][2], "mix": {"crime.robbery.totl": 0.7}}]}, "no such figure: crime.robbery.totl"),
        ({"price_year": 1066}, "greater than or equal to 1988"),
        ({"years": 0}, "greater than or equal to 1"),
        ({"certainty": 0.4}, "greater than 0.5"),
    ],
)  # fmt: skip
def test_appraisals_with_faults_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        appraisal(**change)
