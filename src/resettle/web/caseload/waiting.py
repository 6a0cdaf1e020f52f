"""What waits for an answer this morning, one of each whatever the draws gave, so that no list of a trial is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from resettle.web.access.models import Role, User
from resettle.web.caseload.around import of_team
from resettle.web.contacts import work as contacts
from resettle.web.mentors import work as mentors
from resettle.web.mentors.models import Match, Volunteer
from resettle.web.people.models import Person
from resettle.web.services import work as services

if TYPE_CHECKING:
    from resettle.web.caseload.fill import Office


def waiting(office: Office) -> None:
    """A referral, something seen that nobody has made sure of, a concern, and a match that a mentor has not answered."""
    worker = office.staff[Role.PRACTITIONER][0]
    person = Person.objects.filter(relationships__worker=worker, goals__isnull=False).order_by("name").first()
    if person is not None:
        ask_for_help(office, person, worker)
        worry(office, person, worker)
    ask_mentor(office)


def ask_for_help(office: Office, person: Person, worker: User) -> None:
    """A referral to a commissioned service, and what its provider saw on the way."""
    helper, goal = office.staff[Role.PROVIDER][0], person.goals.first()
    service = next(one for one in office.services if one.provider_id)
    said = {"band": "medium", "chosen_because": "It is on the way home", "good": goal.goods[0], "person_consents": True}
    outcomes = dict.fromkeys(service.outcomes)
    services.write(person, goal, service, worker, {**said, "outcomes": outcomes})
    services.observe(person, helper, {"code": next(iter(outcomes)), "on": office.today, "goal": goal})


def worry(office: Office, person: Person, worker: User) -> None:
    """A contact of this morning with a concern."""
    from resettle.web.caseload.fill import words

    told = of_team(office, Role.COORDINATOR, worker)
    concern = {"concern": words()["concerns"][0], "concern_for": told}
    said = {"summary": words()["said"][0], "medium": words()["medium"][0], "minutes": 20, "setting": "community"}
    contacts.log(person, worker, {**said, **concern, "at": timezone.now()})


def ask_mentor(office: Office) -> None:
    """A match proposed to the first mentor, for somebody of their team without one."""
    mentor = office.staff[Role.MENTOR][0]
    one, coordinator = Volunteer.objects.get(user=mentor), of_team(office, Role.COORDINATOR, mentor)
    Volunteer.objects.filter(pk=one.pk).update(room=one.room + 1)
    alone = Person.objects.filter(relationships__worker__team=mentor.team).exclude(matches__state__in=mentors.OPEN)
    for person in alone.order_by("name").distinct():
        if isinstance(mentors.propose(person, one, coordinator), Match):
            return
