"""What invented people say and ask on their own pages: that they moved or work, and that something is erased; and who has a task
of their own to come.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from resettle.web.access.models import Role, User
from resettle.web.caseload.clock import Clock
from resettle.web.gate.work import add_own
from resettle.web.measures import sayings
from resettle.web.people.models import Episode, Person, Relationship
from resettle.web.retention import asked
from resettle.web.retention.models import ErasureRequest

if TYPE_CHECKING:
    from resettle.web.caseload.fill import Office

SAID = (
    ("education", "learning", "Forklift, at the college"),
    ("work", "employed", "A bakery, mornings"),
    ("benefit", "not_claiming", ""),
)
WANTED = ("My texts from last year. They are about my brother.", "Take all of it out. I want to move on.", "")
PART = {"decision": "part", "kinds": ["messages"], "grounds": ["public_task"]}
NO = {"decision": "refused", "kinds": [], "grounds": ["claims"]}
ANSWERS = (
    {**PART, "reason": "Your texts go. We still need your plan, as we work on it with you."},
    {**NO, "reason": "A case in court is open."},
)


def asking(office: Office, clock: Clock) -> None:
    """What the people who were met most say and ask, two of each worker's; and what is to come for whoever was released last."""
    met = Person.objects.annotate(met=Count("contacts")).order_by("-met", "name")
    wants(list(met[:3]), office, clock)
    for worker in office.staff[Role.PRACTITIONER]:
        ties = Relationship.objects.current().filter(worker=worker)
        for person in met.filter(pk__in=ties.values("person"))[:2]:
            says(person, worker, office, clock)
        last = (
            Episode.objects.filter(person__in=ties.values("person"), release__lte=office.today)
            .order_by("release")
            .last()
        )
        if last is not None:
            clock.set(office.today - timedelta(days=9))
            for days, words in ((-1, "Ask the college for a start date"), (5, "Bring the letter to the council")):
                on = office.today + timedelta(days=days)
                add_own(last, worker, {"words": words, "who": last.person.called, "days": None, "on": on})


def says(person: Person, worker: User, office: Office, clock: Clock) -> None:
    """One that was verified, one that was asked about, and one that waits."""
    made = []
    for n, (domain, code, detail) in enumerate(SAID):
        begins = office.today - timedelta(days=20 - 6 * n)
        clock.set(begins, 19)
        made.append(sayings.say(person, {"domain": domain, "code": code, "detail": detail, "begins": begins}))
    clock.set(office.today - timedelta(days=3), 11)
    sayings.act(made[0], "verify", worker, how="document")
    sayings.act(made[1], "ask", worker, "Well done! Can you bring the letter from the bakery?")


def wants(people: list[Person], office: Office, clock: Clock) -> None:
    """Requests to erase: one granted in part, one refused, and one that waits."""
    answers: list[dict[str, Any]] = list(ANSWERS)
    for n, person in enumerate(people):
        clock.set(office.today - timedelta(days=25 - 9 * n))
        values = {"how": "own_page", "wants": "some" if n == 0 else "all", "words": WANTED[n]}
        made = asked.ask(person, None, values)
        if n < len(answers) and isinstance(made, ErasureRequest):
            clock.later(60 * 24 * 3)
            asked.decide(made, office.staff[Role.ADMINISTRATOR][0], answers[n])
