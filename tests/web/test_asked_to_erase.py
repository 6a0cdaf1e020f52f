"""A person asks that what is kept about them is erased: asked, answered in a month with reason and law, printed, carried out."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from test_retention import MARK, SCHEDULE, closed, left_of  # noqa: F401

from resettle.goodlives.reading_age import reading_age
from resettle.web.access.audit import broken_at
from resettle.web.access.models import AccessEvent
from resettle.web.budgets import work as budgets
from resettle.web.people.models import Person
from resettle.web.portal.door import enter
from resettle.web.retention import asked, due
from resettle.web.retention.columns import KINDS
from resettle.web.retention.models import Erasure, ErasureRequest, Schedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(office):
    """Ada, inside her own pages."""
    client = Client()
    session = client.session
    enter(SimpleNamespace(session=session), office.ada)
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def text(answer):
    return answer.content.decode()


def own(client, typed=None):
    return client.get(reverse("me_erasure")) if typed is None else client.post(reverse("me_erasure"), typed)


def decided(office, asked_id, typed):
    client = Client()
    client.force_login(office.administrator, backend="django.contrib.auth.backends.ModelBackend")
    return client.post(reverse("erasure_request", kwargs={"person_id": office.ada.pk, "asked_id": asked_id}), typed)


def test_the_person_asks_sees_by_when_and_takes_it_back(ada, office):
    assert "Write what you want us to take out" in text(own(ada, {"wants": "some"}))
    assert own(ada, {"wants": "some", "words": "My texts"}).status_code == 302
    one = ErasureRequest.objects.get()
    assert (one.state, one.how, one.asked_by, one.asked_on) == ("waits", "own_page", None, timezone.localdate())
    page = text(own(ada))
    assert "We have not said yes or no yet" in page and "You wrote: My texts" in page
    again = own(ada, {"wants": "all"})
    assert again.status_code == 422 and "You have asked already" in text(again)
    assert own(ada, {"stop": "yes"}).status_code == 302
    assert "You took it back" in text(own(ada)) and own(ada, {"wants": "all"}).status_code == 302


def test_a_worker_writes_it_down_with_the_day_from_which_the_month_counts(as_role, office):
    client, day = as_role("practitioner"), timezone.localdate() - timedelta(days=40)
    address = reverse("erasure_ask", kwargs={"person_id": office.ada.pk})
    empty = text(client.post(address, {}))
    for said in ("Enter when they asked", "Select how they asked", "Write what they said"):
        assert said in empty
    typed = {"asked_on_day": day.day, "asked_on_month": day.month, "asked_on_year": day.year}
    typed |= {"how": "phone", "wants": "all", "words": "Take it all out"}
    assert client.post(address, typed).status_code == 302
    assert ErasureRequest.objects.get().asked_by == office.practitioner
    listed = text(as_role("administrator").get(reverse("erasure_requests")))
    assert "Overdue" in listed and "Ada Example" in listed
    assert as_role("practitioner").get(reverse("erasure_requests")).status_code == 403


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"decision": "refused", "reason": "No"}, "A refusal needs a ground in law"),
        ({"decision": "part", "reason": "So", "grounds": "claims"}, "A part names what goes"),
        ({"decision": "full"}, "Say why it is decided so"),
        ({"reason": "So"}, "Select what is decided"),
    ],
)
def test_a_decision_that_lacks_something_is_no_decision(office, typed, said):
    one = asked.ask(office.ada, None, {"how": "own_page", "wants": "all", "words": ""})
    answer = decided(office, one.pk, typed)
    one.refresh_from_db()
    assert answer.status_code == 422 and said in text(answer) and one.state == "waits"


def test_a_refusal_is_a_letter_with_the_law_and_the_person_reads_it_too(ada, as_role, office):
    one = asked.ask(office.ada, None, {"how": "own_page", "wants": "all", "words": "I want to move on"})
    typed = {"decision": "refused", "grounds": ["claims", "duty"], "reason": "A case in court is open."}
    assert decided(office, one.pk, typed).status_code == 302
    named = {"person_id": office.ada.pk, "asked_id": one.pk}
    letter = text(as_role("administrator").get(reverse("erasure_letter", kwargs=named)))
    for said in (
        "No. We keep it.",
        "UK GDPR, Article 17(3)(e)",
        "UK GDPR, Article 17(3)(b)",
        "Information Commissioner",
    ):
        assert said in letter
    assert AccessEvent.objects.filter(page="erasure_letter", verb="print", person=office.ada).exists()
    page = text(own(ada))
    assert "We said no" in page and "A case in court is open." in page and "The law says that we must keep it." in page
    assert decided(office, one.pk, typed).status_code == 200  # decided once: there is no form any more
    carry = reverse("erasure_carry_out", kwargs=named)
    assert as_role("administrator").get(carry).status_code == 404 and not Erasure.objects.exists()


def test_messages_go_while_work_goes_on_and_their_time_is_kept_again(full_office):
    office = full_office
    Schedule.objects.create(document=SCHEDULE)
    office.ada.holds.update(ended_at=timezone.now())
    one = office.granted
    assert asked.carry_out(one, office.administrator) is None
    office.message.refresh_from_db()
    assert office.message.words == "erased" and office.message.state == "cancelled"
    office.goal.refresh_from_db()
    assert office.goal.own_words == "find a flat"
    log = Erasure.objects.get()
    assert (log.kind, log.request, log.by) == ("messages", one, office.administrator) and "request" in log.why
    kinds = {kind.kind: kind for kind in due.standing(due.in_force(), office.ada).kinds}
    assert not kinds["messages"].erased
    assert asked.carry_out(one, office.administrator).broken == "kept" and Erasure.objects.count() == 1


def test_everything_waits_for_the_end_of_the_work_and_for_a_hold(full_office, as_role):
    office = full_office
    office.wants.refresh_from_db()
    typed = {"decision": "full", "kinds": [], "grounds": [], "reason": "It is yours"}
    assert asked.decide(office.wants, office.administrator, typed) is None
    one = ErasureRequest.objects.get(pk=office.wants.pk)
    assert one.kinds == list(KINDS)
    page = reverse("erasure_request", kwargs={"person_id": office.ada.pk, "asked_id": one.pk})
    shown = text(as_role("administrator").get(page))
    assert "somebody works with the person" in shown and "a legal hold" in shown and "Go on to erase it" not in shown
    assert asked.carry_out(one, office.administrator).broken == "kept" and not Erasure.objects.exists()


def test_all_of_it_goes_before_its_time_and_the_books_and_the_record_of_looks_stay_right(closed, as_role):  # noqa: F811
    office = closed
    office.ada.relationships.update(end=timezone.localdate(), state="ended")
    assert due.standing(due.in_force(), office.ada).due == ()
    typed = {"decision": "full", "kinds": [], "grounds": [], "reason": f"{MARK} It is yours"}
    assert asked.decide(office.wants, office.administrator, typed) is None
    named = {"person_id": office.ada.pk, "asked_id": office.wants.pk}
    client = as_role("administrator")
    letter = text(client.get(reverse("erasure_letter", kwargs=named)))
    assert "Yes. We take out all of it." in letter
    carry = reverse("erasure_carry_out", kwargs=named)
    assert client.post(carry, {}).status_code == 422 and not Erasure.objects.exists()
    assert client.post(carry, {"sure": "on"}).status_code == 302
    # A session is packed into letters, among which any three may stand by chance.
    assert {table for table, _ in left_of(MARK)} <= {"django_session"} and Person.objects.get(
        pk=office.ada.pk
    ).name == "erased"
    assert budgets.balance_of(office.budget) == office.lines and broken_at() is None
    assert set(Erasure.objects.values_list("kind", flat=True)) == set(KINDS)
    listed = text(client.get(reverse("erasure_requests")))
    assert "Granted in full" in listed and str(office.ada.pk)[:8] in listed
    assert client.get(carry).status_code == 404


def test_the_letter_reads_at_nine_to_eleven(as_role, full_office):
    office = full_office
    letter = text(
        as_role("administrator").get(
            reverse("erasure_letter", kwargs={"person_id": office.ada.pk, "asked_id": office.granted.pk})
        )
    )
    from test_portal import Words

    reader = Words()
    reader.feed(letter)
    said = "\n".join(line.strip() for line in reader.lines if line.strip() and "UK GDPR" not in line)
    assert reading_age(said) <= 11, said


def test_two_records_that_are_one_person_bring_both_requests_and_each_is_answered(office):
    from resettle.web.duplicates import work as duplicates

    twin = Person.objects.create(name="Ada Example", birth_date=office.ada.birth_date, added_by=office.practitioner)
    for one in (office.ada, twin):
        asked.ask(one, None, {"how": "own_page", "wants": "all", "words": ""})
    assert not isinstance(duplicates.merge(office.ada, twin, office.coordinator, "The same"), str)
    assert office.ada.erasure_requests.filter(state="waits").count() == 2
    for one in list(asked.waiting()):
        answer = {"decision": "refused", "kinds": [], "grounds": ["claims"], "reason": "A case in court is open."}
        assert asked.decide(one, office.administrator, answer) is None
    assert not asked.waiting().exists()


def test_the_worker_sees_that_a_request_waits_and_by_when_it_is_answered(as_role, office):
    one = asked.ask(office.ada, None, {"how": "own_page", "wants": "all", "words": ""})
    page = text(as_role("practitioner").get(reverse("erasure_ask", kwargs={"person_id": office.ada.pk})))
    assert f"An administrator answers by {one.answer_by:%-d %B %Y}." in page
