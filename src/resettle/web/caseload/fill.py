"""Filling an empty workspace with invented people, through the same rules as everybody else's work."""

from __future__ import annotations

import random
import tomllib
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from resettle.reference.identifiers import invented
from resettle.web.access.models import Organisation, Role, Team, User
from resettle.web.budgets.models import Fund
from resettle.web.caseload.around import recruit
from resettle.web.caseload.asking import asking
from resettle.web.caseload.brought import brought
from resettle.web.caseload.clock import at
from resettle.web.caseload.life import live
from resettle.web.caseload.waiting import waiting
from resettle.web.contacts.models import Contact
from resettle.web.correspondence.work import remind
from resettle.web.people.models import Episode, Identifier, Person, Relationship
from resettle.web.reviews.work import every_day
from resettle.web.services.models import Service
from resettle.web.staff import work as staff

PEOPLE = 60


@cache
def words() -> dict[str, Any]:
    """The words that invented people are made of."""
    found: dict[str, Any] = tomllib.loads(files("resettle.web.caseload").joinpath("words.toml").read_text("utf-8"))
    return found


@dataclass
class Office:
    """The invented office: who works there, what is on offer, and the draws that decide."""

    rng: random.Random
    aside: random.Random
    today: date
    staff: dict[str, list[User]] = field(default_factory=dict)
    services: list[Service] = field(default_factory=list)
    fund: Fund | None = None


@transaction.atomic
def fill(passwords: dict[str, str], people: int = PEOPLE, seed: int = 1) -> Office:
    """Make an office and its caseload. `passwords` holds one for each role; the first account of the role gets it.

    The same seed and day give the same people.
    """
    office = Office(random.Random(seed), random.Random(seed + 1), timezone.localdate())
    hire(office, passwords)
    come_and_go(office)
    offer(office)
    with ExitStack() as stack:
        clock = stack.enter_context(at())
        recruit(office, clock)
        for n in range(people):
            person = arrive(office, n)
            live(office, person, clock)
        clock.set(office.today, 8)
        old = Contact.objects.filter(concern_for__isnull=False, at__lt=clock.now - timedelta(days=10))
        old.update(concern_seen_at=F("at"))
        waiting(office)
        asking(office, clock)
        clock.set(office.today, 8)
        brought(office)
        every_day()
        remind(clock.now)
    return office


def hire(office: Office, passwords: dict[str, str]) -> None:
    """Two teams with everybody that an office needs, and a provider."""
    charity = Organisation.objects.create(name="Northway resettlement (invented)")
    provider = Organisation.objects.create(name="Alongside and Doorway (invented)")
    teams = [Team.objects.create(organisation=charity, name=name) for name in ("North team", "South team")]
    helpers = Team.objects.create(organisation=provider, name="Delivery")
    for role, wanted in {Role.PRACTITIONER: 4, Role.MENTOR: 6, Role.COORDINATOR: 2, Role.APPROVER: 2}.items():
        office.staff[role] = [hired(role, n, teams[n % 2], passwords) for n in range(wanted)]
    office.staff[Role.PROVIDER] = [hired(Role.PROVIDER, n, helpers, passwords) for n in range(3)]
    for role in (Role.COMMISSIONER, Role.ADMINISTRATOR, Role.AUDITOR):
        office.staff[role] = [hired(role, 0, teams[0], passwords)]


def come_and_go(office: Office) -> None:
    """One of the staff who left, and one who lost their phone."""
    administrator, team = office.staff[Role.ADMINISTRATOR][0], office.staff[Role.PRACTITIONER][0].team
    left = User.objects.create_user("left@example.org", "Robin Leaver", Role.PRACTITIONER, team=team)
    staff.close(left, administrator, "Went to another job")
    staff.reset(office.staff[Role.PRACTITIONER][1], administrator, "Lost the phone on the bus. Seen in the office.")


def hired(role: str, n: int, team: Team, passwords: dict[str, str]) -> User:
    """One account; the first of a role can sign in."""
    name = f"{words()['first'][(7 * n + len(role)) % 36]} {Role(role).label.split()[0]}"
    email = f"{role}{n + 1 if n else ''}@example.org"
    return User.objects.create_user(email, name, role, passwords.get(role) if n == 0 else None, team=team)


def offer(office: Office) -> None:
    """The services and the fund."""
    provider = office.staff[Role.PROVIDER][0].team.organisation
    for one in words()["services"]:
        values = {**one, "goods": dict.fromkeys(one["goods"], 1.0)}
        office.services.append(
            Service.objects.create(provider=provider if one["kind"] == "commissioned" else None, **values)
        )
    fund = words()["fund"]
    office.fund = Fund.objects.create(name=fund["name"], document=fund["document"])


def arrive(office: Office, n: int) -> Person:
    """A person who came to the office some time in the last two years, and who works with them since."""
    rng, listed = office.rng, words()
    worker = office.staff[Role.PRACTITIONER][n % len(office.staff[Role.PRACTITIONER])]
    name = f"{listed['first'][(5 * n) % 36]} {listed['last'][(7 * n + n // 36) % 23]}"
    came = office.today - timedelta(days=rng.randint(30, 700))
    person = Person.objects.create(
        name=name,
        known_as=name.split()[0],
        birth_date=office.today - timedelta(days=365 * rng.randint(19, 55) + rng.randint(0, 364)),
        sex=rng.choice("MMMMF"),
        place=rng.choice(listed["places"]),
        safe_contact=rng.choice(["", "", "Text only. Shares a phone.", "Never ring before noon."]),
        added_by=worker,
    )
    Person.objects.filter(pk=person.pk).update(added_at=timezone.now())
    Identifier.objects.create(person=person, kind="crn", value=invented("crn", n))
    kind = rng.choice(["custody", "custody", "community", "voluntary"])
    release = came + timedelta(days=rng.randint(40, 200)) if kind == "custody" else None
    Episode.objects.create(
        person=person,
        kind=kind,
        begin=came - timedelta(days=60),
        release=release,
        licence_end=release + timedelta(days=365) if release else None,
    )
    Relationship.objects.create(person=person, worker=worker, role="practitioner", begin=came)
    return person
