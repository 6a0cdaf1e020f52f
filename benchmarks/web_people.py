"""A workspace of many people, made quickly: rows go straight into the tables, as two years of work would have left them.

`python benchmarks/web_people.py FOLDER PEOPLE`: makes the workspace and prints, as JSON, who is signed in and what they may open.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

PRACTITIONERS, TEAMS, BATCH = 200, 20, 500
DOOR = 40
PAID = ("paid", "evidenced")


def make(people: int, seed: int = 1) -> dict[str, list[dict[str, Any]]]:
    """Fill the workspace, and sign everybody in."""
    from django.db import connection, transaction

    rng, now = random.Random(seed), datetime.now().astimezone()
    staff = hire()
    with transaction.atomic():
        for begin in range(0, people, BATCH):
            batch(rng, now, staff, begin, min(BATCH, people - begin))
    # PostgreSQL tidies up by itself after so many new rows: two years of work would have left that done, so it is done here.
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return {role: [signed_in(user) for user in staff[role]] for role in ("practitioner", "coordinator")} | {
        "person": at_the_door(rng)
    }


def hire() -> dict[str, list[Any]]:
    """The accounts, ten practitioners and a coordinator a team; a fund and a dozen services."""
    from resettle.web.access.models import Organisation, Role, Team, User
    from resettle.web.budgets.models import Fund
    from resettle.web.caseload.fill import words
    from resettle.web.services.models import Service

    charity = Organisation.objects.create(name="Benchmark")
    teams = Team.objects.bulk_create(Team(organisation=charity, name=f"Team {n}") for n in range(TEAMS))

    def accounts(role: str, wanted: int) -> list[Any]:
        made = (
            User(email=f"{role}{n}@example.org", name=f"{role} {n}", role=role, team=teams[n % TEAMS], password="!")
            for n in range(wanted)
        )
        return User.objects.bulk_create(made)

    Fund.objects.create(name=words()["fund"]["name"], document=words()["fund"]["document"])
    Service.objects.bulk_create(
        Service(**{**one, "goods": dict.fromkeys(one["goods"], 1.0)}, provider=charity) for one in words()["services"]
    )
    return {
        "practitioner": accounts(Role.PRACTITIONER, PRACTITIONERS),
        "coordinator": accounts(Role.COORDINATOR, TEAMS),
    }


def batch(rng: random.Random, now: datetime, staff: dict[str, list[Any]], begin: int, size: int) -> None:
    """Some people with everything around them."""
    from resettle.web.people.models import Episode, Identifier, Person, Relationship

    today, first, last = now.date(), syllables(rng, 2), syllables(rng, 3)
    people, workers = [], {}
    for n in range(begin, begin + size):
        worker = staff["practitioner"][n % PRACTITIONERS]
        name = f"{rng.choice(first)} {rng.choice(last)}"
        born = today - timedelta(days=rng.randint(7000, 20000))
        one = Person(name=name, known_as=name.split()[0], birth_date=born, added_by=worker, search_name=name.casefold())
        people.append(one)
        workers[one.pk] = worker
    Person.objects.bulk_create(people)
    Identifier.objects.bulk_create(
        Identifier(person=one, kind="crn", value=f"X{begin + n:06}") for n, one in enumerate(people)
    )
    Episode.objects.bulk_create(
        Episode(
            person=one,
            kind="custody",
            begin=today - timedelta(days=400),
            release=today + timedelta(days=rng.randint(-300, 200)),
        )
        for one in people
    )
    Relationship.objects.bulk_create(
        Relationship(person=one, worker=workers[one.pk], role="practitioner", begin=today - timedelta(days=300))
        for one in people
    )
    plan(rng, people, workers, now)
    met(rng, people, workers, now)
    money(rng, people, workers, today)


def syllables(rng: random.Random, parts: int) -> list[str]:
    """Invented names."""
    heard = ("ba", "do", "fen", "gar", "ha", "jo", "ker", "lin", "mo", "ned", "os", "per", "ris", "sal", "ton", "wil")
    return ["".join(rng.choice(heard) for _ in range(parts)).title() for _ in range(60)]


def plan(rng: random.Random, people: list[Any], workers: dict[Any, Any], now: datetime) -> None:
    """Two maps, two goals with steps, strengths, and an agreed version of the plan."""
    from resettle.goodlives.records import seal_of
    from resettle.reference.goods import goods, goods_document
    from resettle.web.plans.models import Goal, Map, Plan, Rating, Step, Strength
    from resettle.web.plans.work import snapshot

    codes, taxonomy = [good.code for good in goods()], goods_document()["current"]
    maps = Map.objects.bulk_create(
        Map(person=one, rater=rater, about="now", taxonomy=taxonomy, entered_by=workers[one.pk])
        for one in people
        for rater in (("person", "worker") if rng.random() < 0.25 else ("person",))
    )
    Rating.objects.bulk_create(
        (
            Rating(
                map=one, good=code, importance=rng.randint(3, 10), attainment=rng.randint(0, 8), own_words="It matters"
            )
            for one in maps
            for code in codes
        ),
        batch_size=5000,
    )
    goals = Goal.objects.bulk_create(
        Goal(person=one, own_words="see my girl every week", goods=[rng.choice(codes)], state="active", offered=True)
        for one in people
        for _ in range(2)
    )
    Step.objects.bulk_create(
        Step(goal=one, text="Ring the contact centre", by="Me", state=state)
        for one in goals
        for state in ("done", "not_started")
    )
    Strength.objects.bulk_create(Strength(person=one, text="Good with numbers") for one in people)
    text = snapshot(Plan(person=people[0], number=1))
    Plan.objects.bulk_create(
        Plan(
            person=one,
            number=1,
            state="agreed",
            worker=workers[one.pk],
            snapshot=text,
            seal=seal_of(text),
            offered_at=now - timedelta(days=60),
            answered_at=now - timedelta(days=59),
            answered_how="in_person",
        )
        for one in people
    )


def met(rng: random.Random, people: list[Any], workers: dict[Any, Any], now: datetime) -> None:
    """Eight contacts held, one to come; a review that is due; four messages."""
    from resettle.web.contacts.models import Contact
    from resettle.web.correspondence.models import Message, Thread
    from resettle.web.reviews.models import Review

    def contacts() -> Iterator[Any]:
        for one in people:
            for n in range(9):
                at = now + timedelta(days=9 - 10 * n + rng.randint(0, 8))
                state = "planned" if at > now else "happened"
                yield Contact(
                    person=one, worker=workers[one.pk], at=at, state=state, summary="Talked about the flat", minutes=40
                )

    Contact.objects.bulk_create(contacts(), batch_size=2000)
    Review.objects.bulk_create(
        Review(person=one, since=now.date(), due=now.date() + timedelta(days=rng.randint(-10, 80)), state="scheduled")
        for one in people
    )
    threads = Thread.objects.bulk_create(Thread(person=one, team=workers[one.pk].team) for one in people)
    Message.objects.bulk_create(
        (
            Message(
                thread=one,
                channel="text",
                words="See you on Tuesday",
                due=now - timedelta(days=n),
                state="received",
                read_at=read,
            )
            for one in threads
            for n, read in enumerate((None if rng.random() < 0.02 else now, now, now, now))
        ),
        batch_size=2000,
    )


def money(rng: random.Random, people: list[Any], workers: dict[Any, Any], today: date) -> None:
    """A budget for every second person, with three requests and their lines."""
    from resettle.web.budgets.models import Budget, Fund, Line, Request
    from resettle.web.plans.models import Goal

    fund, some = Fund.objects.get(), people[::2]
    goals = dict(Goal.objects.filter(person__in=some).values_list("person", "pk"))
    budgets = Budget.objects.bulk_create(
        Budget(person=one, fund=fund, indicative=Decimal(300), agreed=Decimal(300), begins=today - timedelta(days=90))
        for one in some
    )
    asked = [
        Request(
            budget=one, goal_id=goals[one.person_id], good="work", category="work", what="Boots", amount=Decimal(20),
            payee="A shop", state=state, asked_by=workers[one.person_id],
            paid_on=today - timedelta(days=5) if state in PAID else None,
        )
        for one in budgets
        for state in ("evidenced", "paid" if rng.random() < 0.05 else "evidenced", "checks" if rng.random() < 0.004 else "declined")
    ]  # fmt: skip
    Request.objects.bulk_create(asked)
    lines = [Line(budget=one, number=1, kind="allocate", amount=Decimal(300), on=today) for one in budgets]
    counted = dict.fromkeys((one.pk for one in budgets), 1)
    for one in asked:
        if one.state in PAID:
            for kind in ("commit", "spend"):
                counted[one.budget_id] += 1
                lines.append(
                    Line(budget=one.budget, number=counted[one.budget_id], kind=kind, amount=20, on=today, request=one)
                )
    Line.objects.bulk_create(lines, batch_size=2000)


def session(**values: str) -> str:
    """A session with these values."""
    from importlib import import_module

    from django.conf import settings

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.update(values)
    store.save()
    return str(store.session_key)


def signed_in(user: Any) -> dict[str, Any]:
    """A session of somebody on the staff, and people whom they work with."""
    from resettle.web.people.models import Relationship

    key = session(
        _auth_user_id=str(user.pk),
        _auth_user_backend="django.contrib.auth.backends.ModelBackend",
        _auth_user_hash=user.get_session_auth_hash(),
    )
    ties = Relationship.objects.filter(
        **({"worker__team": user.team} if user.role == "coordinator" else {"worker": user})
    )
    return {"session": key, "people": [str(pk) for pk in ties.values_list("person", flat=True)[:30]]}


def at_the_door(rng: random.Random) -> list[dict[str, Any]]:
    """People who are signed in themselves."""
    from django.utils import timezone

    from resettle.web.people.models import Person
    from resettle.web.portal.door import PERSON, SEEN

    seen = (timezone.now() + timedelta(minutes=20)).isoformat()
    some = Person.objects.filter(budgets__isnull=False).values_list("pk", flat=True)[:DOOR]
    return [{"session": session(**{PERSON: str(pk), SEEN: seen}), "people": [str(pk)]} for pk in some]


def main(home: str, people: str) -> None:
    """Make the workspace."""
    from resettle.web import serve

    serve.ready(Path(home), True)
    (Path(home) / "demo").touch()
    print(json.dumps(make(int(people))))


if __name__ == "__main__":
    main(*sys.argv[1:])
