"""The person's own access: a card, a date of birth and a secret; their own record and nobody else's."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from django.utils import timezone

from resettle.goodlives.reading_age import official_words, reading_age
from resettle.web.portal.models import Card

pytestmark = pytest.mark.django_db
OWN = ("me", "me_plan", "me_map", "me_meetings", "me_messages", "me_money", "me_change", "me_levels", "me_lookers")
BORN = {"born_day": "17", "born_month": "5", "born_year": "1990"}


@pytest.fixture
def card(full_office):
    return Card.give(full_office.ada)


@pytest.fixture
def signed_in(client, card):
    """Ada, at her own page, with a secret number."""
    client.post(reverse("me_door"), {"number": card[0].shown, **BORN})
    client.post(reverse("me_second"), {"secret": card[1]})
    client.post(reverse("me_pin"), {"pin": "739214", "again": "739214"})
    return client


def test_the_first_code_works_once_and_then_the_secret_number(client, card):
    def try_in(secret):
        client.get(reverse("me_leave"))
        client.post(reverse("me_door"), {"number": f" {card[0].shown.lower()} ", **BORN})
        return client.post(reverse("me_second"), {"secret": secret})

    assert try_in(card[1]).url == reverse("me_pin")
    assert client.post(reverse("me_pin"), {"pin": "739214", "again": "739214"}).url == reverse("me")
    assert try_in(card[1]).status_code == 422
    assert try_in("739214").url == reverse("me")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pin": "123456", "again": "123456"}, "easy to guess"),
        ({"pin": "170590", "again": "170590"}, "easy to guess"),
        ({"pin": "73921", "again": "73921"}, "Type six numbers"),
        ({"pin": "739214", "again": "739215"}, "The two are not the same"),
    ],
)
def test_a_weak_secret_number_is_not_taken(client, card, changes, said):
    client.post(reverse("me_door"), {"number": card[0].number, **BORN})
    client.post(reverse("me_second"), {"secret": card[1]})
    answer = client.post(reverse("me_pin"), changes)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert "739214" not in answer.content.decode()


def test_a_wrong_card_a_wrong_birthday_and_a_wrong_code_read_the_same(client, card):
    def answer(number, born, secret):
        client.get(reverse("me_leave"))
        client.post(reverse("me_door"), {"number": number, **born})
        text = client.post(reverse("me_second"), {"secret": secret}).content.decode()
        return re.sub(r'value="[^"]*"', "", text)

    wrong_card = answer("AAAA-AAAA", BORN, card[1])
    wrong_born = answer(card[0].number, {**BORN, "born_year": "1991"}, card[1])
    wrong_code = answer(card[0].number, BORN, "AAAA-AAAA")
    assert wrong_card == wrong_born == wrong_code


def test_six_wrong_tries_rest_the_card_and_a_code_ends_after_seven_days(client, card):
    for _ in range(6):
        assert not Card.objects.get().opens("nonsense")
    assert Card.objects.get().rests and not Card.objects.get().opens(card[1])
    Card.objects.update(rests_until=timezone.now() - timedelta(minutes=1))
    assert Card.objects.get().opens(card[1])
    _, code = Card.give(card[0].person)
    Card.objects.update(code_until=timezone.now() - timedelta(minutes=1))
    assert not Card.objects.get().opens(code)


def test_only_the_person_opens_their_pages_and_a_session_ends(signed_in, as_role):
    assert all(signed_in.get(reverse(name)).status_code == 200 for name in OWN)
    session = signed_in.session
    session["me_seen"] = (timezone.now() - timedelta(minutes=31)).isoformat()
    session.save()
    assert signed_in.get(reverse("me")).url == reverse("me_door")
    staff = as_role("practitioner")
    assert all(staff.get(reverse(name)).url == reverse("me_door") for name in OWN)


def test_the_person_answers_their_plan_and_asks_for_money(signed_in, full_office):
    no = signed_in.post(reverse("me_plan"), {"answer": "disagree"})
    assert no.status_code == 422 and "Write what you want to change" in no.content.decode()
    assert signed_in.post(reverse("me_plan"), {"answer": "agree"}).status_code == 302
    full_office.plan.refresh_from_db()
    assert (full_office.plan.state, full_office.plan.answered_how) == ("agreed", "app")
    ask = {
        "what": "Boots",
        "amount": "20",
        "payee": "A shop",
        "goal": full_office.goal.pk,
        "good": "life",
        "category": "work",
    }
    assert signed_in.post(reverse("me_ask", kwargs={"budget_id": full_office.budget.pk}), ask).status_code == 302
    assert "The money is kept for this" in signed_in.get(reverse("me_money")).content.decode()


class Words(HTMLParser):
    """The words of a page: its main part, a line for each block."""

    def __init__(self):
        super().__init__()
        self.inside, self.lines = False, []

    def handle_starttag(self, tag, attrs):
        self.inside = self.inside or tag == "main"
        if tag in ("p", "li", "h1", "h2", "h3", "label", "th", "td", "caption", "button"):
            self.lines.append("")

    def handle_data(self, data):
        if self.inside and self.lines:
            self.lines[-1] += data


@pytest.mark.parametrize("name", OWN)
def test_pages_read_at_nine_to_eleven_are_light_and_use_the_persons_words(signed_in, name):
    page = signed_in.get(reverse(name)).content
    reader = Words()
    reader.feed(page.decode())
    text = "\n".join(line.strip() for line in reader.lines if line.strip())
    assert not official_words(text)
    if len(text.split()) >= 30:
        assert reading_age(text) <= 11, text
    assert len(page) < 40_000
    assert "<script" not in page.decode()
