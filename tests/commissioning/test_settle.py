from datetime import date
from decimal import Decimal

import pytest
from contract_kit import BASE, END, FEE, RATE, SPLIT, TARIFF, TIERS, contract, effect, outcome, rate_with, start

from resettle.commissioning import Evidence, Statement, parse_contract, settle
from resettle.errors import BadInput

D = Decimal


def paid(agreed, at=END, outcomes=(), effects=None, starts=()):
    return settle(agreed, Evidence(outcomes=tuple(outcomes), effects=effects or {}, starts=tuple(starts)), at)


ONE_PAYER = contract(FEE)


@pytest.mark.parametrize(
    ("at", "months"),
    [
        (date(2024, 1, 1), 0),
        (date(2024, 1, 30), 0),
        (date(2024, 1, 31), 1),
        (date(2024, 2, 28), 1),
        (date(2024, 2, 29), 2),
        (date(2024, 12, 31), 12),
        (date(2031, 1, 1), 12),
    ],
)
def test_a_fee_pays_whole_months_delivered(at, months):
    statement = paid(ONE_PAYER, at)
    assert statement.total == months * D(1000)
    assert statement.lines[0].quantity == months


@pytest.mark.parametrize(("every", "units"), [("month", 12), ("quarter", 4), ("once", 1)])
def test_a_fee_falls_due_as_agreed(every, units):
    agreed = parse_contract(BASE + FEE.replace('every = "month"', f'every = "{every}"'))
    assert paid(agreed).total == units * D(1000)


def test_a_fee_leads_to_the_people_who_started_by_then():
    late, other = start(2, date(2024, 6, 1)), start(3, service="elsewhere")
    line = paid(ONE_PAYER, date(2024, 3, 31), starts=[late, start(1), other]).lines[0]
    assert line.evidence == ("participation:s1",)
    assert "3 months of service were delivered, from 1 January 2024 to 31 March 2024" in line.why


def test_a_tariff_pays_by_outcome_and_band():
    statement = paid(
        contract(TARIFF),
        outcomes=[outcome(1), outcome(2), outcome(3, code="work", band="high"), outcome(4, code="work", band="low")],
    )
    assert {line.label: line.amount for line in statement.lines} == {
        "home": D("800.00"),
        "work, low complexity": D("100.00"),
        "work, medium complexity": D("0.00"),
        "work, high complexity": D("333.33"),
    }
    assert statement.lines[0].evidence == ("outcome:o1", "outcome:o2")
    assert statement.total == D("1233.33")


def test_an_outcome_is_paid_once_a_person():
    statement = paid(contract(TARIFF), outcomes=[outcome(1, "p"), outcome(2, "p", observed_on=date(2024, 2, 1))])
    assert statement.total == D("400.00")
    assert statement.lines[0].evidence == ("outcome:o2",)  # the earlier one
    assert any("1 further verified outcome not paid: paid once a person" in note for note in statement.notes)


def test_more_than_once_a_person_where_agreed():
    agreed = contract(TARIFF.replace("[payments.prices]", "once_per_person = false\n[payments.prices]"))
    assert paid(agreed, outcomes=[outcome(1, "p"), outcome(2, "p")]).total == D("800.00")


def test_the_dearest_outcomes_of_one_person_are_paid():
    agreed = contract(TARIFF.replace("[payments.prices]", "max_per_person = 1\n[payments.prices]"))
    statement = paid(agreed, outcomes=[outcome(1, "p", "work", band="low"), outcome(2, "p", "home")])
    assert statement.total == D("400.00")


def test_unverified_outcomes_are_listed_with_what_they_would_add():
    rows = [
        outcome(1),
        outcome(2, verified_on=None),
        outcome(3, verification="worker"),
        outcome(4, verification="self"),
    ]
    statement = paid(contract(TARIFF), outcomes=rows)
    assert statement.total == D("400.00")
    (note,) = statement.notes
    assert "3 outcomes not paid for want of accepted verification" in note
    assert "1 not verified, 1 verified only by the person's word, 1 verified only by the worker's word" in note
    assert "they would add £1,200.00 before limits" in note


def test_a_later_verification_is_not_known_yet():
    rows = [outcome(1, verified_on=date(2024, 6, 1))]
    assert paid(contract(TARIFF), date(2024, 5, 31), rows).total == 0
    assert paid(contract(TARIFF), date(2024, 6, 1), rows).total == D("400.00")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lot": "lot-2"}, "1 outcome set aside: evidence for another lot (lot-2)."),
        ({"observed_on": date(2023, 12, 31)}, "observed outside the period"),
        ({"observed_on": date(2025, 1, 1), "verified_on": None}, "observed after the day"),
        ({"outcome": "hone"}, "the contract has no price for them (hone 1)"),
        ({"outcome": "work"}, "no price is set for the band (1 with no band)"),
    ],
)
def test_evidence_that_does_not_count_is_named(changes, words):
    statement = paid(contract(TARIFF), outcomes=[outcome(1, **changes)])
    assert statement.total == 0
    assert any(words in note for note in statement.notes)


def test_the_same_id_with_other_contents_is_refused():
    with pytest.raises(BadInput, match="two different outcomes have the same id"):
        paid(contract(TARIFF), outcomes=[outcome(1), outcome(1, code="work")])


def test_a_shown_difference_pays_by_the_point():
    line = paid(contract(RATE), effects={"reoffending": effect(4.5)}).lines[0]
    assert (line.quantity, line.unit, line.price, line.amount) == (
        D("4.5"),
        "percentage point",
        D("1000.00"),
        D("4500.00"),
    )
    assert line.evidence == ("effect:study",)
    assert line.inputs["points_better"] == "4.5"
    assert line.inputs["interval_low"] == "2.540036015"
    assert "That is 4.5 percentage points, at £1,000.00 a point: £4,500.00." in line.why


def test_by_the_person_kept_from_the_outcome():
    agreed = contract(rate_with(per='"person"', threshold_points="2"))
    line = paid(agreed, effects={"reoffending": effect(4.5, n=200)}).lines[0]
    assert (line.quantity, line.unit, line.amount) == (D("5"), "person", D("5000.00"))


@pytest.mark.parametrize("points", [-3.0, 0.0, 1.5])
def test_a_difference_not_shown_pays_nothing_and_says_so(points):
    line = paid(contract(RATE), effects={"reoffending": effect(points, se=2.0)}).lines[0]
    assert line.amount == 0
    assert line.why.startswith("A difference was not shown")
    assert line.why.endswith("nothing is paid.")
    assert "no effect" not in line.why


def test_a_difference_shown_for_the_worse_pays_nothing():
    line = paid(contract(RATE), effects={"reoffending": effect(-5.0)}).lines[0]
    assert line.amount == 0
    assert "5 percentage points worse" in line.why
    assert line.why.endswith("The contract pays only for a better result than the comparison, so nothing is paid.")


@pytest.mark.parametrize(
    ("keys", "points", "owed"),
    [
        ({"dead_zone": '"none"'}, 0.5, 500),
        ({"dead_zone": '"none"'}, -0.5, 0),
        ({"dead_zone": "3"}, 3.0, 0),
        ({"dead_zone": "3"}, 3.1, 3100),
        ({"dead_zone": "3", "threshold_points": "1"}, 3.1, 2100),
        ({"dead_zone": '"none"', "threshold_points": "2.5"}, 2.5, 0),
        ({"dead_zone": '"none"', "threshold_points": "2.5"}, 4.0, 1500),
    ],
)
def test_dead_zone_and_threshold(keys, points, owed):
    assert paid(contract(rate_with(**keys)), effects={"reoffending": effect(points)}).total == owed


def test_payment_without_a_shown_difference_says_that_it_may_be_chance():
    line = paid(contract(rate_with(dead_zone='"none"')), effects={"reoffending": effect(0.5)}).lines[0]
    assert line.amount == D("500.00")
    assert line.why.startswith("A difference was not shown")
    assert line.why.endswith("although it may be chance.")


@pytest.mark.parametrize(
    ("points", "owed"), [(0.9, 0), (1.0, 10), (2.999, 10), (3.0, 20), (6.49, 20), (6.5, 30), (40, 30)]
)
def test_tiers(points, owed):
    assert paid(contract(TIERS), effects={"reoffending": effect(points)}).total == owed


def test_binary_noise_does_not_miss_a_tier():
    agreed = contract(TIERS.replace("from = 6.5", "from = 10").replace("to = 6.5", "to = 10"))
    found = effect(10).model_copy(update={"estimate": 0.2 - 0.3})  # -0.09999999999999998
    assert paid(agreed, effects={"reoffending": found}).total == 30


def test_a_hurdle_must_be_shown_too():
    agreed = contract(rate_with(hurdle='"rearrest"'))
    good, weak = effect(5), effect(0.5, clock="rearrest-52-weeks", id="weak")
    strong = weak.model_copy(update={"estimate": -0.05, "interval": good.interval})
    assert paid(agreed, effects={"reoffending": good, "rearrest": strong}).total == 5000
    refused = paid(agreed, effects={"reoffending": good, "rearrest": weak})
    assert refused.total == 0
    assert "rearrest is shown to be better too" in refused.lines[0].why
    assert refused.lines[0].evidence == ("effect:study", "effect:weak")
    assert paid(agreed, effects={"reoffending": good}).total == 0


def test_no_result_yet():
    line = paid(contract(RATE)).lines[0]
    assert line.amount == 0
    assert "nothing is paid yet" in line.why


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (effect(5, scale="hazard"), "paid on a difference of rates"),
        (effect(5, clock="rearrest-52-weeks"), "measured by another clock"),
        (effect(5, interval=effect(5).interval.model_copy(update={"level": 0.9})), "reads a 95% interval"),
    ],
)
def test_effects_that_cannot_be_paid_on(found, words):
    with pytest.raises(BadInput, match=words):
        paid(contract(RATE), effects={"reoffending": found})


def test_an_effect_for_an_unknown_measure():
    with pytest.raises(BadInput, match=r"measure that the contract does not have.*Did you mean 'reoffending'"):
        paid(contract(RATE), effects={"reofending": effect(5)})


def test_before_the_contract_starts():
    with pytest.raises(BadInput, match="before the contract starts"):
        paid(ONE_PAYER, date(2023, 12, 31))


def test_the_cap_is_a_line_of_its_own():
    statement = paid(contract(FEE, '\n[limits]\ncap = "10500.00"\n'))
    assert [line.amount for line in statement.lines] == [D("12000.00"), D("-1500.00")]
    cap = statement.lines[1]
    assert (cap.rule, cap.evidence) == ("cap", ("line:L1",))
    assert "At most £10,500.00 is paid, and £12,000.00 was earned, so £1,500.00 is taken off" in cap.why


def test_caps_of_a_payment_come_before_the_cap_of_the_contract():
    limits = '\n[limits]\ncap = "10000.00"\n[limits.cap_payment]\nfee = "9000.00"\n'
    statement = paid(contract(FEE, TARIFF, limits), outcomes=[outcome(n) for n in range(5)])
    assert statement.total == D("10000.00")
    assert [line.amount for line in statement.lines if line.rule == "cap"] == [D("-3000.00"), D("-1000.00")]


def test_the_floor_is_made_up_at_the_end():
    agreed = contract(TARIFF, '\n[limits]\nfloor = "500.00"\n')
    early = paid(agreed, date(2024, 6, 30), [outcome(1)])
    assert early.total == D("400.00")
    assert any("made up when it ends, on 31 December 2024" in note for note in early.notes)
    late = paid(agreed, END, [outcome(1)])
    assert late.total == D("500.00")
    assert late.lines[-1].amount == D("100.00")


def test_a_cut_falls_on_payees_in_proportion():
    second = '\n[[parties]]\nid = "other"\nname = "Other"\nrole = "provider"\n'
    fees = FEE.replace('kind = "fee"', 'kind = "fee"\npayee = "mentors"') + FEE.replace(
        '"fee"\nkind', '"fee2"\nkind'
    ).replace('kind = "fee"', 'kind = "fee"\npayee = "other"').replace("1000.00", "500.00")
    agreed = parse_contract(BASE + second + fees + '\n[limits]\ncap = "9000.00"\n')
    assert paid(agreed).by_payee == {"mentors": D("6000.00"), "other": D("3000.00")}


def test_every_line_is_divided_between_payers():
    statement = paid(contract(TARIFF, SPLIT), outcomes=[outcome(1, code="work", band="high")])
    high = [line for line in statement.lines if line.label == "work, high complexity"]
    assert [(line.id, line.payer, line.amount) for line in high] == [
        ("L4-gmca", "gmca", D("200.00")),
        ("L4-moj", "moj", D("133.33")),
    ]
    assert high[0].inputs["whole"] == "333.33"
    assert "The authority bears 60% of this: £200.00." in high[0].why
    assert statement.by_payer == {"gmca": D("200.00"), "moj": D("133.33")}


def test_limits_lead_to_the_same_payers_lines():
    statement = paid(contract(FEE, '\n[limits]\ncap = "10.00"\n', SPLIT))
    known = {f"line:{line.id}" for line in statement.lines}
    assert statement.lines[-1].evidence == ("line:L1-moj",)
    assert {e for line in statement.lines for e in line.evidence} <= known


def test_the_letter():
    statement = paid(contract(FEE, RATE, SPLIT), effects={"reoffending": effect(0.5)})
    letter = statement.explain()
    assert letter.startswith("A contract: statement at 31 December 2024")
    assert "fee: £12,000.00. 12 months of service were delivered" in letter
    assert letter.count("12 months of service") == 1
    assert "The authority bears 60% of this: £7,200.00. The ministry bears 40% of this: £4,800.00." in letter
    assert "The authority owes £7,200.00; The ministry owes £4,800.00. The mentors is owed £12,000.00." in letter


def test_disputed_evidence_is_told(maryland, examples):
    from resettle.commissioning import gather, read_contract
    from resettle.evidence.evaluate import evaluate

    agreed = read_contract(examples / "contracts/maryland-aid.toml")
    found = evaluate(maryland, examples / "studies/maryland-aid.toml")
    at = date(1970, 12, 31)
    statement = settle(agreed, gather(maryland, agreed, at, {"rearrest": found}), at)
    assert statement.total == D("50000.00")  # 8.333333333 points at 6,000
    assert any("the answer changes with the test chosen" in note for note in statement.notes)
    assert any("what-if" in note for note in statement.notes)
    assert any("nominal dates" in note for note in statement.notes)


def test_north_carolina_is_not_shown_and_pays_nothing(north_carolina, examples):
    from resettle.commissioning import gather, read_contract
    from resettle.evidence.evaluate import evaluate

    agreed = read_contract(examples / "contracts/north-carolina-work.toml")
    found = evaluate(north_carolina, examples / "studies/north-carolina-work.toml")
    at = date(1979, 12, 31)
    statement = settle(agreed, gather(north_carolina, agreed, at, {"return": found}), at)
    assert statement.total == 0
    assert "A difference was not shown" in statement.lines[0].why
    assert "no effect" not in statement.explain()


def test_a_statement_is_written_and_read_back():
    statement = paid(contract(FEE, TARIFF, RATE, SPLIT), outcomes=[outcome(1)], effects={"reoffending": effect(4.567)})
    assert Statement.from_json(statement.to_json()) == statement
    assert len(statement.table()) == len(statement.lines)
    assert "contract:lot-1" in statement.provenance.inputs
