"""Finding help, referring, delivering, reporting and verifying, under the rules of `resettle.goodlives`."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from resettle.goodlives.facts import evidence_facts, referral_facts
from resettle.goodlives.finder import Found, Seeker, find_help
from resettle.goodlives.states import Refused
from resettle.web.access.models import Role, User
from resettle.web.budgets.work import balance_of
from resettle.web.contacts import work as contacts
from resettle.web.people.models import Person
from resettle.web.people.moving import actor, begin, keep, move, offered
from resettle.web.plans.models import Goal
from resettle.web.services.models import OPEN as OPEN
from resettle.web.services.models import Assignment, Evidence, Referral, Service, Session, UnmetWant

HELPED = ("accepted", "first_contact", "planned", "delivering")


def find(person: Person, good: str) -> Found:
    """What there is for a good: commissioned, free, and the person's own budget."""
    today = timezone.localdate()
    helped = Count("referrals", filter=Q(referrals__state__in=HELPED))
    services = [one.record(one.helped) for one in Service.objects.annotate(helped=helped)]
    return find_help(good, seeker(person, today), services, today)


def seeker(person: Person, today: date) -> Seeker:
    """The person as the finder reads them: no more than a service may ask."""
    budget = person.budgets.first()
    episode = person.episodes.filter(ended=None).order_by("-begin").first()
    inside = episode is not None and episode.kind == "custody" and (episode.release is None or episode.release > today)
    born = person.birth_date
    return Seeker(
        place=person.place,
        age=today.year - born.year - ((today.month, today.day) < (born.month, born.day)),
        sex=person.sex,
        setting="custody" if inside else "community",
        budget_left=balance_of(budget).left if budget else None,
    )


def keep_unmet(person: Person, found: Found, words: str) -> UnmetWant:
    """Put what nobody offers on the register, with the person's words."""
    why = list(found.unmet.why) if found.unmet else ["the person wants something else"]
    return UnmetWant.objects.create(
        person=person, good=found.good, place=person.place, words=words, why=why, choices=len(found.choices)
    )


def facts(referral: Referral, user: User | None, way: str | None = None) -> frozenset[str]:
    """What holds of a referral for whoever acts; a provider's worker acts for their organisation."""
    who = actor(user)
    if who.role == Role.PROVIDER and user and user.team:
        who = who.model_copy(update={"id": str(user.team.organisation_id)})
    return referral_facts(referral.record(), who, way)


@transaction.atomic
def write(person: Person, goal: Goal, service: Service, user: User, values: dict[str, Any]) -> Referral | Refused:
    """Write a referral for a goal and send it."""
    referral = Referral(person=person, service=service, written_by=user, state="draft", **values)
    referral.save()
    referral.goals.add(goal)
    refused = begin("referral", "write", referral, user, facts(referral, user))
    referral.sent_at = timezone.now()
    refused = refused or move("referral", "send", referral, user, facts(referral, user))
    if refused:
        transaction.set_rollback(True)
    return refused or referral


@transaction.atomic
def act(referral: Referral, event: str, user: User, values: dict[str, Any]) -> Refused | None:
    """Make a move of a referral with what belongs to it; or refuse, and change nothing."""
    code, reason = values.get("code", ""), values.get("reason", "")
    prepare(referral, event, user, values)
    refused = move("referral", event, referral, user, facts(referral, user, code or None), reason, code)
    if refused:
        transaction.set_rollback(True)
        return refused
    if event == "end":
        referral.end_code = code
        referral.save()
        ask_report(referral)
    return None


def prepare(referral: Referral, event: str, user: User, values: dict[str, Any]) -> None:
    """What a move brings with it: a worker, a number of sessions, the answers of the end report."""
    if event in ("accept", "reassign"):
        referral.assignments.filter(superseded=False).update(superseded=True)
        Assignment.objects.create(referral=referral, worker=values["worker"])
    elif event == "plan":
        referral.sessions_planned = values["sessions"]
    elif event == "amend":
        now = values["because"]
        referral.amendments = [*referral.amendments, {"before": referral.chosen_because, "after": now, "by": user.name}]
        referral.chosen_because = now
    elif event == "report":
        referral.outcomes, referral.report = values["answers"], values["comment"]


def ask_report(referral: Referral) -> None:
    """Where something was delivered, the provider owes an end report."""
    if referral.record().sessions_delivered:
        keep("referral", referral, "ask_report", "ended", "report_due", None, "", "", "system")
        referral.state = "report_due"
        referral.save()


def moves(referral: Referral, user: User) -> list[str]:
    """What may be done with a referral now; what a form brings is asked on the way."""
    brought = {
        "one_worker_is_assigned",
        "sessions_are_planned",
        "before_and_after_are_kept",
        "way_of_ending_fits_sessions",
        "every_outcome_is_answered",
    }
    return offered("referral", referral, user, facts(referral, user) | brought)


@transaction.atomic
def hold_session(referral: Referral, user: User, values: dict[str, Any]) -> Refused | None:
    """Record a session; the first one is the first contact, or starts delivery, as the referral stands."""
    made = contacts.log(referral.person, user, values)
    if isinstance(made, Refused):
        return made
    Session.objects.create(referral=referral, contact=made)
    for event in ("meet", "deliver"):
        if event in offered("referral", referral, user, facts(referral, user)):
            return move("referral", event, referral, user, facts(referral, user))
    return None


@transaction.atomic
def observe(person: Person, user: User | None, values: dict[str, Any]) -> Evidence | Refused:
    """Keep something that was seen to be so."""
    made = Evidence(person=person, observed_by=user, **values)
    return begin("evidence", "observe", made, user, evidence_facts(made.record(), timezone.localdate())) or made


@transaction.atomic
def verify(evidence: Evidence, user: User, how: str) -> Refused | None:
    """Make sure of it: by somebody other than whoever saw it."""
    evidence.how, evidence.verified_by, evidence.verified_on = how, user, timezone.localdate()
    holds = evidence_facts(evidence.record(), timezone.localdate(), str(user.pk))
    refused = move("evidence", "verify", evidence, user, holds)
    if refused:
        transaction.set_rollback(True)
    return refused
