"""OGP and OVP: published points, points by hand, and who is not scored."""

import numpy as np
import pytest

from resettle.evidence.scores import Reason, explain, ogp, ogrs3, ovp
from resettle.evidence.scores.point_scales import OGP, OVP


@pytest.mark.parametrize(("scale", "points", "one", "two"), [(OGP, 31, 15, 24), (OVP, 82, 80, 89)])
def test_published_points(scale, points, one, two):
    """Fixtures of the service before June 2026: OGP 31 points are 15 and 24 %, OVP 82 points 80 and 89 %."""
    found = [round(100 * scale[years].probability(np.array([float(points)]))[0]) for years in (1, 2)]
    assert found == [one, two]


def test_ogp_by_hand(codes, man):
    """OGRS3 49 % is 29 points (29.4); 5 + 5 + 3, two drug items 8, three thinking items 3 (2.5 rounded up), attitudes 3."""
    assert ogrs3(man, codes).percent == [49]
    scores = ogp(man, codes)
    assert scores.points == [29 + 5 + 5 + 3 + 8 + 3 + 3]
    assert scores.probability[0] == pytest.approx(1 / (1 + np.exp(-(0.0616 * 56 - 3.0795))))
    assert scores.band[0] == "medium"
    assert ogp(man, codes, years=1).probability < scores.probability


def test_ovp_by_hand(man):
    """Any sanction 5, 2 violent 7, 3 other 2, age 31 8, male 5; NFA, work, treatment 4 each, alcohol 5, temper, attitudes 3."""
    assert ovp(man).points == [5 + 7 + 2 + 8 + 5 + 0 + 4 + 4 + 4 + 5 + 3 + 3]
    assert ovp(man | {"recognises_impact": 0}).points == ovp(man).points + 4
    assert ovp(man | {"sex": "F"}).points == ovp(man).points - 5


@pytest.mark.parametrize(
    ("violent", "points"), [(0, 0), (1, 4), (2, 7), (3, 9), (4, 11), (5, 12), (17, 24), (18, 25), (60, 25)]
)
def test_points_for_violent_sanctions(violent, points, codes, man):
    made = explain("ovp", man | {"sanctions": 100, "violent_sanctions": violent}, codes)
    assert {t.term: t.weight for t in made.terms}["violent sanctions"] == points


@pytest.mark.parametrize(
    ("age", "points"), [(18, 20), (19, 20), (20, 17), (26, 10), (30, 10), (50, 2), (51, 0), (80, 0)]
)
def test_points_for_age(age, points, codes, man):
    made = explain("ovp", man | {"age_at_conviction": 18, "age_at_follow_up": age}, codes)
    assert {t.term: t.weight for t in made.terms}["age at the start of follow-up"] == points


def test_nobody_under_18_has_an_ovp_score(man):
    young = man | {"age_at_conviction": 17, "age_at_follow_up": 17}
    assert ovp(young).reason == Reason.UNDER_18
    assert np.isnan(ovp(young).probability).all()


def test_every_item_is_needed(codes, man):
    assert ogp(man | {"consequences": None}, codes).reason == Reason.ITEM
    assert ovp(man | {"psychiatric_treatment": None}).missing == {"psychiatric_treatment": 1}
    assert ogp(man | {"offence_code": None}, codes).reason == Reason.OFFENCE
