from decimal import Decimal
from statistics import NormalDist

import numpy as np
import pytest
from contract_kit import BASE, END, FEE, RATE, SPLIT, TARIFF, contract, effect, outcome, rate_with
from hypothesis import given
from hypothesis import strategies as st

from resettle.commissioning import Beliefs, Evidence, RateBelief, Valuation, compare, parse_contract, settle, value
from resettle.commissioning.settlement import rate as rate_rule
from resettle.errors import BadInput

D = Decimal


def beliefs(n=700, comparison_n=None, baseline=0.5, mean=0.0, sd=0.0, **more):
    rate = RateBelief(n=n, comparison_n=comparison_n, baseline=baseline, effect_mean=mean, effect_sd=sd)
    return Beliefs(rates={"reoffending": rate}, **more)


# A reconstruction of Mulheirn (Social Market Foundation, 2013): p0 = 0.50, zone of 1.96 standard errors, fixed baseline.
TABLE = {
    700: (0.027, 0.081, 0.191, 0.363, 0.577, 0.766),
    1300: (0.025, 0.106, 0.301, 0.578, 0.819, 0.949),
    2500: (0.025, 0.174, 0.525, 0.857, 0.980, 0.999),
}


@pytest.mark.parametrize("n", TABLE)
@pytest.mark.parametrize("points", range(6))
def test_the_chance_of_payment_under_a_dead_zone(n, points):
    found = value(contract(RATE), beliefs(n, mean=points), draws=100_000)
    assert found.chance_of_payment == pytest.approx(TABLE[n][points], abs=0.01)
    assert found.paid_by_chance == pytest.approx(TABLE[n][0], abs=0.01)
    if points:
        assert found.missed == pytest.approx(1 - TABLE[n][points], abs=0.01)


def test_expected_payment_per_point_under_a_dead_zone_is_convex():
    for points, expected in enumerate((None, 0.35, 1.09, 2.28, 3.64, 4.88)):
        if expected:
            found = value(contract(RATE), beliefs(1300, mean=points), draws=100_000)
            assert found.total.mean / 1000 == pytest.approx(expected, abs=0.06)


@pytest.mark.parametrize(
    ("n", "comparison_n", "threshold"), [(1000, 1000, 2.0), (1000, None, 2.0), (2500, 900, 3.5), (400, 4000, 1)]
)
def test_payment_for_chance_agrees_with_the_closed_form(n, comparison_n, threshold):
    agreed = contract(rate_with(dead_zone='"none"', threshold_points=str(threshold)))
    found = value(agreed, beliefs(n, comparison_n, 0.45), draws=200_000)
    variance = 0.45 * 0.55 * (1 / n + (1 / comparison_n if comparison_n else 0))
    # Counts are whole: the normal approximation with a half step towards the threshold where there is one group only.
    step = 0 if comparison_n else 0.5 / n
    closed = 1 - NormalDist().cdf((threshold / 100 + step) / variance**0.5)
    assert found.paid_by_chance == pytest.approx(closed, abs=0.01)
    assert found.chance_of_payment == pytest.approx(closed, abs=0.01)


@pytest.mark.slow
def test_value_agrees_with_a_simulation_written_apart():
    """One draw at a time, with statements: effects settled by `settle`, against the arrays of `value`."""
    agreed = contract(RATE, TARIFF, '\n[limits]\ncap = "9000.00"\n')
    random = np.random.default_rng(5)
    totals = []
    for _ in range(1500):
        true = random.normal(3, 2)
        a, c = random.binomial(800, 0.5 - true / 100) / 800, random.binomial(900, 0.5) / 900
        se = (a * (1 - a) / 800 + c * (1 - c) / 900) ** 0.5
        rows = [outcome(n) for n in range(random.binomial(10, 0.3))]
        rows += [outcome(100 + n, code="work", band="low") for n in range(random.binomial(10, 0.2))]
        found = effect(100 * (c - a), 100 * se, n=800)
        totals.append(float(settle(agreed, Evidence(outcomes=tuple(rows), effects={"reoffending": found}), END).total))
    believed = beliefs(800, 900, mean=3, sd=2, people=10, outcomes={"home": 0.3, "work": 0.2}, bands={"low": 1.0})
    fast = value(agreed, believed, draws=100_000)
    assert np.mean(totals) == pytest.approx(fast.total.mean, abs=4 * np.std(totals) / len(totals) ** 0.5)
    assert np.quantile(totals, 0.5) == pytest.approx(fast.total.p50, rel=0.15)


TWO_PLACES = st.integers(0, 2000).map(lambda n: n / 100)
RATES = st.builds(
    lambda zone, threshold, per, price: rate_with(
        dead_zone=zone if zone.startswith('"') else f"{zone}",
        threshold_points=str(threshold),
        per=f'"{per}"',
        price=f'"{price / 100:.2f}"',
    ),
    st.sampled_from(['"none"', '"interval"', "1", "2.5"]),
    TWO_PLACES,
    st.sampled_from(["point", "person"]),
    st.integers(1, 10_000_00),
) | st.lists(st.integers(0, 400), min_size=1, max_size=5, unique=True).map(
    lambda starts: (
        '\n[[payments]]\nid = "rate"\nkind = "outcome_rate"\nmeasure = "reoffending"\ndead_zone = "none"\n'
        + "".join(
            f"[[payments.tiers]]\nfrom = {s / 20}\n" + (f"to = {t / 20}\n" if t else "") + f'amount = "{n + 1}.10"\n'
            for n, (s, t) in enumerate(zip(sorted(starts), [*sorted(starts)[1:], None], strict=True))
        )
    )
)


@given(
    RATES,
    st.lists(
        st.tuples(st.integers(-200_000, 200_000), st.integers(1, 80_000), st.integers(1, 5000)), min_size=1, max_size=8
    ),
)
def test_arrays_and_decimals_agree_to_the_penny(text, results):
    payment = contract(text).payments[0]
    exact_rule = rate_rule.rule_of(payment)
    points = np.array([p / 10_000 for p, _, _ in results])
    low = np.array([(p - h) / 10_000 for p, h, _ in results])
    people = np.array([n for _, _, n in results], dtype=float)
    fast = rate_rule.round_pence(rate_rule.amount(exact_rule.floats(), points, low, people))
    for i, (p, h, n) in enumerate(results):
        found = effect(p / 10_000, n=n)
        interval = found.interval.model_copy(update={"low": -(p + h) / 1e6, "high": -(p - h) / 1e6})
        found = found.model_copy(update={"estimate": -p / 1e6, "interval": interval})
        slow = settle(contract(text), Evidence(effects={"reoffending": found}), END).total
        assert D(f"{fast[i]:.2f}") == slow


def test_each_party():
    agreed = contract(FEE, RATE, SPLIT)
    found = value(agreed, beliefs(1300, mean=4, sd=1, monthly_cost="1100.00"))
    by = {(p.party, p.what): p.spread for p in found.parties}
    assert by["gmca", "pays"].mean == pytest.approx(0.6 * found.total.mean)
    assert by["gmca", "pays"].mean + by["moj", "pays"].mean == pytest.approx(by["mentors", "receives"].mean)
    assert by["mentors", "margin"].mean == pytest.approx(found.total.mean - 12 * 1100)
    assert by["gmca", "pays"].p10 <= by["gmca", "pays"].p50 <= by["gmca", "pays"].p90
    assert 0 < found.chance_of_loss < 1  # a loss where the rate does not pay
    assert found.quantiles["50%"] == found.total.p50


def test_limits_and_tariffs_in_every_draw():
    text = TARIFF + '\n[limits]\ncap = "3000.00"\nfloor = "1500.00"\n[limits.cap_payment]\ntariff = "2500.00"\n'
    believed = Beliefs(people=10, outcomes={"home": 0.5, "work": 0.0}, bands={"low": 0.5, "high": 0.5})
    found = value(contract(text), believed)
    assert (found.quantiles["0%"], found.quantiles["100%"]) == (1500.0, 2500.0)
    assert found.chance_of_payment is None
    assert found.paid_by_chance is None


def test_a_tariff_agrees_with_its_expectation():
    believed = Beliefs(people=100, outcomes={"home": 0.3, "work": 0.2}, bands={"low": 0.75, "high": 0.25})
    found = value(contract(TARIFF), believed, draws=50_000)
    expected = 100 * 0.3 * 400 + 75 * 0.2 * 100 + 25 * 0.2 * 333.33
    assert found.total.mean == pytest.approx(expected, abs=5 * found.total.error)


def test_at_most_one_outcome_a_person_agrees_with_its_expectation():
    agreed = contract(TARIFF.replace("[payments.prices]", "max_per_person = 1\n[payments.prices]"))
    found = value(agreed, Beliefs(people=100, outcomes={"home": 0.3, "work": 0.2}, bands={"low": 1.0}), draws=50_000)
    expected = 100 * (0.3 * 400 + 0.7 * 0.2 * 100)  # the dearer of the two where both are reached
    assert found.total.mean == pytest.approx(expected, abs=5 * found.total.error)


def test_a_hurdle_in_value():
    agreed = contract(rate_with(hurdle='"rearrest"', dead_zone='"none"'))
    good = RateBelief(n=2000, comparison_n=2000, baseline=0.4, effect_mean=10)
    nil = good.model_copy(update={"effect_mean": 0.0})
    both = value(agreed, Beliefs(rates={"reoffending": good, "rearrest": good}))
    one = value(agreed, Beliefs(rates={"reoffending": good, "rearrest": nil}))
    assert both.chance_of_payment == pytest.approx(1, abs=0.01)
    assert one.chance_of_payment == pytest.approx(0.025, abs=0.01)


def test_the_seed_decides():
    one, two, other = (value(contract(RATE), beliefs(mean=3, sd=1), seed=s) for s in (1, 1, 2))
    assert one == two
    assert one.total.mean != other.total.mean
    assert one.provenance.seed == 1
    assert Valuation.from_json(one.to_json()) == one
    assert "where the service makes no difference" in str(one)


def test_compare_uses_the_same_draws():
    fee = parse_contract((BASE + FEE).replace("lot-1", "fee-only"))
    linear = contract(rate_with(dead_zone='"none"'))
    zoned = parse_contract((BASE + RATE).replace("lot-1", "zoned"))
    found = compare([linear, zoned, fee], beliefs(1300, mean=3, sd=1))
    assert [row["contract"] for row in found.rows()] == ["lot-1", "zoned", "fee-only"]
    assert found.differences[0].mean == 0
    assert found.differences[1].p90 <= 0  # a dead zone can only take away, draw by draw
    alone = value(zoned, beliefs(1300, mean=3, sd=1))
    assert found.valuations[1] == alone
    assert "cheapest first" in str(found)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: value(contract(RATE), Beliefs()), "say nothing of 'reoffending'"),
        (lambda: value(contract(TARIFF), Beliefs(outcomes={"home": 0.1})), "say nothing of 'work'"),
        (
            lambda: value(contract(TARIFF), Beliefs(outcomes={"home": 0.1, "work": 0.1})),
            "no price for 'work' in any band",
        ),
        (lambda: value(contract(FEE), Beliefs(outcomes={"home": 1.1})), "not a probability"),
        (lambda: value(contract(FEE), Beliefs(outcomes={"home": float("nan")})), "not a probability"),
        (lambda: value(contract(FEE), Beliefs(bands={"low": -1.0})), "zero or more"),
        (lambda: value(contract(FEE), Beliefs(bands={"low": 0.6, "high": 0.3})), "add up to 1"),
        (lambda: value(contract(FEE), Beliefs(bands={"low": float("inf")})), "zero or more"),
        (lambda: value(contract(RATE), beliefs(baseline=1.5)), "must be below 1"),
        (lambda: value(contract(RATE), beliefs(), draws=10), "draws must be between"),
        (lambda: value(contract(RATE), beliefs(), seed=-1), "seed must be"),
        (lambda: compare([contract(FEE)], Beliefs()), "at least two contracts"),
        (lambda: compare([contract(FEE), contract(FEE)], Beliefs()), "its own id"),
        (
            lambda: compare(
                [contract(FEE), parse_contract('currency = "USD"\n' + (BASE + FEE).replace("lot-1", "x"))], Beliefs()
            ),
            "different currencies",
        ),
    ],
)
def test_what_cannot_be_valued(call, words):
    with pytest.raises(BadInput, match=words):
        call()


def test_beliefs_from_a_file(tmp_path):
    from resettle.commissioning import read_beliefs

    file = tmp_path / "beliefs.toml"
    file.write_text(
        'people = 10\nmonthly_cost = "5.00"\n[rates.reoffending]\nn = 700\nbaseline = 0.5\neffect_mean = 2\n', "utf-8"
    )
    assert read_beliefs(file).rates["reoffending"].effect_mean == 2
    file.write_text("people = 10\n[rates.reoffending]\nn = 700\nbaseline = -1.5\n", "utf-8")
    with pytest.raises(BadInput, match=r"line 4, rates.reoffending.baseline"):
        read_beliefs(file)
