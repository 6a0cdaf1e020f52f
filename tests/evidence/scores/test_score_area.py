"""Scores of an area: what its tables say as of the index date, and nothing that came later."""

from itertools import count

import numpy as np
import pytest

from resettle.errors import BadInput
from resettle.evidence.scores import WARNING, ScoreTable, arp_static, ogrs3, score, vrp_dynamic, vrp_static
from resettle.evidence.scores.columns import items

PERSON = {"person_id": "P1", "birth_date": "1988-02-29", "sex": "M"}
EVENT = {
    "index_id": "I1",
    "person_id": "P1",
    "index_date": "2020-03-01",
    "disposal": "custody",
    "offence_code": "04600",
    "previous_convictions": 2,
}


NUMBERS = count(1)


def offence(day, code="04600", outcome="conviction"):
    return {
        "offence_id": f"O{next(NUMBERS)}",
        "person_id": "P1",
        "offence_date": day,
        "proven_date": day,
        "offence_code": code,
        "outcome": outcome,
    }


def tables(**other):
    history = [offence("2008-02-28"), offence("2012-05-01", "10900"), offence("2019-10-10")]
    return {"person": [PERSON], "index_event": [EVENT], "offence": history} | other


KNOWN = {
    "sex": "M",
    "offence_code": "04600",
    "sanctions": 3,
    "violent_sanctions": 1,
    "age_at_conviction": 31,
    "age_at_first_sanction": 19,
    "age_at_follow_up": 32,
}


def test_history_from_the_tables(make_area, codes):
    """Born 29 February 1988: 19 on 28 February 2008 (the birthday is the next day), 31 at conviction, 32 at release."""
    area = make_area(tables())
    for name, function in {"ogrs3": ogrs3, "arp_static": arp_static, "vrp_static": vrp_static}.items():
        assert score(area, name, codes).scores.probability == function(KNOWN, codes).probability


def test_nothing_after_the_index_date_counts(make_area, codes):
    later = [offence("2020-03-02", "10900"), offence("2021-01-01")]
    undecided = [offence("2011-01-01", outcome="pending"), offence("2011-01-01", outcome="arrest")]
    one = score(make_area(tables(), name="one"), "vrp_static", codes)
    two = make_area(tables(offence=[*tables()["offence"], *later, *undecided]), name="two")
    assert score(two, "vrp_static", codes).scores.probability == one.scores.probability


def test_offences_proven_on_one_day_are_one_sanction(make_area, codes):
    event = {k: v for k, v in EVENT.items() if k != "previous_convictions"}
    history = [*tables()["offence"], offence("2012-05-01")]
    area = make_area(tables(index_event=[event], offence=history))
    assert score(area, "vrp_static", codes).scores.probability == vrp_static(KNOWN, codes).probability


def test_a_first_sanction_needs_no_history(make_area, codes):
    area = make_area(tables(index_event=[EVENT | {"previous_convictions": 0, "offence_code": "10900"}], offence=[]))
    first = KNOWN | {
        "sanctions": 1,
        "violent_sanctions": 1,
        "age_at_conviction": 32,
        "age_at_first_sanction": 32,
        "offence_code": "10900",
    }
    assert score(area, "vrp_static", codes).scores.probability == vrp_static(first, codes).probability


def test_a_short_history_is_not_taken_for_the_whole(make_area, codes):
    made = score(make_area(tables(index_event=[EVENT | {"previous_convictions": 7}])), "arp_static", codes)
    assert made.unscored == {"age at the first sanction not known": 1}
    assert made.mean is None
    assert "none of 1 index events could be scored (1 age at the first sanction not known)" in made.sentence


def test_age_stands_in_for_the_date_of_birth(make_area, codes):
    person = {k: v for k, v in PERSON.items() if k != "birth_date"}
    area = make_area(tables(person=[person], index_event=[EVENT | {"age": 32.01}]))
    assert (
        score(area, "arp_static", codes).scores.probability
        == arp_static(KNOWN | {"age_at_first_sanction": 20}, codes).probability
    )


def assessment(**scores):
    return [
        {"person_id": "P1", "assessed_on": day, "item": name, "score": value} for name, (day, value) in scores.items()
    ]


def test_the_latest_items_before_the_index_date(make_area, codes):
    told = [a for name in items() for a in assessment(**{name: ("2019-01-01", 0)})]
    told += assessment(temper=("2020-02-01", 2), unemployed=("2020-02-01", 2), impulsivity=("2020-03-02", 2))
    area = make_area(tables(assessment=told))
    expected = KNOWN | dict.fromkeys(items(), 0) | {"temper": 2, "unemployed": 1}
    made = score(area, "vrp", codes)
    assert made.scores.probability == vrp_dynamic(expected, codes).probability
    assert made.dynamic == 1
    without = score(make_area(tables(), name="without"), "vrp", codes)
    assert (without.dynamic, without.scored) == (0, 1)


def test_the_result(make_area, codes):
    events = [
        EVENT,
        EVENT | {"index_id": "I0", "offence_code": "01900"},
        EVENT | {"index_id": "I2", "offence_code": ""},
    ]
    made = score(make_area(tables(index_event=events)), "arp_static", codes)
    assert (made.n, made.scored, made.unscored) == (3, 2, {"offence not known": 1})
    shown = made.table()
    assert list(shown["index_id"]) == ["I0", "I1", "I2"]
    assert list(shown["reason"]) == ["", "", "offence not known"]
    assert made.mean == pytest.approx(shown["probability"].mean())
    assert made.interval.low < made.mean < made.interval.high
    assert made.sentence.endswith(WARNING)
    assert "offence_codes.csv" in made.provenance.inputs
    np.testing.assert_array_equal(
        made.of(["I1", "I9", "I0"]), [*shown["probability"][[1]], np.nan, shown["probability"][0]]
    )


def test_json_holds_no_person(make_area, codes):
    made = score(make_area(tables()), "arp_static", codes)
    again = ScoreTable.from_json(made.to_json())
    assert "P1" not in made.to_json()
    assert again.mean == made.mean
    with pytest.raises(BadInput, match="holds no person"):
        again.table()


@pytest.mark.parametrize(
    ("event", "predictor", "message"),
    [
        (
            {"offence_code": "04609"},
            "arp_static",
            r"index_event.csv, offence_code: unknown offence code \(index event I1\).*04609",
        ),
        ({}, "arp_statik", "Did you mean 'arp_static'"),
    ],
)
def test_bad_input_names_the_index_event(event, predictor, message, make_area, codes):
    with pytest.raises(BadInput, match=message):
        score(make_area(tables(index_event=[EVENT | event])), predictor, codes)


def test_bad_items_name_their_table(make_area, codes):
    told = [a for name in items() if name != "temper" for a in assessment(**{name: ("2019-01-01", 0)})]
    area = make_area(tables(assessment=[*told, *assessment(temper=("2019-01-01", 7))]))
    with pytest.raises(
        BadInput, match=r"assessment.csv, temper: temper control: must lie between 0 and 2 \(index event I1\)"
    ):
        score(area, "vrp_dynamic", codes)
