"""The revolving door on an area small enough to count by hand, and on settings and records that make no sense."""

from decimal import Decimal

import pytest

from resettle.cli import main
from resettle.errors import BadInput
from resettle.evidence.evaluate import evaluate
from resettle.reinvestment.appraisal import Appraisal, Worth
from resettle.reinvestment.revolving_door import revolving_door

APPRAISAL = Appraisal(
    id="small",
    title="Small",
    place="Somewhere",
    price_year=2024,
    start="2029-01-01",
    worth=(
        Worth(agency="police", label="dealing", sector="fiscal", amount="100.00", price_year=2024, source="test"),
        Worth(
            agency="probation",
            label="care",
            sector="fiscal",
            per="reoffender",
            amount="50.00",
            price_year=2024,
            source="test",
        ),
        Worth(agency="victims", label="harm", sector="social", amount="1000.00", price_year=2024, source="test"),
    ),
)


@pytest.fixture
def area(make_area):
    """Twelve people with four days of offences each (one of them with two offences), eight with one day, ten with none."""
    people = [{"person_id": f"P{n:02}", "birth_date": "1990-01-01"} for n in range(30)]
    days = ["2028-03-01", "2028-06-01", "2029-02-01", "2029-09-01"]
    offences = [(f"P{n:02}", day) for n in range(12) for day in days] + [("P00", "2029-09-01")]
    offences += [(f"P{n:02}", "2029-01-01") for n in range(12, 20)]
    offences += [("P25", day) for day in ("2020-01-01", "2020-02-01", "2020-03-01")]  # before the window
    rows = [
        {
            "offence_id": f"O{n}",
            "person_id": p,
            "offence_date": d,
            "outcome": "conviction",
            "proven_date": d,
            "recordable": "yes",
        }
        for n, (p, d) in enumerate(offences)
    ]
    rows += [
        {**rows[0], "offence_id": f"B{n}", "person_id": "P29", "offence_date": d, "proven_date": d, "breach": "yes"}
        for n, d in enumerate(days)
    ]
    ratings = [
        {
            "person_id": f"P{n:02}",
            "rated_on": "2029-05-01",
            "good": good,
            "rater": "person",
            "at_time": "now",
            "importance": 9,
            "attainment": 2 if good == "life" else 8,
        }
        for n in range(12)
        for good in ("life", "work")
    ]
    return make_area({"person": people, "offence": rows, "goods_rating": ratings})


def test_the_cohort_its_costs_and_what_it_lacks_by_hand(area):
    found = revolving_door(area, APPRAISAL, returns=3, months=24)
    assert (found.people, found.everybody, found.offences) == (12, 30, 49)
    assert found.offences_share == pytest.approx(49 / 57)
    costs = {one.agency: one.total for one in found.costs}
    assert costs == {"police": Decimal("2450.00"), "probation": Decimal("300.00"), "victims": Decimal("24500.00")}
    assert found.total == Decimal("2750.00"), "harm to victims is no agency's spending"
    police = found.costs[0]
    assert police.interval.low < float(police.per_person) < police.interval.high
    assert [(one.good, one.lacking) for one in found.lacked] == [("life", 12), ("work", 0)]
    assert "12 people (40.0% of 30) came back 3 times or more in 24 months" in found.sentence


def test_records_that_linkage_missed_raise_the_upper_end_only(area):
    found = revolving_door(area, APPRAISAL, returns=3, months=24, found=0.8)
    assert found.total == Decimal("2750.00") and "up to £3,438" in found.sentence


def test_few_people_are_not_shown(area):
    found = revolving_door(area, APPRAISAL, returns=5, months=240)
    assert found.people == 0 and found.costs == () and found.lacked == ()
    assert "fewer than 10 people" in found.sentence


def test_an_effect_is_carried_as_a_share_with_its_interval_and_its_doubt(area, maryland, examples):
    effect = evaluate(maryland, examples / "studies/maryland-aid.toml")
    got = revolving_door(area, APPRAISAL, returns=3, months=24, effect=effect, reach=0.5).reached
    fall = (66 - 48) / 66
    assert got.offences_avoided == pytest.approx(49 / 2 * 0.5 * fall)
    assert got.worth == pytest.approx(Decimal("2750") / 2 * Decimal(fall), abs=Decimal("0.01"))
    assert got.low < got.offences_avoided < got.high and got.shown


@pytest.mark.parametrize(
    "wrong", [{"returns": 1}, {"months": 0}, {"months": 999}, {"found": 0.0}, {"found": 1.2}, {"reach": -1.0}]
)
def test_settings_that_make_no_sense_are_refused(area, wrong):
    with pytest.raises(BadInput):
        revolving_door(area, APPRAISAL, **wrong)


def test_an_area_without_offences_says_so(make_area):
    with pytest.raises(BadInput, match="no table offence"):
        revolving_door(make_area({"person": []}), APPRAISAL)


def test_an_area_with_nobody_says_so(make_area):
    with pytest.raises(BadInput, match="nobody is on record"):
        revolving_door(make_area({"person": [], "offence": []}), APPRAISAL)


def test_the_command_prints_the_table_and_the_caveat(area, examples, capsys):
    appraisal = str(examples / "appraisals/greater-manchester.toml")
    with pytest.raises(SystemExit) as ended:
        main(["revolving-door", str(area.path), appraisal, "--returns", "3"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert "An average cost is not money that can be moved." in printed
    assert "police" in printed and "What they say they lack" in printed and "Synthetic records" in printed
