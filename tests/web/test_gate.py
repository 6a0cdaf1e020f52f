"""Through the gate: days to release, the pick-up, handing over with both there, and who stayed."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from office_kit import matched, volunteering

from resettle.goodlives.states import Refused
from resettle.web.access.models import Role, User
from resettle.web.contacts.models import Contact
from resettle.web.correspondence.models import Message, Thread
from resettle.web.gate import work
from resettle.web.mentors import work as mentors

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside(office):
    """Ada comes out in 40 days."""
    release = timezone.localdate() + timedelta(days=40)
    office.tie = office.ada.relationships.get()
    return office.ada.episodes.create(kind="custody", begin=date(2026, 1, 5), release=release)


@pytest.fixture
def go(as_role, office):
    def page(role, name, typed=None, **named):
        client = as_role(role)
        url = reverse(name, kwargs={"person_id": office.ada.pk, **named})
        return client.get(url) if typed is None else client.post(url, typed)

    return page


def test_tasks_have_days_that_move_with_the_release_and_late_stays_late(go, office, inside):
    shown = go("practitioner", "gate").content.decode()
    assert "<strong>40 days</strong> to release" in shown and "Overdue" in shown
    due = {task["code"]: task for part in work.tasks(inside) for task in part["tasks"]}
    assert due["sleep"]["due"] == inside.release - timedelta(days=84) and due["sleep"]["state"] == "overdue"
    assert due["seen"]["due"] == inside.release + timedelta(days=3) and due["seen"]["state"] == "to_do"
    assert go("practitioner", "gate_task", {"note": "x"}, code="sleep").status_code == 422
    go("practitioner", "gate_task", {"answer": "done", "note": "Hostel in Millgate"}, code="sleep")
    go("practitioner", "gate_task", {"answer": "done"}, code="plan")
    assert go("practitioner", "gate_task", code="nothing").status_code == 404
    shown = go("practitioner", "gate").content.decode()
    assert "Done late" in shown and "Done in time" in shown and "Hostel in Millgate" in shown
    assert work.open_tasks(inside) == 4  # id, bank, health, mentor
    inside.release += timedelta(days=100)
    inside.save()
    assert work.open_tasks(inside) == 0


def test_a_pick_up_is_an_appointment_at_the_gate_on_the_day(go, inside):
    assert go("practitioner", "pick_up", {"hour": "8:30", "place": "Main gate"}).status_code == 302
    kept = Contact.objects.get()
    assert (kept.setting, timezone.localdate(kept.at), kept.state) == ("gate", inside.release, "planned")
    assert "Main gate" in go("practitioner", "gate").content.decode()


def colleague(office, email="next@example.org", team=None):
    return User.objects.create_user(email, "Next Worker", Role.PRACTITIONER, team=team or office.team)


def scheduled(office, tie):
    thread = Thread.objects.create(person=office.ada, team=office.team)
    return Message.objects.create(thread=thread, relationship=tie, words="Hello", channel="text", due=timezone.now())


def test_a_handover_overlaps_and_passes_on_what_is_scheduled(go, client, office, inside):
    following, message = colleague(office), scheduled(office, office.tie)
    assert "Complete the handover" not in go("practitioner", "gate").content.decode()
    assert go("practitioner", "handover", {"worker": following.pk}, tie_id=office.tie.pk).status_code == 302
    office.tie.refresh_from_db()
    assert office.tie.state == "handing_over" and office.tie.next.worker == following
    client.force_login(following, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("plan", kwargs={"person_id": office.ada.pk})).status_code == 200
    assert go("practitioner", "plan").status_code == 200
    assert go("practitioner", "tie_move", {}, tie_id=office.tie.pk, event="complete_handover").status_code == 302
    office.tie.refresh_from_db(), message.refresh_from_db()
    assert (office.tie.state, office.tie.end) == ("ended", timezone.localdate())
    assert (message.state, message.relationship.worker) == ("scheduled", following)
    assert go("practitioner", "plan").status_code == 302  # asked for a reason now


def test_an_ending_asks_why_and_cancels_what_is_scheduled(go, office, inside):
    message = scheduled(office, office.tie)
    key = {"tie_id": office.tie.pk, "event": "end"}
    assert go("coordinator", "tie_move", {"code": "planned"}, **key).status_code == 422
    assert go("coordinator", "tie_move", {"code": "planned", "reason": "All done"}, **key).status_code == 302
    message.refresh_from_db(), office.tie.refresh_from_db()
    assert (message.state, office.tie.end_reason) == ("cancelled", "the work is done")


def test_a_refused_ending_leaves_the_messages_as_they_were(office, inside):
    message = scheduled(office, office.tie)
    assert isinstance(work.finish(office.tie, "complete_handover", office.practitioner), Refused)
    message.refresh_from_db(), office.tie.refresh_from_db()
    assert (message.state, office.tie.end) == ("scheduled", None)


def test_only_a_coordinator_moves_somebody_to_another_team_and_both_teams_see_them_meanwhile(
    go, client, office, inside
):
    there = colleague(office, "south@example.org", office.other_team)
    other = User.objects.create_user("c2@example.org", "South", Role.COORDINATOR, team=office.other_team)
    key = {"tie_id": office.tie.pk}
    assert go("practitioner", "transfer", {"worker": there.pk}, **key).status_code == 403
    assert go("practitioner", "handover", {"worker": there.pk}, **key).status_code == 422
    assert go("coordinator", "transfer", {"worker": there.pk}, **key).status_code == 302
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("person", kwargs={"person_id": office.ada.pk})).status_code == 200
    assert go("coordinator", "person").status_code == 200
    go("coordinator", "tie_move", {}, event="complete_handover", **key)
    assert go("coordinator", "person").status_code == 403


def test_a_mentors_relationship_ends_by_the_match_and_takes_its_messages_with_it(go, office, inside):
    one = volunteering(office)
    assert isinstance(mentors.propose(office.ada, one, office.coordinator), Refused)  # not cleared for prison
    one.checks.create(kind="prison_clearance", until=timezone.localdate(), seen_by=office.coordinator)
    match = matched(office, office.ada, one)
    message = scheduled(office, match.relationship)
    key = {"tie_id": match.relationship.pk, "event": "end"}
    assert go("coordinator", "tie_move", {"code": "planned", "reason": "x"}, **key).status_code == 404
    mentors.move_match(match, "break_off", office.coordinator, "Moved", "unplanned")
    message.refresh_from_db()
    assert message.state == "cancelled"


def test_continuity_is_told_thirty_days_after(go, office, inside):
    inside.release = timezone.localdate() - timedelta(days=20)
    inside.save()
    assert "30 days after release" in go("practitioner", "gate").content.decode()
    inside.release -= timedelta(days=15)
    inside.save()
    for days in (-3, 2):
        at = timezone.now() - timedelta(days=35 - days)
        Contact.objects.create(person=office.ada, worker=office.practitioner, at=at, state="happened")
    shown = go("practitioner", "gate").content.decode()
    assert "was there after it" in shown and "First seen 2 days" in shown and "1.00" in shown
