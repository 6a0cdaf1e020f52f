"""How somebody who signed in stands to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from resettle.web.access.models import Grant, User
from resettle.web.services.models import OPEN

if TYPE_CHECKING:
    from resettle.web.people.models import Person


def stands(user: User, person: Person, need: str) -> bool:
    """Whether a user stands to a person as a rule needs it (`rules.py` says what each word means)."""
    return STANDINGS[need](user, person)


def caseload(user: User, person: Person) -> bool:
    """They work with the person now, or have given a reason that still holds."""
    now = timezone.now()
    return works_with(user, person) or Grant.objects.filter(user=user, person=person, until__gt=now).exists()


def works_with(user: User, person: Person) -> bool:
    """They work with the person now."""
    return person.relationships.current().filter(worker=user).exists()


def team(user: User, person: Person) -> bool:
    """Somebody of their team works with the person now; or nobody does, and the person was added by their team."""
    if user.team_id is None:
        return False
    current = person.relationships.current()
    if current.exists():
        return current.filter(worker__team=user.team_id).exists()
    return person.added_by.team_id == user.team_id


def matched(user: User, person: Person) -> bool:
    """They are the person's mentor now, and the match is not paused."""
    current = person.relationships.current().filter(worker=user, role__in=("mentor", "peer_mentor"))
    return current.exclude(match__state="paused").exists()


def asked(user: User, person: Person) -> bool:
    """Money was asked for the person, and waits for an approver."""
    return person.budgets.filter(requests__state__in=("checks", "part_approved")).exists()


def referred(user: User, person: Person) -> bool:
    """The person was referred to a service of their organisation, and the referral is open."""
    if user.team is None:
        return False
    return person.referrals.filter(service__provider=user.team.organisation_id, state__in=OPEN).exists()


STANDINGS = {"caseload": caseload, "team": team, "matched": matched, "asked": asked, "referred": referred}
