"""From casework to a payment and back: a pound paid for an outcome of the workspace is traced to a pseudonym, and to own words."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from resettle.area.check import check_area
from resettle.area.importing import import_table
from resettle.report.write import write_thread
from resettle.thread.run import make_thread
from resettle.thread.trace import trace
from resettle.web.access.models import User
from resettle.web.caseload import fill, write_convictions
from resettle.web.exporting import export, pseudonymise
from resettle.web.exporting.pseudonyms import Pseudonyms, export_key
from resettle.web.plans.models import Plan

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

CONTRACT = """id = "lot-peer-support"
title = "Mentors through the gate"
currency = "GBP"
price_base_year = 2026
period = {{ start = {start}, end = {end} }}
parties = [
    {{ id = "council", name = "The council (invented)", role = "commissioner" }},
    {{ id = "alongside", name = "Alongside (invented)", role = "provider" }},
]
population = {{ services = ["{service}"] }}

[[payments]]
id = "mentors"
kind = "unit_tariff"
label = "A mentor kept through the gate"
verification = ["document", "registry"]
once_per_person = true
prices = {{ mentor_kept_through_gate = {{ any = "500.00", low = "500.00", medium = "500.00", high = "500.00" }} }}
"""
STUDY = """id = "mentors"
question = "Did people with a mentor reoffend less often within six months?"
clock = "clock.toml"
design = "standardised_regression"
covariates = ["age"]
each_person_once = true
programme = {{ services = ["{service}"], label = "a mentor", days_before = 730, days_after = 730 }}
"""
MAPPING = """table = "offence"
[columns]
"CRN" = "person_id"
"Offence date" = "offence_date"
"Outcome" = "outcome"
"Proven date" = "proven_date"
"""
CLOCK = """name = "office-6-months"
version = 1
label = "proven reoffending within 6 months"
event = "reoffence"
source = "A clock of this test, short enough for two years of an office"
follow_up = {{ months = 6 }}
wait = {{ months = 3 }}
outcomes = ["conviction", "caution"]
entry = "first_in_cohort"
cohort = "window"
"""
RUN = """title = "What the contract on mentors pays for"
area = "area"
study = "study.toml"
contract = "contract.toml"
appraisal = "appraisal.toml"
settle_at = {end}
draws = 100
"""


def proven(folder, office):
    """What only courts know goes into the area as an office would bring it: an extract by CRN, under the pseudonyms of the export."""
    sent = write_convictions(folder / "convictions.csv", office)
    (folder / "convictions.toml").write_text(MAPPING, "utf-8")
    done = pseudonymise(
        folder / "convictions.csv", folder / "offences.csv", "offence", folder / "convictions.toml", folder / "key"
    )
    assert done.written == sent - 1 and done.columns == ["Name"]
    brought = import_table(folder / "area", "offence", folder / "offences.csv", folder / "convictions.toml")
    assert brought.quarantined == 0 and brought.kept == sent - 1


def documents(folder, examples):
    """The contract, the study with its clock, and the run file beside the area, for the service that has a mentor."""
    end = timezone.localdate()
    named = {"service": "alongside_peer_mentors", "start": end - timedelta(days=800), "end": end}
    for name, text in (("contract", CONTRACT), ("clock", CLOCK), ("study", STUDY), ("run", RUN)):
        (folder / f"{name}.toml").write_text(text.format(**named), "utf-8")
    text = (examples / "appraisals/greater-manchester.toml").read_text("utf-8")
    (folder / "appraisal.toml").write_text(text, "utf-8")


def test_a_pound_traces_to_a_pseudonym_and_to_own_words_for_those_who_may_read_them(client, tmp_path, examples):
    office = fill({}, people=60)
    export(tmp_path / "area", tmp_path / "key", "Northway")
    proven(tmp_path, office)
    report = check_area(tmp_path / "area")
    assert report.ok, report.lines()
    documents(tmp_path, examples)
    run = make_thread(tmp_path / "run.toml")
    paid = [line for line in run.result.statement.lines if line.amount > 0]
    assert paid and run.result.statement.total == sum(line.amount for line in paid)
    write_thread(run, tmp_path / "out")
    back = trace(tmp_path / "out", f"line:{paid[0].id}", examples=200).to_json()
    names = Pseudonyms(export_key(tmp_path / "key"))
    behind = [one for one in Plan.objects.exclude(offered_at=None) if f'"plan:{names.of("L", one.pk)}"' in back]
    plan = next(one for one in behind if f'"person:{names.of("P", one.person_id)}"' in back)
    words = plan.person.goals.filter(offered=True).first().own_words
    written = "".join(file.read_text("utf-8") for file in (tmp_path / "out").rglob("*.*") if file.suffix != ".parquet")
    assert words not in back and words not in written and plan.person.name not in written
    page = reverse("plan", kwargs={"person_id": plan.person_id})
    worker = plan.person.relationships.get(state="current", role="practitioner").worker
    client.force_login(worker, backend="django.contrib.auth.backends.ModelBackend")
    assert words in client.get(page).content.decode()
    for role in ("commissioner", "auditor"):
        client.force_login(User.objects.filter(role=role).first(), backend="django.contrib.auth.backends.ModelBackend")
        refused = client.get(page)
        assert refused.status_code == 403 and words not in refused.content.decode()
