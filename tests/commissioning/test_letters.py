"""Letters: for the provider whole, for the public without small numbers."""

from datetime import date
from decimal import Decimal

import pytest
from contract_kit import BASE, END, FEE, RATE, SPLIT, TARIFF, contract, effect, outcome
from test_mechanisms import QUARTERS, TR, crc
from test_worked_examples import cohort, fusion, peterborough

from resettle.commissioning import Evidence, parse_contract, settle
from resettle.commissioning.explain import explain, masked

D = Decimal


def statement(*pieces, outcomes=(), effects=None, at=END, since=None):
    return settle(contract(*pieces), Evidence(outcomes=tuple(outcomes), effects=effects or {}), at, since)


def test_a_cohort_that_was_not_paid_is_told_why():
    letter = explain(peterborough(cohort(1, "1.42"), at=date(2014, 5, 31)))
    assert letter.startswith("To The provider\n\nA deal: what is paid, as of 31 May 2014")
    assert "142 events per 100 people (1,000 people) against 155" in letter
    assert "The contract pays only from 10% better, so nothing is paid." in letter
    assert "Still open:\n- Fewer, cohort 2: its result is not known yet." in letter


def test_a_deduction_is_told_with_its_numbers():
    letter = explain(settle(parse_contract(TR), Evidence(results=(crc("0.5272"),)), date(2018, 1, 1)))
    assert "52.7% of 1,300 people against 50.0% of an agreed baseline" in letter
    assert "The contract deducts £1,000.00 for each unit worse: -£2,720.00." in letter
    assert "It can close on 30 September 2017" in letter


def test_the_letter_of_a_statement_that_carries_on():
    first = statement(FEE, at=date(2024, 3, 31))
    letter = explain(statement(FEE, since=first))
    assert (
        "£12,000.00 is owed for all that was delivered and known by then. That is £9,000.00 more than was settled before."
        in letter
    )
    held = explain(statement(FEE + 'retention = { share = "0.1" }\n', at=date(2024, 6, 30)))
    assert "A further £600.00 was earned and is held back until later." in held


def test_a_missing_number_makes_the_total_at_least():
    assert "At least £3,001,450.00 is owed" in explain(fusion(level_2=None))


FEW = [outcome(n) for n in range(9)]
MANY = [outcome(n) for n in range(10)]


def test_the_public_sees_no_small_number_and_nothing_that_gives_one_away():
    limits = '\n[limits]\ncap = "13000.00"\n'
    letter = explain(statement(FEE, TARIFF, limits, outcomes=FEW), "public")
    assert letter.startswith("For publication")
    assert "Home: not shown. This rests on fewer than 10 people" in letter
    assert "The total is not shown" in letter
    for number in ("£3,600.00", "£15,600.00", "£13,000.00", "9 verified"):
        assert number not in letter
    assert "Fee: £12,000.00" in letter


def test_the_public_sees_what_rests_on_ten_people():
    letter = explain(statement(FEE, TARIFF, outcomes=MANY), "public")
    assert "Home: £4,000.00" in letter
    assert "£16,000.00 is owed" in letter
    assert "not shown" not in letter
    assert "outcome:" not in letter


@pytest.mark.parametrize(
    ("rate", "n", "hidden"), [(0.5, 1000, False), (0.5, 9, True), (0.004, 1000, True), (0.996, 1000, True)]
)
def test_small_groups_of_a_published_result(rate, n, hidden):
    text = (
        TR.replace("intake = {", "# intake = {")
        .replace("penalty", "# penalty")
        .replace('price = "1000.00"', 'price = "1000.00"\ndead_zone = "none"')
    )
    from resettle.commissioning.records import CohortResult

    result = CohortResult(id="r", measure="binary", people=n, value=D(str(rate)), mean_risk=D("0.48"))
    letter = explain(settle(parse_contract(text), Evidence(results=(result,)), date(2020, 1, 1)), "public")
    assert ("This rests on fewer than 10 people" in letter) == hidden


def test_small_events_of_an_effect_hide_its_line():
    few = effect(5, n=1000).treated.model_copy(update={"events": 4})
    found = effect(5).model_copy(update={"treated": few})
    assert "Rate: not shown" in explain(statement(RATE, effects={"reoffending": found}), "public")
    assert "Rate: not shown" not in explain(statement(RATE, effects={"reoffending": effect(5)}), "public")


def test_notes_are_masked():
    rows = [*MANY, outcome(99, verified_on=None)]
    letter = explain(statement(TARIFF, outcomes=rows), "public")
    assert "1 outcome not paid" not in letter
    assert "fewer than 10 outcome not paid" in letter
    assert masked("12 people and 3 people, 1,003 people") == "12 people and fewer than 10 people, 1,003 people"


def test_the_letter_names_both_payers():
    letter = explain(settle(parse_contract(QUARTERS), Evidence(), date(2024, 3, 31)))
    assert "The authority owes £1,800.00; The ministry owes £1,200.00. The mentors is owed £3,000.00." in letter
    assert BASE + FEE + TARIFF + RATE in QUARTERS
    assert SPLIT in QUARTERS
