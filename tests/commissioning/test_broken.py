"""Broken contracts and broken evidence: each has its one clear error, which says where and what to do."""

from datetime import date
from decimal import Decimal

import pytest
from contract_kit import BASE, END, FEE, RATE, SPLIT, TARIFF, TIERS, contract, effect, outcome, rate_with
from pydantic import ValidationError
from test_investors import ABLE
from test_mechanisms import BANDS, BUDGET, LEVELS, PATHFINDER, TR, WEIGHTED
from test_worked_examples import LJR, PETERBOROUGH

from resettle.commissioning import Evidence, check_contract, parse_contract, settle
from resettle.commissioning.outcomes import Outcomes
from resettle.commissioning.records import CohortResult, LevelReading, OutcomeCount, Outflow, Spending
from resettle.errors import BadInput

D = Decimal
VARIATION = '\n[[variations]]\neffective = 2024-07-01\nreason = "agreed"\nchanges = { "limits.cap" = 5 }\n'


def vary(text, old, new):
    assert old in text, old
    return text.replace(old, new, 1)


def parameters(*lines):
    return BASE + FEE.replace('"1000.00"', '"=a"') + "\n[parameters]\n" + "\n".join(lines) + "\n"


# What is broken, a fragment of the line that must be named, and the message.
BROKEN = {
    "unknown parameter": (parameters("b = 1"), '"=a"', "no such parameter: a"),
    "cycle of formulas": (parameters('a = "=b + 1"', 'b = "=a"'), 'a = "=b + 1"', "a cycle of formulas: b -> a -> b"),
    "formula of itself": (parameters('a = "=a"'), 'a = "=a"', "a cycle of formulas"),
    "division by zero": (parameters("z = 0", 'a = "=1 / z"'), "=1 / z", "divides by zero"),
    "half a formula": (parameters('a = "=1 +"'), "=1 +", "expected a number or a name, found the end"),
    "attribute in a formula": (parameters('a = "=(1).real"'), ".real", "a formula has no '.'"),
    "call in a formula": (parameters('a = "=open(1)"'), "open", "no such function: open"),
    "power in a formula": (parameters('a = "=9 ** 9"'), "**", "expected a number or a name, found *"),
    "deep formula": (parameters('a = "=' + "(" * 30 + "1" + ")" * 30 + '"'), "((((", "nested more than 20 deep"),
    "long formula": (parameters('a = "=' + "1+" * 400 + '1"'), "1+1+", "longer than 500 characters"),
    "formula beyond all numbers": (parameters('a = "=999999999999 * 999999999999"'), "999999999999", "not a usable number"),
    "formula with parts of a penny": (parameters('a = "=1 / 3"'), "amount", "money has more than two decimals"),
    "parameter that is no number": (parameters('a = "many"'), '"=a"', "a parameter that is not a number"),
    "parameter outside its range": (parameters("a = { value = 5, low = 6, high = 9 }"), "low = 6", "outside its plausible range"),
    "variation before the start": (vary(BASE + FEE + VARIATION, "2024-07-01", "2023-07-01"), "2023-07-01", "before the contract has started"),
    "variation after the end": (vary(BASE + FEE + VARIATION, "2024-07-01", "2025-07-01"), "2025-07-01", "after the end of the contract"),
    "variations of one day": (BASE + FEE + VARIATION + VARIATION, None, "variations are out of order, or of one day"),
    "variation of nothing": (vary(BASE + FEE + VARIATION, 'changes = { "limits.cap" = 5 }', ""), "[[variations]]", "changes nothing"),
    "variation of no place": (vary(BASE + FEE + VARIATION, "limits.cap", "payments.fees.amount"), "changes", "the contract has no such place"),
    "variation of variations": (vary(BASE + FEE + VARIATION, "limits.cap", "variations.1.reason"), "changes", "a variation cannot change this"),
    "variation of the currency": (vary(BASE + FEE + VARIATION, '"limits.cap" = 5', '"currency" = "USD"'), "changes", "a variation cannot change this"),
    "variation to a wrong value": (vary(BASE + FEE + VARIATION, '"limits.cap" = 5', '"limits.cap" = -5'), None, "money is negative"),
    "variation that breaks the terms": (
        BASE + FEE + '[limits]\nfloor = 9\n' + VARIATION,
        "[[variations]]",
        "this variation breaks limits.cap: the cap lies below the floor",
    ),
    "variation into a cycle": (
        parameters("a = 1", 'b = "=a"') + '[[variations]]\neffective = 2024-07-01\nreason = "x"\nchanges = { "parameters.a" = "=b" }\n',
        "changes",
        "a cycle of formulas",
    ),
    "variation without a reason": (vary(BASE + FEE + VARIATION, 'reason = "agreed"', 'reason = ""'), "reason", None),
    "ladder without a price": (vary(BASE + TARIFF, "[payments.prices]", 'ladders = [["home", "house"]]\n[payments.prices]'), "ladders", "an outcome without a price"),
    "ladder with a step twice": (vary(BASE + TARIFF, "[payments.prices]", 'ladders = [["home", "home"]]\n[payments.prices]'), "ladders", "a milestone stands twice"),
    "limit on an unknown outcome": (vary(BASE + TARIFF, "[payments.prices]", "most = { house = 2 }\n[payments.prices]"), "most", "an outcome without a price"),
    "negative limit": (vary(BASE + TARIFF, "[payments.prices]", "most = { home = -2 }\n[payments.prices]"), None, None),
    "bands with a gap": (vary(BASE + BANDS, "from = 11", "from = 12"), "from = 12", "gap between bands: nothing is said of 11 to 11 people"),
    "bands that overlap": (vary(BASE + BANDS, "from = 11", "from = 10"), "from = 10", "bands overlap"),
    "band upside down": (vary(BASE + BANDS, "to = 20", "to = 5"), "to = 5", "the band ends before it starts"),
    "no bands": (vary(BASE + BANDS.split("[[payments.bands]]")[0], 'every = "quarter"', 'every = "quarter"\nbands = []'), "bands = []", "nothing is named"),
    "negative volume": (vary(BASE + WEIGHTED, "low = 90", "low = -90"), "volume", "a negative number"),
    "range of volume upside down": (vary(BASE + WEIGHTED, "high = 110", "high = 80"), "volume", "the range of volume is upside down"),
    "credits from no fee": (vary(BASE + LEVELS, 'payment = "fee"', 'payment = "fees"'), '"fees"', "service credits on what is no fee"),
    "credits out of order": (vary(BASE + LEVELS, "short_by = 10", "short_by = 1"), "steps", "steps are out of order"),
    "share of payees": (BASE + FEE + 'payees = { mentors = "0.5" }\n', "payees", "the shares do not add up to 1"),
    "payee and payees": (BASE + FEE + 'payee = "mentors"\npayees = { mentors = 1 }\n', "payees", "both say who is paid"),
    "unknown payee among several": (BASE + FEE + "payees = { mentor = 1 }\n", "payees", "unknown party"),
    "payment without its shares": (BASE + FEE + SPLIT + "by_payment = { fees = { gmca = 1 } }\n", "by_payment", "shares of an unknown payment"),
    "shares of 99%": (BASE + FEE + SPLIT + 'by_payment = { fee = { gmca = "0.99" } }\n', "by_payment", "the shares do not add up to 1"),
    "assessor nobody knows": (vary(BASE + FEE, '["peer"]', '["peer"]\nbanding = { assessor = "x" }'), "banding", "unknown party"),
    "binary baseline of 47.5": (vary(TR, 'value = "0.50"', 'value = "47.5"'), "47.5", "a baseline above 1"),
    "baseline that is not a number": (vary(TR, 'value = "0.50"', "value = nan"), "value = nan", "not a usable number"),
    "trend without values": (vary(TR, 'kind = "fixed"', 'kind = "trend"'), "trend", "a trend without its values"),
    "by the event, of a share of people": (BASE + rate_with(per='"event"'), "per", "paid by the event"),
    "savings on no cost": (vary(LJR, 'kind = "cost"', 'kind = "count"'), "measure", "a share of savings on a measure that is no cost"),
    "most below the threshold": (vary(LJR, "most = 20", "most = 4"), "most = 4", "the most lies below the threshold"),
    "cohorts by count of no size": (vary(PETERBOROUGH, ", size = 1000", ""), "intake", "cohorts by count without their size"),
    "cohort of nobody": (vary(PETERBOROUGH, "size = 1000", "size = 0"), "intake", None),
    "cohorts after the end": (vary(TR, "cohorts = 4", "cohorts = 40"), "intake", "more cohorts than the contract has time for"),
    "instalment after the end": (vary(PATHFINDER, "on = 2012-10-01", "on = 2014-10-01"), "instalments", "a day outside the contract"),
    "clawback on an unknown measure": (vary(PATHFINDER, 'measure = "nights"', 'measure = "days"'), "clawback", "unknown measure"),
    "budget of nothing": (vary(BASE + BUDGET, 'amounts = { low = "100.00", any = "50.00" }', "amounts = {}"), "amounts", "nothing is named"),
    "guarantee of nothing": (vary(ABLE, 'covers = ["loan"]', 'covers = ["bond"]'), "covers", "an unknown instrument"),
    "drawn beyond the commitment": (
        vary(ABLE, "commitment = 9600000", "commitment = 9600000\ndrawdowns = [{ on = 2012-09-01, amount = 9600001 }]"),
        "drawdowns",
        "more is drawn than the commitment",
    ),
    "indexed by nothing": (BASE + FEE + "indexed = true\n", "indexed", "indexed, and there is no [indexation]"),
    "indicator of nothing": (BASE + FEE + '[[report.kpis]]\nid = "k"\nlabel = "K"\nof = "x"\n', 'of = "x"', "an indicator of something unknown"),
    "rate over 1": (BASE + FEE + 'learning = "1.5"\n', "learning", "not a share between 0 and 1"),
    "confidence of 95": (BASE + RATE + "test = { confidence = 95 }\n", "test", None),
    "fewer at most than at least": (vary(BASE + FEE, '["peer"]', '["peer"]\nreferrals = { least = 9, most = 3 }'), "referrals", "fewer at most than at least"),
    "mixture of designs": (
        vary(BASE + RATE, 'id = "reoffending"', 'id = "reoffending"\nestimator = { design = "did", fallback = { power_below = "0.8", effect = 1, mix = { did = "0.9" } } }'),
        "estimator",
        "the shares do not add up to 1",
    ),
    "pooled tiers": (vary(BASE + TIERS, 'dead_zone = "none"', 'dead_zone = "none"\ntest = { pooled_minimum = 1 }'), "pooled_minimum", "a pooled test with tiers"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_contract_has_its_one_error(name, tmp_path):
    text, marked, message = BROKEN[name]
    file = tmp_path / "contract.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadInput) as caught:
        parse_contract(text, file)
    assert len(caught.value.problems) == 1, [str(p) for p in caught.value.problems]
    (problem,) = caught.value.problems
    assert problem.file == str(file)
    assert problem.do
    assert message is None or message in problem.rule, problem.rule
    if marked:
        assert problem.row, str(problem)
        assert marked in text.splitlines()[problem.row - 1], (problem.row, str(problem))
    assert [f.rule for f in check_contract(file)] == [problem.rule]


def result(**changes):
    given = {"id": "r", "measure": "binary", "cohort": 1, "people": 1000, "value": D("0.4"), "mean_risk": D("0.48")}
    return CohortResult(**(given | changes))


# Evidence that cannot be: the contract, the evidence, and the message.
UNSOUND = {
    "a measure nobody agreed": (parse_contract(TR), {"results": (result(measure="binry"),)}, r"Did you mean 'binary'"),
    "a cohort nobody agreed": (parse_contract(TR), {"results": (result(cohort=5),)}, r"a cohort that the contract does not have.*has 4 cohorts"),
    "two results of one cohort": (parse_contract(TR), {"results": (result(), result(id="s"))}, r"two results of the same cohort"),
    "one id, two results": (parse_contract(TR), {"results": (result(), result(people=9))}, r"two different records have the same id"),
    "no mean risk": (parse_contract(TR), {"results": (result(mean_risk=None),)}, r"the result has no mean of it"),
    "no value": (parse_contract(TR), {"results": (result(value=None),)}, r"the result has no value"),
    "40 for 40%": (parse_contract(TR), {"results": (result(value=D(40)),)}, r"a share of people above 1"),
    "a comparison of its own": (parse_contract(TR), {"results": (result(comparison=D("0.45")),)}, r"a comparison of its own"),
    "no interval": (contract(RATE), {"results": (result(measure="reoffending", comparison=D("0.5")),)}, r"pays outside an interval"),
    "a cost without a metric": (
        parse_contract(LJR.replace("[[payments]]", "unit_prices = { custody = 540 }\n[[payments]]", 1)),
        {"results": (result(measure="demand", quantities={"fines": D(1)}),)},
        r"a metric of the basket is missing",
    ),
    "a reduction of nothing": (
        parse_contract(PETERBOROUGH),
        {"results": (result(measure="reconvictions", comparison=D(0), design="matched"),)},
        r"needs a comparison above zero",
    ),
    "the same design twice": (
        parse_contract(PETERBOROUGH),
        {"results": tuple(result(id=i, measure="reconvictions", comparison=D(1), design="matched") for i in "rs")},
        r"by the same design",
    ),
    "an effect by another design": (
        parse_contract(PETERBOROUGH),
        {"effects": {"reconvictions@1": effect(5, clock="peterborough")}},
        r"pays on a matched design",
    ),
    "an effect and a result": (
        contract(RATE),
        {"effects": {"reoffending": effect(5)}, "results": (result(measure="reoffending"),)},
        r"an effect and a result of the same cohort",
    ),
    "spending under no budget": (contract(FEE), {"spending": (Spending(id="s", payment="fee", spent_on=END, amount=D(1)),)}, r"spending under a payment"),
    "a level nobody agreed": (contract(FEE), {"levels": (LevelReading(id="l", service_level="x", starts_on=END, value=D(1)),)}, r"a service level that the contract"),
    "an instrument nobody agreed": (contract(FEE), {"outflows": (Outflow(id="o", instrument="x", on=END, amount=D(1)),)}, r"an instrument that the contract"),
    "one id, two outcomes": (contract(TARIFF), {"outcomes": (outcome(1), outcome(1, person="q"))}, r"two different outcomes have the same id"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNSOUND)
def test_evidence_that_cannot_be_has_its_one_error(name):
    agreed, evidence, message = UNSOUND[name]
    with pytest.raises(BadInput, match=message) as caught:
        settle(agreed, Evidence(**evidence), agreed.period.end)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"value": D("NaN")},
        {"value": D("Infinity")},
        {"value": D("-0.1")},
        {"people": 0},
        {"people": -5},
        {"low": D("NaN")},
        {"value": "many"},
        {"cohort": 0},
        {"design": "before and after"},
    ],
)
def test_numbers_that_no_result_can_have_are_refused(changes):
    with pytest.raises(ValidationError):
        result(**changes)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"person": None}, "a column is missing"),
        ({"person": [None]}, "an empty value"),
        ({"observed_on": ["soon"]}, "a column of another type"),
        ({"verification": ["hearsay"]}, "not one of the known values"),
    ],
)
def test_a_table_of_outcomes_must_have_its_columns(columns, message):
    import pyarrow as pa

    given = {
        "evidence_id": ["a"],
        "person": ["p"],
        "lot": ["lot-1"],
        "outcome": ["home"],
        "observed_on": [date(2024, 3, 1)],
        "verification": ["document"],
    } | columns
    with pytest.raises(BadInput, match=message):
        Outcomes(pa.table({k: v for k, v in given.items() if v is not None}))


def test_columns_and_records_settle_alike():
    rows = [outcome(1), outcome(2, code="work", band="low"), outcome(3, verified_on=None)]
    agreed = contract(TARIFF)
    one = settle(agreed, Evidence(outcomes=tuple(rows)), END)
    other = settle(agreed, Evidence(outcomes=Outcomes.of(rows)), END)
    assert one == other
    assert list(Outcomes.of(rows)) == rows
    assert Outcomes.of(rows)[-1] == rows[-1]
    assert Evidence.from_json(Evidence(outcomes=Outcomes.of(rows)).to_json()).outcomes == tuple(rows)


def test_numbers_that_do_not_count_are_said_to_be_set_aside():
    counts = (
        OutcomeCount(id="a", outcome="home", number=3, counted_on=END),
        OutcomeCount(id="b", outcome="house", number=3, counted_on=END),
        OutcomeCount(id="c", outcome="home", number=3, counted_on=date(2030, 1, 1)),
        OutcomeCount(id="d", outcome="home", number=3, counted_on=date(2020, 1, 1)),
    )
    found = settle(contract(TARIFF), Evidence(counts=counts), END)
    assert found.total == 3 * 400
    said = [note for note in found.notes if note.startswith("Number ")]
    assert [note.split(":")[0] for note in said] == [f"Number {i} is set aside" for i in "bcd"]
    assert "no price for its outcome (house)" in said[0] and "after this statement" in said[1] and "outside" in said[2]
