"""Contacts: planned, held, missed, moved and corrected; concerns that reach somebody."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from resettle.web.contacts import work
from resettle.web.contacts.models import Contact

pytestmark = pytest.mark.django_db


@pytest.fixture
def go(as_role, office):
    client = as_role("practitioner")

    def page(name, typed=None, **named):
        url = reverse(name, kwargs={"person_id": office.ada.pk, **named})
        return client.get(url) if typed is None else client.post(url, typed)

    return page


def when(**ago):
    """A day and an hour as the form asks for them."""
    at = timezone.localtime() - timedelta(**ago)
    return {"day_day": at.day, "day_month": at.month, "day_year": at.year, "hour": at.strftime("%H:%M")}


SAID = {"medium": "face", "setting": "community", "summary": "Talked about the flat", "strengths": "Came early"}


def test_a_contact_is_logged_with_now_filled_in(go, office):
    first = go("contact_log").content.decode()
    now = timezone.localtime()
    assert f'value="{now.year}"' in first and 'value="community"' in first
    assert go("contact_log", {**when(minutes=5), **SAID}).status_code == 302
    kept = Contact.objects.get()
    assert (kept.state, kept.late_entry, kept.worker) == ("happened", False, office.practitioner)


def test_a_late_entry_is_shown_as_late_and_a_future_one_refused(go):
    go("contact_log", {**when(days=4), **SAID})
    assert "Recorded late" in go("contacts").content.decode()
    assert "The date is in the future" in go("contact_log", {**when(days=-2), **SAID}).content.decode()


def test_a_concern_without_anybody_to_tell_is_given_back(go, office, client):
    typed = {**when(minutes=5), **SAID, "concern": "Sounded low"}
    answer = go("contact_log", typed)
    assert answer.status_code == 422 and "Sounded low" in answer.content.decode()
    assert go("contact_log", {**typed, "concern_for": office.coordinator.pk}).status_code == 302
    assert list(work.concerns_of(office.coordinator)) == [Contact.objects.get()]
    client.force_login(office.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    assert "A practitioner" in client.get(reverse("diary")).content.decode()
    client.post(reverse("concern_seen", kwargs={"contact_id": Contact.objects.get().pk}))
    assert not work.concerns_of(office.coordinator)


def test_a_concern_is_told_only_to_those_who_may_know(go, office):
    typed = {**when(minutes=5), **SAID, "concern": "Sounded low", "concern_for": office.stranger.pk}
    assert go("contact_log", typed).status_code == 422


def test_a_planned_contact_is_moved_missed_and_corrected_with_what_stood_before(go, office):
    go("contact_plan", {**when(days=-1), "medium": "face", "setting": "prison"})
    planned = Contact.objects.get()
    moved = go(
        "contact_move",
        {**when(days=-2), "code": "person", "reason": "Court"},
        contact_id=planned.pk,
        event="reschedule",
    )
    assert moved.status_code == 302
    planned.refresh_from_db()
    assert planned.state == "rescheduled" and planned.next.state == "planned" and planned.next.setting == "prison"
    early = go("contact_move", {"summary": "x"}, contact_id=planned.next.pk, event="hold")
    assert "The date is in the future" in early.content.decode()
    Contact.objects.filter(pk=planned.next.pk).update(at=timezone.now() - timedelta(hours=1))
    go("contact_move", {"summary": "Met at the gate"}, contact_id=planned.next.pk, event="hold")
    put_right = {"summary": "Met at the hostel", "reason": "Wrong place"}
    assert go("contact_move", put_right, contact_id=planned.next.pk, event="correct").status_code == 302
    shown = go("contacts").content.decode()
    assert "Met at the hostel" in shown and "Met at the gate" in shown


@pytest.mark.parametrize("hour", ["25:00", "9:75", "noon", "13pm", "0am", ""])
def test_a_wrong_time_is_said_and_kept(go, hour):
    answer = go("contact_log", {**when(minutes=5), **SAID, "hour": hour})
    assert answer.status_code == 422
    assert ("Enter a time, like 9:30 or 2pm" if hour else "Enter the time") in answer.content.decode()
    assert "Talked about the flat" in answer.content.decode()


@pytest.mark.parametrize(
    ("hour", "kept"), [("9", "09:00"), ("2pm", "14:00"), ("12am", "00:00"), ("12.30pm", "12:30"), ("14:05", "14:05")]
)
def test_times_as_people_write_them(hour, kept):
    from resettle.web.contacts.forms import HourField

    assert HourField().clean(hour) == kept
