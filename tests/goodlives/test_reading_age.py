import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resettle.errors import BadInput
from resettle.goodlives.finder import Found, UnmetWant
from resettle.goodlives.reading_age import grade, official_words, reading_age

# Four sentences.
PLAIN = (
    "This is your plan. You can change it when you want to. "
    "We will meet on Monday at ten and talk about the job. "
    "If you can not come, send us a text and we will find a new day."
)


def test_the_index_is_the_published_formula():
    words, sentences = len(PLAIN.split()), 4
    letters = sum(c.isalnum() for c in PLAIN)
    assert grade(PLAIN) == pytest.approx(4.71 * letters / words + 0.5 * words / sentences - 21.43)
    assert reading_age(PLAIN) == pytest.approx(grade(PLAIN) + 5)
    assert reading_age(PLAIN) < 9


def test_official_prose_is_for_grown_readers():
    hard = (
        "Practitioners should ensure that individuals subject to supervision understand the requirements associated with "
        "rehabilitation activity, including the circumstances in which enforcement proceedings may subsequently be initiated "
        "by the responsible authority."
    )
    assert reading_age(hard) > 18


def test_headings_and_list_items_are_sentences():
    assert grade("Your plan\n" + PLAIN) < grade("Your plan " + PLAIN)


@pytest.mark.parametrize("text", ["", "Your plan.", "... !!! \n\n", "word " * 29])
def test_too_few_words_are_not_measured(text):
    with pytest.raises(BadInput, match="30 words"):
        reading_age(text)


@given(st.text(max_size=400))
def test_any_text_is_measured_or_refused(text):
    with contextlib.suppress(BadInput):
        assert reading_age(text) > -20


def test_words_that_a_person_never_reads():
    assert official_words("Offenders complete an Intervention.") == ("offenders", "intervention")
    assert official_words("A person and a goal.") == ()


def test_what_the_finder_says_to_a_person_is_plain():
    unmet = UnmetWant(good="work", place="Bury", on="2026-06-01", choices=0, why=())
    said = [Found(good="work", choices=(), not_fitting=(), unmet=unmet).sentence] * 2
    assert reading_age(" ".join(said)) <= 11
    assert not official_words(" ".join(said))
