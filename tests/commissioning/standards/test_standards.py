"""Out to each standard and back: nothing is lost that it can hold, the rest is listed, and every document is valid."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from resettle.cli import app
from resettle.commissioning import parse_contract, settle
from resettle.commissioning.evidence import Evidence
from resettle.commissioning.library import deal, deals
from resettle.commissioning.records import CohortResult, LevelReading, OutcomeCount
from resettle.commissioning.standards import (
    GrantPackage,
    Package,
    Project,
    from_360giving,
    from_indigo,
    from_ocds,
    read_wire,
    to_360giving,
    to_indigo,
    to_ocds,
)
from resettle.errors import BadInput

SCHEMAS = Path(__file__).resolve().parents[4] / "shared/schemas"
DAY = date(2026, 3, 31)
NAMES = [d.name for d in deals()]


def contract_of(name):
    found = deal(name)
    contract = found.contract()
    return contract.model_copy(update={"ocid": contract.ocid or f"ocds-abc123-{name}"}), found


def statement_of(contract, found):
    return settle(contract, found.evidence, found.about.settle_at)


@pytest.mark.parametrize("name", NAMES)
def test_ocds_there_and_back(name, tmp_path):
    contract, found = contract_of(name)
    statement = statement_of(contract, found)
    written = to_ocds(contract, "A publisher", DAY, (statement,))
    path = tmp_path / "package.json"
    path.write_text(written.document.to_json(), "utf-8")
    again = read_wire(Package, path)
    assert again.to_dict() == written.document.to_dict()
    back = from_ocds(again)[0]
    assert (back.id, back.title, back.start, back.end) == (
        contract.id,
        contract.title,
        contract.period.start,
        contract.period.end,
    )
    assert back.value == contract.limits.cap and back.ocid == contract.ocid
    assert back.parties == {p.id: p.role for p in contract.parties}
    assert sum(back.payments.values()) == statement.total
    assert back.variations == {v.effective: v.reason for v in contract.variations}
    lost = {loss.what for loss in written.losses}
    assert {f"payments.{p.id}" for p in contract.payments} <= lost
    assert {f"measures.{m.id}" for m in contract.measures} <= lost


KPIS = """
[[report.kpis]]
id = "seen"
label = "People seen within five days"
of = "fee"
target = "95.5"
unit = "percent"
"""


def plain(extra="", ocid='ocid = "ocds-abc123-1"\n'):
    text = (
        'id = "c"\ntitle = "C"\n' + ocid + "price_base_year = 2024\n[period]\nstart = 2024-01-01\nend = 2024-12-31\n"
        '[[parties]]\nid = "a"\nname = "A"\nrole = "commissioner"\n[[parties]]\nid = "b"\nname = "B"\nrole = "provider"\n'
        '[population]\nservices = ["s"]\n[[payments]]\nid = "fee"\nkind = "fee"\namount = "10.00"\n'
    )
    return parse_contract(text + extra)


def test_indicators_become_metrics_with_their_targets():
    written = to_ocds(plain(KPIS), "P", DAY).document.to_dict()["releases"][0]["contracts"][0]
    metric = written["agreedMetrics"][0]
    assert metric["title"] == "People seen within five days"
    assert metric["observations"][0]["measure"] == "95.5" and metric["observations"][0]["unit"] == {"name": "percent"}
    assert "noAgreedMetricsRationale" not in written
    assert from_ocds(to_ocds(plain(KPIS), "P", DAY).document)[0].kpis == {"seen": "People seen within five days"}
    assert "noAgreedMetricsRationale" in to_ocds(plain(), "P", DAY).document.to_dict()["releases"][0]["contracts"][0]


LEVEL = """
[[service_levels]]
id = "prompt"
label = "People seen within five days"
payment = "fee"
target = 95
steps = [{ short_by = 0, credit = "0.10" }, { short_by = 10, credit = "0.25" }]
"""


def missed(level):
    """The statement of a year in which one month missed its level by so much."""
    contract = plain(KPIS + LEVEL)
    reading = LevelReading(id="r", service_level="prompt", starts_on=date(2024, 3, 1), value=Decimal(level))
    return contract, settle(contract, Evidence(levels=(reading,)), date(2024, 12, 31))


def test_a_missed_service_level_is_a_performance_failure():
    """95 asked for, 90 reached: a tenth of the fee of £10.00 for that month, by the contract's own terms."""
    contract, statement = missed("90")
    written = to_ocds(contract, "P", DAY, (statement,)).document
    failures = written.to_dict()["releases"][0]["contracts"][0]["implementation"]["performanceFailures"]
    assert len(failures) == 1
    assert failures[0]["penaltyValue"] == {"amount": 1.0, "currency": "GBP"}
    assert failures[0]["penaltyType"] == "contracted" and failures[0]["penaltyDate"] == "2024-12-31T00:00:00Z"
    assert failures[0]["suppliers"] == [{"id": "b", "name": "B"}] and "90" in failures[0]["description"]
    assert list(from_ocds(written)[0].failures.values()) == [Decimal("1.00")]
    assert from_ocds(to_ocds(contract, "P", DAY, (missed("96")[1],)).document)[0].failures == {}


ALL_KPIS = """
[[measures]]
id = "again"
kind = "binary"
baseline = { kind = "fixed", value = "0.5", people = 1000 }
[[measures]]
id = "burden"
kind = "cost"
unit_prices = { nights = "100.00" }
[[service_levels]]
id = "prompt"
label = "People seen within five days"
payment = "fee"
target = 95
steps = [{ short_by = 0, credit = "0.10" }]
[[payments]]
id = "homes"
kind = "unit_tariff"
prices = { home = { any = "100.00" } }
[[report.kpis]]
id = "seen"
label = "Seen"
of = "prompt"
target = "95"
unit = "percent"
[[report.kpis]]
id = "reoffended"
label = "Reoffended"
of = "again"
[[report.kpis]]
id = "cost_of_custody"
label = "Cost of custody"
of = "burden"
[[report.kpis]]
id = "homes_found"
label = "Homes found"
of = "homes"
target = "10"
[[report.kpis]]
id = "fee_earned"
label = "Fee"
of = "fee"
"""


def reported(number=7, at=date(2024, 12, 31)):
    """A contract with an indicator of every kind, and what it came to."""
    contract = plain(ALL_KPIS)
    levels = [
        LevelReading(id=f"r{m}", service_level="prompt", starts_on=date(2024, m, 1), value=Decimal(v))
        for m, v in ((1, "97.5"), (2, "90"), (12, "99"))
    ]
    results = (
        CohortResult(id="one", measure="again", people=300, value=Decimal("0.454")),
        CohortResult(id="two", measure="burden", people=300, quantities={"nights": Decimal("12.5")}),
    )
    counts = (OutcomeCount(id="h", outcome="home", number=number, counted_on=date(2024, 6, 30)),)
    return contract, settle(contract, Evidence(levels=tuple(levels), results=results, counts=counts), at)


def test_what_the_indicators_came_to_goes_out_and_comes_back():
    contract, statement = reported()
    written = to_ocds(contract, "P", DAY, (statement,))
    metrics = written.document.to_dict()["releases"][0]["contracts"][0]["implementation"]["metrics"]
    found = {m["id"]: m["observations"] for m in metrics}
    assert list(found) == [k.id for k in contract.report.kpis]
    assert [(o["measure"], o.get("measureClassification")) for o in found["seen"]] == [
        ("97.5", {"id": "met"}),
        ("90", None),
        ("99", {"id": "met"}),
    ]
    assert found["seen"][1]["period"] == {"startDate": "2024-02-01T00:00:00Z", "endDate": "2024-02-29T00:00:00Z"}
    share = found["reoffended"][0]
    assert Decimal(share["measure"]) == Decimal("45.4") and share["unit"] == {"name": "percent of people"}
    assert share["dimensions"] == {"cohort": "1"}
    assert found["cost_of_custody"][0]["value"] == {"amount": 1250.0, "currency": "GBP"}
    assert found["homes_found"][0]["measure"] == "7" and found["fee_earned"][0]["value"]["amount"] == 119.0
    back = from_ocds(Package.model_validate(json.loads(written.document.to_json())))[0].actuals
    assert [a.model_copy(update={"evidence": (), "met": a.met or None}) for a in statement.actuals] == list(back)
    lost = {loss.what for loss in written.losses}
    assert {f"{statement.id}.lines", f"{statement.id}.actuals", f"{statement.id}.actuals.met"} <= lost


def test_what_is_not_known_yet_or_not_published_is_not_reported():
    _, early = reported(at=date(2024, 12, 30))
    assert [str(a.starts_on) for a in early.actuals if a.kpi == "seen"] == ["2024-01-01", "2024-02-01"]
    assert "homes_found" not in {a.kpi for a in reported(number=None)[1].actuals}
    contract, _ = reported()
    assert (
        not to_ocds(contract, "P", DAY, (settle(plain(), Evidence(), DAY),))
        .document.releases[0]
        .contracts[0]
        .implementation.metrics
    )


def test_of_two_statements_the_later_one_says_what_an_indicator_came_to():
    contract, early = reported(at=date(2024, 6, 30), number=3)
    _, late = reported(number=7)
    written = to_ocds(contract, "P", DAY, (late, early)).document
    homes = [a for a in from_ocds(written)[0].actuals if a.kpi == "homes_found"]
    assert [a.value for a in homes] == [7] and len({a.id for a in from_ocds(written)[0].actuals}) == 7


def test_observations_in_words_and_without_days_are_left_where_they_are():
    document = to_ocds(*[reported()[0], "P", DAY, (reported()[1],)]).document.to_dict()
    held = document["releases"][0]["contracts"][0]["implementation"]
    period = held["metrics"][0]["observations"][0]["period"]
    held["metrics"] = [
        {"id": "x"},
        {"id": "y", "observations": [{"id": "1", "measure": "good", "period": period}, {"id": "2", "measure": 4}]},
        {"id": "z", "observations": [{"id": "3", "measure": 4.5, "period": period, "dimensions": {"cohort": "all"}}]},
    ]
    (one,) = from_ocds(Package.model_validate(document))[0].actuals
    assert (one.kpi, one.value, one.cohort, one.met) == ("z", Decimal("4.5"), 0, None)


def test_a_contract_without_an_ocid_is_refused():
    with pytest.raises(BadInput, match="no ocid"):
        to_ocds(plain(ocid=""), "P", DAY)


def test_what_we_do_not_use_is_kept(tmp_path):
    document = to_ocds(plain(), "P", DAY).document.to_dict()
    document["releases"][0]["tender"] = {"id": "t", "aboveThreshold": True}
    document["releases"][0]["contracts"][0]["finance"] = [{"id": "f", "resultsBased": True}]
    path = tmp_path / "p.json"
    path.write_text(json.dumps(document), "utf-8")
    assert read_wire(Package, path).to_dict() == document


def test_a_grant_there_and_back(tmp_path):
    contract, _ = contract_of("youth-custody-pathfinder")
    written = to_360giving(contract, "360G-example")
    path = tmp_path / "grants.json"
    path.write_text(written.document.to_json(), "utf-8")
    again = read_wire(GrantPackage, path)
    assert again.to_dict() == written.document.to_dict()
    grant = from_360giving(again)[0]
    assert (grant.amount, grant.currency, grant.awarded) == (Decimal("1000000.00"), "GBP", date(2011, 10, 1))
    assert (grant.start, grant.end) == (contract.period.start, contract.period.end)
    assert {"payments.grant.clawback", "measures.nights"} == {loss.what for loss in written.losses}
    with pytest.raises(BadInput, match="pays no grant"):
        to_360giving(plain(), "360G-example")


@pytest.mark.parametrize("name", NAMES)
def test_indigo_there_and_back(name, tmp_path):
    contract, found = contract_of(name)
    statement = statement_of(contract, found)
    written = to_indigo(contract, (statement,))
    path = tmp_path / "project.json"
    path.write_text(written.document.to_json(), "utf-8")
    again = read_wire(Project, path)
    assert again.to_dict() == written.document.to_dict()
    back = from_indigo(again)
    assert (back.title, back.start, back.end, back.ocid) == (
        contract.title,
        contract.period.start,
        contract.period.end,
        contract.ocid,
    )
    assert back.paid == statement.total
    for payment in contract.payments:
        if payment.kind == "unit_tariff":
            single = {o: next(iter(t.values())) for o, t in payment.prices.items() if len(set(t.values())) == 1}
            assert {o: back.prices[o] for o in single} == single
    if contract.capital:
        held = {i.id: i.commitment for i in contract.capital.instruments if i.kind != "grant"}
        assert back.investments == held


def test_words_in_a_field_for_money_are_not_guessed():
    document = {
        "name": {"value": "X"},
        "outcome_pricings": [
            {"outcome_metric_id": {"value": "m"}, "price_per_unit": {"amount": {"value": "$11.712M"}}}
        ],
    }
    assert from_indigo(Project.model_validate(document)).prices == {}


@given(st.decimals(0, 10**11, places=2))
def test_every_amount_comes_back_to_the_penny(amount):
    contract = plain(f'[limits]\ncap = "{amount}"\n')
    written = to_ocds(contract, "P", DAY).document
    assert from_ocds(Package.model_validate(json.loads(written.to_json())))[0].value == amount


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "not valid JSON"),
        ("[]", "valid dictionary"),
        ('{"uri": "u"}', "Field required"),
        ('{"uri": "u", "publishedDate": NaN}', "not a finite number"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
def test_a_broken_document_is_told(text, told, tmp_path):
    path = tmp_path / "broken.json"
    path.write_text(text, "utf-8")
    with pytest.raises(BadInput, match=told):
        read_wire(Package, path)


def registry():
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT4, DRAFT202012

    made = []
    for file, draft in (
        ("ocds/release-schema.json", DRAFT4),
        ("ocds/release-package-schema.json", DRAFT4),
        ("360giving/360-giving-schema.json", DRAFT202012),
    ):
        schema = json.loads((SCHEMAS / file).read_text("utf-8"))
        schema["$schema"] = (
            draft is DRAFT4 and "http://json-schema.org/draft-04/schema#"
        ) or "https://json-schema.org/draft/2020-12/schema"
        made.append((schema.get("id") or schema["$id"], Resource(schema, draft)))
    held = Registry().with_resources(made)
    grant = json.loads((SCHEMAS / "360giving/360-giving-schema.json").read_text("utf-8"))
    grant["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    alias = "https://raw.githubusercontent.com/ThreeSixtyGiving/standard/1.4.2/schema/360-giving-schema.json"
    return held.with_resource(alias, Resource(grant, DRAFT202012))


def schema_of(file):
    return json.loads((SCHEMAS / file).read_text("utf-8"))


def merged(target, patch):
    for key, value in patch.items():
        if isinstance(value, dict):
            merged(target.setdefault(key, {}), value)
        else:
            target[key] = value
    return target


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
def test_ocds_is_valid_with_the_uk_extension(name):
    from jsonschema import Draft4Validator

    contract, found = contract_of(name)
    document = to_ocds(contract, "P", DAY, (statement_of(contract, found),)).document.to_dict()
    core = Draft4Validator(schema_of("ocds/release-package-schema.json"), registry=registry())
    assert not [e.message for e in core.iter_errors(document)]
    patched = merged(schema_of("ocds/ppp-profile-release-schema.json"), schema_of("ocds/uk-extension.json"))
    parts = {
        "Implementation": [c["implementation"] for c in document["releases"][0]["contracts"] if "implementation" in c],
        "Contract": document["releases"][0]["contracts"],
    }
    for definition, held in parts.items():
        schema = {**patched, "$ref": f"#/definitions/{definition}"}
        schema = {"definitions": patched["definitions"], "allOf": [{"$ref": f"#/definitions/{definition}"}]}
        for part in held:
            assert not [e.message for e in Draft4Validator(schema).iter_errors(part)]


def problems(definition, part):
    """What the UK extension, over the profile whose definitions it patches, says of one part of a document."""
    from jsonschema import Draft4Validator

    patched = merged(schema_of("ocds/ppp-profile-release-schema.json"), schema_of("ocds/uk-extension.json"))
    schema = {"definitions": patched["definitions"], "allOf": [{"$ref": f"#/definitions/{definition}"}]}
    return [e.message for e in Draft4Validator(schema).iter_errors(part)]


@pytest.mark.shared
def test_a_contract_performance_notice_is_valid():
    from jsonschema import Draft4Validator

    contract, statement = missed("80")
    document = to_ocds(contract, "P", DAY, (statement,)).document.to_dict()
    core = Draft4Validator(schema_of("ocds/release-package-schema.json"), registry=registry())
    assert not [e.message for e in core.iter_errors(document)]
    held = document["releases"][0]["contracts"][0]
    assert held["agreedMetrics"] and not problems("Contract", held)
    failure = held["implementation"]["performanceFailures"][0]
    assert not problems("PerformanceFailure", failure)
    assert problems("PerformanceFailure", failure | {"penaltyType": "deserved"})
    assert problems("PerformanceFailure", failure | {"penaltyValue": {"amount": "much"}})


@pytest.mark.shared
def test_reported_metrics_are_valid():
    contract, statement = reported()
    held = to_ocds(contract, "P", DAY, (statement,)).document.to_dict()["releases"][0]["contracts"][0]
    assert len(held["implementation"]["metrics"]) == 5
    assert not problems("Implementation", held["implementation"]) and not problems("Contract", held)
    metric = held["implementation"]["metrics"][0]
    assert problems("Metric", metric | {"observations": [{"measure": "5"}]})
    assert problems("Metric", metric | {"observations": []})


@pytest.mark.shared
@pytest.mark.parametrize(
    ("standard", "schema"), [("ocds", "ocds/release-package-schema.json"), ("indigo", "indigo/project.json")]
)
@pytest.mark.parametrize("name", ["nyc-able", "gm-accommodation"])
def test_what_was_imported_and_exported_again_is_still_valid(standard, schema, name, tmp_path):
    """Through the commands: export, import, export."""
    from jsonschema import Draft4Validator, Draft7Validator

    text = (deal(name).folder / "contract.toml").read_text("utf-8")
    text = text if "ocid" in text else text.replace("\ntitle", '\nocid = "ocds-abc123-1"\ntitle', 1)
    (tmp_path / "c.toml").write_text(text, "utf-8")
    more = ["--publisher", "P"] if standard == "ocds" else []
    run = CliRunner()
    for verb, source, out, option in (
        ("export", "c.toml", "one.json", "--to"),
        ("import", "one.json", "back.toml", "--from"),
        ("export", "back.toml", "two.json", "--to"),
    ):
        given = [str(tmp_path / source), option, standard, "--out", str(tmp_path / out)]
        done = run.invoke(app, ["contract", verb, *given, *(more if verb == "export" else [])])
        assert done.exit_code == 0, done.output
    validator = (
        Draft7Validator(schema_of(schema))
        if standard == "indigo"
        else Draft4Validator(schema_of(schema), registry=registry())
    )
    document = json.loads((tmp_path / "two.json").read_text("utf-8"))
    assert not [e.message for e in validator.iter_errors(document)]


@pytest.mark.shared
def test_360giving_is_valid():
    from jsonschema import Draft202012Validator, FormatChecker

    schema = schema_of("360giving/360-giving-package-schema.json")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    # The schema tells days from moments by format alone, which validators only look at if they are asked to.
    formats = FormatChecker(formats=())
    formats.checks("date-time")(lambda text: "T" in text)
    validator = Draft202012Validator(schema, registry=registry(), format_checker=formats)
    for name in ("grant", "youth-custody-pathfinder"):
        document = to_360giving(contract_of(name)[0], "360G-example").document.to_dict()
        assert not [e.message for e in validator.iter_errors(document)]
    broken = to_360giving(contract_of("grant")[0], "360G-example").document.to_dict()
    del broken["grants"][0]["awardDate"]
    assert list(validator.iter_errors(broken))


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
def test_indigo_is_valid(name):
    from jsonschema import Draft7Validator

    contract, found = contract_of(name)
    document = to_indigo(contract, (statement_of(contract, found),)).document.to_dict()
    assert not [e.message for e in Draft7Validator(schema_of("indigo/project.json")).iter_errors(document)]


def test_the_command(tmp_path):
    run = CliRunner()
    folder = deal("nyc-able").folder
    out = tmp_path / "project.json"
    made = run.invoke(app, ["contract", "export", str(folder / "contract.toml"), "--to", "indigo", "--out", str(out)])
    assert made.exit_code == 0, made.output
    assert json.loads(out.read_text("utf-8"))["name"]["value"] == "NYC ABLE, Rikers Island"
    paid = run.invoke(
        app,
        ["contract", "export", str(deal("gm-accommodation").folder / "contract.toml"), "--publisher", "GMCA", "--published", "2026-03-31",
         "--evidence", str(deal("gm-accommodation").folder / "evidence.toml"), "--at", "2022-03-31"],
    )  # fmt: skip
    assert paid.exit_code == 0, paid.output
    assert '"ocid": "ocds-h6vhtk-02ba78"' in paid.output and "Not held: payments.price" in paid.output
