"""A mentor says no to a match that was proposed."""

import pytest
from django.urls import reverse

from resettle.web.people.models import Happened

pytestmark = pytest.mark.django_db


def test_a_mentor_says_no_with_a_reason_which_the_coordinator_reads(as_role, full_office):
    asked, client = full_office.asked, as_role("mentor")
    address = reverse("match_decline", kwargs={"match_id": asked.pk})
    week = client.get(reverse("week")).content.decode()
    assert "You are asked to meet" in week and address in week
    empty = client.post(address, {"reason": " "})
    assert empty.status_code == 422 and "Say why it is not right for you" in empty.content.decode()
    assert client.post(address, {"reason": "I know their family"}).status_code == 302
    asked.refresh_from_db()
    kept = Happened.objects.get(thing=asked.pk)
    assert (asked.state, kept.event, kept.reason, kept.by) == (
        "declined",
        "decline",
        "I know their family",
        full_office.mentor,
    )
    assert (
        client.get(address).status_code == 404
        and "You are asked to meet" not in client.get(reverse("week")).content.decode()
    )


def test_nobody_says_no_for_another_mentor_or_to_a_match_that_is_under_way(as_role, full_office):
    under_way = reverse("match_decline", kwargs={"match_id": full_office.match.pk})
    assert as_role("mentor").get(under_way).status_code == 404
    full_office.asked.volunteer.user = full_office.stranger
    full_office.asked.volunteer.save()
    assert as_role("mentor").get(reverse("match_decline", kwargs={"match_id": full_office.asked.pk})).status_code == 404
    assert as_role("coordinator").get(under_way).status_code == 403
