"""ARP, VRP and SVRP against the published vectors of the service, and what happens where something is missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from score_kit import PREDICTED, people, published

from resettle.evidence import scores
from resettle.evidence.scores import Reason, explain
from resettle.evidence.scores.columns import items
from resettle.evidence.scores.items import DRUGS
from resettle.evidence.scores.tables import table

NAMES = list(PREDICTED)


def is_rounded(p):
    """Whether a prediction was published with four decimals only (its last digits are noise of the file)."""
    return abs(p - round(p, 4)) < 1e-12


@pytest.mark.parametrize("name", NAMES)
def test_published_vectors(name, codes):
    """To 1e-10 where published in full, else to the four decimals that are printed.

    Rows of v4_1_2_oasys_test_data.csv in hmpps-arns-risk-actuarial-api (invented people), state of 4 August 2026.
    """
    rows = published()
    found = getattr(scores, name)(people(rows), codes).probability
    for row, p in zip(rows, found, strict=True):
        expected = float(row[PREDICTED[name]])
        assert p == pytest.approx(expected, abs=5.01e-5 if is_rounded(expected) else 1e-10), row["id"]
    assert sum(not is_rounded(float(row[PREDICTED[name]])) for row in rows) == 15


@pytest.mark.parametrize("name", [*NAMES, "ogrs3", "ogp", "arp", "vrp", "svrp"])
def test_many_at_once_equal_one_by_one_in_any_order(name, codes, man):
    rows = [r for r in published() if r["offence_code"] != "95000"]
    each = people(rows) | {k: [1] * len(rows) for k in items() if k not in people(rows)}
    score = getattr(scores, name)
    together = score(each, codes).probability
    alone = [score({k: v[i] for k, v in each.items()}, codes).probability[0] for i in range(len(rows))]
    np.testing.assert_array_equal(together, alone)
    order = np.random.default_rng(1).permutation(len(rows))
    shuffled = score({k: np.asarray(v)[order] for k, v in each.items()}, codes).probability
    np.testing.assert_array_equal(shuffled, together[order])


@pytest.mark.parametrize("name", [*NAMES, "ogrs3", "ogp", "ovp"])
def test_the_terms_make_the_score(name, codes, man):
    made = explain(name, man, codes)
    scored = getattr(scores, name)(man) if name == "ovp" else getattr(scores, name)(man, codes)
    assert made.total == pytest.approx(sum(t.weight for t in made.terms))
    assert made.probability == scored.probability[0]
    if made.unit == "log odds":
        assert np.log(made.probability / (1 - made.probability)) == pytest.approx(made.total)
    assert scores.WARNING in made.sentence
    assert type(made).from_json(made.to_json()) == made


def test_an_explanation_without_a_score(codes, man):
    made = explain("arp_dynamic", man | {"temper": None, "attitudes": None}, codes)
    assert made.probability is None
    assert made.reason == Reason.ITEM.text
    assert "no score, an assessment item is missing" in made.sentence


@given(st.integers(0, 60), st.integers(18, 60))
def test_months_count_up_to_36(codes, man, months, age):
    with_months = {"months_offence_free": months, "age_at_conviction": age, "age_at_follow_up": age}
    capped = with_months | {"months_offence_free": min(months, 36)}
    for name in NAMES:
        score = getattr(scores, name)
        assert score(man | with_months, codes).probability == score(man | capped, codes).probability


def test_follow_up_starts_at_the_conviction_unless_said(codes, man):
    without = {k: v for k, v in man.items() if k != "age_at_follow_up"}
    expected = scores.arp_static(man | {"age_at_follow_up": 30, "months_offence_free": 0}, codes).probability
    assert scores.arp_static(without, codes).probability == expected
    assert scores.arp_static(man | {"age_at_follow_up": np.nan}, codes).probability == expected


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ("sex", Reason.SEX),
        ("age_at_conviction", Reason.AGE),
        ("age_at_first_sanction", Reason.FIRST_SANCTION),
        ("sanctions", Reason.SANCTIONS),
        ("violent_sanctions", Reason.VIOLENT_SANCTIONS),
        ("offence_code", Reason.OFFENCE),
        ("temper", Reason.ITEM),
    ],
)
def test_a_missing_value_leaves_that_person_out(column, reason, codes, man):
    two = {k: [v, v] for k, v in man.items()} | {column: [man[column], None]}
    made = scores.svrp_dynamic(two, codes)
    assert list(made.reason) == [0, reason]
    assert np.isnan(made.probability[1])
    assert made.probability[0] == scores.svrp_dynamic(man, codes).probability[0]
    assert made.missing == {column: 1}
    assert made.unscored == {reason.text: 1}


def test_sex_recorded_as_not_known_is_missing(codes, man):
    assert scores.arp_static(man | {"sex": "NS"}, codes).reason == Reason.SEX


def test_without_items_the_static_form_stands_in(codes, man):
    two = {k: [v, v] for k, v in man.items()} | {"temper": [1, None]}
    mixed = scores.svrp(two, codes)
    assert list(mixed.dynamic) == [True, False]
    assert mixed.probability[0] == scores.svrp_dynamic(man, codes).probability[0]
    assert mixed.probability[1] == scores.svrp_static(man, codes).probability[0]
    brief = {k: v for k, v in man.items() if k not in items()}
    assert scores.svrp(brief, codes).probability == scores.svrp_static(man, codes).probability
    assert scores.svrp(man | {"sanctions": None}, codes).reason == Reason.SANCTIONS


def test_drugs_that_were_not_asked_about_count_as_not_used(codes, man):
    drugs = ["heroin", "crack_cocaine", "cannabis", "steroids", "other_drugs"]
    none = man | dict.fromkeys(drugs, 0)
    left_out = {k: v for k, v in man.items() if k not in drugs}
    assert scores.arp_dynamic(left_out, codes).probability == scores.arp_dynamic(none, codes).probability
    unknown = scores.arp_dynamic(man | dict.fromkeys(drugs, None), codes)
    assert unknown.probability == scores.arp_dynamic(none, codes).probability


def test_motivation_to_tackle_drug_misuse(codes, man):
    """ARP takes it as full where no drug is used; drug use without it is contradictory; VRP always asks for it."""
    unasked = man | {"drug_motivation": None}
    assert scores.arp_dynamic(unasked, codes).reason == Reason.DRUG_MOTIVATION
    sober = unasked | dict.fromkeys(DRUGS.values(), 0)
    full = scores.arp_dynamic(sober | {"drug_motivation": 0}, codes).probability
    assert scores.arp_dynamic(sober, codes).probability == full
    assert scores.vrp_dynamic(sober, codes).reason == Reason.ITEM


def test_an_offence_that_is_not_said_exactly(codes, man):
    assert scores.arp_static(man | {"offence_code": "00001"}, codes).reason == Reason.EXACT_OFFENCE


def test_every_table_says_where_it_is_from():
    for name in ("arp", "vrp", "svrp", "ogrs3", "ogp", "ovp"):
        assert "hmpps-arns-risk-actuarial-api" in table(name)["source"]
        assert "Crown Copyright" in table(name)["source"]


def test_every_result_carries_the_warning(codes, man):
    made = scores.arp_static(man, codes)
    assert made.warning == scores.WARNING
    assert str(made).endswith(scores.WARNING)
    assert "Not an operational risk assessment" in scores.WARNING
