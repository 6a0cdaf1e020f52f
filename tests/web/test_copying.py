"""Records as plain text, in the order of the system that they must be in too."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from resettle.web.access.models import AccessEvent
from resettle.web.contacts import work as contacts
from resettle.web.contacts.models import moment
from resettle.web.copying import systems as copying
from resettle.web.copying.fields import KINDS
from resettle.web.people.models import Identifier

pytestmark = pytest.mark.django_db
OWN = """name = "delius"
label = "The probation system"
date_format = "%d/%m/%Y"
[contact]
order = ["number", "date", "time", "outcome", "summary"]
labels = { number = "CRN", summary = "" }
[review]
order = ["date", "notes"]
blanks = true
"""


@pytest.fixture
def own(settings, tmp_path):
    """The office's own system."""
    settings.HOME = tmp_path
    (tmp_path / copying.FOLDER).mkdir()
    (tmp_path / copying.FOLDER / "delius.toml").write_text(OWN)
    return tmp_path / copying.FOLDER


@pytest.fixture
def held(office):
    Identifier.objects.create(person=office.ada, kind="crn", value="X901234")
    said = {"summary": "Talked about work.\r\nShe <likes> it.", "strengths": "On time"}
    return contacts.log(office.ada, office.practitioner, {"at": moment(date(2026, 2, 3), "14:30"), **said})


def page(client, office, kind, thing, **query):
    return client.get(
        reverse("as_text", kwargs={"person_id": office.ada.pk, "kind": kind, "thing_id": thing.pk}), query
    )


def test_a_contact_in_the_systems_order_with_its_labels_and_dates(own, held):
    system = copying.systems()[0]["delius"]
    lines = system.text("contact", held).split("\n")
    assert lines[1:] == [
        "Date: 03/02/2026",
        "Time: 14:30",
        "Outcome: Happened",
        "Talked about work.",
        "She <likes> it.",
    ]
    assert lines[0] == "CRN: Case reference number (CRN) X901234"


def test_the_page_shows_the_office_first_works_without_script_and_is_on_record(as_role, office, own, held):
    client = as_role("practitioner")
    text = page(client, office, "contact", held).content.decode()
    assert "The probation system" in text and "In plain order" in text and "readonly" in text
    assert "She &lt;likes&gt; it." in text
    assert 'id="copy"' in text and "hidden" in text
    plain = page(client, office, "contact", held, **{"in": "plain"}).content.decode()
    assert "Strengths seen: On time" in plain and "Time: 14:30" in plain
    assert AccessEvent.objects.filter(person=office.ada, page="as_text", verb="export").count() == 2
    assert page(client, office, "contact", held, **{"in": "other"}).status_code == 404


def test_only_what_is_the_persons_and_of_its_kind(as_role, office, held):
    client = as_role("practitioner")
    assert page(client, office, "plan", held).status_code == 404
    assert page(client, office, "risk", held).status_code == 404
    held.person = office.ben
    held.save()
    assert page(client, office, "contact", held).status_code == 404


def test_a_plan_a_referral_and_a_review_say_what_they_hold(full_office):
    plain, office = copying.systems()[0]["plain"], full_office
    plan = plain.text("plan", office.plan)
    assert "Goals: - I will find a flat" in plan.replace("Goals:\n", "Goals: ") and "  - Ring the council (Ada)" in plan
    assert f"Seal: {office.plan.seal}" in plan and "Strengths: Good with numbers" in plan
    referral = plain.text("referral", office.referral)
    assert (
        "Service: Flat finders" in referral
        and "Outcomes asked for: housed" in referral
        and "Complexity: Low" in referral
    )
    assert "Due: " in plain.text("review", office.review) and "Done on" not in plain.text("review", office.review)


def test_a_blank_stands_where_the_system_wants_it(own, full_office):
    assert (
        copying.systems()[0]["delius"].text("review", full_office.review)
        == "Done on:\nWhat was looked at, and what changes:"
    )


def test_a_wrong_file_is_named_with_the_closest_field_and_the_others_work(as_role, office, own, held):
    (own / "bad.toml").write_text(OWN.replace("delius", "other").replace('"outcome"', '"outcom"'))
    (own / "taken.toml").write_text(OWN.replace('"delius"', '"plain"'))
    found, problems = copying.systems()
    assert list(found)[:2] == ["delius", "plain"] and "other" not in found
    assert {one.file for one in problems} == {"bad.toml", "taken.toml"}
    assert "Did you mean 'outcome'?" in str(problems[0])
    text = page(as_role("coordinator"), office, "contact", held).content.decode()
    assert "bad.toml" in text and str(own) not in text


def test_every_field_of_every_kind_can_be_read(full_office):
    office = full_office
    things = {"contact": office.contact, "plan": office.plan, "referral": office.referral, "review": office.review}
    for kind, (_, fields) in KINDS.items():
        system = copying.System.model_validate(
            {"name": "all", "label": "All", kind: {"order": list(fields), "blanks": True}}
        )
        assert len(system.text(kind, things[kind]).split("\n")) >= len(fields)


def test_the_page_of_the_documentation_names_every_field_and_its_example_works(tmp_path):
    page = (Path(__file__).parents[2] / "docs/how-to/bring-people-into-the-workspace.md").read_text("utf-8")
    (tmp_path / "case.toml").write_text(re.findall(r"```toml\n(.*?)```", page, re.DOTALL)[1])
    example = copying.read_document(copying.System, tmp_path / "case.toml")
    assert example.name == "case_system" and example.plan is None
    for kind, (_, fields) in KINDS.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| {kind} |"))
        assert set(re.findall(r"`(\w+)`", row)) == set(fields) - {"person", "number", "born"}


def test_ours_are_valid_files_and_plain_order_comes_first():
    found, problems = copying.read_all(())
    assert problems == () and list(found) == ["plain", "ndelius", "refer_and_monitor"]
    assert found["plain"].model_fields_set >= set(KINDS)


def test_a_contact_for_ndelius_begins_with_the_number_and_has_an_end(held):
    held.minutes = 45
    lines = copying.systems()[0]["ndelius"].text("contact", held).split("\n")
    assert lines[0] == "CRN: Case reference number (CRN) X901234"
    assert lines.index("Start time: 14:30") + 1 == lines.index("End time: 15:15")
    assert lines.index("Notes:") < lines.index("Notes, strengths: On time")


def test_a_file_may_not_take_a_name_that_is_shipped(own):
    (own / "ours.toml").write_text('name = "ndelius"\nlabel = "x"\n[contact]\norder = ["date"]\n')
    assert [(one.file, one.value) for one in copying.systems()[1]] == [("ours.toml", "ndelius")]
