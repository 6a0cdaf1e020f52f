"""The published tables and fixtures that lie beside the checkout, value by value (`make test-all`)."""

import csv
import json
import tomllib
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from score_kit import months, years

from resettle.evidence.scores import Reason, arp_static, explain, ogrs3, read_offence_codes, scored
from resettle.evidence.scores import registry as by_name
from resettle.evidence.scores.columns import Columns
from resettle.evidence.scores.items import DRUGS, item_columns
from resettle.evidence.scores.tables import table

pytestmark = pytest.mark.shared

FOLDER = Path(__file__).parents[3] / "../shared/data/risk-predictors"
FAMILY = {
    "ALL_REOFFENDING_PREDICTOR": "arp",
    "VIOLENT_REOFFENDING_PREDICTOR": "vrp",
    "SERIOUS_VIOLENT_REOFFENDING_PREDICTOR": "svrp",
}
GRADES = {"NO_PROBLEMS": 0, "SOME_PROBLEMS": 1, "SIGNIFICANT_PROBLEMS": 2}
MOTIVATION = {"FULL_MOTIVATION": 0, "PARTIAL_MOTIVATION": 1, "NO_MOTIVATION": 2}
# What the service calls the items.
FIELDS = {
    "suitabilityOfAccommodation": "accommodation",
    "isUnemployed": "unemployed",
    "currentRelationshipWithPartner": "relationship",
    "evidenceOfDomesticAbuse": "domestic_abuse",
    "currentRelationshipStatus": "living_with_partner",
    "regularOffendingActivities": "activities",
    "motivationToTackleDrugMisuse": "drug_motivation",
    "currentAlcoholUseProblems": "alcohol_problem",
    "excessiveAlcoholUse": "binge_drinking",
    "impulsivityProblems": "impulsivity",
    "temperControl": "temper",
    "proCriminalAttitudes": "attitudes",
    "didOffenceInvolveCarryingOrUsingWeapon": "weapon",
}
DRUG_FIELDS = dict(
    zip(
        DRUGS.values(),
        [
            ["hasHeroinUsage"],
            ["hasMethadoneUsage"],
            ["hasOtherOpiateUsage"],
            ["hasCrackCocaineUsage"],
            ["hasPowderCocaineUsage"],
            ["hasMisusedPrescriptionDrugUsage"],
            ["hasBenzodiazepinesUsage"],
            ["hasCannabisUsage"],
            ["hasSteroidsUsage"],
            ["hasOtherDrugsUsage", "hasKetamineUsage", "hasSpiceUsage", "hasHallucinogensUsage", "hasSolventsUsage"],
        ],
        strict=True,
    )
)
PAST = {
    "past_homicide": "HOMICIDE",
    "past_wounding": "WOUNDING_GBH",
    "past_kidnapping": "KIDNAPPING",
    "past_firearms": "FIREARMS",
    "past_robbery": "ROBBERY",
    "past_aggravated_burglary": "AGGRAVATED_BURGLARY",
    "past_weapon": "WEAPON",
    "past_criminal_damage": "CRIMINAL_DAMAGE",
    "past_arson": "ARSON",
}


def published(name):
    path = FOLDER / name
    assert path.is_file(), f"the published table {name} is not at {path.resolve()}: these tests need the folder shared"
    return path


@pytest.fixture(scope="module")
def all_codes():
    return read_offence_codes(published("offence_codes.csv"))


def test_every_coefficient_is_the_published_one():
    """Value by value as decimal numbers, none missing and none added (the sexual predictors are not part of Resettle)."""
    with published("coefficients.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["predictor"] in ("ARP", "VRP", "SVRP")]
    theirs = {}
    for row in rows:
        kind, name = ("terms", row["name"].lower()) if row["kind"] == "term" else ("offence", row["name"])
        theirs[row["predictor"].lower(), row["form"], kind, name] = Decimal(row["value"])
    ours = {}
    for family in ("arp", "vrp", "svrp"):
        text = files("resettle.evidence.scores").joinpath(f"{family}.toml").read_text("utf-8")
        own = tomllib.loads(text, parse_float=Decimal)
        for form in ("static", "dynamic"):
            for kind in ("terms", "offence"):
                ours |= {(family, form, kind, name): value for name, value in own[form][kind].items()}
    assert len(rows) == len(theirs) == 337
    assert ours == theirs


def test_offence_codes(all_codes):
    assert len(all_codes.codes) == 3039
    assert int(all_codes.violent.sum()) == 634
    assert int(all_codes.violence_or_sex.sum()) == 567
    assert int(all_codes.too_broad.sum()) == 2


def test_codes_kept_for_tests_are_the_published_ones(all_codes, codes):
    for name in ("category", "violent", "violence_or_sex"):
        theirs = getattr(all_codes, name)[[all_codes.place[str(c)] for c in codes.codes]]
        np.testing.assert_array_equal(getattr(codes, name), theirs)


def test_every_code_has_a_weight_or_a_reason(all_codes, man):
    people = {k: [v] * 3039 for k, v in man.items()} | {"offence_code": all_codes.codes}
    assert arp_static(people, all_codes).unscored == {Reason.EXACT_OFFENCE.text: 2}
    made = ogrs3(people, all_codes)
    assert made.unscored == {Reason.EXACT_OFFENCE.text: 6, Reason.NO_WEIGHT.text: 15}
    assert int((made.reason == Reason.SCORED).sum()) == 3018


def test_the_39_codes_that_weigh_most_in_ogrs3(all_codes, man):
    """Soliciting, begging and like offences (.7606) are 39 codes."""
    people = {k: [v] * 3039 for k, v in man.items()} | {"offence_code": all_codes.codes}
    terms = dict(by_name.model("ogrs3").terms(Columns(people), all_codes))
    weights = terms["offence"]
    assert int((weights == 0.7606).sum()) == 39
    assert weights[all_codes.place["09230"]] == -0.7956


def responses(node, request, name):
    """Every response of ARP, VRP or SVRP in a fixture, also inside the combined predictor."""
    if isinstance(node, dict):
        if node.get("algorithm") in FAMILY:
            yield name, request, node
        for value in node.values():
            yield from responses(value, request, name)


def fixtures():
    if not (FOLDER / "fixtures.json").is_file():
        return [("no fixtures", {}, {})]  # so that a test runs, and says what is absent
    everything = json.loads((FOLDER / "fixtures.json").read_text("utf-8"))
    return [r for name, f in everything.items() for r in responses(f["response"], f["request"], name)]


def test_all_fixtures_are_checked():
    published("fixtures.json")
    kinds = [(FAMILY[r["algorithm"]], r["type"]) for _, _, r in fixtures()]
    assert {k: kinds.count(k) for k in sorted(set(kinds), key=str)} == {
        ("arp", "DYNAMIC"): 1,
        ("arp", "STATIC"): 1,
        ("arp", None): 1,
        ("svrp", "DYNAMIC"): 8,
        ("svrp", "STATIC"): 2,
        ("svrp", None): 2,
        ("vrp", "DYNAMIC"): 1,
        ("vrp", "STATIC"): 1,
        ("vrp", None): 1,
    }


def person(request):
    """A request of the service as the columns that scores read. The service takes today where no assessment date is given."""
    born, convicted = request.get("dateOfBirth"), request.get("dateOfCurrentConviction")
    start = request.get("dateAtStartOfFollowup") or convicted
    assessed = request.get("assessmentDate") or "2026-08-04"
    past = request.get("previousConvictions")
    return {
        "sex": (request.get("gender") or "N")[0],
        "offence_code": request.get("currentOffenceCode"),
        "sanctions": request.get("totalNumberOfSanctionsForAllOffences"),
        "violent_sanctions": request.get("totalNumberOfViolentSanctions"),
        "age_at_first_sanction": request.get("ageAtFirstSanction"),
        "age_at_conviction": years(born, convicted) if born and convicted else None,
        "age_at_follow_up": years(born, start) if born and start else None,
        "months_offence_free": months(start, assessed) if start else None,
        **{column: answer(request.get(field)) for field, column in FIELDS.items()},
        **{column: max(bool(request.get(f)) for f in fields) for column, fields in DRUG_FIELDS.items()},
        **{column: None if past is None else float(name in past) for column, name in PAST.items()},
    }


def answer(value):
    """An answer as it is scored."""
    if isinstance(value, str):
        return (GRADES | MOTIVATION).get(value, float(value == "IN_RELATIONSHIP_LIVING_TOGETHER"))
    return None if value is None else float(value)


@pytest.mark.parametrize(("name", "request_", "response"), fixtures())
def test_fixture(name, request_, response, all_codes):
    """Every weight and their sum to 1e-10; score and band as printed; no score where the service gives none."""
    published("fixtures.json")
    family, form = FAMILY[response["algorithm"]], response["type"]
    one = {k: [v] for k, v in person(request_).items()}
    made = by_name.scorer(family)(Columns(one), all_codes)
    if form is None:
        assert made.reason[0] != Reason.SCORED
        assert response["output"]["score"] is None
        return
    assert made.dynamic[0] == (form == "DYNAMIC")
    assert made.percent[0] == response["output"]["score"]
    assert made.band[0].upper().replace(" ", "_") == response["output"]["band"]
    told = explain(f"{family}_{form.lower()}", person(request_), all_codes)
    theirs = dict(response["featureValues"])
    assert told.total == pytest.approx(theirs.pop("totalWeight"), abs=1e-10)
    ours = sorted(t.weight for t in told.terms if t.weight)
    np.testing.assert_allclose(ours, sorted(w for w in theirs.values() if w), rtol=0, atol=1e-10)
    assert scored.WARNING in told.sentence


@pytest.mark.parametrize(("name", "request_", "response"), fixtures())
def test_the_items_that_are_needed(name, request_, response):
    """Where the service lists the items without which it gives a static score, they are the ones we ask for."""
    published("fixtures.json")
    missing = [e["fields"] for e in response["validationErrors"] if e["type"] == "MISSING_DYNAMIC_INPUT"]
    if not missing:
        return
    family = FAMILY[response["algorithm"]]
    wanted = {c for c in item_columns(table(family)["dynamic"]["terms"]) if not c.startswith("past_")}
    wanted |= {"drug_motivation"} if family == "vrp" else set()
    theirs = {FIELDS[f] for f in missing[0] if f != "previousConvictions"}
    given = {column for field, column in FIELDS.items() if request_.get(field) is not None}
    assert theirs == wanted - given
