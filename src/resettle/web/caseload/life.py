"""What happens to one invented person, from the first meeting to today."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from resettle.reference.goods import goods
from resettle.web.access.models import Role, User
from resettle.web.budgets import work as budgets
from resettle.web.caseload.around import around
from resettle.web.caseload.clock import Clock
from resettle.web.caseload.measured import measured
from resettle.web.contacts import work as contacts
from resettle.web.contacts.models import Contact
from resettle.web.people.models import Person
from resettle.web.plans import work as plans
from resettle.web.plans.models import Goal, Map, Strength
from resettle.web.services import work as services

if TYPE_CHECKING:
    from resettle.web.caseload.fill import Office


def live(office: Office, person: Person, clock: Clock) -> None:
    """First meeting, map, plan, budget, referral, contacts, and a second map: as far as the time since allows."""
    rng = office.rng
    worker = person.relationships.get(role="practitioner").worker
    came = person.relationships.get(role="practitioner").begin
    clock.set(came)
    rate(person, worker, rng, 0)
    goals = agree(office, person, worker, clock)
    if rng.random() < 0.7:
        direct(office, person, goals, clock)
    if rng.random() < 0.7:
        refer(office, person, goals[0], worker, clock)
    meet(office, person, worker, came, goals, clock)
    around(office, person, worker, came, clock)
    measured(office, person, worker, came, clock)
    later = came + timedelta(days=150)
    if later < office.today:
        clock.set(later)
        rate(person, worker, rng, 2)


def words() -> dict[str, Any]:
    """The words that invented people are made of."""
    from resettle.web.caseload.fill import words as found

    return found()


def rate(person: Person, worker: User, rng: random.Random, better: int) -> None:
    """Both views of the map, as things are now and (once) when they went wrong."""
    wanted = {goal["good"] for goal in words()["goals"]}
    own, seen, before = [], [], []
    for good in goods():
        matters = rng.randint(6, 10) if good.code in wanted else rng.randint(2, 8)
        has = min(10, rng.randint(1, 6) + better)
        own.append(rating(good.code, matters, has, ""))
        seen.append(rating(good.code, max(0, matters - rng.randint(0, 2)), max(0, has - rng.randint(0, 2)), ""))
        before.append(rating(good.code, matters, rng.randint(0, 4), ""))
    plans.keep_map(person, Map.Rater.PERSON, Map.About.NOW, worker, own)
    plans.keep_map(person, Map.Rater.WORKER, Map.About.NOW, worker, seen)
    if not better:
        plans.keep_map(person, Map.Rater.PERSON, Map.About.THEN, worker, before)


def rating(good: str, importance: int, attainment: int, own_words: str) -> dict[str, Any]:
    """One good, rated."""
    return {"good": good, "importance": importance, "attainment": attainment, "own_words": own_words}


def agree(office: Office, person: Person, worker: User, clock: Clock) -> list[Goal]:
    """Goals with steps, a strength, and a plan that the person answers."""
    rng = office.rng
    Strength.objects.create(person=person, text=rng.choice(words()["strengths"]))
    made = []
    for one in rng.sample(words()["goals"], rng.randint(2, 4)):
        clock.later()
        values = {
            "own_words": one["own_words"],
            "so_that": one["so_that"],
            "goods": [one["good"]],
            "risk_effect": one["risk"],
        }
        goal = plans.add_goal(person, worker, values)
        steps = [plans.add_step(goal, worker, {"text": text, "by": person.called}) for text in one["steps"]]
        for step in steps[: rng.randint(0, len(steps))]:
            plans.move_step(step, "finish", worker)
        made.append(goal)
    plan = plans.offer_plan(person, worker)
    clock.later(60)
    if rng.random() < 0.85:
        plans.answer_plan(plan, "agree", worker, "in_person")
    elif rng.random() < 0.5:
        plans.answer_plan(plan, "disagree", worker, "in_person", "There is too much in it")
    return made


def direct(office: Office, person: Person, goals: list[Goal], clock: Clock) -> None:
    """A personal budget, and what is asked for from it."""
    coordinator = office.staff[Role.COORDINATOR][0]
    clock.later(60)
    budget = budgets.open_budget(person, office.fund, coordinator, Decimal("250"), Decimal("250"), clock.now.date())
    worker = person.relationships.get(role="practitioner").worker
    for ask in words()["fund"]["asks"]:
        goal = next((one for one in goals if ask["good"] in one.goods), None)
        if goal is None:
            continue
        clock.later(24 * 60)
        values = {name: ask[name] for name in ("good", "category", "what", "payee")}
        request = budgets.ask(budget, worker, {**values, "goal": goal, "amount": Decimal(ask["amount"])})
        if request.state == "checks" and office.rng.random() < 0.7:
            budgets.act(request.pk, "approve", office.staff[Role.APPROVER][0])
            request.refresh_from_db()
        if request.state == "committed":
            clock.later(24 * 60)
            budgets.act(request.pk, "pay", worker)
            budgets.act(request.pk, "show", worker, proof="receipt seen")


def refer(office: Office, person: Person, goal: Goal, worker: User, clock: Clock) -> None:
    """A service for the first goal, where one is for it: accepted, begun, and in time ended with what came of it."""
    rng = office.rng
    fitting = [one for one in office.services if goal.goods[0] in one.goods and one.provider_id]
    if not fitting:
        return
    service = rng.choice(fitting)
    asked = dict.fromkeys(service.outcomes[:1])
    said = {
        "band": rng.choice(["low", "medium", "medium", "high"]),
        "chosen_because": "It is near, and a friend liked it",
    }
    referral = services.write(
        person, goal, service, worker, {**said, "good": goal.goods[0], "outcomes": asked, "person_consents": True}
    )
    clock.later(4 * 24 * 60)
    helper = rng.choice(office.staff[Role.PROVIDER])
    services.act(referral, "accept", helper, {"worker": helper})
    if rng.random() < 0.15 or clock.now.date() + timedelta(days=70) > office.today:
        return
    sessions(office, person, referral, helper, clock)
    if rng.random() < 0.8:
        services.act(referral, "end", helper, {"code": rng.choice(["completed", "completed", "early"])})
        answer = rng.choice(["achieved", "achieved", "partly", "not"])
        services.act(
            referral, "report", helper, {"answers": dict.fromkeys(asked, answer), "comment": "See the sessions."}
        )
        if answer == "achieved":
            evidence(person, referral, goal, helper, worker, clock)


def sessions(office: Office, person: Person, referral: Any, helper: User, clock: Clock) -> None:
    """The first contact, the plan, and the sessions of a service."""
    for n in range(office.rng.randint(3, 7)):
        said = {"at": clock.now, "summary": office.rng.choice(words()["said"]), "minutes": 50}
        services.hold_session(
            referral, helper, {**said, "setting": where(person, clock.now.date()), "goal": referral.goals.first()}
        )
        if n == 0:
            services.act(referral, "plan", helper, {"sessions": 8})
        clock.later(7 * 24 * 60)


def evidence(person: Person, referral: Any, goal: Goal, helper: User, worker: User, clock: Clock) -> None:
    """What came of it, seen by the provider and verified by the practitioner."""
    code = next(iter(referral.outcomes))
    seen = services.observe(person, helper, {"code": code, "on": clock.now.date(), "referral": referral, "goal": goal})
    clock.later(2 * 24 * 60)
    services.verify(seen, worker, "document")


def meet(office: Office, person: Person, worker: User, came: date, goals: list[Goal], clock: Clock) -> None:
    """Contacts about every two weeks from the first meeting until a few weeks from now."""
    rng, day = office.rng, came
    while day < office.today + timedelta(days=14):
        clock.set(min(day, office.today), rng.randint(9, 16))
        values = {"medium": rng.choice(words()["medium"]), "setting": where(person, day), "goal": rng.choice(goals)}
        if day >= office.today:
            clock.set(office.today, 7)
            contacts.plan(
                person, worker, {**values, "at": clock.now + (day - office.today) + timedelta(hours=rng.randint(2, 9))}
            )
        elif rng.random() < 0.85:
            held = {
                "summary": rng.choice(words()["said"]),
                "strengths": rng.choice(words()["well"]),
                "minutes": rng.choice([20, 30, 45]),
            }
            contacts.log(person, worker, {**values, **held, **concern(office, worker), "at": clock.now})
        else:
            missed(person, worker, values, clock, rng)
        day += timedelta(days=rng.randint(9, 21))


def concern(office: Office, worker: User) -> dict[str, Any]:
    """Now and then a concern, for the coordinator of the team."""
    if office.rng.random() > 0.03:
        return {}
    told = next(one for one in office.staff[Role.COORDINATOR] if one.team_id == worker.team_id)
    return {"concern": office.rng.choice(words()["concerns"]), "concern_for": told}


def missed(person: Person, worker: User, values: dict[str, Any], clock: Clock, rng: random.Random) -> None:
    """A contact that was planned and missed."""
    planned = contacts.plan(person, worker, {**values, "at": clock.now})
    event = rng.choice(["miss_acceptable", "miss_acceptable", "miss_unacceptable", "cancel"])
    if isinstance(planned, Contact):
        contacts.record(planned, event, worker, {}, "Bus did not come" if event != "cancel" else "Worker was ill")


def where(person: Person, day: date) -> str:
    """Where the person was met on a day."""
    release = person.episodes.get().release
    if release is None or day > release:
        return "community"
    return "gate" if day == release else "prison"
