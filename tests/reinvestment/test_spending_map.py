"""The spending map by hand on a small area, small places hidden so that they stay hidden, and bad input."""

from decimal import Decimal

import pytest

from resettle.cli import main
from resettle.errors import BadInput
from resettle.evidence.intervals import student_mean
from resettle.reinvestment.appraisal import Appraisal, Worth
from resettle.reinvestment.spending.spending import SpendingMap, spending
from resettle.report.charts import draw

GIVEN = {"price_year": 2024, "source": "test"}
APPRAISAL = Appraisal(
    id="small",
    title="Small",
    place="Somewhere",
    price_year=2024,
    start="2029-01-01",
    worth=(
        Worth(agency="police", label="dealing", sector="fiscal", amount="100.00", **GIVEN),
        Worth(agency="police", label="more", sector="fiscal", amount="1.00", **GIVEN),
        Worth(agency="probation", label="care", sector="fiscal", per="reoffender", amount="50.00", **GIVEN),
        Worth(agency="victims", label="harm", sector="social", amount="1000.00", **GIVEN),
    ),
)


def tables(**people):
    """People by place, each with one counted offence, the first of each place with two."""
    who = [(place, f"{place}{n}") for place, count in people.items() for n in range(count)]
    dated = [(person, "2029-06-01") for _, person in who] + [(f"{place}0", "2029-07-01") for place in people]
    return {
        "place": [{"place_id": one, "name": one.title(), "kind": "area"} for one in people],
        "person": [{"person_id": person, "place_id": place} for place, person in who],
        "offence": [
            {"offence_id": f"O{n}", "person_id": person, "offence_date": day, "offence_group": "theft",
             "outcome": "conviction", "recordable": "true", "breach": "false", "in_scope": "true", "proven_date": day}
            for n, (person, day) in enumerate(dated)
        ],
    }  # fmt: skip


def test_pounds_by_place_and_agency_by_hand(make_area):
    found = spending(make_area(tables(bolton=12, wigan=20)), APPRAISAL)
    bolton, wigan = found.places
    # Bolton: 13 offences at 101 to police, 12 people at 50 to probation. Social worth is not spent by anybody.
    assert bolton.agencies == {"police": Decimal("1313.00"), "probation": Decimal("600.00")}
    assert (bolton.total, wigan.total, found.whole.total) == (
        Decimal("1913.00"),
        Decimal("3121.00"),
        Decimal("5034.00"),
    )
    assert "largest part on people of Wigan: £3,121 (62%)" in found.sentence
    each = [252.0] + [151.0] * 11
    mean = student_mean(sum(each), sum(x * x for x in each), 12)
    assert (bolton.interval.low, bolton.interval.high) == pytest.approx((12 * mean.low, 12 * mean.high))
    assert SpendingMap.from_json(found.to_json()) == found


def test_a_window_of_two_years_is_shown_a_year(make_area):
    area = make_area(tables(bolton=12, wigan=20))
    assert spending(area, APPRAISAL, months=24).whole.total == spending(area, APPRAISAL).whole.total / 2


def test_a_small_place_is_hidden_with_another_so_that_it_cannot_be_worked_out(make_area):
    found = spending(make_area(tables(bolton=4, bury=30, wigan=20)), APPRAISAL)
    hidden = {one.place for one in found.places if one.total is None}
    assert "bolton" in hidden and len(hidden) == 2
    for row in found.rows():
        if row["place"].lower() in hidden:
            assert {value for key, value in row.items() if key != "place"} == {None}
    assert all("4" not in one.why for one in found.hidden)


def test_where_all_is_small_nothing_is_shown(make_area):
    found = spending(make_area(tables(bolton=4)), APPRAISAL)
    assert found.whole.total is None and found.shown == ()
    assert "too few people" in found.sentence and "Too few people" in draw(found).title


def test_the_map_writes_each_place_with_its_amount_or_that_it_is_not_shown(make_area):
    svg = draw(spending(make_area(tables(bolton=4, bury=30, wigan=20)), APPRAISAL)).svg()
    assert svg.count("not shown</text>") == 2
    assert ">Bury</text>" in svg and "£5k" in svg
    elsewhere = draw(spending(make_area(tables(xville=30, ytown=20), name="other"), APPRAISAL))
    assert "Places stand in the order of their names." in elsewhere.subtitle and ">Xville</text>" in elsewhere.svg()


def test_what_cannot_be_mapped_is_refused(make_area):
    area = make_area(tables(bolton=12))
    with pytest.raises(BadInput, match="from 1 to 240 months"):
        spending(area, APPRAISAL, months=0)
    with pytest.raises(BadInput, match="no fiscal cost"):
        spending(area, APPRAISAL.model_copy(update={"worth": APPRAISAL.worth[-1:]}))
    empty = {**tables(bolton=12), "offence": []}
    with pytest.raises(BadInput, match="no counted offences"):
        spending(make_area(empty, name="empty"), APPRAISAL)


def test_the_command_prints_the_table_and_writes_the_picture(make_area, tmp_path, examples, capsys):
    area = make_area(tables(bolton=12, wigan=20))
    costs = examples / "appraisals" / "greater-manchester.toml"
    with pytest.raises(SystemExit):
        main(["spending", str(area.path), str(costs), "--picture", str(tmp_path / "map.svg")])
    out = capsys.readouterr().out
    assert "Wigan" in out and "police" in out
    assert "Wigan" in (tmp_path / "map.svg").read_text("utf-8")
