"""From published documents to contract files: what is held comes over, what is not is listed, nothing is invented."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from resettle.cli import app, main
from resettle.commissioning import check_contract, read_contract, settle
from resettle.commissioning.evidence import Evidence
from resettle.commissioning.library import deal, deals
from resettle.commissioning.standards import bring_in, from_indigo, read_wire
from resettle.commissioning.standards.indigo_models import Project
from resettle.errors import BadInput

run = CliRunner()
NAMES = [d.name for d in deals()]


def with_ocid(name: str, folder: Path) -> Path:
    """A deal's contract file, with an identifier of its contracting process."""
    text = (deal(name).folder / "contract.toml").read_text("utf-8")
    if "\nocid = " not in text:
        text = text.replace("\ntitle = ", f'\nocid = "ocds-abc123-{name}"\ntitle = ', 1)
    path = folder / "contract.toml"
    path.write_text(text, "utf-8")
    return path


def called(*arguments: object) -> str:
    """What a command prints; it must end well."""
    found = run.invoke(app, [str(a) for a in arguments])
    assert found.exit_code == 0, found.output
    return found.output


def there_and_back(name: str, standard: str, folder: Path, *more: str) -> tuple[dict, dict, str]:
    """A deal exported, imported and exported again by the commands; both documents, and what the import said."""
    first, toml, again = folder / "first.json", folder / "back.toml", folder / "again.json"
    called("contract", "export", with_ocid(name, folder), "--to", standard, "--out", first, *more)
    said = called("contract", "import", first, "--from", standard, "--out", toml)
    assert not [f for f in check_contract(toml) if f.severity == "error"], name
    called("contract", "export", toml, "--to", standard, "--out", again, *more)
    return json.loads(first.read_text("utf-8")), json.loads(again.read_text("utf-8")), said


@pytest.mark.parametrize("name", NAMES)
def test_ocds_comes_back_the_same_but_for_what_it_says_it_lost(name, tmp_path):
    first, again, said = there_and_back(name, "ocds", tmp_path, "--publisher", "P", "--published", "2026-03-31")
    for amendment in first["releases"][0]["contracts"][0].pop("amendments", []):
        assert f"contracts.amendments.{amendment['id']}" in said and amendment["rationale"] in said
    assert again == first
    assert "contracts.rules of payment" in said


@pytest.mark.parametrize("name", ["grant", "youth-custody-pathfinder"])
def test_grants_come_back_the_same(name, tmp_path):
    first, again, _ = there_and_back(name, "360giving", tmp_path, "--publisher", "360G-example")
    for package in (first, again):
        assert package["grants"][0].pop("id").startswith("360G-example-")
    assert again == first
    contract = read_contract(tmp_path / "back.toml")
    amount = Decimal(str(first["grants"][0]["amountAwarded"]))
    assert settle(contract, Evidence(), contract.period.end).total == amount


@pytest.mark.parametrize("name", NAMES)
def test_indigo_comes_back_the_same_but_for_what_it_says_it_lost(name, tmp_path):
    _, _, said = there_and_back(name, "indigo", tmp_path)
    first, again = (from_indigo(read_wire(Project, tmp_path / f)) for f in ("first.json", "again.json"))
    assert (again.title, again.start, again.end, again.ocid) == (first.title, first.start, first.end, first.ocid)
    assert (again.providers, again.investments) == (first.providers, first.investments)
    assert set(again.prices.items()) <= set(first.prices.items())
    lost = {metric for metric in first.outcomes if metric not in again.prices}
    assert all(f"outcome_metrics.{metric}" in said for metric in lost)
    if set(first.payers) == set(again.payers):
        assert sum(again.payers.values()) == sum(first.payers.values())


def test_nothing_is_paid_for_rules_that_a_document_does_not_hold(tmp_path):
    there_and_back("fair-chance-fund", "ocds", tmp_path, "--publisher", "P", "--published", "2026-03-31")
    contract = read_contract(tmp_path / "back.toml")
    assert [p.kind for p in contract.payments] == ["cost_plus"]
    assert settle(contract, Evidence(), contract.period.end).total == 0


PUBLISHED = {
    "uri": "urn:x",
    "publishedDate": "2022-01-31T00:00:00Z",
    "publisher": {"name": "Find a Tender"},
    "releases": [
        {
            "ocid": "ocds-h6vhtk-000001",
            "id": "1",
            "date": "2022-01-31T00:00:00Z",
            "tag": ["award", "contract"],
            "initiationType": "tender",
            "buyer": {"id": "GB-PPON-AAAA-1111-BBBB", "name": "The authority"},
            "tender": {"id": "t", "aboveThreshold": True},
            "parties": [
                {"id": "GB-PPON-AAAA-1111-BBBB", "name": "The authority", "roles": ["buyer"]},
                {"id": "GB-COH/123 456", "name": "The charity \"Ours\"", "roles": ["supplier"], "details": {"vcse": True, "scale": "sme"}},
                {"id": "GB-PPON-Z", "name": "The court of review", "roles": ["reviewContactPoint"]},
            ],
            "awards": [{"id": "a", "suppliers": [{"id": "GB-COH/123 456"}]}],
            "contracts": [
                {
                    "id": "c/1",
                    "awardID": "a",
                    "title": "Help with housing\nin two places",
                    "value": {"amount": 2975000.1, "currency": "GBP"},
                    "period": {"startDate": "2022-02-01T00:00:00+00:00", "endDate": "2025-01-31T23:59:59+00:00"},
                    "agreedMetrics": [{"id": "k1", "title": "Seen in five days",
                                       "observations": [{"id": "o", "measure": "95.5", "notes": "target", "unit": {"name": "percent"}}]}],
                    "amendments": [{"id": "m1", "date": "2023-04-01T00:00:00Z", "rationale": "More people came."},
                                   {"id": "m2", "date": "2029-04-01T00:00:00Z", "rationale": "Too late."}],
                    "implementation": {"transactions": [{"id": "t1", "value": {"amount": 5, "currency": "GBP"}}],
                                       "performanceFailures": [{"id": "f1"}]},
                    "dateSigned": "2022-01-20T00:00:00Z",
                }
            ],
        }
    ],
}  # fmt: skip


@pytest.fixture
def notice(tmp_path):
    def write(change=None):
        document = json.loads(json.dumps(PUBLISHED))
        if change:
            change(document["releases"][0])
        path = tmp_path / "notice.json"
        path.write_text(json.dumps(document), "utf-8")
        return path

    return write


def test_a_notice_that_others_published(notice):
    found = bring_in(notice(), "ocds", service="housing")
    contract = found.contract
    assert (contract.id, contract.ocid, contract.currency) == ("c-1", "ocds-h6vhtk-000001", "GBP")
    assert (contract.period.start, contract.period.end) == (date(2022, 2, 1), date(2025, 1, 31))
    assert contract.limits.cap == Decimal("2975000.10") and contract.population.services == ("housing",)
    assert [(p.id, p.role) for p in contract.parties] == [
        ("GB-PPON-AAAA-1111-BBBB", "commissioner"), ("GB-COH-123-456", "provider"),
    ]  # fmt: skip
    assert contract.title == "Help with housing\nin two places" and contract.parties[1].name == 'The charity "Ours"'
    assert [(k.id, k.target, k.unit) for k in contract.report.kpis] == [("k1", Decimal("95.5"), "percent")]
    assert (
        "# There was an amendment on 2023-04-01 (More people came.): write what it changed as a variation."
        in found.text
    )
    lost = {loss.what for loss in found.losses}
    assert {"parties.GB-PPON-Z", "contracts.amendments.m1", "transactions.t1", "performanceFailures.f1", "contracts.dateSigned",
            "tender", "contracts.rules of payment"} <= lost  # fmt: skip


def test_words_of_others_stay_words(notice):
    """A reason with a line break must not become a key of the contract."""

    def change(release):
        release["contracts"][0]["amendments"][0]["rationale"] = 'more\ncurrency = "USD"'
        release["contracts"][0]["title"] = 'A "title" \\ with \x7f and \u2028'

    found = bring_in(notice(change), "ocds")
    assert found.contract.currency == "GBP" and found.contract.title == 'A "title" \\ with \x7f and \u2028'


def test_the_last_release_of_a_contract_counts(notice):
    path = notice()
    document = json.loads(path.read_text("utf-8"))
    later = json.loads(json.dumps(document["releases"][0])) | {"id": "2", "date": "2023-05-01T00:00:00Z"}
    later["contracts"][0]["value"]["amount"] = 1
    document["releases"].insert(0, later)
    path.write_text(json.dumps(document), "utf-8")
    assert bring_in(path, "ocds").contract.limits.cap == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda r: r["contracts"].clear(), "the document has no contract"),
        (lambda r: r["contracts"].append(r["contracts"][0] | {"id": "c2"}), "has several: 2 contracts"),
        (lambda r: r["contracts"][0].pop("period"), "does not say when the contract runs"),
        (lambda r: r["contracts"][0]["period"].pop("endDate"), "does not say when the contract runs"),
        (lambda r: r["contracts"][0]["period"].update(startDate="soon"), "not a date"),
        (lambda r: r["contracts"][0]["period"].update(endDate="2001-01-01"), "ends before it starts"),
        (lambda r: (r.pop("buyer"), r["parties"].pop(0)), "names no buyer"),
        (lambda r: r["parties"].pop(1), "names no supplier"),
        (lambda r: r["contracts"][0]["value"].update(amount=-5), "money is negative"),
        (lambda r: r["contracts"][0]["value"].update(currency="pounds"), "makes no contract"),
        (lambda r: r["contracts"][0]["value"].update(amount="much"), "valid number"),
        (lambda r: r.update(contracts="none"), "valid list"),
    ],
)
def test_a_notice_that_says_too_little_is_told(notice, change, told):
    with pytest.raises(BadInput, match=told) as fault:
        bring_in(notice(change), "ocds")
    assert len(fault.value.problems) <= 3 and fault.value.problems[0].do


@pytest.mark.parametrize(
    ("standard", "text", "told"),
    [
        ("ocds", "{", "not valid JSON"),
        ("360giving", "[]", "valid dictionary"),
        ("360giving", '{"grants": []}', "has no grant"),
        ("indigo", '{"name": {"value": "X"}}', "does not say when the contract runs"),
        ("indigo", '{"name": {"value": ""}}', "does not say when"),
        ("indigo", '{"name": 5}', "valid dictionary"),
    ],
)
def test_a_broken_document_ends_in_one_clear_message(standard, text, told, tmp_path, capsys):
    path = tmp_path / "broken.json"
    path.write_text(text, "utf-8")
    with pytest.raises(SystemExit) as end:
        main(["contract", "import", str(path), "--from", standard])
    said = capsys.readouterr().err
    assert end.value.code == 2 and told in said and str(path) in said and "Traceback" not in said


def test_a_file_that_is_there_is_not_written_over(notice, tmp_path, capsys):
    out = tmp_path / "mine.toml"
    out.write_text("mine", "utf-8")
    with pytest.raises(SystemExit):
        main(["contract", "import", str(notice()), "--from", "ocds", "--out", str(out)])
    assert "such a file already" in capsys.readouterr().err and out.read_text("utf-8") == "mine"


GRANT = {
    "id": "360G-x-1", "title": "Mentors", "description": "For mentors", "currency": "GBP", "amountAwarded": 5000.5,
    "awardDate": "2024-03-01", "plannedDates": [{"startDate": "2024-04-01", "endDate": "2025-03-31"}],
    "fundingOrganization": [{"id": "GB-CHC-1", "name": "The trust"}],
    "recipientOrganization": [{"id": "GB-CHC-2", "name": "The mentors"}], "grantProgramme": [{"title": "P"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"amountAwarded": -1}, "money is negative"),
        ({"recipientOrganization": []}, "names no funder or no recipient"),
        ({"plannedDates": []}, "does not say when"),
        ({"awardDate": "then"}, "not a date"),
        ({"fundingOrganization": [{"id": "GB-CHC-2", "name": "Itself"}]}, "makes no contract"),
    ],
)
def test_a_grant_that_says_too_little_is_told(change, told, tmp_path):
    path = tmp_path / "grants.json"
    path.write_text(json.dumps({"grants": [GRANT | change]}), "utf-8")
    with pytest.raises(BadInput, match=told):
        bring_in(path, "360giving")


def test_one_of_several_grants(tmp_path):
    path = tmp_path / "grants.json"
    path.write_text(json.dumps({"grants": [GRANT, GRANT | {"id": "360G-x-2", "title": "Other"}]}), "utf-8")
    with pytest.raises(BadInput, match="several: 2 grants"):
        bring_in(path, "360giving")
    with pytest.raises(BadInput, match="no such grant"):
        bring_in(path, "360giving", "360G-x-3")
    found = bring_in(path, "360giving", "360G-x-2")
    assert found.contract.title == "Other" and "grants.grantProgramme" in {loss.what for loss in found.losses}
    # The award lies before the first day: it is paid on that day, and the file says so.
    assert any("2024-03-01" in sentence for sentence in found.assumed)
    assert found.contract.payments[0].instalments[0].on == date(2024, 4, 1)
