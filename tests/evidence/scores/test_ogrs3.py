"""OGRS3 and the Copas rate against published vectors and by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from score_kit import years

from resettle.errors import BadInput
from resettle.evidence.scores import Reason, copas_rate, ogrs3
from resettle.evidence.scores.reconviction import weights_of_codes
from resettle.evidence.scores.tables import table

# Ministry of Justice, hmpps-arns-risk-actuarial-api, fixtures of OGRS3 before June 2026: one-year and two-year percent.
VECTORS = [
    ("1991-07-17", "2021-08-05", "2021-12-12", 2, 21, "11618", 9, 17),
    ("1965-12-07", "2025-05-13", "2026-12-12", 2, 47, "02700", 8, 16),
    ("1975-04-29", "2009-02-19", "2020-01-14", 22, 17, "09230", 35, 52),
]


def columns(born, convicted, follow_up, sanctions, first, code):
    return {
        "sex": "M",
        "age_at_conviction": years(born, convicted),
        "age_at_follow_up": years(born, follow_up),
        "sanctions": sanctions,
        "age_at_first_sanction": first,
        "offence_code": code,
    }


@pytest.mark.parametrize("vector", VECTORS)
def test_published_vectors(vector, codes):
    *person, one, two = vector
    assert ogrs3(columns(*person), codes, years=1).percent == [one]
    assert ogrs3(columns(*person), codes).percent == [two]


def test_a_woman_by_hand(codes):
    """First sanction at 40, theft (.6612): -1.5247 + .12614 + 1.25112 ln(1/10) + .6612 + 2.1217."""
    woman = {"sex": "F", "age_at_conviction": 40, "age_at_first_sanction": 40, "sanctions": 1, "offence_code": "04600"}
    z = -1.5247 + 0.12614 + 1.25112 * round(math.log(1 / 10), 5) + 0.6612 + 2.1217
    assert ogrs3(woman, codes).probability[0] == pytest.approx(1 / (1 + math.exp(-z)), abs=1e-12)


def test_bands(codes, man):
    """Age 31 -1.326, repeat .46306, 1.25112 ln(5/24), theft .6612, constant 2.1217: 49 %; each bound belongs above."""
    assert (ogrs3(man, codes).percent[0], ogrs3(man, codes).band[0]) == (49, "low")
    people = {k: [v] * 60 for k, v in man.items()} | {"sanctions": np.arange(5, 65)}
    scores = ogrs3(people, codes)
    for percent, band in zip(scores.percent, scores.band, strict=True):
        assert band == ("low", "medium", "high", "very high")[sum(percent >= bound for bound in (50, 75, 90))]
    assert set(scores.band) == {"low", "medium", "high", "very high"}


def test_copas_rate():
    """21 previous sanctions in 16 years: ln(22 / 26)."""
    assert copas_rate(21, 33, 17)[0] == pytest.approx(math.log(22 / 26))
    np.testing.assert_allclose(copas_rate([0, 1], [30, 30], [30, 20]), np.log([1 / 10, 2 / 20]))
    assert np.isnan(copas_rate([np.nan], [30], [20])).all()
    with pytest.raises(BadInput, match="must lie between 1 and 999"):
        copas_rate(-1, 30, 20)


@given(st.integers(10, 60), st.integers(0, 40), st.sampled_from("MF"))
def test_more_sanctions_never_lower_the_score(codes, first, career, sex):
    n = np.arange(1, 60)
    people = {
        "sex": [sex] * len(n),
        "age_at_first_sanction": np.full(len(n), first),
        "age_at_conviction": np.full(len(n), first + career),
        "sanctions": n,
        "offence_code": ["04600"] * len(n),
    }
    assert (np.diff(ogrs3(people, codes).probability) > 0).all()
    assert (ogrs3(people, codes).probability > ogrs3(people, codes, years=1).probability).all()


def test_offences_without_a_weight(codes, man):
    assert ogrs3(man | {"offence_code": "08800"}, codes).reason == Reason.EXACT_OFFENCE
    assert ogrs3(man | {"offence_code": "00001"}, codes).reason == Reason.EXACT_OFFENCE
    assert ogrs3(man | {"offence_code": "95000"}, codes).reason == Reason.NO_WEIGHT


def test_no_class_or_code_has_two_weights():
    groups = table("ogrs3")["offence"]
    classes, single = weights_of_codes()
    assert sum(len(g["classes"]) for g in groups) == len(classes)
    assert sum(len(g.get("codes", [])) for g in groups) == len(single)
    assert len(groups) == 20
    assert all(classes[code[:3]] != weight for code, weight in single.items())


def test_other_years_are_refused(codes, man):
    with pytest.raises(BadInput, match="no score is published for these years"):
        ogrs3(man, codes, years=3)
