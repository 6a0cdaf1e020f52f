"""Volunteers and mentors: checks that block, matches with reasons, hours, supervision, and what a mentor may not see."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from office_kit import matched, volunteering

from resettle.goodlives.states import Refused
from resettle.web.access.models import Role, User
from resettle.web.contacts import work as contacts
from resettle.web.mentors import work
from resettle.web.mentors.models import Check, Claim, Volunteer, Wish
from resettle.web.people.models import Happened

pytestmark = pytest.mark.django_db


@pytest.fixture
def go(as_role, office):
    """Open or send a page as a role: `go("coordinator", "mentor", person_id=...)`."""

    def page(role, name, typed=None, **named):
        client = as_role(role)
        url = reverse(name, kwargs=named)
        return client.get(url) if typed is None else client.post(url, typed)

    return page


def test_a_volunteer_goes_from_applying_to_leaving(go, office):
    typed = {
        "name": "Vic Helper",
        "email": "Vic@example.org",
        "consents": "on",
        "room": "2",
        "languages": "English, Welsh",
    }
    assert go("coordinator", "volunteer_add", typed).status_code == 302
    one = Volunteer.objects.get()
    assert (one.state, one.languages, one.user.is_active) == ("applied", ["English", "Welsh"], False)
    assert "already" in go("coordinator", "volunteer_add", typed).content.decode()
    key = {"volunteer_id": one.pk}
    go("coordinator", "volunteer_move", {}, event="start_checks", **key)
    assert "Trained" not in go("coordinator", "volunteer", **key).content.decode()
    early = go("coordinator", "volunteer_move", {}, event="train", **key)
    assert early.status_code == 422
    until = {"until_day": "1", "until_month": "1", "until_year": str(timezone.localdate().year + 1)}
    for kind in (*Check.CHECKS, *Check.TRAINING):
        go("coordinator", "check_add", {"kind": kind, **until}, **key)
    go("coordinator", "volunteer_move", {}, event="train", **key)
    cleared = go("coordinator", "volunteer_move", {}, event="clear", **key)
    assert cleared.status_code == 302
    shown = go("coordinator", "volunteer", **key).content.decode()
    one.refresh_from_db()
    password = shown.split("shown once: ")[1].split("<")[0].split()[0]
    assert one.user.is_active and User.objects.get(pk=one.user_id).check_password(password)
    assert "shown once" not in go("coordinator", "volunteer", **key).content.decode()
    go("coordinator", "volunteer_move", {}, event="make_available", **key)
    assert go("coordinator", "volunteer_move", {"code": "own_wish"}, event="leave", **key).status_code == 302
    one.refresh_from_db()
    assert one.state == "left" and not User.objects.get(pk=one.user_id).is_active
    assert Happened.objects.filter(kind="volunteer", thing=one.pk).count() == 6


def test_another_teams_coordinator_does_not_find_the_volunteer(client, office):
    one = volunteering(office)
    other = User.objects.create_user("c2@example.org", "Other", Role.COORDINATOR, team=office.other_team)
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("volunteer", kwargs={"volunteer_id": one.pk})).status_code == 404


def test_matching_says_why_and_why_not_and_the_person_is_asked_first(go, office):
    one = volunteering(office)
    Wish.objects.create(person=office.ada, interests=["football"])
    key = {"person_id": office.ada.pk}
    shown = go("coordinator", "mentor", **key).content.decode()
    assert "both like football" in shown and "Propose A mentor" in shown
    assert "both like football" not in go("practitioner", "mentor", **key).content.decode()
    assert go("coordinator", "match_propose", {}, volunteer_id=one.pk, **key).status_code == 302
    match = office.ada.matches.get()
    assert "both like football" in match.reasons and not match.person_consents
    too_soon = go("coordinator", "match_move", {}, match_id=match.pk, event="introduce", **key)
    assert too_soon.status_code == 422 and not office.ada.relationships.filter(role="mentor").exists()
    go("practitioner", "match_move", {}, match_id=match.pk, event="consent", **key)
    go("coordinator", "match_move", {}, match_id=match.pk, event="introduce", **key)
    tie = office.ada.relationships.get(role="mentor")
    assert tie.worker == office.mentor and "both like football" in tie.because
    one.refresh_from_db()
    assert one.state == "matched"
    second = work.propose(office.ada, volunteering(office, second_mentor(office)), office.coordinator)
    assert isinstance(second, Refused) and second.broken == "no_other_open_match"


def second_mentor(office):
    return User.objects.create_user("m2@example.org", "Second Mentor", Role.MENTOR, team=office.team)


def test_a_safety_reason_keeps_two_apart_and_is_not_told(go, office):
    one = volunteering(office, keep_apart=["Ada Example"])
    shown = go("coordinator", "mentor", person_id=office.ada.pk).content.decode()
    assert "must not be matched, for safety" in shown and "Propose A mentor" not in shown
    assert isinstance(work.propose(office.ada, one, office.coordinator), Refused)


def test_a_check_that_runs_out_blocks_new_contact_by_itself(go, office):
    one = volunteering(office)
    matched(office, office.ada, one)
    at = {"at": timezone.now(), "summary": "Met"}
    assert not isinstance(contacts.log(office.ada, office.mentor, at), Refused)
    one.checks.filter(kind="criminal_record").update(until=timezone.localdate() - timedelta(days=1))
    for refused in (contacts.log(office.ada, office.mentor, at), contacts.plan(office.ada, office.mentor, at)):
        assert isinstance(refused, Refused) and refused.broken == "checks_are_in_date"
    assert "Please meet nobody for now" in go("mentor", "week").content.decode()


def test_a_pause_shuts_the_record_and_an_ending_ends_the_relationship(go, office):
    one = volunteering(office)
    match = matched(office, office.ada, one)
    key = {"person_id": office.ada.pk}
    assert go("mentor", "plan", **key).status_code == 200
    go("mentor", "match_move", {"reason": "Holiday"}, match_id=match.pk, event="pause", **key)
    assert go("mentor", "plan", **key).status_code == 403
    assert isinstance(contacts.log(office.ada, office.mentor, {"at": timezone.now(), "summary": "x"}), Refused)
    go("coordinator", "match_move", {}, match_id=match.pk, event="resume", **key)
    assert go("mentor", "plan", **key).status_code == 200
    late = timezone.localdate() + timedelta(days=9)
    day = {"ending_on_day": late.day, "ending_on_month": late.month, "ending_on_year": late.year}
    assert go("mentor", "match_move", {}, match_id=match.pk, event="agree_ending", **key).status_code == 422
    assert go("mentor", "match_move", day, match_id=match.pk, event="agree_ending", **key).status_code == 302
    go("coordinator", "match_move", {"code": "planned"}, match_id=match.pk, event="finish", **key)
    match.refresh_from_db(), one.refresh_from_db()
    assert (match.state, match.relationship.state, match.relationship.end) == ("ended", "ended", timezone.localdate())
    assert match.relationship.end_reason == "as planned" and one.state == "available"
    assert go("mentor", "plan", **key).status_code == 403


def test_a_mentor_sees_goals_steps_own_contacts_and_safety_and_nothing_else(go, full_office):
    office = full_office
    office.goal.obstacle = ""
    office.goal.save()
    key = {"person_id": office.ada.pk}
    pages = {name: go("mentor", name, **key).content.decode() for name in ("person", "plan", "contacts")}
    assert "find a flat" in pages["plan"] and "Ring the council" in pages["plan"]
    assert "Do not meet at home" in pages["person"] and "Do not meet at home" in go("mentor", "week").content.decode()
    assert "Sounded low" not in pages["contacts"] and "Talked" not in pages["contacts"]
    hidden = ("risk", "End of licence", "End of sentence", "budget", "Good life map", "Who looked", "Verify")
    assert [(name, word) for name, text in pages.items() for word in hidden if word in text] == []
    form = go("mentor", "goal_edit", goal_id=office.goal.pk, **key).content.decode()
    assert "find a flat" in form and "risk" not in form
    typed = {"own_words": "find a nice flat", "goods": ["life"]}
    assert go("mentor", "goal_edit", typed, goal_id=office.goal.pk, **key).status_code == 302
    office.goal.refresh_from_db()
    assert (office.goal.own_words, office.goal.risk_effect) == ("find a nice flat", "lowers")
    for name in ("map", "budgets", "evidence", "mentor", "who_looked"):
        assert go("mentor", name, **key).status_code == 403


def test_a_provider_reads_the_safety_flags_until_they_are_taken_off(go, full_office):
    office = full_office
    key = {"person_id": office.ada.pk}
    asked = {"referral_id": office.referral.pk, **key}
    assert "Do not meet at home" in go("provider", "referral", **asked).content.decode()
    go("practitioner", "flag_end", {}, flag_id=office.flag.pk, **key)
    assert "Do not meet at home" not in go("provider", "referral", **asked).content.decode()
    office.flag.refresh_from_db()
    assert office.flag.ended_by == office.practitioner


def test_hours_and_miles_are_claimed_and_approved_once_with_the_rate_that_was_set(go, office):
    one = volunteering(office)
    today = timezone.localdate()
    day = {"on_day": today.day, "on_month": today.month, "on_year": today.year}
    typed = {**day, "what": "Met at the library", "minutes": "90", "miles": "12.5", "paid_out": "3.40"}
    assert go("mentor", "claim_add", {**typed, "miles": "-1"}).status_code == 422
    assert go("mentor", "claim_add", typed).status_code == 302
    claim = one.claims.get()
    assert "1.5 hours this month" in go("mentor", "week").content.decode()
    key = {"claim_id": claim.pk}
    assert "Miles need a rate" in go("coordinator", "claim_decide", {"answer": "yes"}, **key).content.decode()
    assert go("coordinator", "claim_decide", {"answer": "yes", "rate": "0.40"}, **key).status_code == 302
    claim.refresh_from_db()
    assert claim.due == Decimal("8.40") == Decimal("3.40") + Decimal("12.5") * Decimal("0.40")
    again = work.decide(claim.pk, office.coordinator, False, None, "No")
    assert isinstance(again, Refused) and Claim.objects.get().state == "approved"


def test_the_mentor_reads_what_was_agreed_in_supervision_and_not_the_notes(go, office):
    one = volunteering(office)
    one.supervisions.create(
        supervisor=office.coordinator, notes="Tired lately", agreed="One meeting a week", on=date(2026, 3, 1)
    )
    shown = go("mentor", "week").content.decode()
    assert "One meeting a week" in shown and "Tired lately" not in shown
    assert "Tired lately" in go("coordinator", "volunteer", volunteer_id=one.pk).content.decode()
