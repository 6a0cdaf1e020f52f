"""Reviews by rule, done, put off and overdue; and the coordinator's Monday."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from office_kit import volunteering
from test_budgets import RULES

from resettle.goodlives.states import Refused
from resettle.goodlives.working_days import add_working_days
from resettle.web.budgets import work as budgets
from resettle.web.budgets.models import Fund, Request
from resettle.web.contacts import work as contacts
from resettle.web.gate import work as gate
from resettle.web.mentors.models import Wish
from resettle.web.people.models import Happened, Relationship
from resettle.web.reviews import work
from resettle.web.reviews.models import Review
from resettle.web.team import work as team

pytestmark = pytest.mark.django_db


@pytest.fixture
def go(as_role, office):
    def page(role, name, typed=None, **named):
        client = as_role(role)
        url = reverse(name, kwargs=named)
        return client.get(url) if typed is None else client.post(url, typed)

    return page


def began(office, days):
    """Ada's first day, so many days ago: with no release known, her review is due twelve months on."""
    office.ada.relationships.update(begin=timezone.localdate() - timedelta(days=days))


def test_the_next_review_is_set_by_the_rule_and_the_last_three_months_have_none(go, office):
    began(office, 100)
    key = {"person_id": office.ada.pk}
    assert "No review is set" in go("practitioner", "reviews", **key).content.decode()
    go("practitioner", "reviews", {}, **key)
    go("practitioner", "reviews", {}, **key)
    review = office.ada.reviews.get()
    assert (review.state, review.since) == ("scheduled", timezone.localdate() - timedelta(days=100))
    assert (review.due.month, review.due.year) == (review.since.month, review.since.year + 1)
    review.delete()
    began(office, 20)
    office.ada.episodes.create(
        kind="custody", begin=date(2026, 1, 5), release=timezone.localdate() + timedelta(days=60)
    )
    assert work.keep_up(office.ada) is None


def test_a_review_is_done_and_the_next_one_counts_from_it(go, office):
    began(office, 100)
    first = work.keep_up(office.ada)
    key = {"person_id": office.ada.pk, "review_id": first.pk, "event": "do"}
    today = timezone.localdate()
    on = {"on_day": today.day, "on_month": today.month, "on_year": today.year}
    assert go("practitioner", "review_move", on, **key).status_code == 422
    assert go("practitioner", "review_move", {**on, "notes": "New job goal"}, **key).status_code == 302
    first.refresh_from_db()
    assert (first.state, first.done_by, first.clock.state) == ("done", office.practitioner, "in_time")
    assert office.ada.reviews.exclude(pk=first.pk).get().since == today
    assert "New job goal" in go("practitioner", "reviews", person_id=office.ada.pk).content.decode()


def test_a_review_is_put_off_once_by_the_working_days_of_the_reason_and_never_when_overdue(office):
    began(office, 100)
    review = work.keep_up(office.ada)
    assert work.put_off(review, office.practitioner, "unwell", "In hospital") is None
    review.refresh_from_db()
    assert (review.state, review.put_off_to) == ("exempt", add_working_days(review.due, 5))
    assert isinstance(work.put_off(review, office.practitioner, "unwell", "Again"), Refused)
    late = Review.objects.get()
    late.state, late.put_off_to, late.due = "scheduled", None, timezone.localdate() - timedelta(days=1)
    late.save()
    refused = work.put_off(late, office.practitioner, "unwell", "Too late")
    assert isinstance(refused, Refused) and "overdue" in refused.reason


def test_every_day_marks_what_is_overdue_and_sets_what_is_missing_once(office):
    began(office, 400)
    assert work.every_day() == {"reviews_overdue": 0, "reviews_set": 1}
    assert office.ada.reviews.get().state == "overdue"  # found overdue at once: a year has passed
    Review.objects.update(state="scheduled")
    assert work.every_day() == {"reviews_overdue": 1, "reviews_set": 0}
    assert work.every_day() == {"reviews_overdue": 0, "reviews_set": 0}
    assert set(Happened.objects.filter(kind="review").values_list("role", flat=True)) == {"system"}


def test_a_move_to_another_team_sets_a_review_within_ten_working_days(office):
    gate.hand_over(office.ada.relationships.get(), office.stranger, office.coordinator)
    review = office.ada.reviews.get()
    assert (review.kind, review.due) == ("transfer", add_working_days(timezone.localdate(), 10))


def test_monday_shows_what_a_coordinator_must_look_at_and_nothing_of_other_teams(go, office):
    Relationship.objects.create(person=office.ben, worker=office.stranger, role="practitioner", begin=date(2026, 1, 5))
    began(office, 400)
    work.every_day()
    Wish.objects.create(person=office.ada)
    volunteering(office, room=3)
    owed(office)
    shown = go("coordinator", "monday").content.decode()
    for words in ("never met", "Overdue reviews (1)", "Proof of spending that is missing (1)", "wait for a mentor (1)"):
        assert words in shown, words
    assert "for 3 more people" in shown and "Ben Example" not in shown
    contacts.log(
        office.ada,
        office.practitioner,
        {"at": timezone.now(), "summary": "Met", "concern": "Low", "concern_for": office.practitioner},
    )
    shown = go("coordinator", "monday").content.decode()
    assert "Concerns nobody has looked at (1)" in shown and "Everybody was met" in shown and "Low" not in shown


def owed(office):
    """Money that was paid so long ago that the fund wants to have seen a receipt."""
    fund = Fund.objects.create(name="Fund", document=RULES)
    budget = budgets.open_budget(office.ada, fund, office.coordinator, Decimal(300), Decimal(250), date(2026, 1, 5))
    wanted = {"goal": office.goal, "good": "life", "category": "work", "what": "boots", "payee": "A shop"}
    asked = budgets.ask(budget, office.practitioner, {**wanted, "amount": Decimal(20)})
    ago = timezone.localdate() - timedelta(days=1 + fund.rules().proof_within_days)
    Request.objects.filter(pk=asked.pk).update(state="paid", paid_on=ago)


def test_somebody_met_just_within_two_weeks_is_not_silent(office):
    for days, found in ((15, [office.ada]), (13, [])):
        at = timezone.now() - timedelta(days=days)
        contacts.log(office.ada, office.practitioner, {"at": at, "summary": "Met"})
        assert team.silent(office.team) == found


def test_a_report_is_late_after_five_working_days(full_office):
    office = full_office
    office.referral.state = "report_due"
    office.referral.save()
    Happened.objects.create(
        person=office.ada,
        kind="referral",
        thing=office.referral.pk,
        event="end",
        from_state="delivering",
        to_state="ended",
        role="provider",
    )
    assert team.reports(office.team) == []
    Happened.objects.filter(event="end").update(at=timezone.make_aware(datetime(2026, 1, 5, 12)))
    assert team.reports(office.team)[0]["due"] == date(2026, 1, 12)


def test_monday_asks_the_database_no_more_however_many_there_are(go, office, django_assert_max_num_queries):
    from resettle.web.access.models import Role, User

    for n in range(4):
        volunteering(office, User.objects.create_user(f"v{n}@example.org", f"V {n}", Role.MENTOR, team=office.team))
        person = type(office.ada).objects.create(
            name=f"P {n}", birth_date=date(1990, 1, 1), added_by=office.practitioner
        )
        Relationship.objects.create(
            person=person, worker=office.practitioner, role="practitioner", begin=date(2026, 1, 5)
        )
    with django_assert_max_num_queries(16):
        team.monday(office.coordinator)
