"""Setting, doing and putting off reviews, under the rules of `resettle.goodlives`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from resettle.errors import BadInput
from resettle.goodlives import reviews as rules
from resettle.goodlives.facts import review_facts
from resettle.goodlives.states import Refused
from resettle.web.access.models import User
from resettle.web.people.models import Person, Relationship
from resettle.web.people.moving import begin, begin_by_system, move, move_by_system, offered
from resettle.web.reviews.models import OPEN, Review


def last_look(person: Person) -> date | None:
    """The day from which the next review counts: the last review, else the last answer to a plan, else the first day."""
    done = (
        person.reviews.filter(state="done", kind="plan").order_by("-done_on").values_list("done_on", flat=True).first()
    )
    answered = person.plans.filter(answered_at__isnull=False).order_by("-answered_at").first()
    agreed = timezone.localdate(answered.answered_at) if answered else None
    first = person.relationships.order_by("begin").values_list("begin", flat=True).first()
    return max((day for day in (done, agreed) if day), default=first)


def release_of(person: Person) -> date | None:
    """The release that is still to come, if one is known."""
    ahead = person.episodes.filter(ended=None, release__gt=timezone.localdate()).order_by("release")
    return ahead.values_list("release", flat=True).first()


def by_rule(review: Review) -> date | None:
    """The day that the rule of the review gives."""
    if review.kind == Review.Kind.TRANSFER:
        return rules.due("transfer_review", review.since)
    return rules.next_review(review.since, release_of(review.person))


def facts(review: Review, latest: date | None = None) -> frozenset[str]:
    """What holds of a review today."""
    return review_facts(review.record(), timezone.localdate(), by_rule(review) or review.due, latest)


def made(person: Person, kind: str, since: date) -> Review | None:
    """A review that is due by its rule; None where the tasks before release take its place."""
    review = Review(person=person, kind=kind, since=since)
    due = by_rule(review)
    if due is None:
        return None
    review.due = due
    return review


def event_of(review: Review) -> str:
    """Whether a new review is set, or found overdue."""
    return "find_overdue" if review.due < timezone.localdate() else "schedule"


@transaction.atomic
def keep_up(person: Person) -> Review | None:
    """Set the next review, where the person has none that is open; the system does this."""
    since = last_look(person)
    if since is None or person.reviews.filter(state__in=OPEN, kind=Review.Kind.PLAN).exists():
        return None
    review = made(person, Review.Kind.PLAN, since)
    if review is None:
        return None
    begin_by_system("review", event_of(review), review, facts(review))
    return review


@transaction.atomic
def after_transfer(person: Person, user: User) -> Review | Refused:
    """Set the review that follows a move to another team."""
    review = made(person, Review.Kind.TRANSFER, timezone.localdate())
    return begin("review", "schedule", review, user, facts(review)) or review


@transaction.atomic
def do(review: Review, user: User, on: date, notes: str) -> Refused | None:
    """Record that a review was done, and set the next one."""
    review.done_by, review.done_on, review.notes = user, on, notes
    refused = move("review", "do", review, user, facts(review))
    if refused:
        transaction.set_rollback(True)
        return refused
    keep_up(review.person)
    return None


@transaction.atomic
def put_off(review: Review, user: User, code: str, reason: str) -> Refused | None:
    """Put a review off, once, for a coded reason, by the working days that the reason allows."""
    today = timezone.localdate()
    try:
        latest = rules.put_off(review.due, today, code)
    except BadInput as error:
        problem = error.problems[0]
        return Refused(event="exempt", reason=problem.rule.capitalize(), do=problem.do or "", broken="code")
    review.put_off_to, review.put_off_on = latest, today
    refused = move("review", "exempt", review, user, facts(review, latest), reason, code)
    if refused:
        transaction.set_rollback(True)
    return refused


def moves(review: Review, user: User) -> list[str]:
    """What may be done with a review now."""
    return offered("review", review, user, facts(review) | {"says_who_and_when", "new_due_date_is_later"})


def every_day() -> dict[str, int]:
    """Mark reviews whose day has passed, and set those that are missing for people who are worked with now."""
    late = Q(put_off_to=None, due__lt=timezone.localdate()) | Q(put_off_to__lt=timezone.localdate())
    passed = Review.objects.filter(late, state__in=("scheduled", "exempt")).select_related("person")
    marked = sum(move_by_system("review", "make_overdue", one, facts(one)) is None for one in passed)
    waiting = Person.objects.filter(merged_into=None, pk__in=Relationship.objects.current().values("person"))
    waiting = waiting.exclude(reviews__in=Review.objects.filter(state__in=OPEN, kind=Review.Kind.PLAN))
    return {"reviews_overdue": marked, "reviews_set": sum(keep_up(one) is not None for one in waiting)}


def overdue(people: Any) -> Any:
    """Reviews of these people whose day has passed, oldest first."""
    late = Q(put_off_to=None, due__lt=timezone.localdate()) | Q(put_off_to__lt=timezone.localdate())
    return Review.objects.filter(late, state__in=OPEN, person__in=people).select_related("person").order_by("due")
