"""Restricted topics: text for named readers, a count for others who work with the person, nothing for the rest."""

import pytest
from django.urls import reverse

from resettle.web.access.models import Role, User
from resettle.web.access.rules import RULES
from resettle.web.people.models import Relationship
from resettle.web.topics import work
from resettle.web.topics.models import Note

pytestmark = pytest.mark.django_db
SECRET = "Her brother must not know the address"


@pytest.fixture
def shown(client, office):
    def page(user):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client.get(reverse("topics", kwargs={"person_id": office.ada.pk})).content.decode()

    return page


@pytest.fixture
def second(office):
    """Another practitioner who works with Ada."""
    other = User.objects.create_user("second@example.org", "Second", Role.PRACTITIONER, team=office.team)
    Relationship.objects.create(person=office.ada, worker=other, role="keyworker", begin="2026-01-05")
    return other


def test_named_readers_read_it_and_others_see_only_how_many(as_role, shown, office, second):
    client = as_role("practitioner")
    add = reverse("topic_add", kwargs={"person_id": office.ada.pk})
    assert client.post(add, {"topic": "domestic_abuse"}).status_code == 422
    typed = {"topic": "domestic_abuse", "words": SECRET, "readers": [office.coordinator.pk]}
    assert client.post(add, typed).status_code == 302
    for user in (office.practitioner, office.coordinator):
        assert SECRET in shown(user)
    other = shown(second)
    assert SECRET not in other and "Domestic abuse: 1 note" in other


def test_a_coordinator_who_is_not_named_sees_a_count_and_forged_readers_are_refused(as_role, shown, office, second):
    client = as_role("practitioner")
    add = reverse("topic_add", kwargs={"person_id": office.ada.pk})
    for forged in (office.stranger, office.mentor):
        typed = {"topic": "health", "words": SECRET, "readers": [forged.pk]}
        assert client.post(add, typed).status_code == 422
    assert Note.objects.count() == 0
    work.write(office.ada, office.practitioner, "health", SECRET, [second])
    assert SECRET in shown(second) and SECRET not in shown(office.coordinator)
    assert "Health: 1 note" in shown(office.coordinator)


def test_no_other_page_holds_the_text(as_role, full_office):
    from test_access import address

    office = full_office
    work.write(office.ada, office.practitioner, "offence_link", SECRET, [])
    client = as_role("coordinator")
    pages = [name for name, rule in RULES.items() if Role.COORDINATOR in rule.needs]
    assert [n for n in pages if SECRET.encode() in client.get(address(n, office, "coordinator")).content] == []
