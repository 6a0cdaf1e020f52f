"""What must hold of every statement, whatever the evidence."""

import random
import re
from datetime import date, timedelta
from decimal import Decimal

from contract_kit import BASE, END, FEE, MEASURES, RATE, TARIFF, TIERS, contract, effect, outcome
from hypothesis import given
from hypothesis import strategies as st

from resettle.commissioning import Evidence, parse_contract, settle
from resettle.commissioning.settlement.limits import above, below

D = Decimal
CODES = st.sampled_from(["home", "work", "other"])
OUTCOMES = st.lists(
    st.builds(
        lambda person, code, days, kind, verified, band, lot: {
            "person": f"p{person}",
            "code": code,
            "observed_on": date(2023, 12, 25) + timedelta(days=days),
            "verification": kind,
            "verified_on": None if verified is None else date(2023, 12, 25) + timedelta(days=days + verified),
            "band": band,
            "lot": lot,
        },
        st.integers(0, 4),
        CODES,
        st.integers(0, 380),
        st.sampled_from(["self", "worker", "document", "registry"]),
        st.none() | st.integers(0, 40),
        st.sampled_from([None, "low", "medium", "high"]),
        st.sampled_from(["lot-1", "lot-1", "lot-1", "lot-2"]),
    ),
    max_size=25,
).map(lambda rows: [outcome(n, **row) for n, row in enumerate(rows)])
PENCE = st.integers(0, 5_000_00).map(lambda n: f"{n / 100:.2f}")
SHARES = st.integers(0, 10_000).map(lambda n: (D(n) / 10_000, 1 - D(n) / 10_000))
TERMS = st.builds(
    lambda once, most, cap, floor, shares: contract(
        FEE,
        TARIFF.replace(
            "[payments.prices]",
            f"once_per_person = {str(once).lower()}\n"
            + (f"max_per_person = {most}\n" if most else "")
            + "[payments.prices]",
        ),
        RATE,
        TIERS,
        "\n[limits]\n",
        f'cap = "{D(cap) + D(floor)}"\n' if cap else "",
        f'floor = "{floor}"\n',
        f'[limits.cap_payment]\ntariff = "{floor}"\n',
        f'\n[split]\npayers = {{ gmca = "{shares[0]}", moj = "{shares[1]}" }}\n',
    ),
    st.booleans(),
    st.none() | st.integers(1, 3),
    st.none() | PENCE,
    PENCE,
    SHARES,
)
EFFECTS = st.builds(lambda points, se: {"reoffending": effect(points, se)}, st.floats(-20, 20), st.floats(0.1, 8))
DAYS = st.integers(0, 400).map(lambda n: date(2024, 1, 1) + timedelta(days=n))


@given(TERMS, OUTCOMES, EFFECTS, DAYS, st.randoms(use_true_random=False))
def test_money_is_conserved_and_order_and_repetition_change_nothing(agreed, outcomes, effects, at, shuffler):
    statement = settle(agreed, Evidence(outcomes=tuple(outcomes), effects=effects), at)
    groups = statement.grouped().values()
    assert all(len(lines) == 2 for lines in groups)
    assert all(sum(line.amount for line in lines) == D(lines[0].inputs["whole"]) for lines in groups)
    assert statement.total == sum(statement.by_payer.values()) == sum(statement.by_payee.values())
    assert all(line.amount == line.amount.quantize(D("0.01")) for line in statement.lines)
    assert all(abs(line.amount - line.quantity * line.price * line.share) < D("0.02") for line in statement.lines)
    known = (
        {f"line:{line.id}" for line in statement.lines}
        | {"effect:study"}
        | {f"outcome:{o.evidence_id}" for o in outcomes}
    )
    assert {e for line in statement.lines for e in line.evidence} <= known

    mixed = [*outcomes, *outcomes[: len(outcomes) // 2]]
    shuffler.shuffle(mixed)
    again = settle(agreed, Evidence(outcomes=tuple(mixed), effects=effects), at)
    assert again == statement


@given(TERMS, OUTCOMES, EFFECTS, DAYS)
def test_limits_hold(agreed, outcomes, effects, at):
    statement = settle(agreed, Evidence(outcomes=tuple(outcomes), effects=effects), at)
    cap, floor = agreed.limits.cap, agreed.limits.floor
    assert statement.total >= 0
    if cap is not None:
        assert statement.total <= cap
    if at >= agreed.period.end:
        assert statement.total >= floor
    tariff = sum(line.amount for line in statement.lines if line.payment == "tariff")
    assert 0 <= tariff <= agreed.limits.cap_payment["tariff"]


@given(
    TERMS, OUTCOMES, st.builds(lambda n, code: outcome(900 + n, f"p{n}", code, band="low"), st.integers(0, 4), CODES)
)
def test_one_more_verified_outcome_never_lowers_the_payment(agreed, outcomes, more):
    before = settle(agreed, Evidence(outcomes=tuple(outcomes)), END).total
    after = settle(agreed, Evidence(outcomes=(*outcomes, more)), END).total
    assert after >= before


@given(st.sampled_from([RATE, TIERS]), st.floats(-20, 20), st.floats(0, 10), st.floats(0.1, 8))
def test_a_better_result_never_lowers_the_payment(payment, points, gain, se):
    agreed = contract(payment)
    worse, better = (
        settle(agreed, Evidence(effects={"reoffending": effect(p, se)}), END).total for p in (points, points + gain)
    )
    assert better >= worse


@given(DAYS, DAYS)
def test_a_fee_never_falls_with_time(one, other):
    agreed = contract(FEE)
    early, late = (settle(agreed, Evidence(), day).total for day in sorted((one, other)))
    assert early <= late


@given(OUTCOMES, st.sampled_from(["GBP", "USD"]), st.integers(2, 50))
def test_prices_times_k_pay_k_times(outcomes, currency, k):
    def priced(by: int):
        prices = re.sub(r'"(\d+\.\d\d)"', lambda found: f'"{by * D(found[1])}"', TARIFF)
        return parse_contract(f'currency = "{currency}"\n' + BASE + prices)

    rows = Evidence(outcomes=tuple(outcomes))
    assert settle(priced(k), rows, END).total == k * settle(priced(1), rows, END).total


def test_a_thousand_people_in_any_order():
    rows = [outcome(n, f"p{n % 400}", ("home", "work")[n % 2], band=("low", "high")[n % 3 == 0]) for n in range(1000)]
    shuffled = random.Random(7).sample(rows, len(rows))
    agreed = contract(TARIFF, MEASURES[:0])
    one, two = (settle(agreed, Evidence(outcomes=tuple(r)), END) for r in (rows, shuffled))
    assert one == two
    people = {o.person for o in rows if o.outcome == "home"}
    assert one.lines[0].quantity == len(people)


def test_limits_on_single_amounts():
    assert (above(D(5), D(3)), above(D(2), D(3)), below(D(2), D(3)), below(D(5), D(3))) == (2, 0, 1, 0)
