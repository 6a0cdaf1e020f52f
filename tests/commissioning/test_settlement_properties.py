"""What must hold of the whole language: money is conserved, order and repetition change nothing, better is never paid less, and units
of measurement do not matter.
"""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from contract_kit import BASE, END, FEE, SPLIT, TARIFF, contract, outcome, start
from hypothesis import given
from hypothesis import strategies as st
from test_mechanisms import BANDS, LEVELS, QUARTERS, STEPS, TR, WEIGHTED, crc
from test_worked_examples import LJR, PETERBOROUGH, cohort

from resettle.commissioning import Evidence, parse_contract, settle
from resettle.commissioning.outcomes import Outcomes
from resettle.commissioning.records import CohortResult, LevelReading, VolumeCount

D = Decimal
VARIED = parse_contract(
    QUARTERS
    + 'caps = { moj = "2500.00" }\n'
    + '[limits]\ncap_year = "14000.00"\n[[variations]]\neffective = 2024-05-10\nreason = "prices"\n'
    + 'changes = { "payments.tariff.prices.home" = "410.10", "payments.fee.retention" = { share = "0.05" } }\n'
)
CODES = st.sampled_from(["home", "work"])
ROWS = st.lists(
    st.tuples(
        st.integers(0, 4), CODES, st.integers(0, 360), st.none() | st.integers(0, 90), st.sampled_from(["low", "high"])
    ),
    max_size=14,
).map(
    lambda rows: [
        outcome(
            n,
            f"p{person}",
            code,
            observed_on=date(2024, 1, 1) + timedelta(days=days),
            verified_on=None if late is None else date(2024, 1, 1) + timedelta(days=days + late),
            band=band,
        )
        for n, (person, code, days, late, band) in enumerate(rows)
    ]
)
DAYS = st.lists(st.integers(0, 500), min_size=2, max_size=4).map(
    lambda ns: [date(2024, 1, 1) + timedelta(days=n) for n in sorted(ns)]
)


@given(ROWS, DAYS, st.randoms(use_true_random=False))
def test_carrying_on_day_by_day_comes_to_the_same_as_settling_once(rows, days, shuffler):
    statement = None
    for day in days:
        known = [r for r in rows if r.observed_on <= day]
        shuffler.shuffle(known)
        before = statement
        statement = settle(VARIED, Evidence(outcomes=tuple(known)), day, before)
        assert before is None or statement.lines[: len(before.lines)] == before.lines
        ids = [line.id for line in statement.lines]
        assert len(set(ids)) == len(ids)
        assert all(
            e.removeprefix("line:") in ids for line in statement.lines for e in line.evidence if e.startswith("line:")
        )
    at_once = settle(VARIED, Evidence(outcomes=tuple(rows)), days[-1])
    assert statement.total == at_once.total
    assert {p: a for p, a in statement.by_payer.items() if a} == {p: a for p, a in at_once.by_payer.items() if a}
    assert statement.total == sum(statement.by_payer.values()) == sum(statement.by_payee.values())


@given(ROWS, st.randoms(use_true_random=False))
def test_order_and_repetition_of_rows_in_columns(rows, shuffler):
    mixed = [*rows, *rows]
    shuffler.shuffle(mixed)
    one = settle(VARIED, Evidence(outcomes=tuple(rows)), END)
    assert settle(VARIED, Evidence(outcomes=Outcomes.of(mixed)), END) == one


@given(ROWS, st.tuples(st.integers(0, 4), st.sampled_from(["home_1m", "home_3m", "home_6m"])))
def test_one_more_step_of_a_ladder_never_lowers_the_payment(rows, more):
    steps = [r.model_copy(update={"outcome": ("home_1m", "home_3m", "home_6m")[n % 3]}) for n, r in enumerate(rows)]
    agreed = contract(STEPS)
    before = settle(agreed, Evidence(outcomes=tuple(steps)), END).total
    one = outcome(99, f"p{more[0]}", more[1])
    assert settle(agreed, Evidence(outcomes=(*steps, one)), END).total >= before


RATES = st.integers(0, 1000).map(lambda n: D(n) / 1000)


@given(RATES, RATES, st.integers(50, 5000))
def test_fewer_reoffenders_are_never_paid_less(one, other, people):
    low, high = sorted((one, other))
    agreed = parse_contract(TR)
    better, worse = (settle(agreed, Evidence(results=(crc(r, people),)), date(2018, 1, 1)).total for r in (low, high))
    assert better >= worse


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_larger_fall_in_cost_is_never_paid_less(one, other):
    agreed = parse_contract(LJR)

    def reward(fall):
        result = CohortResult(id="r", measure="demand", people=1, value=D(1_000_000) * (1000 - fall) / 1000)
        return settle(agreed, Evidence(results=(result,)), date(2013, 1, 1)).total

    low, high = sorted((one, other))
    assert reward(high) >= reward(low)


@given(st.integers(0, 250), st.integers(0, 250), st.sampled_from([WEIGHTED, BANDS]))
def test_more_people_are_never_paid_less(one, other, payment):
    agreed = contract(payment)

    def paid(people):
        return settle(
            agreed, Evidence(volumes=(VolumeCount(id="v", starts_on=date(2024, 1, 2), number=people),)), END
        ).total

    low, high = sorted((one, other))
    assert paid(high) >= paid(low)


@given(st.integers(0, 120), st.integers(0, 120))
def test_a_better_service_level_never_costs_more(one, other):
    agreed = contract(LEVELS)

    def paid(value):
        reading = LevelReading(id="l", service_level="starts_in_time", starts_on=date(2024, 1, 1), value=D(value))
        return settle(agreed, Evidence(levels=(reading,)), END).total

    low, high = sorted((one, other))
    assert paid(high) >= paid(low)


@given(st.integers(1, 400), st.integers(1, 400), st.sampled_from([1, 10, 100]))
def test_events_per_person_or_per_hundred_people_pay_the_same_in_percent(value, comparison, unit):
    """A reduction in percent does not depend on the unit of the count."""
    agreed = parse_contract(
        PETERBOROUGH.replace('per = "event"', 'per = "point"').replace(', pooled_minimum = "7.5"', "")
    )
    small = cohort(1, D(value) / 100, D(comparison) / 100)
    large = cohort(1, D(value) / 100 * unit, D(comparison) / 100 * unit)
    one, two = (settle(agreed, Evidence(results=(r,)), date(2013, 1, 1)).total for r in (small, large))
    assert one == two


@given(ROWS)
def test_an_irrelevant_person_and_new_names_change_nothing(rows):
    agreed = contract(TARIFF, FEE, SPLIT)
    total = settle(agreed, Evidence(outcomes=tuple(rows)), END).total
    renamed = [r.model_copy(update={"person": f"x{r.person}", "evidence_id": f"z{r.evidence_id}"}) for r in rows]
    stranger = outcome(77, "nobody", lot="lot-9")
    assert settle(agreed, Evidence(outcomes=(*renamed, stranger)), END).total == total


@given(ROWS, st.integers(1, 3))
def test_a_year_later_everything_pays_the_same(rows, years):
    def later(day):
        return day and date(day.year + 4 * years, day.month, day.day)

    text = BASE.replace("2024", "YEAR").replace("price_base_year = YEAR", "price_base_year = 2024")
    one, two = (parse_contract(text.replace("YEAR", str(2024 + 4 * y)) + TARIFF + FEE) for y in (0, years))
    moved = [r.model_copy(update={k: later(getattr(r, k)) for k in ("observed_on", "verified_on")}) for r in rows]
    first = settle(one, Evidence(outcomes=tuple(rows)), END)
    assert settle(two, Evidence(outcomes=tuple(moved)), later(END)).total == first.total


@pytest.mark.parametrize("seed", range(3))
def test_many_rows_agree_with_settling_person_by_person(seed):
    """The columns against a plain loop over people, on a tariff with ladders, bands, limits and late verification."""
    draw = random.Random(seed)
    text = TARIFF.replace("[payments.prices]", 'max_per_person = 2\nladders = [["home", "work"]]\n[payments.prices]')
    agreed = contract(text)
    rows = [
        outcome(
            n,
            f"p{draw.randrange(60)}",
            draw.choice(["home", "work", "other"]),
            band=draw.choice([None, "low", "medium", "high"]),
            observed_on=date(2024, 1, 1) + timedelta(days=draw.randrange(360)),
            verified_on=draw.choice([None, date(2024, 12, 31), date(2025, 1, 1)]),
            verification=draw.choice(["document", "worker"]),
        )
        for n in range(400)
    ]
    prices = {"home": {"any": D(400)}, "work": {"low": D(100), "medium": D(200), "high": D("333.33")}}
    good = [r for r in rows if r.verification == "document" and r.verified_on == END and r.outcome in prices]
    total = D(0)
    for person in {r.person for r in good}:
        own = [r for r in good if r.person == person]
        best = {}
        for r in own:
            price = prices[r.outcome].get(r.band, prices[r.outcome].get("any"))
            if price is not None:
                best[r.outcome] = max(price, best.get(r.outcome, D(0)))
        if "home" not in best:
            best.pop("work", None)
        total += sum(sorted(best.values(), reverse=True)[:2])
    starts = tuple(start(n) for n in range(3))
    assert settle(agreed, Evidence(outcomes=tuple(rows), starts=starts), END).total == total
