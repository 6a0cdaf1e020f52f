"""How it goes, on paper: in a plan unless it is left out, in a letter if it is asked for, the person's own view first."""

import io
from datetime import date

import pypdf
import pytest
from django.urls import reverse
from django.utils import translation
from test_printing import words

from resettle.goodlives.instruments import instrument
from resettle.goodlives.reading_age import official_words, reading_age
from resettle.web.measures import work
from workspace_routes import at_their_door

pytestmark = pytest.mark.django_db
OWN, WORKERS = "How far I got, as I see it", "How far I got, as my worker sees it"


@pytest.fixture
def measured(office):
    """Ada, asked twice about her life, with how far she got in her view and in her worker's."""
    for on, satisfied in ((date(2026, 1, 7), 3), (date(2026, 2, 1), 8)):
        answers = {"satisfied": satisfied, "worthwhile": 7, "happy": 5, "anxious": 4}
        work.keep_answers(
            office.ada, office.practitioner, instrument("ons4"), answers, {"on": on, "mode": "read_aloud"}
        )
    for rater, level in (("worker", 0), ("person", 1)):
        work.keep_scaling(office.ada, None, rater, date(2026, 2, 1), {office.goal: level})
    return office


def paper(office, name, query="", **named):
    return reverse(name, kwargs={"person_id": office.ada.pk, **named}) + query


@pytest.mark.parametrize("way", ["large", "easy"])
def test_a_printed_plan_says_how_it_goes_with_the_persons_view_first(as_role, measured, way):
    client, where = as_role("practitioner"), {"number": 1, "way": way}
    text = words(client.get(paper(measured, "plan_paper", **where)))
    assert text.index(OWN) < text.index(WORKERS) < text.index("Life satisfaction")
    assert "8 on 1 February 2026, on a scale from 0 to 10." in text and "It was 3 on 7 January 2026." in text
    assert "Anxiety yesterday (low is better)" in text and text.count("50 is as far as I hoped.") == 2
    without = client.get(paper(measured, "plan_paper", "?scores=no", **where))
    assert OWN not in words(without) and "?scores=yes" in without.content.decode()
    assert not official_words(text)


def test_easy_read_stays_easy_with_scores(as_role, measured):
    text = words(as_role("practitioner").get(paper(measured, "plan_paper", number=1, way="easy")))
    own = "\n".join(line for line in text.splitlines() if "long mark" not in line)
    assert reading_age(own) <= 9, own
    assert max(len(line.split()) for line in own.splitlines()) <= 15


def test_a_letter_says_it_only_where_it_is_asked_for(as_role, measured):
    client = as_role("practitioner")
    usual = client.get(paper(measured, "letter"))
    assert OWN not in words(usual) and "?scores=yes" in usual.content.decode()
    assert OWN in words(client.get(paper(measured, "letter", "?scores=yes")))


def test_whoever_may_not_open_the_measures_does_not_see_them_on_paper(client, as_role, full_office):
    from resettle.web.access.rules import RULES

    assert "mentor" in RULES["letter"].needs and "mentor" not in RULES["measures"].needs
    client = as_role("mentor")
    for where in (paper(full_office, "letter", "?scores=yes"), paper(full_office, "plan_paper", number=1, way="large")):
        page = client.get(where)
        assert page.status_code == 200
        assert "Life satisfaction" not in page.content.decode() and "?scores" not in page.content.decode()


def test_the_person_reads_them_on_their_own_print_and_in_their_pdf(measured):
    client = at_their_door(measured.ada)
    assert OWN in words(client.get(reverse("me_paper", kwargs={"number": 1, "way": "large"})))
    pdf = pypdf.PdfReader(io.BytesIO(client.get(reverse("me_pdf", kwargs={"number": 1})).content))
    text = " ".join("\n".join(page.extract_text() for page in pdf.pages).split())
    assert text.index(OWN) < text.index("Life satisfaction: 8 on 1 February 2026")


def test_a_score_that_was_taken_back_is_not_printed(as_role, measured):
    measured.ada.given.update(taken_back_on=date(2026, 2, 2))
    assert "Life satisfaction" not in words(
        as_role("practitioner").get(paper(measured, "plan_paper", number=1, way="large"))
    )


def test_every_word_of_a_print_is_looked_up_in_the_language_of_the_reader(monkeypatch, as_role, measured):
    monkeypatch.setattr(translation._trans, "gettext", lambda message: f"«{message}")
    client = as_role("practitioner")
    for name, more in (
        ("plan_paper", {"number": 1, "way": "large"}),
        ("plan_paper", {"number": 1, "way": "easy"}),
        ("letter", {}),
    ):
        lines = words(client.get(paper(measured, name, "?scores=yes", **more))).splitlines()
        data = ("Good with numbers", "Ada Example", "OFFICIAL-SENSITIVE", "Ring the council")
        plain = [line for line in lines if "«" not in line and not line.startswith(data) and len(line) < 64]
        assert [line for line in plain if not line[:1].isdigit()] == []


def test_answers_are_kept_with_the_language_in_which_they_were_asked(monkeypatch, measured):
    from resettle.web.measures.forms import MyAnswersForm

    form = MyAnswersForm({}, asked=instrument("ons4"))
    assert form.about()["language"] == "en"
    with translation.override("cy"):
        assert form.about()["language"] == "en", "no wording in Welsh is shipped"
        monkeypatch.setattr(translation._trans, "gettext", lambda message: f"«{message}")
        assert form.about()["language"] == "cy"
