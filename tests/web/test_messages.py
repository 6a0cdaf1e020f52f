"""Messages: reminders, safe contact, threads that survive, and nothing after an ending; sent once, however often one tries."""

from datetime import datetime, time, timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from office_kit import matched, volunteering

from resettle.goodlives.states import Refused
from resettle.web.contacts import work as contacts
from resettle.web.correspondence import adapters, work
from resettle.web.correspondence.models import Message
from resettle.web.gate import work as gate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox(tmp_path, settings):
    settings.EMAIL_FILE_PATH = tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    return tmp_path


@pytest.fixture
def go(as_role, office):
    def page(role, name, typed=None, **named):
        client = as_role(role)
        url = reverse(name, kwargs={"person_id": office.ada.pk, **named})
        return client.get(url) if typed is None else client.post(url, typed)

    return page


REACH = {"channels": ["text"], "phone": "07700900982"}


def texts(outbox):
    return [file.read_text("utf-8") for file in sorted((outbox / "texts").glob("*.txt"))]


def test_an_appointment_is_reminded_once_in_the_words_that_are_safe(office, outbox):
    work.keep_reach(office.ada, REACH)
    now = timezone.now()
    contacts.plan(office.ada, office.practitioner, {"at": now + timedelta(hours=20), "place": "The library"})
    contacts.plan(office.ada, office.practitioner, {"at": now + timedelta(days=5)})
    assert (work.remind(now), work.remind(now)) == (1, 0)
    assert work.send_due(now) == {"sent": 1} and work.send_due(now) == {}
    (one,) = texts(outbox)
    assert "To: 07700900982" in one and "you meet A practitioner" in one and "The library" in one
    work.keep_reach(office.ada, {**REACH, "neutral_words": True})
    contacts.plan(office.ada, office.practitioner, {"at": now + timedelta(hours=30), "place": "The clinic"})
    assert work.remind(now) == 1 and work.send_due(now) == {"sent": 1}
    (other,) = [text for text in texts(outbox) if text != one]
    assert "practitioner" not in other and "clinic" not in other and "Reminder:" in other


def test_nothing_is_written_to_somebody_whom_nobody_asked(go, office, outbox):
    contacts.plan(office.ada, office.practitioner, {"at": timezone.now() + timedelta(hours=20)})
    assert work.remind(timezone.now()) == 0
    answer = go("practitioner", "thread", {"words": "Hello", "channel": "text"})
    assert answer.status_code == 302
    assert "nobody has asked how to reach" in go("practitioner", "thread").content.decode()
    assert texts(outbox) == [] and Message.objects.get().state == "scheduled"


@pytest.mark.parametrize(
    ("reach", "hour", "answer"),
    [
        ({}, 12, "sent"),
        ({"from_time": time(9), "to_time": time(17)}, 12, "sent"),
        ({"from_time": time(9), "to_time": time(17)}, 20, "waiting"),
        ({"from_time": time(22), "to_time": time(2)}, 1, "sent"),
        ({"stop": True}, 12, "held"),
        ({"channels": ["email"], "email": "ada@example.org"}, 12, "held"),
        ({"neutral_words": True}, 12, "held"),
        ({"phone": ""}, 12, "held"),
    ],
)
def test_safe_contact_decides(office, outbox, reach, hour, answer):
    work.keep_reach(office.ada, {**REACH, **reach})
    at = timezone.make_aware(datetime.combine(timezone.localdate() + timedelta(days=1), time(hour)))
    work.write(office.ada, office.practitioner, "It is the probation office", "text", timezone.now())
    assert work.send_due(at) == {answer: 1}
    assert len(texts(outbox)) == (answer == "sent")


def test_an_email_goes_to_a_file(office, outbox):
    work.keep_reach(office.ada, {"channels": ["email"], "email": "ada@example.org"})
    work.write(office.ada, office.practitioner, "See you", "email", timezone.now())
    assert work.send_due(timezone.now()) == {"sent": 1}
    (file,) = outbox.glob("*.log")
    assert "To: ada@example.org" in file.read_text("utf-8") and "Subject: A message" in file.read_text("utf-8")


def test_nothing_goes_after_an_ending_and_a_handover_goes_on(office, outbox):
    work.keep_reach(office.ada, REACH)
    tomorrow = timezone.now() + timedelta(days=1)
    first = work.write(office.ada, office.practitioner, "From the first", "text", tomorrow)
    tie = office.ada.relationships.get()
    office.stranger.team = office.team
    office.stranger.save()
    gate.hand_over(tie, office.stranger, office.practitioner)
    assert gate.finish(tie, "complete_handover", office.practitioner) is None
    assert isinstance(work.write(office.ada, office.practitioner, "Too late", "text", tomorrow), Refused)
    second = work.write(office.ada, office.stranger, "From the second", "text", tomorrow)
    assert first.thread == second.thread
    assert work.send_due(tomorrow) == {"sent": 2}
    third = work.write(office.ada, office.stranger, "Never", "text", tomorrow)
    new = office.ada.relationships.get(worker=office.stranger)
    gate.finish(new, "end", office.coordinator, "Done", "planned")
    assert work.send_due(tomorrow + timedelta(days=1)) == {}
    third.refresh_from_db()
    assert third.state == "cancelled"
    # Even one that slipped through is held.
    Message.objects.filter(pk=third.pk).update(state="scheduled")
    assert work.send_due(tomorrow + timedelta(days=1)) == {"held": 1}
    assert len(texts(outbox)) == 2


def test_a_new_number_takes_the_waiting_messages_and_the_thread_with_it(office, outbox):
    work.keep_reach(office.ada, REACH)
    work.receive(office.ada, office.team, "Hello, it is me", "text")
    work.write(office.ada, office.practitioner, "See you", "text", timezone.now() + timedelta(days=1))
    work.keep_reach(office.ada, {**REACH, "phone": "07700900111"})
    work.send_due(timezone.now() + timedelta(days=1))
    assert "07700900111" in texts(outbox)[0] and office.ada.threads.get().messages.count() == 2


def test_a_reminder_of_a_moved_appointment_is_dropped(office):
    work.keep_reach(office.ada, REACH)
    planned = contacts.plan(office.ada, office.practitioner, {"at": timezone.now() + timedelta(hours=20)})
    work.remind(timezone.now())
    contacts.reschedule(planned, office.practitioner, timezone.now() + timedelta(days=9), "Court", "person")
    assert work.drop_reminders() == 1 and work.send_due(timezone.now()) == {}


class Broken:
    def send(self, number, words, key):
        raise OSError("no network")


def test_a_carrier_that_fails_leaves_the_message_for_the_next_time(office, settings, outbox):
    work.keep_reach(office.ada, REACH)
    one = work.write(office.ada, office.practitioner, "See you", "text", timezone.now())
    settings.TEXTS = f"{__name__}.Broken"
    assert work.send_due(timezone.now()) == {"held": 1}
    settings.TEXTS = "resettle.web.correspondence.adapters.FileTexts"
    assert isinstance(adapters.carrier(), adapters.FileTexts)
    assert work.send_due(timezone.now()) == {"sent": 1}
    one.refresh_from_db()
    assert (one.state, one.held) == ("sent", "")


def test_what_the_person_writes_is_in_the_diary_until_it_is_read(go, office, client):
    go("practitioner", "message_in", {"words": "Can we meet on Friday?", "channel": "text"})
    one = Message.objects.get()
    assert "Messages to read" in client.get(reverse("diary")).content.decode()
    assert "Can we meet on Friday?" in go("practitioner", "thread").content.decode()
    go("practitioner", "message_cancel", {}, message_id=one.pk)
    assert "Messages to read" not in client.get(reverse("diary")).content.decode()


def test_a_mentor_reads_only_what_they_wrote(go, office):
    matched(office, office.ada, volunteering(office))
    work.write(office.ada, office.practitioner, "About the court", "text", timezone.now())
    work.write(office.ada, office.mentor, "About football", "text", timezone.now())
    shown = go("mentor", "thread").content.decode()
    assert "About football" in shown and "About the court" not in shown
    hidden = Message.objects.get(words="About the court")
    assert go("mentor", "message_cancel", {}, message_id=hidden.pk).status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"channels": ["text"]}, "Enter a mobile number"),
        ({"channels": ["email"]}, "Enter an email address"),
        ({"phone": "12"}, "Enter a phone number"),
        ({"phone": "07700 900 982; drop"}, "Enter a phone number"),
        ({"from_time": "9"}, "Enter both times"),
        ({"from_time": "25", "to_time": "9"}, "Enter a time"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(go, typed, said):
    answer = go("practitioner", "reach", typed)
    assert answer.status_code == 422 and said in answer.content.decode()


def test_the_rules_of_safe_contact_are_kept_with_the_day(go, office):
    typed = {"channels": ["text"], "phone": "07700 900 982", "from_time": "9am", "to_time": "17:30"}
    assert go("practitioner", "reach", typed).status_code == 302
    office.ada.reach.refresh_from_db()
    kept = office.ada.reach
    assert (kept.phone, kept.from_time, kept.to_time, kept.asked_on) == (
        "07700900982",
        time(9),
        time(17, 30),
        timezone.localdate(),
    )
    assert settings.TEXTS.endswith("FileTexts")
