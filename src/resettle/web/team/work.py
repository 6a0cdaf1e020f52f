"""What a coordinator looks at: who has whom, who has not been met, what is late, who waits for a mentor, and concerns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Subquery
from django.utils import timezone

from resettle.goodlives import reviews as rules
from resettle.goodlives.facts import in_date
from resettle.goodlives.spending import proof_is_overdue
from resettle.web.access.models import Role, Team, User
from resettle.web.budgets.models import Fund, Request
from resettle.web.contacts.models import Contact
from resettle.web.mentors import work as mentors
from resettle.web.mentors.models import OPEN, Volunteer
from resettle.web.people.models import Happened, Person, Relationship
from resettle.web.reviews import work as reviews
from resettle.web.services.models import Referral

SILENT_DAYS = 14


def people_of(team: Team) -> Any:
    """The people whom somebody of the team works with now."""
    ties = Relationship.objects.current().filter(worker__team=team)
    return Person.objects.filter(merged_into=None, pk__in=ties.values("person"))


def theirs(team: Team, person: str = "person") -> Exists:
    """Whether the person of a row is one whom somebody of the team works with now: for rows that are few among all people."""
    ties = Relationship.objects.current().filter(worker__team=team, person__merged_into=None)
    return Exists(ties.filter(person=OuterRef(person)))


def caseload(team: Team) -> list[dict[str, Any]]:
    """Each practitioner of the team with the number of people they work with."""
    staff = User.objects.filter(team=team, role=Role.PRACTITIONER, is_active=True).order_by("name")
    ties = Relationship.objects.current().filter(worker__team=team, person__merged_into=None)
    counts = dict(ties.values_list("worker").annotate(Count("person", distinct=True)))
    return [{"worker": one, "people": counts.get(one.pk, 0)} for one in staff]


def silent(team: Team) -> list[Person]:
    """People whom nobody met in the last two weeks, longest first; those never met come first."""
    since = timezone.now() - timedelta(days=SILENT_DAYS)
    met = Contact.objects.filter(person=OuterRef("pk"), state="happened")
    last = Subquery(met.order_by("-at").values("at")[:1])
    found = people_of(team).exclude(Exists(met.filter(at__gte=since))).annotate(met=last)
    return sorted(found, key=lambda one: (one.met is not None, one.met))


def proofs(team: Team) -> list[Request]:
    """Money that was paid, without anything that shows what it bought by the day that the fund's rules give."""
    today, rules_of = timezone.localdate(), {fund.pk: fund.rules() for fund in Fund.objects.all()}
    soonest = min((each.proof_within_days for each in rules_of.values()), default=0)
    paid = Request.objects.filter(state="paid", paid_on__lt=today - timedelta(days=soonest))
    found = paid.filter(theirs(team, "budget__person")).select_related("budget__person").order_by("paid_on")
    return [one for one in found if proof_is_overdue(one.record(), rules_of[one.budget.fund_id], today)]


def reports(team: Team) -> list[dict[str, Any]]:
    """End reports that a provider owes, past the working days that the clock gives."""
    owed = list(Referral.objects.filter(theirs(team), state="report_due").select_related("person", "service"))
    ended = dict(
        Happened.objects.filter(kind="referral", event="end", thing__in=[one.pk for one in owed]).values_list(
            "thing", "at"
        )
    )
    rows = [
        {"referral": one, "due": rules.due("end_report", timezone.localdate(ended[one.pk]))}
        for one in owed
        if one.pk in ended
    ]
    return sorted((row for row in rows if row["due"] < timezone.localdate()), key=lambda row: row["due"])


def unmatched(team: Team) -> Any:
    """People who said what they wish of a mentor, and have none."""
    return people_of(team).filter(mentor_wish__isnull=False).exclude(matches__state__in=OPEN).order_by("search_name")


def capacity(user: User) -> dict[str, int]:
    """How many volunteers could meet somebody, and how many more people they could meet."""
    ready: list[Volunteer] = [
        one for one in mentors.own_volunteers(user) if one.state in ("available", "matched", "cleared")
    ]
    today = timezone.localdate()
    room = [max(0, one.room - len(one.open_matches())) for one in ready if in_date(one.record().checks, today)]
    return {"volunteers": len(ready), "with_room": sum(n > 0 for n in room), "room": sum(room)}


def concerns(team: Team) -> Any:
    """Concerns of the team's people at which nobody has looked yet, oldest first: whom they are about and who was told."""
    found = Contact.objects.filter(theirs(team), concern_seen_at=None, concern_for__isnull=False)
    return found.exclude(concern="").select_related("person", "concern_for", "worker").order_by("at")


def monday(user: User) -> dict[str, Any]:
    """Everything for the page."""
    team = user.team
    return {
        "team": team,
        "caseload": caseload(team),
        "silent": silent(team),
        "reviews": list(reviews.overdue(people_of(team))),
        "proofs": proofs(team),
        "reports": reports(team),
        "unmatched": list(unmatched(team)),
        "capacity": capacity(user),
        "concerns": list(concerns(team)),
    }
