"""Published deals, to the penny where price and count are both published, otherwise to the printed precision."""

from datetime import date
from decimal import Decimal

import pytest

from resettle.commissioning import Evidence, parse_contract, settle
from resettle.commissioning.records import CohortResult, OutcomeCount

D = Decimal
HEAD = """
id = "deal"
title = "A deal"
price_base_year = 2014
[[parties]]
id = "payer"
name = "The payer"
role = "commissioner"
[[parties]]
id = "provider"
name = "The provider"
role = "provider"
[population]
services = ["s"]
"""

FUSION = {
    "initial_assessment": (500, 345),
    "second_assessment": (500, 295),
    "third_assessment": (200, 271),
    "move_in": (500, 293),
    "sustained_3m": (1500, 282),
    "sustained_6m": (1500, 267),
    "sustained_12m": (1500, 235),
    "sustained_18m": (1500, 199),
    "entry_education": (500, 172),
    "entry_level_qualification": (1500, 33),
    "level_1": (2500, 9),
    "level_2": (3500, 9),
    "entry_employment": (500, 153),
    "part_time_13w": (3000, 18),
    "part_time_26w": (2000, 13),
    "full_time_13w": (4500, 93),
    "full_time_26w": (3500, 70),
    "volunteering_6w": (500, 30),
    "volunteering_13w": (500, 17),
    "volunteering_20w": (250, 12),
    "volunteering_26w": (250, 7),
}
FUSION_TOML = (
    HEAD.replace('services = ["s"]', 'services = ["s"]\nsize = 353')
    + '[period]\nstart = 2015-01-01\nend = 2017-12-31\n[[payments]]\nid = "card"\nkind = "unit_tariff"\n'
    'ladders = [["move_in", "sustained_3m", "sustained_6m", "sustained_12m", "sustained_18m"]]\n[payments.prices]\n'
    + "".join(f"{code} = {price}\n" for code, (price, _) in FUSION.items())
)


def fusion(**changes):
    counts = {code: n for code, (_, n) in FUSION.items()} | changes
    rows = tuple(OutcomeCount(id=c, outcome=c, number=n, counted_on=date(2017, 12, 31)) for c, n in counts.items())
    return settle(parse_contract(FUSION_TOML), Evidence(counts=rows), date(2017, 12, 31))


def test_fair_chance_fund_to_the_pound():
    statement = fusion()
    assert statement.total == D("3032950.00")
    assert round(statement.total / 353) == 8592
    assert not statement.at_least
    assert statement.notes == ()
    assert statement.lines[0].evidence == ("count:initial_assessment",)


def test_a_later_milestone_above_an_earlier_one_is_named():
    (note,) = fusion(sustained_6m=283).notes
    assert "sustained_6m was counted 283 times, and sustained_3m, which comes before it, 282 times" in note


def test_more_outcomes_than_people_are_named():
    (note,) = fusion(initial_assessment=354).notes
    assert "initial_assessment was counted 354 times, and there are 353 people" in note


def test_a_number_that_was_not_published_is_missing_and_not_zero():
    statement = fusion(level_2=None)
    assert statement.total == D("3032950.00") - 9 * 3500
    assert statement.sentence.startswith("A deal: at least £3,001,450.00 is owed")
    assert any("missing, not zero" in line.why for line in statement.lines)


def individual(counts):
    """The same numbers as evidence of single people: the first so many people reached each milestone."""
    from resettle.commissioning import OutcomeEvidence

    return tuple(
        OutcomeEvidence(
            evidence_id=f"{code}-{n}",
            person=f"p{n}",
            lot="deal",
            outcome=code,
            observed_on=date(2016, 1, 1),
            verification="document",
            verified_on=date(2016, 1, 2),
        )
        for code, number in counts.items()
        for n in range(number)
    )


def test_fair_chance_fund_from_single_people_is_the_same_to_the_penny():
    rows = individual({code: n for code, (_, n) in FUSION.items()})
    assert settle(parse_contract(FUSION_TOML), Evidence(outcomes=rows), date(2017, 12, 31)).total == D("3032950.00")


PETERBOROUGH = (
    HEAD
    + """
intake = { every = "count", cohorts = 3, size = 1000 }
[period]
start = 2010-09-01
end = 2018-08-31
[[measures]]
id = "reconvictions"
kind = "count"
clock = "peterborough"
label = "reconviction events within 12 months"
estimator = { design = "matched" }
[[payments]]
id = "fewer"
kind = "outcome_rate"
measure = "reconvictions"
scale = "percent"
per = "event"
price = "1000.00"
dead_zone = "none"
test = { minimum = 10, pooled_minimum = "7.5" }
[[variations]]
effective = 2014-06-01
reason = "The third cohort is cancelled, because new contracts took the comparison group away."
changes = { "population.intake.cohorts" = 2 }
"""
)


def cohort(number, value, comparison="1.55", people=1000, **more):
    given = {"id": f"c{number}", "measure": "reconvictions", "cohort": number, "people": people, "design": "matched"}
    return CohortResult(**(given | {"value": D(value), "comparison": D(comparison)} | more))


def peterborough(*results, at=date(2014, 8, 31)):
    return settle(parse_contract(PETERBOROUGH), Evidence(results=results), at)


@pytest.mark.parametrize(
    ("events", "percent", "paid"),
    [("1.42", "8.387096774", 0), ("1.40", "9.677419355", 0), ("1.395", "10", 155000), ("1.39", "10.322580645", 160000)],
)
def test_peterborough_cohort_one(events, percent, paid):
    line = peterborough(cohort(1, events), at=date(2013, 8, 31)).lines[0]
    assert line.inputs["percent_better"] == percent
    assert line.amount == paid


def test_peterborough_is_not_paid_by_cohort_and_paid_at_the_end_on_both_together():
    one, two = cohort(1, "1.42"), cohort(2, "1.400", comparison="1.5504")  # 9.7%
    before = peterborough(one, at=date(2014, 5, 31))
    assert before.total == 0
    assert "142 events per 100 people (1,000 people) against 155" in before.lines[0].why
    assert "The contract pays only from 10% better, so nothing is paid." in before.lines[0].why
    assert [o.cohort for o in before.open] == [2, 3]
    after = peterborough(one, two)
    assert after.lines[1].inputs["percent_better"].startswith("9.7007")
    assert [line.amount for line in after.lines] == [D("130000.00"), D("150400.00")]
    assert "All cohorts together came to 9.04% better, and from 7.5% they are all paid" in after.lines[0].why
    assert after.open == ()


def test_peterborough_against_its_own_past_and_against_the_trend():
    """84 -> 78 is 7.1% fewer; while local comparators rose from 75 to 84. The definition decides, and is printed."""
    text = PETERBOROUGH.replace('estimator = { design = "matched" }', "").replace(
        'minimum = 10, pooled_minimum = "7.5"', "minimum = 7"
    )
    past = text.replace('kind = "count"', 'kind = "count"\nbaseline = { kind = "fixed", value = "0.84" }')
    trend = text.replace(
        'kind = "count"', 'kind = "count"\nbaseline = { kind = "trend", value = "0.84", trend = { 1 = "=84 / 75" } }'
    )
    result = CohortResult(id="r", measure="reconvictions", people=1000, value=D("0.78"))
    own, net = (
        settle(parse_contract(t), Evidence(results=(result,)), date(2013, 1, 1)).lines[0] for t in (past, trend)
    )
    assert own.inputs["percent_better"] == "7.142857143"
    assert own.amount == D("60000.00")
    assert net.inputs["percent_better"] == "17.091836735"
    assert "against 84 (an agreed baseline)" in own.why
    rising = trend.replace("84 / 75", "75 / 84")
    fallen = settle(parse_contract(rising), Evidence(results=(result,)), date(2013, 1, 1)).lines[0]
    assert fallen.amount == 0
    assert fallen.inputs["percent_better"] == "-4"


LJR = (
    HEAD
    + """
[period]
start = 2011-07-01
end = 2012-06-30
[[measures]]
id = "demand"
kind = "cost"
definition = "cost of demand on the courts, prisons and probation at agreed prices"
baseline = { kind = "fixed", value = 1000000 }
follow_up_months = 0
[[payments]]
id = "reward"
kind = "share_of_savings"
measure = "demand"
threshold = 5
most = 20
share_below = "0.5"
share_above = "1.0"
[split]
payers = { payer = 1 }
reinvest = 1
"""
)
VARIANT_B = LJR.replace('share_above = "1.0"', 'share_above = "0.5"')


def reward(text, fall, threshold=5):
    agreed = parse_contract(text.replace("threshold = 5", f"threshold = {threshold}"))
    result = CohortResult(id="r", measure="demand", people=1, value=D(1_000_000) * (1 - D(fall) / 100))
    return settle(agreed, Evidence(results=(result,)), date(2013, 1, 1)).total / D(1_000_000)


@pytest.mark.parametrize(
    ("text", "fall", "threshold", "share"),
    [
        (LJR, "4.9", 5, "0"),
        (LJR, "5", 5, "0.025"),
        (LJR, "10", 5, "0.075"),
        (LJR, "20", 5, "0.175"),
        (LJR, "35", 5, "0.175"),
        (LJR, "10", 10, "0.05"),
        (LJR, "13", 10, "0.08"),
        (LJR, "20", 10, "0.15"),
        (LJR, "38", 10, "0.15"),
        (VARIANT_B, "4.9", 5, "0"),
        (VARIANT_B, "5", 5, "0.025"),
        (VARIANT_B, "20", 5, "0.10"),
        (VARIANT_B, "38", 5, "0.10"),
        (VARIANT_B, "13", 10, "0.065"),
        (VARIANT_B, "-13.4", 10, "0"),
    ],
)
def test_local_justice_reinvestment(text, fall, threshold, share):
    assert reward(text, fall, threshold) == D(share)


def test_local_justice_reinvestment_at_unit_prices():
    text = LJR.replace(
        'baseline = { kind = "fixed", value = 1000000 }', "unit_prices = { custody = 540, long = 650, other = 480 }"
    )
    before, after = (
        {"custody": D(100), "long": D(10), "other": D(200)},
        {"custody": D(80), "long": D(8), "other": D(180)},
    )
    result = CohortResult(id="r", measure="demand", people=1, quantities=after, comparison_quantities=before)
    line = settle(parse_contract(text), Evidence(results=(result,)), date(2013, 1, 1)).lines[0]
    base, now = 100 * 540 + 10 * 650 + 200 * 480, 80 * 540 + 8 * 650 + 180 * 480
    fall = 100 * (base - now) / base
    assert float(line.inputs["fall_percent"]) == pytest.approx(fall)
    assert float(line.amount) == pytest.approx(base * (0.5 * 0.05 + (fall - 5) / 100), abs=0.01)


DONCASTER = (
    HEAD
    + """
intake = { every = "year", cohorts = 4, start = 2011-10-01 }
[parameters]
value = { value = 250000000, why = "contract value over 15 years", source = "press reports" }
a_year = "=round(value / 15, 2)"
at_risk = "=round(0.10 * value / 15, 2)"
[period]
start = 2011-10-01
end = 2015-09-30
[[measures]]
id = "reconviction"
clock = "moj-pre2017"
label = "reconviction within 12 months"
baseline = { kind = "fixed", value = "0.5" }
[[payments]]
id = "fee"
kind = "fee"
amount = "=a_year - at_risk"
every = "year"
[[payments]]
id = "at_risk"
kind = "outcome_rate"
measure = "reconviction"
dead_zone = "none"
advance = { amount = "=at_risk", every = "year" }
[[payments.tiers]]
from = 5
amount = "=at_risk"
"""
)


@pytest.mark.parametrize(("points", "kept"), [("5.7", True), ("3.3", False), ("5", True)])
def test_doncaster_keeps_its_tenth_or_repays_it(points, kept):
    agreed = parse_contract(DONCASTER)
    result = CohortResult(id="r", measure="reconviction", cohort=1, people=1000, value=D("0.5") - D(points) / 100)
    early = settle(agreed, Evidence(), date(2012, 9, 30))
    assert early.total == D("16666666.67")
    late = settle(agreed, Evidence(results=(result,)), date(2012, 9, 30), early)
    assert late.due == (0 if kept else D("-1666666.67"))
    assert late.total == (D("16666666.67") if kept else D("15000000.00"))
    assert any(line.rule == "recovery" for line in late.lines)


def test_the_binary_rate_may_fall_while_reoffending_rises():
    """45.4% x 4.7 = 213.4 against 47.5% x 4.2 = 199.5 reoffences per 100 offenders: both are on the statement."""
    text = (
        HEAD
        + """
[period]
start = 2015-10-01
end = 2016-09-30
[[measures]]
id = "binary"
clock = "moj-2017"
baseline = { kind = "fixed", value = "0.475" }
[[measures]]
id = "per_offender"
kind = "count"
clock = "moj-2017"
baseline = { kind = "fixed", value = "1.995" }
[[payments]]
id = "rate"
kind = "outcome_rate"
measure = "binary"
price = "1000.00"
dead_zone = "none"
[[payments]]
id = "frequency"
kind = "outcome_rate"
measure = "per_offender"
price = "10.00"
penalty = "10.00"
dead_zone = "none"
hurdle = "binary"
"""
    )
    results = (
        CohortResult(id="b", measure="binary", people=10_000, value=D("0.454")),
        CohortResult(id="f", measure="per_offender", people=10_000, value=D("0.454") * D("4.7")),
    )
    rate, frequency = settle(parse_contract(text), Evidence(results=results), date(2019, 1, 1)).lines
    assert (rate.quantity, rate.amount) == (D("2.1"), D("2100.00"))
    assert frequency.quantity == D("13.88")
    assert frequency.amount == D("-138.80")
    assert "213.38 events per 100 people" in frequency.why
    assert round(100 * frequency.quantity / D("199.5"), 0) == 7
