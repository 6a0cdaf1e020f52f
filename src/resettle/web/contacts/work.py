"""What is done with contacts, under the rules of `resettle.goodlives`."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from resettle.goodlives import records
from resettle.goodlives.facts import contact_facts
from resettle.goodlives.states import Refused
from resettle.web.access.models import Role, User
from resettle.web.contacts.models import Contact
from resettle.web.people.models import Person
from resettle.web.people.moving import begin, move, offered


class Circle:
    """Who stands around a person's contacts today, asked once for a whole page of them."""

    def __init__(self, person: Person) -> None:
        self.person, self.today = person, timezone.localdate()
        self.working = [
            records.Relationship(id=str(one.pk), worker_id=str(one.worker_id), role=one.role, state="current")
            for one in person.relationships.current()
        ]
        self.workers: dict[Any, tuple[Any, ...]] = {}

    def facts(self, contact: Contact) -> frozenset[str]:
        """What holds of a contact of this person."""
        if contact.worker_id not in self.workers:
            self.workers[contact.worker_id] = self.about(contact.worker)
        working, match, volunteer = self.workers[contact.worker_id]
        return contact_facts(contact.record(), self.today, working, match, volunteer)

    def about(self, worker: User) -> tuple[Any, ...]:
        """Who works with the person, this worker among them if a referral is theirs; and the worker as a volunteer."""
        working = list(self.working)
        if worker.assignments.filter(referral__person=self.person, superseded=False).exists():
            # A provider's worker works with the person for as long as the referral is theirs.
            working.append(records.Relationship(id="", worker_id=str(worker.pk), role="provider", state="current"))
        volunteer, match = getattr(worker, "volunteer", None), None
        if volunteer is not None:
            met = self.person.matches.filter(volunteer=volunteer).select_related("volunteer").first()
            match = met.record() if met else None
        return working, match, volunteer.record() if volunteer else None


def facts(contact: Contact) -> frozenset[str]:
    """What holds of a contact today."""
    return Circle(contact.person).facts(contact)


@transaction.atomic
def plan(person: Person, user: User, values: dict[str, Any]) -> Contact | Refused:
    """Plan a contact."""
    contact = Contact(person=person, worker=user, **values)
    return begin("contact", "plan", contact, user, facts(contact)) or contact


@transaction.atomic
def log(person: Person, user: User, values: dict[str, Any]) -> Contact | Refused:
    """Record a contact that was not planned."""
    contact = Contact(person=person, worker=user, recorded_at=timezone.now(), **values)
    holds = facts(contact)
    if "concern_has_words_and_reader" not in holds:
        return Refused(
            event="log",
            reason="A concern was marked without words or without somebody to tell",
            do="Write what it is, and choose who must know.",
            broken="concern_has_words_and_reader",
        )
    return begin("contact", "log", contact, user, holds) or contact


@transaction.atomic
def record(contact: Contact, event: str, user: User, values: dict[str, Any], reason: str = "") -> Refused | None:
    """Say what became of a planned contact."""
    for name, value in values.items():
        setattr(contact, name, value)
    contact.recorded_at = timezone.now()
    return move("contact", event, contact, user, facts(contact), reason)


@transaction.atomic
def reschedule(contact: Contact, user: User, at: Any, reason: str, code: str) -> Contact | Refused:
    """Move a contact to another time: a new one stands in its place."""
    values = {
        "at": at,
        "medium": contact.medium,
        "setting": contact.setting,
        "place": contact.place,
        "goal": contact.goal,
    }
    made = plan(contact.person, user, values)
    if isinstance(made, Refused):
        return made
    contact.next = made
    refused = move("contact", "reschedule", contact, user, facts(contact), reason, code)
    if refused:
        transaction.set_rollback(True)
    return refused or made


@transaction.atomic
def correct(contact: Contact, user: User, values: dict[str, Any], reason: str) -> Refused | None:
    """Correct what was recorded; what stood there before is kept."""
    before = {**contact.words(), "by": user.name, "at": timezone.now().isoformat(), "reason": reason}
    contact.revisions = [*contact.revisions, before]
    for name, value in values.items():
        setattr(contact, name, value)
    return move("contact", "correct", contact, user, facts(contact), reason)


def moves(contact: Contact, user: User, circle: Circle) -> list[str]:
    """What may be done with a contact now."""
    extra = {"concern_has_words_and_reader", "new_contact_is_planned", "earlier_revision_is_kept"}
    return offered("contact", contact, user, circle.facts(contact) | extra)


def readers(person: Person) -> Any:
    """Who can be told of a concern: those who work with the person now, and the coordinators of their teams."""
    current = person.relationships.current()
    teams = current.values("worker__team")
    working = User.objects.filter(pk__in=current.values("worker")).exclude(role=Role.MENTOR)
    coordinators = User.objects.filter(role=Role.COORDINATOR, team__in=teams)
    return (working | coordinators).filter(is_active=True).distinct().order_by("name")


def concerns_of(user: User) -> Any:
    """Concerns that the user must look at."""
    return user.concerns.filter(concern_seen_at=None).exclude(concern="").select_related("person", "worker")
