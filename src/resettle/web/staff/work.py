"""What is still somebody's, handing it over, closing and re-opening an account, and taking a second factor away."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import F, Q, QuerySet

from resettle.goodlives import leaving
from resettle.goodlives.states import Refused
from resettle.web.access.audit import record
from resettle.web.access.models import AccountEvent, Role, User, Verb
from resettle.web.contacts.models import Contact
from resettle.web.gate.work import finish, hand_over
from resettle.web.mentors.models import OPEN as OPEN_MATCHES
from resettle.web.mentors.models import Match
from resettle.web.people.models import Relationship
from resettle.web.services.models import OPEN as OPEN_REFERRALS
from resettle.web.services.models import Assignment

VOLUNTEERS = ("applied", "checks", "trained", "cleared", "available", "matched", "resting")


def ties_of(account: User) -> QuerySet[Relationship]:
    """Whom they work with now; a mentor's people come with their matches."""
    ties = Relationship.objects.current().filter(worker=account, person__merged_into=None)
    return (
        ties.exclude(role__in=("mentor", "peer_mentor"))
        .select_related("person", "worker")
        .order_by("person__search_name")
    )


def contacts_of(account: User) -> QuerySet[Contact]:
    """What they planned and nobody recorded yet."""
    return Contact.objects.filter(worker=account, state="planned").select_related("person").order_by("at")


def concerns_of(account: User) -> QuerySet[Contact]:
    """Concerns that they were told of and have not looked at."""
    found = Contact.objects.filter(concern_for=account, concern_seen_at=None).exclude(concern="")
    return found.select_related("person").order_by("at")


def matches_of(account: User) -> QuerySet[Match]:
    """Their matches that are not over."""
    return Match.objects.filter(volunteer__user=account, state__in=OPEN_MATCHES).select_related("person", "volunteer")


def referrals_of(account: User) -> QuerySet[Assignment]:
    """The open referrals that they carry for their organisation."""
    mine = Assignment.objects.filter(worker=account, superseded=False, referral__state__in=OPEN_REFERRALS)
    return mine.select_related("referral__person", "referral__service")


def theirs(account: User) -> leaving.Theirs:
    """How much is still somebody's own."""
    return leaving.Theirs(
        people=ties_of(account).count(),
        matches=matches_of(account).count(),
        contacts=contacts_of(account).count(),
        concerns=concerns_of(account).count(),
        referrals=referrals_of(account).count(),
        volunteers=account.is_active and is_volunteer(account),
    )


def is_volunteer(account: User) -> bool:
    """Whether they are down as a volunteer who has not left: their account opens and closes with that."""
    return hasattr(account, "volunteer") and account.volunteer.state in VOLUNTEERS


def is_last(account: User) -> bool:
    """Whether nobody else is an administrator who can sign in."""
    others = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=account.pk)
    return account.role == Role.ADMINISTRATOR and not others.exists()


def against_closing(account: User) -> tuple[Refused, ...]:
    """Everything that stands against closing an account."""
    return leaving.may_close(theirs(account), is_last(account))


def next_workers(account: User) -> QuerySet[User]:
    """Who can take everything over: of the same role and organisation."""
    others = User.objects.filter(role=account.role, is_active=True).exclude(pk=account.pk)
    organisation = account.team.organisation_id if account.team else None
    return others.filter(team__organisation=organisation).select_related("team").order_by("name")


@transaction.atomic
def hand_all_over(account: User, to: User, user: User) -> Refused | None:
    """Give everybody, what is planned and the concerns to one named other, each as a handover of its own; all or nothing."""
    for tie in ties_of(account):
        refused = tie_over(tie, to, user)
        if refused:
            transaction.set_rollback(True)
            return refused
        record(user, Verb.CHANGE, "leaving", tie.person, f"handed over to {to.name}")
    contacts_of(account).update(worker=to)
    concerns_of(account).update(concern_for=to)
    return None


def tie_over(tie: Relationship, to: User, user: User) -> Refused | None:
    """Hand one person over, and complete it; one who works with them already only stays."""
    if tie.state == "current" and Relationship.objects.current().filter(person=tie.person, worker=to).exists():
        return finish(tie, "end", user, f"{to.name} works with them already", "worker_left")
    if tie.state == "current":
        made = hand_over(tie, to, user)
        if isinstance(made, Refused):
            return made
    return finish(tie, "complete_handover", user)


@transaction.atomic
def close(account: User, user: User, reason: str) -> tuple[Refused, ...]:
    """Close an account: nobody signs in with it, and every session of it is over. Everything they wrote stays theirs."""
    # Two administrators who close each other take turns: each locks the same accounts in the same order.
    locked = User.objects.select_for_update().filter(Q(role=Role.ADMINISTRATOR) | Q(pk=account.pk)).order_by("pk")
    account = next(one for one in locked if one.pk == account.pk)
    refused = against_closing(account)
    if not refused:
        end_sessions(account, is_active=False)
        keep(account, AccountEvent.What.CLOSED, user, reason)
    return refused


@transaction.atomic
def open_again(account: User, user: User, reason: str) -> str:
    """Let somebody sign in again, with a new first password that is given back once, and a second factor to set up anew."""
    password = secrets.token_urlsafe(12)
    account.set_password(password)
    account.save()
    Authenticator.objects.filter(user=account).delete()
    end_sessions(account, is_active=True)
    keep(account, AccountEvent.What.OPENED, user, reason)
    return password


@transaction.atomic
def reset(account: User, user: User, reason: str) -> Refused | None:
    """Take a lost second factor away with its spare codes: sessions are over, and the next sign-in sets up a new one."""
    refused = leaving.may_reset(account.pk == user.pk, is_last(account))
    if refused is None:
        Authenticator.objects.filter(user=account).delete()
        end_sessions(account)
        keep(account, AccountEvent.What.RESET, user, reason)
    return refused


def end_sessions(account: User, **values: Any) -> None:
    """Make every session of an account worth nothing from the next page on."""
    User.objects.filter(pk=account.pk).update(sessions_ended=F("sessions_ended") + 1, **values)


def keep(account: User, what: str, user: User, reason: str) -> None:
    """Keep what was done with an account, on its page and in the record of who looked."""
    made = AccountEvent.objects.create(account=account, what=what, by=user, reason=reason)
    record(user, Verb.CHANGE, "account", None, f"{account.name}: {made.get_what_display().lower()}. {reason}")
