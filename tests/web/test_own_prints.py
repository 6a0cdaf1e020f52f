"""The person prints and keeps their own plan: large print, easy read, a PDF, each with its seal; nobody else's."""

import io

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone

from resettle.web.plans import paper, work
from resettle.web.portal.door import PERSON, SEEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_home(client, office):
    session = client.session
    session[PERSON], session[SEEN] = str(office.ada.pk), timezone.now().isoformat()
    session.save()
    return client


@pytest.mark.parametrize("way", ["large", "easy"])
def test_their_own_print_has_the_words_the_seal_and_the_mark(at_home, office, way):
    page = at_home.get(reverse("me_paper", kwargs={"number": 1, "way": way})).content.decode()
    wanted = ("find a flat", "Ring the council", office.plan.seal, paper.MARK, f'href="{reverse("me_plan")}"')
    assert [one for one in wanted if one not in page] == []


def test_their_own_pdf_carries_the_seal(at_home, office):
    answer = at_home.get(reverse("me_pdf", kwargs={"number": 1}))
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    assert answer["Content-Type"] == "application/pdf"
    assert office.plan.seal in text.replace("\n", "") and paper.MARK in text


def test_every_print_is_reached_from_the_plan_and_only_there_are_versions(at_home, office):
    page = at_home.get(reverse("me_plan")).content.decode()
    ways = [reverse("me_paper", kwargs={"number": 1, "way": way}) for way in ("large", "easy")]
    assert all(f'href="{path}"' in page for path in [*ways, reverse("me_pdf", kwargs={"number": 1})])
    assert at_home.get(reverse("me_paper", kwargs={"number": 9, "way": "easy"})).status_code == 404
    assert at_home.get(reverse("me_paper", kwargs={"number": 1, "way": "small"})).status_code == 404


def test_a_letter_that_no_font_draws_gives_a_page_that_says_so(at_home, office):
    office.goal.own_words = "learn to sign \U0001fae8"
    office.goal.save()
    work.offer_plan(office.ada, office.practitioner)
    answer = at_home.get(reverse("me_pdf", kwargs={"number": 2}))
    assert answer.status_code == 422 and "big letters" in answer.content.decode()
