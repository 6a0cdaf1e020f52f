"""The whole language valued: against loops written for the test alone, closed forms, and money that never leaks."""

from decimal import Decimal
from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from resettle.commissioning import Beliefs, parse_contract, value
from resettle.commissioning.stress import error_of_frequency
from resettle.commissioning.valuation.calendar import Calendar
from resettle.commissioning.valuation.parties import paid_by
from resettle.commissioning.valuation.payments import payments_in
from resettle.commissioning.valuation.variance import variance_parts
from resettle.commissioning.value import totals, world_of
from resettle.errors import BadInput

HEAD = """
id = "x"
title = "A contract"
price_base_year = 2020
[period]
start = 2020-04-01
end = 2023-03-31
[[parties]]
id = "moj"
name = "Ministry"
role = "commissioner"
[[parties]]
id = "fund"
name = "Fund"
role = "co-payer"
[[parties]]
id = "firm"
name = "Firm"
role = "provider"
[[parties]]
id = "bank"
name = "Bank"
role = "investor"
[population]
services = ["s"]
"""
SPLIT = '[split]\npayers = { moj = "0.7", fund = "0.3" }\n'
COHORTS = """[population.intake]
every = "year"
cohorts = 2
"""
EVENTS = """[[measures]]
id = "events"
kind = "count"
dispersion = 3.2
follow_up_months = 12
"""
POOLED = """[[payments]]
id = "result"
kind = "outcome_rate"
measure = "events"
scale = "percent"
per = "event"
price = "1000.00"
dead_zone = "none"
[payments.test]
minimum = 10
pooled_minimum = 7.5
"""
LADDER = """[[payments]]
id = "homes"
kind = "unit_tariff"
ladders = [["in", "stay"]]
[payments.prices]
in = "500.00"
stay = { low = "1000.00", high = "2000.00" }
"""
FEE = """[[payments]]
id = "fee"
kind = "fee"
amount = "10000.00"
[payments.volume]
expected = 100
low = 90
high = 110
marginal = "0.5"
"""


def contract(*pieces, split=SPLIT):
    return parse_contract(HEAD + "".join(pieces) + split)


def peterborough(**more):
    rates = {"events": {"n": 1000, "comparison_n": 10_000, "baseline": 1.55} | more}
    return Beliefs.model_validate({"rates": rates})


def event_loop(random, mean, n, phi=3.2):
    shape = mean * n / (phi - 1)
    return random.poisson(random.gamma(shape, phi - 1)) / n


def test_cohorts_pooled_at_the_end_against_a_loop():
    """Two cohorts: each paid at 10%, and those that fail at 7.5% over both."""
    random, total, paid, runs = np.random.default_rng(3), 0.0, 0, 6000
    for _ in range(runs):
        true = random.normal(8, 4) / 100
        cohorts = [(event_loop(random, 1.55, 10_000), event_loop(random, 1.55 * (1 - true), 1000)) for _ in range(2)]
        ok = [1 - e / c >= 0.10 for c, e in cohorts]
        whole = 1 - sum(e for _, e in cohorts) / sum(c for c, _ in cohorts)
        amount = sum(
            1000 * max(c - e, 0) * 1000 for (c, e), good in zip(cohorts, ok, strict=True) if good or whole >= 0.075
        )
        total, paid = total + amount, paid + (amount > 0)
    found = value(contract(COHORTS, EVENTS, POOLED), peterborough(effect_mean=8, effect_sd=4))
    assert found.total.mean == pytest.approx(total / runs, rel=0.03)
    assert found.chance_of_payment == pytest.approx(paid / runs, abs=0.025)


def test_payment_for_chance_is_that_of_the_closed_form():
    """Peterborough: 1.8% to 4.5% a cohort, and with the pooled test of two cohorts more."""
    one = POOLED.replace("pooled_minimum = 7.5\n", "")
    found = value(contract(EVENTS, one), peterborough(), draws=100_000)
    closed = 1 - NormalDist().cdf(0.10 / error_of_frequency(1.55, 3.2, 1000, 10_000))
    assert found.detection[0].by_chance == pytest.approx(closed)
    assert found.paid_by_chance == pytest.approx(closed, abs=0.003)
    assert found.detection[0].error == pytest.approx(100 * error_of_frequency(1.55, 3.2, 1000, 10_000))
    least = found.detection[0].detectable
    seen = value(contract(EVENTS, one), peterborough(effect_mean=least), draws=50_000)
    assert seen.chance_of_payment == pytest.approx(0.80, abs=0.02)


def test_a_fixed_baseline_pays_for_drift():
    beliefs = {"rates": {"events": {"n": 50_000, "baseline": 1.55, "drift_mean": 5.0}}}
    free = contract(EVENTS, POOLED.replace("pooled_minimum = 7.5\n", "").replace("minimum = 10", "minimum = 5"))
    found = value(free, Beliefs.model_validate(beliefs))
    assert found.chance_of_payment > 0.95 and found.paid_by_chance > 0.95 and found.retained.fails == 1
    compared = {"rates": {"events": {**beliefs["rates"]["events"], "comparison_n": 50_000}}}
    assert value(free, Beliefs.model_validate(compared)).chance_of_payment < 0.01


def believed(**more):
    return Beliefs.model_validate(
        {
            "people": 300,
            "volume_sd": 0.25,
            "bands": {"low": 0.6, "high": 0.4},
            "outcomes": {"in": {"chance": 0.5, "without": 0.2, "months": 2}, "stay": {"chance": 0.3, "without": 0.1}},
            "monthly_cost": "12000.00",
        }
        | more
    )


def test_ladders_volume_and_caps_against_a_loop():
    limits = '[limits]\ncap = "620000.00"\n[limits.cap_payment]\nhomes = "300000.00"\n'
    random, totals_, homes, runs = np.random.default_rng(9), [], [], 8000
    for _ in range(runs):
        people = round(300 * max(0.0, random.normal(1, 0.25)))
        low = round(people * 0.6)
        paid = 0.0
        for size, price in ((low, 1000), (people - low, 2000)):
            inside = random.binomial(size, 0.5)
            paid += 500 * inside + price * random.binomial(inside, 0.3 / 0.5)
        yearly = people / 3
        beyond = min(yearly - 90, 0) + max(yearly - 110, 0)
        fee = 3 * (120_000 + 120_000 * 0.5 * beyond / 100)
        homes.append(min(paid, 300_000))
        totals_.append(min(fee + min(paid, 300_000), 620_000))
    found = value(contract(FEE, LADDER, limits), believed())
    own = {p.payment: p.spread for p in found.payments}
    assert found.total.mean == pytest.approx(np.mean(totals_), rel=0.01)
    assert found.total.p10 == pytest.approx(np.quantile(totals_, 0.1), rel=0.02)
    assert found.quantiles["100%"] <= 620_000.001
    assert own["homes"].mean <= np.mean(homes) * 1.01


def test_dead_weight_of_a_tariff():
    found = value(contract(LADDER), believed(volume_sd=0.0))
    expected = 300 * 0.5 * 500 * (0.2 / 0.5) + 0.3 * (180 * 1000 + 120 * 2000) * (0.1 / 0.3)
    assert found.dead_weight.mean == pytest.approx(expected, rel=0.01)


def test_where_the_variance_comes_from():
    """One source at a time answers for all of it; a sum of independent parts is split as it was made."""
    only = value(contract(FEE), believed())
    assert only.variance["volume"] == pytest.approx(1)
    unsure = {"in": {"chance": 0.5, "sd": 0.1}, "stay": 0.0}
    found = value(contract(LADDER), believed(outcomes=unsure), draws=100_000)
    mean, people = 0.5, 300
    volume = (500 * mean * people * 0.25) ** 2
    effect = 500**2 * (people**2 * (1 + 0.25**2)) * 0.1**2
    chance = 500**2 * people * (mean * (1 - mean) - 0.1**2)
    whole = volume + effect + chance
    assert found.variance["volume"] == pytest.approx(volume / whole, abs=0.03)
    assert found.variance["effect"] == pytest.approx(effect / whole, abs=0.03)
    assert found.variance["chance"] == pytest.approx(chance / whole, abs=0.03)
    assert sum(found.variance.values()) == pytest.approx(1)
    for part in found.moved_by:
        assert part.interval.low <= part.share <= part.interval.high and part.n == 100_000
        assert "bootstrap" in part.interval.method and "seed" in part.interval.method
    assert {p.source for p in found.moved_by if p.interval.low == p.interval.high == 0} == {"mix", "price"}
    assert found.unsure.startswith("Of the variance of the payment: how many people come 58% (")
    assert [row["share"] for row in found.variance_rows()] == list(found.variance.values())
    assert type(found).from_json(found.to_json()) == found


def test_the_intervals_of_the_shares_hold_the_truth_as_often_as_they_say():
    """The closed form of the test above, in 120 valuations of 1,000 draws each, for each of the three sources."""
    unsure = {"in": {"chance": 0.5, "sd": 0.1}, "stay": 0.0}
    volume, effect = (500 * 0.5 * 300 * 0.25) ** 2, 500**2 * (300**2 * (1 + 0.25**2)) * 0.1**2
    chance = 500**2 * 300 * (0.25 - 0.1**2)
    truth = {n: v / (volume + effect + chance) for n, v in (("volume", volume), ("effect", effect), ("chance", chance))}
    agreed, beliefs, held = contract(LADDER), believed(outcomes=unsure), []
    for seed in range(120):
        calendar, world = Calendar.of(agreed), world_of([agreed], beliefs, 1_000, seed)
        parts = variance_parts(world, totals(calendar, world), lambda other, own=calendar: totals(own, other))
        held += [p.interval.low <= truth[p.source] <= p.interval.high for p in parts if p.source in truth]
    assert 0.90 <= np.mean(held) <= 0.99, np.mean(held)


def test_working_capital_waits_for_results():
    """Nothing but a result, known 12 months after three years: all cost has been carried by then."""
    cost = Beliefs.model_validate(peterborough(effect_mean=40).model_dump() | {"monthly_cost": "1000.00"})
    found = value(contract(EVENTS, POOLED), cost)
    assert found.cash.peak.mean == pytest.approx(36_000)
    assert found.cash.last_month == 35 + 12 + 1
    simple = sum(1000 * min(m, 36) for m in range(1, 49)) * 0.06 / 12
    assert found.cash.finance.mean == pytest.approx(simple)


def test_ruin_is_reaching_deeper_than_reserves():
    base = peterborough(effect_mean=40).model_dump() | {"monthly_cost": "1000.00"}
    for reserves, ruin in (("35999.00", 1.0), ("36000.00", 0.0)):
        cost = Beliefs.model_validate(base | {"cost": {"reserves": reserves}})
        assert value(contract(EVENTS, POOLED), cost).cash.ruin == ruin


CAPITAL = """[capital]
vehicle = "firm"
[[capital.instruments]]
id = "loan"
party = "bank"
commitment = "100000.00"
rate = "0.06"
[[capital.guarantees]]
party = "fund"
covers = ["loan"]
share = "0.75"
"""


def test_investors_bear_what_the_guarantee_does_not():
    found = value(contract(EVENTS, POOLED, CAPITAL), peterborough(effect_mean=-30)).investors[0]
    assert (found.put_in, found.back, found.guaranteed) == (100_000, 0, 75_000)
    assert found.chance_of_loss == 1 and found.loss_given_failure == pytest.approx(25_000)
    good = value(contract(EVENTS, POOLED, CAPITAL), peterborough(effect_mean=40)).investors[0]
    # All at once after 48 months: simple interest of 6% on the principal.
    assert good.back == pytest.approx(100_000 * (1 + 0.06 * 4))
    assert good.irr == pytest.approx(1.24**0.25 - 1, abs=0.001) and good.multiple == pytest.approx(1.24)


def test_whoever_delivers_investors_and_guarantors_lose_apart_and_nothing_is_counted_twice():
    """Delivery costs 90,000 of the 100,000 that the bank puts in; where nothing is paid, the fund covers three quarters."""
    cost = {"monthly_cost": "2500.00"}
    bad = value(
        contract(EVENTS, POOLED, CAPITAL),
        Beliefs.model_validate(peterborough(effect_mean=-30).model_dump() | cost),
    )
    assert {(b.name, b.role): b.net.mean for b in bad.bearers} == {
        ("Firm", "delivers"): 10_000,
        ("Bank", "invests"): -25_000,
        ("Fund", "guarantees"): -75_000,
    }
    assert bad.chance_of_loss == 0 and [b.chance_of_loss for b in bad.bearers] == [0, 1, 1]
    assert [b.worst for b in bad.bearers] == [-10_000, 25_000, 75_000]
    assert bad.losses.startswith("Who loses: Firm (delivers) loses in 0.0% of draws; Bank (invests) loses in 100.0%")
    assert next(p for p in bad.parties if p.what == "margin").spread.mean == 10_000
    for effect in (0, 10, 40):
        beliefs = Beliefs.model_validate(peterborough(effect_mean=effect).model_dump() | cost)
        found = value(contract(EVENTS, POOLED, CAPITAL), beliefs)
        assert sum(b.net.mean for b in found.bearers) == pytest.approx(found.total.mean - 90_000)
    alone = value(contract(FEE), believed(cost={"mobilisation": "500.00"}))
    (only,) = alone.bearers
    assert (only.name, only.role) == ("Firm", "delivers")
    assert only.net.mean == pytest.approx(alone.total.mean - alone.cost.mean)


def test_budgets_by_year_and_payer_add_up():
    found = value(contract(FEE, LADDER), believed())
    by_payer = {p.party: p.spread.mean for p in found.parties if p.what == "pays"}
    for payer, total in by_payer.items():
        assert sum(y.mean for y in found.years if y.payer == payer) == pytest.approx(total)
    assert by_payer["moj"] / found.total.mean == pytest.approx(0.7)


amounts = st.integers(0, 900_000).map(lambda n: f'"{n}.00"')


@given(
    st.tuples(amounts, amounts, amounts, amounts),
    st.floats(0, 0.5),
    st.sampled_from(["month", "quarter", "year", "end"]),
    st.booleans(),
)
def test_money_never_leaks_and_no_cap_is_passed(limits, sd, unit, capped_payer):
    cap, floor, year, homes = [*sorted(limits[:2], key=lambda a: int(a.strip('"')[:-3]), reverse=True), *limits[2:]]
    text = f"[limits]\ncap = {cap}\nfloor = {floor}\ncap_year = {year}\n[limits.cap_payment]\nhomes = {homes}\n"
    text += f'[timing]\nreconciliation = "{unit}"\n'
    split = SPLIT + ('[split.caps]\nfund = "50000.00"\n' if capped_payer else "")
    try:
        agreed = contract(FEE, LADDER, text, split=split)
    except BadInput:  # caps of years below the floor
        assume(False)
    world = world_of([agreed], believed(volume_sd=sd), 200, 1)
    calendar = Calendar.of(agreed)
    paid = payments_in(calendar, world)
    total = sum(p.total for p in paid.values())
    pays = sum(a.sum(axis=1) for a in paid_by(calendar, paid).values())
    assert np.broadcast_to(pays, np.shape(total)) == pytest.approx(total, abs=0.01)
    assert (total <= float(cap.strip('"')) + 0.01).all() and (total >= float(floor.strip('"')) - 0.01).all()
    assert (paid["homes"].total <= float(homes.strip('"')) + 0.01).all()
    if capped_payer:
        assert (paid_by(calendar, paid)["fund"].sum(axis=1) <= 50_000.01).all()


@given(st.floats(-20, 20), st.floats(0, 20))
def test_a_better_effect_never_pays_less(low, more):
    """Draw by draw, on the same chance."""
    text = '[[measures]]\nid = "score"\nkind = "score"\n' + POOLED.replace("events", "score").replace("event", "point")
    agreed = contract(text)

    def paid(effect):
        rates = {"score": {"n": 500, "baseline": 10.0, "effect_mean": effect, "noise_sd": 5}}
        return totals(Calendar.of(agreed), world_of([agreed], Beliefs.model_validate({"rates": rates}), 200, 4))

    assert (paid(low + more) >= paid(low) - 0.01).all()


@given(st.integers(2, 1000))
def test_pounds_or_pence_make_no_difference(factor):
    def times(text):
        import re

        return re.sub(r'"(\d+)\.00"', lambda m: f'"{int(m[1]) * factor}.00"', text)

    beliefs = believed(volume_sd=0.1)
    one = value(contract(FEE, LADDER), beliefs, draws=200)
    many = value(contract(times(FEE), times(LADDER)), beliefs, draws=200)
    assert many.total.mean == pytest.approx(one.total.mean * factor)
    assert many.variance == pytest.approx(one.variance)


def test_a_variation_changes_the_fee_from_its_day():
    text = FEE[: FEE.index("[payments.volume]")]
    varied = (
        contract(text),
        contract(
            text,
            split=SPLIT
            + '[[variations]]\neffective = 2021-04-01\nreason = "more"\nchanges = { "payments.fee.amount" = "20000.00" }\n',
        ),
    )
    plain, later = (value(c, Beliefs()).total.mean for c in varied)
    assert plain == 36 * 10_000 and later == 12 * 10_000 + 24 * 20_000


OTHERS = """[[payments]]
id = "grant"
kind = "grant"
instalments = [{ on = 2020-04-01, amount = "60000.00" }]
[payments.clawback]
measure = "events"
minimum = 10
share = "0.5"
[[payments]]
id = "bands"
kind = "volume_bands"
bands = [{ from = 0, to = 99, amount = "1000.00" }, { from = 100, to = 120, amount = "2000.00" }]
[[payments]]
id = "budgets"
kind = "personal_budget"
amounts = { low = "100.00", high = "300.00" }
[[payments]]
id = "open"
kind = "cost_plus"
margin = "0.05"
"""


def test_grants_bands_budgets_and_open_books():
    beliefs = believed(
        volume_sd=0.0, spend_share=0.5, rates={"events": {"n": 1000, "comparison_n": 1000, "baseline": 1.55}}
    )
    found = value(contract(EVENTS, OTHERS), beliefs, draws=50_000)
    own = {p.payment: p.spread.mean for p in found.payments}
    claw = NormalDist().cdf(0.10 / error_of_frequency(1.55, 3.2, 1000, 1000))
    assert own["grant"] == pytest.approx(60_000 - 30_000 * claw, rel=0.01)
    from scipy.stats import poisson

    assert own["bands"] == pytest.approx(3 * (2000 - 1000 * poisson.cdf(99, 100)), rel=0.01)
    assert own["budgets"] == pytest.approx(0.5 * (180 * 100 + 120 * 300))
    assert own["open"] == pytest.approx(36 * 12_000 * 1.05)


def test_retention_and_deferral_move_money_but_make_none():
    held = FEE[: FEE.index("[payments.volume]")] + 'deferred_months = 6\n[payments.retention]\nshare = "0.1"\n'
    plain = FEE[: FEE.index("[payments.volume]")]
    one, other = (value(contract(text), believed()) for text in (plain, held))
    assert one.total.mean == other.total.mean == 360_000
    assert other.cash.peak.mean > one.cash.peak.mean


def test_service_credits_up_to_the_fee_at_risk():
    text = '[[service_levels]]\nid = "seen"\npayment = "fee"\ntarget = 90\nsteps = [{ short_by = 5, credit = "0.10" }, { short_by = 20, credit = "0.30" }]\n'
    fee = FEE[: FEE.index("[payments.volume]")]
    half = value(contract(fee, text), believed(levels={"seen": {"mean": 85, "sd": 0}}))
    assert half.total.mean == pytest.approx(360_000 * 0.9)
    worst = value(contract(fee, text, '[limits]\ncredits = "0.05"\n'), believed(levels={"seen": {"mean": 20}}))
    assert worst.total.mean == pytest.approx(360_000 * 0.95)


def test_a_penalty_is_symmetric_without_effect():
    text = """[[measures]]
id = "share"
follow_up_months = 18
[[payments]]
id = "result"
kind = "outcome_rate"
measure = "share"
price = "1000.00"
penalty = "1000.00"
"""
    beliefs = Beliefs.model_validate({"rates": {"share": {"n": 1300, "baseline": 0.5}}})
    found = value(contract(text), beliefs, draws=100_000)
    assert found.total.mean == pytest.approx(0, abs=20)
    assert found.chance_of_loss == pytest.approx(0.025, abs=0.004)
    assert found.total.p10 == 0 and found.quantiles["1%"] < -2000
    assert found.detection[0].detectable == pytest.approx(100 * (1.959964 + 0.841621) * sqrt(0.25 / 1300), rel=0.001)


def test_risk_transfer_of_a_linear_price():
    """A price equal to the worth of the effect takes all of its risk off the payer but the noise."""
    text = """[[measures]]
id = "score"
kind = "score"
[[payments]]
id = "result"
kind = "outcome_rate"
measure = "score"
scale = "percent"
price = "1000.00"
dead_zone = "none"
"""
    rate = {"n": 100, "baseline": 10.0, "effect_mean": 30, "effect_sd": 5, "worth": "100.00"}
    found = value(contract(text), Beliefs.model_validate({"rates": {"score": rate}}))
    assert found.retained.transfer == pytest.approx(1.0, abs=0.001)
    assert found.retained.worth.mean == pytest.approx(30_000, rel=0.01)
    assert Decimal(round(found.total.mean)) == pytest.approx(Decimal(30_000), abs=300)


DEAREST = """[[payments]]
id = "card"
kind = "unit_tariff"
max_per_person = 2
ladders = [["in", "stay"], ["course", "job", "kept"]]
most = { job = 40 }
[payments.prices]
in = "300.00"
stay = { low = "500.00", high = "900.00" }
course = "300.00"
job = "600.00"
kept = "200.00"
[[payments.reclaim]]
on = "back"
within_months = 6
share = "0.5"
outcomes = ["stay"]
"""
REACH = {"in": 0.6, "stay": 0.35, "course": 0.5, "job": 0.3, "kept": 0.2, "back": 0.25}


def one_person(draw, band):
    """The outcomes one person is paid for: up the ladders, then the two dearest."""
    got = set()
    for ladder in (["in", "stay"], ["course", "job", "kept"]):
        before = 1.0
        for step in ladder:
            if draw() >= REACH[step] / before:
                break
            got.add(step)
            before = REACH[step]
    price = {"in": 300, "stay": 500 if band == "low" else 900, "course": 300, "job": 600, "kept": 200}
    return sorted(((price[o], o) for o in got), reverse=True)[:2]


def test_at_most_two_outcomes_a_person_with_ladders_a_most_and_a_reclaim_against_a_loop():
    draw = np.random.default_rng(3).random
    totals_ = []
    for _ in range(2_000):
        paid = [one for n in range(100) for one in one_person(draw, "low" if n < 60 else "high")]
        jobs = sum(1 for _, outcome in paid if outcome == "job")
        total = sum(price for price, outcome in paid if outcome != "job") + 600 * min(jobs, 40)
        totals_.append(
            total - sum(price / 2 for price, outcome in paid if outcome == "stay" and draw() < REACH["back"])
        )
    beliefs = Beliefs(people=100, bands={"low": 0.6, "high": 0.4}, outcomes=REACH)
    found = value(contract(DEAREST), beliefs, draws=20_000)
    error = np.std(totals_) / sqrt(len(totals_))
    assert found.total.mean == pytest.approx(np.mean(totals_), abs=4 * error)
    assert found.total.error * sqrt(20_000) == pytest.approx(np.std(totals_), rel=0.07)
    freely = value(contract(DEAREST.replace("max_per_person = 2\n", "")), beliefs, draws=20_000)
    assert freely.total.mean > 1.2 * found.total.mean


def test_chances_that_are_not_sure_widen_what_at_most_one_outcome_pays():
    text = LADDER.replace("ladders", "max_per_person = 1\nladders")
    sure = {"in": {"chance": 0.5}, "stay": {"chance": 0.3}}
    unsure = {"in": {"chance": 0.5, "sd": 0.15}, "stay": {"chance": 0.3}}
    one, other = (value(contract(text), believed(outcomes=o, volume_sd=0.0), draws=20_000) for o in (sure, unsure))
    expected = 300 * (0.3 * (0.6 * 1000 + 0.4 * 2000) + 0.2 * 500)
    assert one.total.mean == pytest.approx(expected, abs=5 * one.total.error)
    assert other.total.error > 1.1 * one.total.error


def test_outcomes_that_can_be_reached_in_too_many_ways_are_one_clear_error():
    many = {f"o{n}": 0.5 for n in range(13)}
    prices = "".join(f'{o} = "1.00"\n' for o in many)
    text = f'[[payments]]\nid = "card"\nkind = "unit_tariff"\nmax_per_person = 2\n[payments.prices]\n{prices}'
    with pytest.raises(BadInput, match="more than 4,096 ways"):
        value(contract(text), Beliefs(people=10, outcomes=many))
