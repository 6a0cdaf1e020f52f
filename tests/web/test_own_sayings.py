"""What a person says of their own home and work: kept as said by them, changing nothing that was written, until a worker makes sure."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from resettle.errors import BadInput
from resettle.goodlives import sayings as rules
from resettle.goodlives.circumstances import CODES
from resettle.web.exporting.measured import circumstances
from resettle.web.exporting.pseudonyms import Pseudonyms
from resettle.web.exporting.tables import Export
from resettle.web.measures import sayings, work
from resettle.web.measures.models import Fact, Said

DAY = date(2026, 3, 2)


def test_what_can_be_said_is_of_the_codes_that_facts_have_and_in_words():
    for domain, codes in rules.SAYABLE.items():
        assert set(codes) < set(CODES[domain])
        assert all(sayings.I_SAY[code] for code in codes)
    assert set(sayings.YOU_READ) == {code for codes in CODES.values() for code in codes}
    assert set(sayings.SAID_SO_FAR) == set(Said.State.values)


@pytest.mark.parametrize(
    ("domain", "code", "on"),
    [("housing", "approved_premises", DAY), ("work", "settled", DAY), ("work", "employed", DAY + timedelta(days=1))],
)
def test_nobody_says_another_domains_code_an_official_one_or_a_day_to_come(domain, code, on):
    with pytest.raises(BadInput):
        rules.require_sayable(domain, code, on, DAY)


def test_moves_start_from_what_waits_and_a_question_needs_words():
    assert rules.may("waits", "verify") is None and rules.may("asked", "take_back") is None
    assert rules.may("waits", "ask", " ").broken == rules.may("asked", "set_aside").broken == "reason"
    for over in ("verified", "set_aside", "taken_back"):
        assert all(rules.may(over, event, "x").broken == "state" for event in rules.TO)


pytestmark = pytest.mark.django_db


def typed(what="housing:settled", on=DAY, **more):
    return {"what": what, "begins_day": on.day, "begins_month": on.month, "begins_year": on.year, **more}


def home(office, begins=date(2026, 2, 1)):
    values = {"domain": "housing", "code": "transient", "begins": begins, "how": "worker"}
    return work.keep_fact(office.ada, office.practitioner, values)


def page(client, name, office=None, **more):
    return client.get(
        reverse(name, kwargs={**({"person_id": office.ada.pk} if office else {}), **more})
    ).content.decode()


def test_what_they_say_is_shown_as_theirs_and_changes_nothing_that_was_written(ada, office):
    written = home(office)
    assert ada.post(reverse("me_say"), typed(detail="Mill Street")).status_code == 302
    said = Said.objects.get()
    assert (said.code, said.begins, said.state, said.detail) == ("settled", DAY, "waits", "Mill Street")
    written.refresh_from_db()
    assert written.ends is None and Fact.objects.count() == 1
    own = page(ada, "me_life")
    assert "I moved to a home where I can stay, from 2 March 2026." in own and "Nobody has looked yet" in own
    assert "A place for a short time, from 1 February 2026." in own and "Your worker wrote it." in own
    assert {row["code"] for row in circumstances(Export(Pseudonyms(b"k"), DAY))} == {"transient"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"what": ""}, "Pick what is new"),
        ({"what": "housing:squatting"}, "Select a valid choice"),
        ({"begins_day": ""}, "must include a day"),
        ({"begins_year": "2099"}, "must be today or in the past"),
    ],
)
def test_what_is_missing_is_said_in_words(ada, office, wrong, said):
    answer = ada.post(reverse("me_say"), {**typed(), **wrong})
    assert answer.status_code == 422 and said in answer.content.decode() and not Said.objects.exists()


def test_the_worker_sees_it_first_thing_asks_and_then_verifies_it(ada, as_role, office):
    written = home(office)
    said = sayings.say(office.ada, {"domain": "housing", "code": "settled", "begins": DAY, "detail": ""})
    worker = as_role("practitioner")
    assert "Look at what was said by Ada Example" in page(worker, "home")
    assert "What Ada Example said themselves" in page(worker, "facts", office)
    where = {"person_id": office.ada.pk, "said_id": said.pk}
    asked = worker.post(reverse("said_move", kwargs={**where, "event": "ask"}), {"words": "Can I see the letter?"})
    assert asked.status_code == 302
    said.refresh_from_db()
    assert (said.state, said.words, said.answered_by) == ("asked", "Can I see the letter?", office.practitioner)
    verify = reverse("said_move", kwargs={**where, "event": "verify"})
    assert worker.post(verify, {"how": "self"}).status_code == 422
    assert worker.post(verify, {"how": "document"}).status_code == 302
    fact = Fact.objects.get(code="settled")
    assert (fact.captured_by, fact.verified_by, fact.how, fact.said) == (None, office.practitioner, "document", said)
    written.refresh_from_db()
    assert written.ends == DAY - timedelta(days=1)
    assert worker.get(verify).status_code == 404


def test_it_is_left_with_words_that_the_person_reads(ada, as_role, office):
    said = sayings.say(office.ada, {"domain": "work", "code": "employed", "begins": DAY, "detail": ""})
    assert sayings.act(said, "set_aside", office.practitioner, "The shop says you begin in May") is None
    own = page(ada, "me_life")
    assert "Your worker left it as you said it" in own and "you begin in May" in own
    assert Fact.objects.count() == 0 and sayings.act(said, "verify", office.practitioner).broken == "state"


def test_they_take_it_back_and_nobody_elses(ada, office):
    mine = sayings.say(office.ada, {"domain": "work", "code": "employed", "begins": DAY, "detail": ""})
    other = sayings.say(office.ben, {"domain": "work", "code": "employed", "begins": DAY, "detail": ""})
    assert ada.get(reverse("me_unsay", kwargs={"said_id": other.pk})).status_code == 404
    assert ada.post(reverse("me_unsay", kwargs={"said_id": mine.pk})).status_code == 302
    mine.refresh_from_db()
    assert mine.state == "taken_back" and mine.answered_at <= timezone.now()
    assert ada.post(reverse("me_unsay", kwargs={"said_id": mine.pk})).status_code == 404


def test_the_pages_are_light_and_need_no_script(ada, office):
    for name in ("me_life", "me_say"):
        answer = ada.get(reverse(name))
        assert len(answer.content) < 20_000 and b"<script" not in answer.content
