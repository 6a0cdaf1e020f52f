"""Each mechanism of payment on small numbers that can be reckoned by hand."""

from datetime import date
from decimal import Decimal

import pytest
from contract_kit import BASE, END, FEE, RATE, SPLIT, TARIFF, contract, effect, outcome, start
from test_worked_examples import HEAD

from resettle.commissioning import Evidence, parse_contract, settle
from resettle.commissioning.records import CohortResult, LevelReading, Spending, VolumeCount
from resettle.errors import BadInput

D = Decimal


def owed(agreed, at=END, **evidence):
    return settle(agreed, Evidence(**evidence), at)


def amounts(statement, rule):
    return [line.amount for line in statement.lines if line.rule == rule]


# Volume -------------------------------------------------------------------------------------------------------------------------
WEIGHTED = FEE + 'volume = { weights = { high = 2 }, expected = 100, low = 90, high = 110, marginal = "0.5" }\n'


@pytest.mark.parametrize(
    ("low_band", "high_band", "change"),
    [(100, 0, "0.00"), (90, 0, "0.00"), (80, 0, "-600.00"), (60, 35, "1200.00"), (0, 0, "-5400.00")],
)
def test_a_fee_follows_the_weighted_volume_of_the_year(low_band, high_band, change):
    """12,000 x 0.5 x (volume - bound) / 100; one case of the high band weighs two."""
    volumes = (
        VolumeCount(id="a", starts_on=date(2024, 2, 1), number=low_band, band="low"),
        VolumeCount(id="b", starts_on=date(2024, 3, 1), number=high_band, band="high"),
    )
    statement = owed(contract(WEIGHTED), volumes=volumes)
    assert amounts(statement, "volume") == [D(change)]
    assert statement.total == 12_000 + D(change)


def test_volume_is_open_until_the_year_is_over_and_until_somebody_counts():
    early = owed(contract(WEIGHTED), date(2024, 6, 30), starts=(start(1),))
    assert [str(o) for o in early.open] == [
        "fee, volume of year 1: the year's volume is reckoned once the year is over. It can close on 31 December 2024."
    ]
    assert amounts(owed(contract(WEIGHTED)), "volume") == []
    assert "nobody has said" in str(owed(contract(WEIGHTED)).open[0])


BANDS = """
[[payments]]
id = "lot"
kind = "volume_bands"
every = "quarter"
[[payments.bands]]
from = 0
to = 10
amount = "1000.00"
[[payments.bands]]
from = 11
to = 20
amount = "1800.00"
"""


@pytest.mark.parametrize(("people", "price"), [(0, 1000), (10, 1000), (11, 1800), (20, 1800), (25, 1800)])
def test_volume_bands(people, price):
    volumes = (VolumeCount(id="a", starts_on=date(2024, 1, 5), number=people),)
    statement = owed(contract(BANDS), date(2024, 3, 31), volumes=volumes)
    assert statement.total == price
    assert any("volume cap of 20" in note for note in statement.notes) == (people > 20)


def test_volume_bands_count_people_who_started():
    starts = (*(start(n, date(2024, 1, 2)) for n in range(11)), start(99, date(2024, 4, 2)))
    assert [line.amount for line in owed(contract(BANDS), date(2024, 6, 30), starts=starts).lines] == [1800, 1000]


# Fees ---------------------------------------------------------------------------------------------------------------------------
LONG = BASE.replace("2024-12-31", "2026-12-31")


def test_a_fee_falls_by_what_is_learned_and_rises_with_prices():
    learning = parse_contract(LONG + FEE + 'learning = "0.1"\n')
    assert owed(learning, date(2026, 12, 31)).total == 12 * (D(1000) + D(900) + D(810))
    indexed = parse_contract(LONG + FEE + "indexed = true\n" + '[indexation]\nby_year = { 2024 = 1, 2025 = "1.025" }\n')
    assert owed(indexed, date(2026, 12, 31)).total == 12 * (D(1000) + 2 * D(1025))


LEVELS = (
    FEE
    + """
[[service_levels]]
id = "starts_in_time"
payment = "fee"
target = 95
steps = [{ short_by = 1, credit = "0.02" }, { short_by = 10, credit = "0.10" }]
[limits]
credits = "0.01"
"""
)


def reading(number, value, month=1):
    return LevelReading(id=f"r{number}", service_level="starts_in_time", starts_on=date(2024, month, 1), value=D(value))


@pytest.mark.parametrize(
    ("value", "credit"), [("95", None), ("94.5", None), ("94", "-20.00"), ("85", "-100.00"), ("80", "-100.00")]
)
def test_service_credits(value, credit):
    statement = owed(contract(LEVELS), levels=(reading(1, value),))
    assert amounts(statement, "credit") == ([D(credit)] if credit else [])


def test_service_credits_stop_at_the_part_of_the_fee_that_is_at_risk():
    """1% of 12,000 is at risk in a year; the second month takes what is left of it."""
    statement = owed(contract(LEVELS), levels=(reading(1, "80"), reading(2, "80", 2)))
    assert amounts(statement, "credit") == [D("-100.00"), D("-20.00")]
    spent = contract(LEVELS.replace("target = 95", "target = 95\nreinvested = true"))
    assert owed(spent, levels=(reading(1, "80"),)).total == 12_000


# Tariffs ------------------------------------------------------------------------------------------------------------------------
STEPS = """
[[payments]]
id = "home"
kind = "unit_tariff"
ladders = [["home_1m", "home_3m", "home_6m"]]
[payments.prices]
home_1m = "10.00"
home_3m = "100.00"
home_6m = "1000.00"
"""


@pytest.mark.parametrize(
    ("reached", "total"),
    [("1", 10), ("1 3", 110), ("1 3 6", 1110), ("3", 0), ("6", 0), ("1 6", 10), ("3 6", 0)],
)
def test_a_ladder_pays_a_step_only_after_those_before_it(reached, total):
    rows = tuple(outcome(n, "p", f"home_{n}m") for n in map(int, reached.split()))
    assert owed(contract(STEPS), outcomes=rows).total == total


def test_an_unverified_step_breaks_the_ladder():
    rows = (outcome(1, "p", "home_1m", verified_on=None), outcome(3, "p", "home_3m"))
    assert owed(contract(STEPS), outcomes=rows).total == 0


def test_at_most_so_many_of_an_outcome_the_dearest_first():
    agreed = contract(TARIFF.replace("[payments.prices]", "most = { work = 1 }\n[payments.prices]"))
    rows = (outcome(1, code="work", band="low"), outcome(2, code="work", band="high"), outcome(3))
    assert owed(agreed, outcomes=rows).total == D("733.33")


RECLAIM = TARIFF.replace("[payments.prices]", "").replace(
    "home =",
    'reclaim = [{ on = "back", within_months = 6, share = "0.5", outcomes = ["home"] }]\n[payments.prices]\nhome =',
)


@pytest.mark.parametrize(
    ("back", "total"), [("2024-03-01", 400), ("2024-03-02", 200), ("2024-09-01", 200), ("2024-09-02", 400), (None, 400)]
)
def test_what_does_not_last_is_taken_back(back, total):
    rows = [outcome(1, "p", observed_on=date(2024, 3, 1)), outcome(3, "q", "back")]
    rows += [outcome(2, "p", "back", observed_on=date.fromisoformat(back))] if back else []
    statement = owed(contract(RECLAIM), outcomes=tuple(rows))
    assert statement.total == total
    taken = [line for line in statement.lines if line.rule == "reclaim"]
    assert [line.evidence for line in taken] == ([("outcome:o1", "outcome:o2")] if total == 200 else [])


BANDED = BASE.replace('services = ["peer"]', 'services = ["peer"]\nbanding = { assessor = "gmca" }') + TARIFF


@pytest.mark.parametrize(
    ("changes", "price"),
    [
        ({}, "333.33"),
        ({"band_by": "gmca"}, "333.33"),
        ({"band_by": "mentors"}, "100.00"),
        ({"banded_on": date(2024, 1, 10)}, "333.33"),
        ({"banded_on": date(2024, 1, 11)}, "100.00"),
    ],
)
def test_a_band_set_by_another_or_too_late_is_set_aside(changes, price):
    rows = (outcome(1, "p1", "work", band="high", **changes),)
    assert owed(parse_contract(BANDED), outcomes=rows, starts=(start(1),)).total == D(price)


def test_verification_must_come_in_time():
    agreed = contract(TARIFF, "\n[evidence]\nwithin_days = 14\n")
    rows = (outcome(1, verified_on=date(2024, 3, 15)), outcome(2, verified_on=date(2024, 3, 16)))
    statement = owed(agreed, outcomes=rows)
    assert statement.total == 400
    assert "1 verified too late (a document)" in statement.notes[0]


# Rates --------------------------------------------------------------------------------------------------------------------------
TR = (
    HEAD
    + """
intake = { every = "quarter", cohorts = 4 }
[period]
start = 2015-10-01
end = 2022-01-31
[[measures]]
id = "binary"
clock = "moj-2017"
label = "proven reoffending"
[measures.baseline]
kind = "fixed"
value = "0.50"
period = { start = 2011-01-01, end = 2011-12-31 }
adjustment = { covariate = "Offender Group Reconviction Scale", form = "additive", reference = "0.48" }
[[payments]]
id = "binary"
kind = "outcome_rate"
measure = "binary"
price = "1000.00"
penalty = "1000.00"
"""
)


def crc(rate, people=1300, risk="0.48"):
    return CohortResult(id="q1", measure="binary", cohort=1, people=people, value=D(rate), mean_risk=D(risk))


@pytest.mark.parametrize(
    ("rate", "people", "risk", "owed_now"),
    [
        ("0.4728", 1300, "0.48", 2720),  # the half-width for 1,300 people is 1.96 x 1.3868 = 2.718 points
        ("0.4729", 1300, "0.48", 0),
        ("0.5271", 1300, "0.48", 0),
        ("0.5272", 1300, "0.48", -2720),
        ("0.4728", 700, "0.48", 0),  # 3.704 points for 700 people
        ("0.4629", 700, "0.48", 3710),
        ("0.4903", 2500, "0.50", 2970),  # a cohort of higher risk: 0.4903 + 0.48 - 0.50
        ("0.417", 2500, "0.48", 8300),
    ],
)
def test_payment_and_deduction_outside_the_confidence_band_of_the_baseline(rate, people, risk, owed_now):
    statement = owed(parse_contract(TR), date(2018, 1, 1), results=(crc(rate, people, risk),))
    assert statement.total == owed_now
    assert len(statement.open) == 3


def test_a_cohort_closes_after_follow_up_wait_and_publication():
    """October to December 2015, one year of follow-up, six months for court, then publication."""
    agreed = parse_contract(TR.replace("[[measures]]", "[timing]\npublish_months = 4\n[[measures]]", 1))
    first = owed(agreed, date(2016, 1, 1)).open[0]
    assert (first.cohort, first.closes_on) == (1, date(2017, 10, 30))
    assert "was due" in owed(agreed, date(2018, 1, 1)).open[0].why


def test_the_level_and_the_sides_of_the_interval_decide():
    result = crc("0.4760")
    assert owed(parse_contract(TR), date(2018, 1, 1), results=(result,)).total == 0
    one_sided = parse_contract(TR + "test = { sides = 1 }\n")
    assert owed(one_sided, date(2018, 1, 1), results=(result,)).total == 2400
    loose = parse_contract(TR + "test = { confidence = 0.90 }\n")
    assert owed(loose, date(2018, 1, 1), results=(result,)).total == 2400


ROCA = (
    HEAD
    + """
[period]
start = 2014-01-01
end = 2020-12-31
[[measures]]
id = "days"
kind = "days"
definition = "days in prison"
dispersion = 30
estimator = { design = "randomised", fallback = { power_below = "0.8", effect = 100, mix = { randomised = "0.8", did = "0.2" } } }
[[payments]]
id = "days"
kind = "outcome_rate"
measure = "days"
scale = "percent"
per = "event"
price = "10.00"
dead_zone = "none"
"""
)


def trial(design, value, people):
    return CohortResult(
        id=design,
        measure="days",
        design=design,
        people=people,
        comparison_people=people,
        value=D(value),
        comparison=D(100),
    )


def test_a_trial_of_too_little_power_falls_back_on_the_agreed_mixture():
    weak = (trial("randomised", 90, 100), trial("did", 60, 100))
    line = owed(parse_contract(ROCA), date(2020, 1, 1), results=weak).lines[0]
    assert line.inputs["percent_better"] == "16"  # 0.8 x 10 + 0.2 x 40
    assert line.amount == D("16000.00")  # 16 days fewer for each of 100 people
    assert "paid on 80% randomised and 20% did" in line.why
    assert line.evidence == ("result:randomised", "result:did")
    strong = (trial("randomised", 90, 100_000), trial("did", 60, 100))
    assert owed(parse_contract(ROCA), date(2020, 1, 1), results=strong).lines[0].inputs["percent_better"] == "10"


def test_a_fallback_that_lacks_a_design_is_open_and_another_design_does_not_count():
    alone = owed(parse_contract(ROCA), date(2020, 1, 1), results=(trial("randomised", 90, 100),))
    assert alone.total == 0
    assert len(alone.open) == 1
    assert owed(parse_contract(ROCA), date(2020, 1, 1), results=(trial("did", 60, 100),)).total == 0


def test_an_effect_by_cohort_and_a_one_sided_reading_of_it():
    text = BASE.replace('services = ["peer"]', 'services = ["peer"]\nintake = { every = "quarter", cohorts = 2 }')
    agreed = parse_contract(text + RATE)
    effects = {"reoffending@1": effect(5), "reoffending@2": effect(1.8)}
    assert [line.amount for line in owed(agreed, effects=effects).lines] == [5000, 0]
    sided = parse_contract(text + RATE + "test = { sides = 1 }\n")
    assert [line.amount for line in owed(sided, effects=effects).lines] == [5000, 1800]


# Grants, budgets, open books ----------------------------------------------------------------------------------------------------
PATHFINDER = (
    HEAD
    + """
[period]
start = 2011-10-01
end = 2013-09-30
[[measures]]
id = "nights"
kind = "count"
definition = "custody bed nights"
baseline = { kind = "fixed", value = 100 }
follow_up_months = 0
[[payments]]
id = "grant"
kind = "grant"
instalments = [{ on = 2011-10-01, amount = 600000 }, { on = 2012-10-01, amount = 400000 }]
clawback = { measure = "nights", minimum = "11.8", share = "0.5", waived_if_left_by = 2012-09-30 }
[termination]
break_from = 2012-09-30
"""
)


def nights(value):
    return CohortResult(id="n", measure="nights", people=1, value=D(value))


@pytest.mark.parametrize(
    ("value", "total"), [("62", 1_000_000), ("88.2", 1_000_000), ("88.3", 500_000), ("120", 500_000)]
)
def test_a_grant_is_repaid_where_the_target_was_missed(value, total):
    assert owed(parse_contract(PATHFINDER), date(2013, 9, 30), results=(nights(value),)).total == total


def test_leaving_in_time_escapes_the_clawback():
    left = PATHFINDER + (
        '[[variations]]\neffective = 2012-09-30\nreason = "left"\n'
        'changes = { "termination.left_on" = 2012-09-30, "payments.grant.instalments.2.amount" = 0 }\n'
    )
    statement = owed(parse_contract(left), date(2013, 9, 30), results=(nights("120"),))
    assert statement.total == 600_000
    assert any("nothing is repaid whatever the result" in note for note in statement.notes)


BUDGET = """
[[payments]]
id = "own"
kind = "personal_budget"
amounts = { low = "100.00", any = "50.00" }
"""


def spend(number, amount, person="p", day=date(2024, 2, 1), **more):
    return Spending(id=f"s{number}", payment="own", spent_on=day, amount=D(amount), person=person, **more)


def test_a_personal_budget_pays_what_was_spent_within_each_persons_amount():
    rows = (spend(1, "30"), spend(2, "30"), spend(3, "-20", day=date(2024, 3, 1)), spend(4, "80", "q", band="low"))
    statement = owed(contract(BUDGET), spending=rows)
    assert statement.total == D("120.00")  # 30 + 30 - 20 for p, 80 for q
    over = owed(contract(BUDGET), spending=rows[:2])
    assert over.total == 50
    assert any("£10.00 was spent beyond" in note for note in over.notes)


def test_an_open_book_pays_costs_and_a_margin():
    text = '\n[[payments]]\nid = "own"\nkind = "cost_plus"\nmargin = "0.05"\n'
    assert owed(contract(text), spending=(spend(1, "100.10", None), spend(2, "10", None))).total == D("115.61")


# Limits and what is held back ---------------------------------------------------------------------------------------------------
def test_caps_by_year_and_by_cohort():
    years = parse_contract(LONG + FEE + '[limits]\ncap_year = "10000.00"\n')
    assert owed(years, date(2025, 6, 30)).total == 16_000
    text = BASE.replace('services = ["peer"]', 'services = ["peer"]\nintake = { every = "quarter", cohorts = 2 }')
    cohorts = parse_contract(text + RATE + '[limits]\ncap_cohort = "4000.00"\n')
    effects = {"reoffending@1": effect(5), "reoffending@2": effect(3)}
    assert owed(cohorts, effects=effects).total == 7000


def test_retention_and_deferral_are_lines_that_go_when_their_time_comes():
    kept = contract(FEE + 'retention = { share = "0.1" }\n')
    before, after = owed(kept, date(2024, 6, 30)), owed(kept)
    assert (before.total, before.held, after.total, after.held) == (5400, 600, 12_000, 0)
    later = contract(FEE.replace('"month"', '"once"') + "deferred_months = 3\n")
    assert [owed(later, day).total for day in (date(2024, 3, 31), END)] == [0, 1000]
    capped = contract(FEE + 'retention = { share = "0.5" }\n', '[limits]\ncap = "100.00"\n')
    assert owed(capped, date(2024, 6, 30)).total == 0


def test_a_payers_cap_moves_the_rest_to_the_others():
    agreed = contract(FEE, SPLIT + 'caps = { moj = "1000.00" }\n')
    statement = owed(agreed)
    assert statement.by_payer == {"gmca": D("11000.00"), "moj": D("1000.00")}
    assert statement.total == 12_000


def test_shares_of_single_payments_and_several_payees():
    more = BASE.replace(
        "[population]", '[[parties]]\nid = "sub"\nname = "The charity"\nrole = "subcontractor"\n[population]'
    )
    text = more + FEE.replace("1000.00", "100.01") + 'payees = { mentors = "0.7", sub = "0.3" }\n' + SPLIT
    statement = owed(parse_contract(text + "by_payment = { fee = { moj = 1 } }\n"), date(2024, 1, 31))
    assert statement.by_payee == {"mentors": D("70.01"), "sub": D("30.00")}
    assert statement.by_payer == {"moj": D("100.01")}


# Variations ---------------------------------------------------------------------------------------------------------------------
VARIED = (
    BASE
    + FEE.replace('"1000.00"', '"=base"')
    + TARIFF
    + """
[parameters]
base = 1000
[[variations]]
effective = 2024-07-01
reason = "more mentors"
changes = { "parameters.base" = 1500, "payments.tariff.prices.home" = "500.00" }
"""
)


def test_each_part_is_paid_under_the_terms_of_its_day():
    agreed = parse_contract(VARIED)
    rows = (outcome(1, observed_on=date(2024, 6, 30)), outcome(2, observed_on=date(2024, 7, 1)))
    statement = owed(agreed, outcomes=rows)
    assert amounts(statement, "fee") == [6000, 9000]
    assert [line.amount for line in statement.lines if line.label == "home"] == [400, 500]


def test_a_statement_of_before_the_variation_is_the_same_to_the_penny_after_it():
    rows = (outcome(1),)
    at = date(2024, 6, 30)
    plain = VARIED.split("[[variations]]")[0]
    assert owed(parse_contract(VARIED), at, outcomes=rows).lines == owed(parse_contract(plain), at, outcomes=rows).lines


def test_a_variation_may_end_a_payment_and_begin_another():
    text = (
        BASE
        + FEE
        + TARIFF
        + (
            '[[variations]]\neffective = 2024-07-01\nreason = "a new way to pay"\nremoves = ["payments.fee"]\n'
            'changes = { "payments.grant" = { kind = "grant", instalments = [{ on = 2024-08-01, amount = 500 }] } }\n'
        )
    )
    statement = owed(parse_contract(text))
    assert amounts(statement, "fee") == [6000]
    assert amounts(statement, "grant") == [500]


# Carrying on --------------------------------------------------------------------------------------------------------------------
QUARTERS = BASE + FEE + TARIFF + RATE + '[timing]\nreconciliation = "quarter"\n' + SPLIT


def test_late_evidence_opens_its_own_period_and_the_difference_is_a_line():
    agreed = parse_contract(QUARTERS)
    first = owed(
        agreed, date(2024, 3, 31), outcomes=(outcome(1, observed_on=date(2024, 2, 1), verified_on=date(2024, 2, 2)),)
    )
    rows = (
        outcome(1, observed_on=date(2024, 2, 1), verified_on=date(2024, 2, 2)),
        outcome(2, observed_on=date(2024, 2, 1), verified_on=date(2024, 5, 2)),
        outcome(3, observed_on=date(2024, 5, 1), verified_on=date(2024, 5, 2)),
    )
    second = settle(agreed, Evidence(outcomes=rows), date(2024, 6, 30), first)
    assert second.lines[: len(first.lines)] == first.lines
    assert second.total == owed(agreed, date(2024, 6, 30), outcomes=rows).total
    assert second.due == 3000 + 400 + 400
    late = [line for line in second.lines if line.rule == "correction"]
    assert sum(line.amount for line in late) == 400
    assert {line.period for line in late} == {"2024-01-01 to 2024-03-31"}
    assert late[0].evidence == ("outcome:o2",)
    assert (
        "£240.00 was settled on 31 March 2024; it comes to £480.00 now, because evidence changed (1 added)."
        in late[0].why
    )


def test_a_withdrawn_outcome_is_reversed_and_nothing_is_changed():
    agreed = parse_contract(QUARTERS)
    rows = (outcome(1, observed_on=date(2024, 2, 1), verified_on=date(2024, 2, 2)),)
    first = owed(agreed, date(2024, 3, 31), outcomes=rows)
    second = settle(agreed, Evidence(), date(2024, 3, 31), first)
    assert second.due == -400
    third = settle(agreed, Evidence(outcomes=rows), date(2024, 3, 31), second)
    assert third.total == first.total
    assert third.lines[: len(second.lines)] == second.lines
    assert len({line.id for line in third.lines}) == len(third.lines)


def test_settling_twice_is_settling_once():
    agreed = parse_contract(QUARTERS)
    rows = (outcome(1),)
    first = owed(agreed, outcomes=rows)
    again = settle(agreed, Evidence(outcomes=rows), END, first)
    assert again.lines == first.lines
    assert again.due == 0


def test_what_was_held_back_is_released():
    agreed = contract(FEE + 'retention = { share = "0.1" }\n')
    first = owed(agreed, date(2024, 6, 30))
    second = settle(agreed, Evidence(), END, first)
    assert second.total == 12_000
    assert [line.amount for line in second.lines if line.rule == "release"] == [600]


def test_carrying_on_from_another_contract_or_a_later_day():
    agreed = parse_contract(QUARTERS)
    first = owed(agreed)
    with pytest.raises(BadInput, match="a later day"):
        settle(agreed, Evidence(), date(2024, 6, 30), first)
    with pytest.raises(BadInput, match="another contract"):
        settle(parse_contract(QUARTERS.replace('"lot-1"', '"lot-2"')), Evidence(), END, first)
