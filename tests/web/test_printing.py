"""A plan on paper: large print, easy read, the PDF with its seal, and the letter of progress."""

import io
from datetime import date

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone
from test_portal import Words

from resettle.goodlives.reading_age import official_words, reading_age
from resettle.web.access.models import AccessEvent
from resettle.web.look.jinja import day
from resettle.web.plans import paper, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(as_role, office):
    """A practitioner at work with Ada."""
    client = as_role("practitioner")
    return lambda name, **named: client.get(reverse(name, kwargs={"person_id": office.ada.pk, **named}))


def words(answer):
    """The words of the main part of a page, a line for each block."""
    reader = Words()
    reader.feed(answer.content.decode())
    return "\n".join(line.strip() for line in reader.lines if line.strip())


def fuller(office, **more):
    """A second version, with a reason, an obstacle and a day."""
    for name, value in {"so_that": "my girl can stay", "obstacle": "No deposit", **more}.items():
        setattr(office.goal, name, value)
    office.goal.save()
    office.step.due = date(2026, 3, 5)
    office.step.save()
    return work.offer_plan(office.ada, office.practitioner)


@pytest.mark.parametrize("way", ["large", "easy"])
def test_a_print_carries_what_the_version_says_its_seal_and_its_mark(desk, office, way):
    version = fuller(office)
    answer = desk("plan_paper", number=2, way=way)
    text = words(answer)
    wanted = ("Good with numbers", "find a flat", "my girl can stay", "No deposit", "Ring the council", "5 March 2026")
    assert [word for word in wanted if word not in text] == []
    assert version.seal in text
    page = answer.content.decode()
    assert f'<body class="{way}">' in page and paper.MARK in page and "<script" not in page
    assert "risk" not in text and "less likely" not in text


def test_a_print_keeps_the_words_of_its_version_when_the_goal_changes(desk, office):
    office.goal.own_words = "find a boat"
    office.goal.save()
    assert "find a boat" not in words(desk("plan_paper", number=1, way="large"))


def test_easy_read_is_read_at_nine_to_eleven_and_every_line_is_short(desk, office):
    fuller(office)
    text = words(desk("plan_paper", number=2, way="easy"))
    own = "\n".join(line for line in text.splitlines() if "long mark" not in line)
    assert reading_age(own) <= 9
    assert not official_words(own)
    assert max(len(line.split()) for line in own.splitlines()) <= 15


def test_only_known_prints_of_versions_that_are_there_open(desk):
    assert desk("plan_paper", number=1, way="braille").status_code == 404
    assert desk("plan_paper", number=9, way="large").status_code == 404
    assert desk("plan_pdf", number=9).status_code == 404


def test_printing_is_on_record_as_printing(desk, office):
    for name, more in (("plan_paper", {"number": 1, "way": "easy"}), ("plan_pdf", {"number": 1}), ("letter", {})):
        assert desk(name, **more).status_code == 200
    kept = AccessEvent.objects.filter(person=office.ada).order_by("sequence").values_list("verb", "page")
    assert list(kept) == [("print", "plan_paper"), ("print", "plan_pdf"), ("print", "letter")]


def test_the_pdf_is_tagged_for_screen_readers_and_says_what_the_version_says(desk, office):
    version = fuller(office, own_words='find a "flat" #set $x$ *now* \\ [here]')
    answer = desk("plan_pdf", number=2)
    assert answer["Content-Type"] == "application/pdf"
    assert "plan-version-2.pdf" in answer["Content-Disposition"]
    made = pypdf.PdfReader(io.BytesIO(answer.content))
    root = made.trailer["/Root"]
    assert b"pdfuaid" in root["/Metadata"].get_data() and root["/MarkInfo"]["/Marked"]
    assert made.metadata.title == "Ada Example: my plan, version 2"
    text = " ".join("\n".join(page.extract_text() for page in made.pages).split())
    assert 'I will find a "flat" #set $x$ *now* \\ [here] so that my girl can stay' in text
    assert version.seal in text
    assert "Ring the council (Ada, by 5 March 2026)" in text and "In the way: No deposit" in text and paper.MARK in text
    assert "less likely" not in text


def test_a_letter_that_no_font_draws_is_said_and_large_print_is_offered(desk, office):
    fuller(office, own_words="find \U000f1234\u0001 a flat")
    answer = desk("plan_pdf", number=2)
    assert answer.status_code == 422
    assert "The PDF cannot be made" in words(answer)
    assert reverse("plan_paper", kwargs={"person_id": office.ada.pk, "number": 2, "way": "large"}) in str(
        answer.content
    )
    assert not AccessEvent.objects.filter(page="plan_pdf").exists()


def test_without_typst_no_pdf_is_offered(desk, monkeypatch):
    there = reverse("plan_pdf", kwargs={"person_id": "0" * 8 + "-0000-0000-0000-" + "0" * 12, "number": 1})[-6:]
    assert there in desk("plan_version", number=1).content.decode()
    monkeypatch.setattr(paper, "find_spec", lambda name: None)
    assert there not in desk("plan_version", number=1).content.decode()
    assert desk("plan_pdf", number=1).status_code == 404


def test_the_letter_says_what_was_done_and_what_was_reached_and_nothing_else(desk, office):
    assert "No goal and no step is marked as done yet" in words(desk("letter"))
    other = work.add_step(office.goal, office.practitioner, {"text": "Save a deposit", "by": "Ada"})
    work.move_step(office.step, "finish", office.practitioner)
    so_far = words(desk("letter"))
    assert "What I have done so far" in so_far and "Ring the council" in so_far
    assert "Save a deposit" not in so_far and "I got there" not in so_far
    work.move_step(other, "finish", office.practitioner)
    assert work.move_goal(office.goal, "achieve", office.practitioner, "not for the letter") is None
    letter = words(desk("letter"))
    assert f"I got there on {day(timezone.localdate())}." in letter and "What I have done so far" not in letter
    assert "Signed, Ada Example" in letter and "not for the letter" not in letter
    assert paper.MARK not in desk("letter").content.decode()
    assert not official_words(letter)


def test_a_goal_that_was_taken_up_again_is_not_called_reached(desk, office):
    work.move_step(office.step, "finish", office.practitioner)
    work.move_goal(office.goal, "achieve", office.practitioner)
    work.move_goal(office.goal, "reopen", office.practitioner, "Lost the flat")
    assert "I got there" not in words(desk("letter"))
