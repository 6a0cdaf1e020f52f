"""The person's own page of messages: what they read, to whom they write, and what they never see."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from resettle.web.access.models import User
from resettle.web.correspondence import work
from resettle.web.correspondence.models import Message
from resettle.web.people.models import Person, Relationship

pytestmark = pytest.mark.django_db
HERE = "me_messages"


def written(office, words, state="sent", person=None):
    made = work.write(person or office.ada, office.practitioner, words, "text", timezone.now())
    Message.objects.filter(pk=made.pk).update(state=state, sent_at=timezone.now() if state == "sent" else None)


def test_they_read_what_went_and_came_and_not_what_waits_or_was_cancelled(ada, office):
    written(office, "See you on Monday")
    written(office, "A draft for later", "scheduled")
    written(office, "A mistake", "cancelled")
    work.receive(office.ada, office.team, "I will come", "text")
    text = ada.get(reverse(HERE)).content.decode()
    assert "See you on Monday" in text and "I will come" in text and office.practitioner.name in text
    assert "A draft for later" not in text and "A mistake" not in text


def test_nobody_elses_messages_are_there(ada, office):
    Relationship.objects.create(
        person=office.ben, worker=office.practitioner, role="practitioner", begin=date(2026, 1, 5)
    )
    written(office, "For Ben alone", person=office.ben)
    assert "For Ben alone" not in ada.get(reverse(HERE)).content.decode()


def test_what_they_write_reaches_whoever_works_with_them(ada, office):
    assert ada.post(reverse(HERE), {"words": "The bus is late <b>"}).status_code == 302
    (one,) = work.to_read(office.practitioner)
    assert (one.words, one.channel, one.worker, one.thread.team) == ("The bus is late <b>", "page", None, office.team)
    text = ada.get(reverse(HERE)).content.decode()
    assert "The bus is late &lt;b&gt;" in text and "They have read it" not in text
    Message.objects.filter(pk=one.pk).update(read_at=timezone.now())
    assert "They have read it" in ada.get(reverse(HERE)).content.decode()


@pytest.mark.parametrize(("words", "says"), [("", "Write a message"), ("x" * 1001, "Make it shorter")])
def test_an_empty_or_endless_message_is_given_back(ada, words, says):
    answer = ada.post(reverse(HERE), {"words": words})
    assert answer.status_code == 422 and says in answer.content.decode() and words in answer.content.decode()
    assert not Message.objects.exists()


def test_with_two_teams_they_pick_one_and_no_other_can_be_forged(ada, office):
    Relationship.objects.create(person=office.ada, worker=office.stranger, role="mentor", begin=date(2026, 2, 1))
    assert ada.post(reverse(HERE), {"words": "Hello"}).status_code == 422
    elsewhere = User.objects.create_user("far@example.org", "Far", "practitioner", team=None)
    for forged in ("999999", str(elsewhere.pk), "x"):
        assert ada.post(reverse(HERE), {"words": "Hello", "to": forged}).status_code == 422
    assert ada.post(reverse(HERE), {"words": "Hello", "to": str(office.other_team.pk)}).status_code == 302
    assert Message.objects.get().thread.team == office.other_team


def test_with_nobody_who_works_with_them_there_is_no_box_and_nothing_is_kept(ada, office):
    Relationship.objects.filter(person=office.ada).update(state="ended", end=date(2026, 2, 2))
    page = ada.get(reverse(HERE)).content.decode()
    assert "Nobody works with you now" in page and "<textarea" not in page
    ada.post(reverse(HERE), {"words": "Hello"})
    assert not Message.objects.exists()


def test_the_first_page_says_who_wrote_last(ada, office):
    written(office, "See you")
    page = ada.get(reverse("me")).content.decode()
    assert f"The last one is from {office.practitioner.name}" in page and "See you" not in page
    assert Person.objects.count() == 2
