"""What is done with volunteers, matches and claims, under the rules of `resettle.goodlives`."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from resettle.goodlives.facts import match_facts, volunteer_facts
from resettle.goodlives.mentors import Matching, apart, match_mentors
from resettle.goodlives.states import Refused, state_table
from resettle.web.access.models import Role, User
from resettle.web.mentors.models import OPEN, Check, Claim, Match, Volunteer, Wish
from resettle.web.people.models import Person, Relationship
from resettle.web.people.moving import begin, move, move_by_system, offered
from resettle.web.people.ties import close

MEETING = ("introduced", "active", "ending")


def own_volunteers(user: User) -> Any:
    """The volunteers of the user's team."""
    found = Volunteer.objects.filter(user__team=user.team_id) if user.team_id else Volunteer.objects.none()
    return found.select_related("user").prefetch_related("checks", "matches__person").order_by("user__name")


def facts(volunteer: Volunteer) -> frozenset[str]:
    """What holds of a volunteer today."""
    return volunteer_facts(volunteer.record(), timezone.localdate(), volunteer.matches.filter(state__in=OPEN).count())


@transaction.atomic
def apply(user: User, values: dict[str, Any]) -> Volunteer | Refused:
    """Keep that somebody wants to help. Their account opens once they are cleared."""
    name, email = values.pop("name"), values.pop("email").lower()
    account = User.objects.filter(email=email).first()
    if account is None:
        account = User.objects.create_user(email, name, Role.MENTOR, team=user.team, is_active=False)
    volunteer = Volunteer(user=account, **values)
    return begin("volunteer", "apply", volunteer, user, frozenset()) or volunteer


@transaction.atomic
def act(volunteer: Volunteer, event: str, user: User, reason: str = "", code: str = "") -> Refused | str:
    """Move a volunteer on. Whoever is cleared for the first time can sign in, with the password that is given back once;
    whoever leaves no longer can.
    """
    refused = move("volunteer", event, volunteer, user, facts(volunteer), reason, code)
    if refused:
        return refused
    account, password = volunteer.user, ""
    if event == "clear" and not account.is_active:
        password = secrets.token_urlsafe(12)
        account.set_password(password)
        account.is_active = True
        account.save()
    if event == "leave":
        User.objects.filter(pk=account.pk).update(is_active=False)
    return password


def moves(volunteer: Volunteer, user: User) -> list[str]:
    """What may be done with a volunteer now."""
    return [
        event for event in offered("volunteer", volunteer, user, facts(volunteer)) if event not in ("match", "free")
    ]


def runs_out(volunteer: Volunteer, by: date) -> list[tuple[str, date | None]]:
    """The needed checks and training that are missing, or that end by a day."""
    words = dict(Check.Kind.choices)
    last = volunteer.last_days((*Check.CHECKS, *Check.TRAINING))
    return [(words[kind], day) for kind, day in last.items() if day is None or day <= by]


def wish_of(person: Person) -> Wish:
    """What the person wishes; nothing yet, if nobody asked."""
    return Wish.objects.filter(person=person).first() or Wish(person=person)


def suggest(person: Person, volunteers: Iterable[Volunteer]) -> Matching:
    """Volunteers for a person, in order, with reasons."""
    today = timezone.localdate()
    return match_mentors(wish_of(person).record(today), [one.mentor(today) for one in volunteers], today)


def match_holds(match: Match) -> frozenset[str]:
    """What holds of a match today."""
    today, volunteer = timezone.localdate(), match.volunteer
    excluded = apart(wish_of(match.person).record(today), volunteer.mentor(today))
    others = [other.record() for other in match.person.matches.select_related("volunteer")]
    load = volunteer.matches.filter(state__in=OPEN).exclude(pk=match.pk).count()
    return match_facts(match.record(excluded), volunteer.record(), today, others, load)


@transaction.atomic
def propose(person: Person, volunteer: Volunteer, user: User) -> Match | Refused:
    """Propose a match, with the reasons that matching gives for it. The volunteer is locked: two never fill one place."""
    volunteer = Volunteer.objects.select_for_update().get(pk=volunteer.pk)
    found = suggest(person, own_volunteers(user))
    one = next((s for s in found.suggestions if s.mentor_id == str(volunteer.user_id)), None)
    if one is None:
        other = next((n for n in found.not_possible if n.mentor_id == str(volunteer.user_id)), None)
        why = ", ".join(other.reasons) if other else "is not of this team"
        return Refused(event="propose", reason=f"{volunteer} {why}", do="Choose another.", broken="possible")
    match = Match(
        person=person, volunteer=volunteer, proposed_by=user, reasons=list(one.reasons), without=list(one.without)
    )
    return begin("match", "propose", match, user, match_holds(match)) or settled(match)


def consent(match: Match, user: User) -> None:
    """Keep that the person said yes."""
    match.person_consents, match.consent_by, match.consent_on = True, user, timezone.localdate()
    match.save()


@transaction.atomic
def move_match(
    match: Match, event: str, user: User, reason: str = "", code: str = "", ending_on: date | None = None
) -> Refused | None:
    """Move a match, and keep the relationship and the volunteer in step with it."""
    if event == "agree_ending":
        match.ending_on = ending_on
    refused = move("match", event, match, user, match_holds(match), reason, code)
    if refused:
        transaction.set_rollback(True)
        return refused
    if event == "introduce":
        match.relationship = Relationship.objects.create(
            person=match.person,
            worker=match.volunteer.user,
            role=Relationship.Role.MENTOR,
            begin=timezone.localdate(),
            because="; ".join(match.reasons),
        )
        match.save()
    elif match.relationship and match.state in ("ended", "declined"):
        close(match.relationship, label_of(code) or reason or "not wanted")
    settled(match)
    return None


def label_of(code: str) -> str:
    """The words of a coded reason of an ending."""
    return next((m.codes[code] for m in state_table("match").moves if code in m.codes), "")


def settled(match: Match) -> Match:
    """Record that the volunteer has a match, or that none is open any more."""
    volunteer = Volunteer.objects.get(pk=match.volunteer_id)
    event = {"available": "match", "matched": "free"}.get(volunteer.state)
    if event:
        move_by_system("volunteer", event, volunteer, facts(volunteer))
    return match


def match_moves(match: Match, user: User) -> list[str]:
    """What may be done with a match now; a date for the ending is asked on the way."""
    return offered("match", match, user, match_holds(match) | {"ending_has_a_date"})


def current_match(person: Person) -> Match | None:
    """The match that is open, if any."""
    return person.matches.filter(state__in=OPEN).select_related("volunteer__user", "consent_by").first()


@transaction.atomic
def decide(claim_id: Any, user: User, approve: bool, rate: Decimal | None, why: str) -> Refused | None:
    """Approve a claim with the rate of a mile, or not, with a reason. Locked, so that it is decided once."""
    claim = Claim.objects.select_for_update().get(pk=claim_id)
    event = "approve" if approve else "refuse"
    if claim.state != Claim.State.CLAIMED:
        return Refused(event=event, reason="This claim was decided already", do="Look at the list.", broken="state")
    if approve and claim.miles and rate is None:
        return Refused(event=event, reason="Miles need a rate", do="Enter the pounds a mile.", broken="rate")
    if not approve and not why.strip():
        return Refused(event=event, reason="A reason is needed", do="Write why, in a few words.", broken="why")
    claim.state = Claim.State.APPROVED if approve else Claim.State.REFUSED
    claim.rate, claim.why = rate if approve else None, why
    claim.decided_by, claim.decided_at = user, timezone.now()
    claim.save()
    return None


def hours(claims: Iterable[Claim]) -> float:
    """Hours in all, to a tenth."""
    return round(sum(claim.minutes for claim in claims) / 60, 1)
