"""What the home page shows first: what waits for the worker, what comes, and where else there is to go."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from resettle.web.access.context import MENU, MOST
from resettle.web.access.models import Role
from resettle.web.access.rules import RULES
from resettle.web.look.jinja import by_day
from resettle.web.people.models import Episode
from resettle.web.reviews import work as reviews

pytestmark = pytest.mark.django_db


def planned(office, ahead):
    at = timezone.now() + ahead
    return office.ada.contacts.create(
        at=at, state="planned", worker=office.practitioner, medium="phone", setting="community"
    )


def home(client):
    return client.get(reverse("home"))


def test_a_meeting_that_is_over_waits_to_be_recorded_and_one_to_come_is_in_the_next_days(as_role, office):
    over, soon, far = (planned(office, timedelta(hours=hours)) for hours in (-2, 20, 100))
    seen = home(as_role("practitioner")).content.decode()
    record = {
        one: reverse("contact_move", kwargs={"person_id": office.ada.pk, "contact_id": one.pk, "event": "hold"})
        for one in (over, soon)
    }
    assert "Say what happened with Ada Example" in seen
    assert "To do now (1)" in seen
    assert record[over] in seen and record[soon] not in seen
    next_days = seen[seen.index("The next 3 days") :]
    assert next_days.count(", by phone") == 1 and far.pk


def test_a_late_review_and_tasks_at_the_gate_are_to_be_done(as_role, office):
    today = timezone.localdate()
    office.ada.reviews.all().delete()
    review = reviews.keep_up(office.ada)
    type(review).objects.filter(pk=review.pk).update(due=today - timedelta(days=1), put_off_to=None)
    office.ada.episodes.create(kind="custody", begin=today - timedelta(days=90), release=today + timedelta(days=1))
    seen = home(as_role("practitioner")).content.decode()
    assert "Review the plan of Ada Example" in seen and "Tasks at the gate for Ada Example" in seen


def test_where_nothing_waits_it_is_said(as_role, office):
    office.ada.reviews.all().delete()
    assert "Nothing waits for you." in home(as_role("practitioner")).content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_every_page_of_a_role_is_one_step_from_home_and_its_menu_stays_short(as_role, office, role):
    page = home(as_role(role))
    missing = [
        name for name in MENU if role in RULES[name].needs and f'href="{reverse(name)}"' not in page.content.decode()
    ]
    assert missing == []
    assert page.content.decode().count('class="govuk-service-navigation__link"') <= MOST + 1


def test_days_are_named_as_people_name_them(office):
    days = [name for name, _ in by_day([planned(office, timedelta(days=n)) for n in (0, 1, 5)])]
    assert days[:2] == ["Today", "Tomorrow"] and days[2].split()[0].endswith("day") and days[2].split()[-1].isdigit()


def test_the_list_shows_the_latest_time_of_each_person(as_role, office):
    today = timezone.localdate()
    office.ada.episodes.all().delete()
    office.ada.episodes.create(kind="custody", begin=today, release=today + timedelta(days=10))
    office.ada.episodes.create(kind="community", begin=today - timedelta(days=400))
    seen = home(as_role("practitioner")).content.decode()
    assert "In prison" in seen and "in 10 days" in seen and "community or suspended" not in seen


def test_nobody_whose_day_of_release_has_passed_is_said_to_be_in_prison():
    today = timezone.localdate()
    said = [Episode(kind="custody", begin=today, release=today + timedelta(days=n)).where() for n in (-1, 0, 1)]
    assert said == ["Released from prison", "In prison", "In prison"]
    assert Episode(kind="custody", begin=today).where() == "In prison"
