"""A copy of everything that is held: no table of the workspace is forgotten, and nobody else's rows are in it."""

import json

import pytest
from django.urls import reverse

from resettle.web.access.models import AccessEvent
from resettle.web.people.subject_access import ABOUT_NOBODY, held_about, own_models, paths

pytestmark = pytest.mark.django_db


def test_every_table_leads_to_a_person_or_is_known_to_be_about_nobody():
    reached = {model._meta.label_lower for model in paths()}
    every = {model._meta.label_lower for model in own_models()}
    assert reached & ABOUT_NOBODY == set()
    assert every - reached == ABOUT_NOBODY & every, "a new table must lead to a person, or be named as about nobody"


def test_the_copy_holds_the_persons_rows_and_nobody_elses(as_role, full_office):
    office = full_office
    office.ben.goals.create(own_words="a secret of somebody else", goods=["life"], state="idea")
    client = as_role("practitioner")
    answer = client.post(reverse("subject_access", kwargs={"person_id": office.ada.pk}))
    held = json.loads(answer.content)
    assert held["goal"][0]["own words"] == "find a flat"
    assert {"person", "goal", "step", "plan", "contact", "budget", "line", "request", "referral", "evidence"} <= set(
        held
    )
    assert "a secret of somebody else" not in answer.content.decode()
    assert "Ben Example" not in answer.content.decode()
    assert AccessEvent.objects.filter(verb="export", page="subject_access", person=office.ada).exists()


def test_secrets_are_not_in_it(full_office):
    from resettle.web.portal.models import Card

    card, code = Card.give(full_office.ada)
    text = json.dumps(held_about(full_office.ada), default=str)
    assert code not in text and card.code not in text and card.number in text
