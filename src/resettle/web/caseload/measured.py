"""What invented people say of their lives, how far their goals came, and where they live and work."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from resettle.goodlives.instruments import instrument
from resettle.web.access.models import User
from resettle.web.caseload.clock import Clock
from resettle.web.measures import work
from resettle.web.measures.models import Scaling
from resettle.web.people.models import Person

if TYPE_CHECKING:
    from resettle.web.caseload.fill import Office

EVERY = timedelta(days=90)
HOMES = ["settled", "settled", "supported", "transient"]
WORKS = ["unemployed", "unemployed", "employed", "self_employed"]


def measured(office: Office, person: Person, worker: User, came: date, clock: Clock) -> None:
    """Questions every three months, the worker's and the person's view of the goals, and dated facts."""
    rng = random.Random(f"{person.name} {came}")
    ladders(person, worker)
    day, n = came + timedelta(days=7), 0
    while day < office.today:
        clock.set(day, 12)
        asked(person, worker, rng, n)
        far(person, worker, rng, n)
        day, n = day + EVERY, n + 1
    lives(office, person, worker, came, clock, rng)


def ladders(person: Person, worker: User) -> None:
    """The five levels of the first goal, in words."""
    goal = person.goals.first()
    if goal is not None:
        words = ["Gave it up", "Began, and stopped", goal.own_words.capitalize(), "And it lasts", "And helps others to"]
        work.set_ladder(goal, worker, words, 1)


def asked(person: Person, worker: User, rng: random.Random, n: int) -> None:
    """Personal wellbeing each time, recovery capital every other time; a question is left out now and then."""
    about = {"on": timezone.localdate(), "mode": "read_aloud"}
    for name in ("ons4", "barc10") if n % 2 == 0 else ("ons4",):
        one = instrument(name)
        answers = {}
        for item, question in one.items.items():
            middle = question.low + (question.high - question.low) * min(0.8, 0.35 + 0.08 * n)
            turned = question.low + question.high - middle if question.reverse else middle
            drawn = round(rng.gauss(turned, (question.high - question.low) / 8))
            answers[item] = None if rng.random() < 0.02 else max(question.low, min(question.high, drawn))
        work.keep_answers(person, worker, one, answers, about)


def far(person: Person, worker: User, rng: random.Random, n: int) -> None:
    """How far the goals came, from the second time on, in both views."""
    goals = list(person.goals.filter(state__in=("active", "achieved")).select_related("ladder"))
    if n == 0 or not goals:
        return
    today = timezone.localdate()
    for rater, user in ((Scaling.Rater.PERSON, worker), (Scaling.Rater.WORKER, worker)):
        levels = {goal: max(-2, min(2, round(rng.gauss(-1.6 + 0.6 * n, 0.8)))) for goal in goals}
        work.keep_scaling(person, user, rater, today, levels)


def lives(office: Office, person: Person, worker: User, came: date, clock: Clock, rng: random.Random) -> None:
    """Home and work from the day of release, or from the first meeting; most are verified by a coordinator."""
    release = person.episodes.get().release
    first = release or came
    if first >= office.today:
        return
    coordinator = next(one for one in office.staff["coordinator"] if one.team_id == worker.team_id)
    for domain, codes in (("housing", HOMES), ("work", WORKS)):
        for begins in (first, first + timedelta(days=rng.randint(30, 150))):
            if begins > office.today or rng.random() < 0.15:
                continue
            clock.set(begins, 13)
            values = {"domain": domain, "code": rng.choice(codes), "begins": begins, "how": "worker"}
            made = work.keep_fact(person, worker, values)
            if rng.random() < 0.7:
                work.verify(made, coordinator, "document")
