"""A small office: one account of each role, and people with and without a worker."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest


@pytest.fixture
def office(db):
    """The accounts by role, in two teams, with `ada` on the practitioner's caseload and `ben` on nobody's."""
    from resettle.web.access.models import Organisation, Role, Team, User
    from resettle.web.people.models import Person, Relationship

    charity = Organisation.objects.create(name="The charity")
    team = Team.objects.create(organisation=charity, name="North")
    other = Team.objects.create(organisation=charity, name="South")

    class Office:
        pass

    made = Office()
    made.team, made.other_team = team, other
    for role in Role.values:
        setattr(made, role, User.objects.create_user(f"{role}@example.org", f"A {role}", role, team=team))
    made.stranger = User.objects.create_user("stranger@example.org", "A stranger", Role.PRACTITIONER, team=other)
    born = {"birth_date": date(1990, 5, 17), "added_by": made.practitioner}
    made.ada = Person.objects.create(name="Ada Example", **born)
    made.ben = Person.objects.create(name="Ben Example", birth_date=date(1985, 1, 2), added_by=made.stranger)
    Relationship.objects.create(person=made.ada, worker=made.practitioner, role="practitioner", begin=date(2026, 1, 5))
    made.goal, made.step, made.plan = planned(made.ada, made.practitioner)
    return made


def planned(person, worker):
    """A goal with a step, and the first version of a plan, offered."""
    from resettle.web.plans import work
    from resettle.web.plans.models import Strength

    Strength.objects.create(person=person, text="Good with numbers")
    goal = work.add_goal(person, worker, {"own_words": "find a flat", "goods": ["life"], "risk_effect": "lowers"})
    step = work.add_step(goal, worker, {"text": "Ring the council", "by": "Ada"})
    return goal, step, work.offer_plan(person, worker)


@pytest.fixture
def as_role(client, office):
    """Sign in as an account of the office: `as_role("mentor")`."""

    def sign_in(name: str):
        client.force_login(getattr(office, name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def ada(client, office):
    """Ada, inside her own pages."""
    from resettle.web.portal.door import enter

    session = client.session
    enter(SimpleNamespace(session=session), office.ada)
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


@pytest.fixture
def full_office(office):
    """The office with money asked for, so that every page has something to show."""
    from decimal import Decimal

    from django.utils import timezone
    from office_kit import matched, volunteering
    from test_budgets import RULES

    from resettle.web.access.models import Role, User
    from resettle.web.budgets import work
    from resettle.web.budgets.models import Fund
    from resettle.web.correspondence import work as messages
    from resettle.web.reviews import work as reviews

    fund = Fund.objects.create(name="Enabling fund", document=RULES)
    office.budget = work.open_budget(
        office.ada, fund, office.coordinator, Decimal("300"), Decimal("250"), date(2026, 1, 5)
    )
    wanted = {"goal": office.goal, "good": "life", "category": "work", "what": "boots", "payee": "A shop"}
    office.request = work.ask(office.budget, office.practitioner, {**wanted, "amount": Decimal("120")})
    office.contact = concerning(office)
    office.service, office.referral, office.evidence = referred(office)
    office.volunteer = volunteering(office)
    office.match = matched(office, office.ada, office.volunteer)
    office.asked = office.volunteer.matches.create(person=office.ben, state="proposed", proposed_by=office.coordinator)
    office.claim = office.volunteer.claims.create(on=date(2026, 2, 2), what="Met at the library", minutes=60)
    office.tie = office.ada.relationships.get(worker=office.practitioner)
    episode = office.ada.episodes.create(kind="custody", begin=date(2026, 1, 5), release=date.today())
    task = {"words": "Ring your sister", "who": "you", "days": 1, "added_by": office.practitioner}
    office.closed = User.objects.create_user("gone@example.org", "A leaver", Role.PRACTITIONER, is_active=False)
    office.own_task = episode.own_tasks.create(**task)
    office.review = reviews.keep_up(office.ada)
    office.message = messages.write(office.ada, office.practitioner, "See you soon", "text", timezone.now())
    office.mentor_message = messages.write(office.ada, office.mentor, "See you soon", "text", timezone.now())
    office.hold = office.ada.holds.create(reason="A claim in court", placed_by=office.administrator)
    office.shown, office.done = brought(office)
    office.given, office.fact = measured(office)
    office.said = office.ada.sayings.create(domain="work", code="employed", begins=date(2026, 2, 2), detail="A bakery")
    office.wants, office.granted = erasures(office)
    office.cat, office.merge = duplicated(office)
    office.flag = office.ada.safety_flags.create(words="Do not meet at home", added_by=office.practitioner)
    return office


def brought(office):
    """For each who may bring files in: one that is shown, and one that is done, with a row to mend."""
    from resettle.area.importing.mapping import Mapping
    from resettle.web.importing import work

    text = b"name,birth_date,kind\nCy Example,1991-02-03,custody\n,1991-02-03,custody\n"
    found = ({}, {})
    for role in ("coordinator", "administrator"):
        for made in found:
            made[role] = work.send("people", "some.csv", text, getattr(office, role))
            work.show(made[role], Mapping())
        work.confirm(found[1][role])
        found[1][role].refresh_from_db()
    return found


def measured(office):
    """A questionnaire that Ada answered, levels of her goal, and where she lives."""
    from resettle.goodlives.instruments import instrument
    from resettle.web.measures import work

    answers = {"satisfied": 6, "worthwhile": 7, "happy": 5, "anxious": 4}
    about = {"on": date(2026, 2, 1), "mode": "read_aloud"}
    given = work.keep_answers(office.ada, office.practitioner, instrument("ons4"), answers, about)
    work.keep_scaling(office.ada, None, "person", date(2026, 2, 1), {office.goal: 1})
    home = {"domain": "housing", "code": "settled", "begins": date(2026, 2, 1), "how": "worker"}
    return given, work.keep_fact(office.ada, office.practitioner, home)


def erasures(office):
    """A request of Ada's that waits, and one that was granted in part and is not carried out."""
    asked = {"asked_on": date(2026, 3, 2), "how": "phone", "asked_by": office.practitioner, "wants": "some"}
    waits = office.ada.erasure_requests.create(words="My notes", **asked)
    decided = {"decided_by": office.administrator, "decided_on": date(2026, 3, 9), "reason": "They are not needed"}
    kinds = {"kinds": ["messages"], "grounds": ["claims"], "state": "part"}
    return waits, office.ada.erasure_requests.create(words="My texts", **asked, **decided, **kinds)


def referred(office):
    """A service of the charity, a referral to it, and something that was seen to be so."""
    from resettle.web.services import work
    from resettle.web.services.models import Service

    service = Service.objects.create(
        name="Flat finders",
        provider=office.team.organisation,
        strand="accommodation",
        goods={"life": 1.0},
        outcomes=["housed"],
    )
    asked = {
        "good": "life",
        "outcomes": {"housed": None},
        "band": "low",
        "chosen_because": "Near",
        "person_consents": True,
    }
    referral = work.write(office.ada, office.goal, service, office.practitioner, asked)
    seen = {"code": "housed", "on": date(2026, 2, 1), "referral": referral, "goal": office.goal}
    return service, referral, work.observe(office.ada, office.practitioner, seen)


def duplicated(office):
    """Another person of the team, and a record that was brought into Ada's."""
    from resettle.web.duplicates import work
    from resettle.web.people.models import Person

    born = {"birth_date": date(1979, 8, 9), "added_by": office.coordinator}
    cat, twin = (Person.objects.create(name=name, **born) for name in ("Cat Other", "Dot Another"))
    return cat, work.merge(office.ada, twin, office.coordinator, "Her worker knows both")


def concerning(office):
    """A planned contact, with a concern for each who may look at one."""
    from django.utils import timezone

    from resettle.web.contacts import work

    values = {"at": timezone.now(), "summary": "Talked", "concern": "Sounded low"}
    told = (office.practitioner, office.coordinator)
    office.concern = {
        one.role: work.log(office.ada, office.practitioner, {**values, "concern_for": one}) for one in told
    }
    return work.plan(office.ada, office.practitioner, {"at": timezone.now()})
