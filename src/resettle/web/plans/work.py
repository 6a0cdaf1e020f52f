"""What is done to a plan: its goals, its versions and the answers to them. Rules are those of `resettle.goodlives`."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from resettle.goodlives.facts import goal_facts, plan_facts, step_facts
from resettle.goodlives.records import seal_of
from resettle.goodlives.states import Refused
from resettle.reference.goods import goods, goods_document
from resettle.web.access.models import User
from resettle.web.people.models import Person
from resettle.web.people.moving import begin, move, offered
from resettle.web.plans.models import Goal, Map, Plan, Rating, Step

ASKS = ("offered", "could_not_answer")


@transaction.atomic
def keep_map(person: Person, rater: str, about: str, user: User | None, ratings: list[dict[str, Any]]) -> Map:
    """Keep a map as it was filled in: one row a good that was rated."""
    made = Map.objects.create(
        person=person, rater=rater, about=about, taxonomy=goods_document()["current"], entered_by=user
    )
    Rating.objects.bulk_create(Rating(map=made, **values) for values in ratings)
    return made


def latest_map(person: Person, rater: str, about: str = Map.About.NOW) -> Map | None:
    """The last map of one view, with its ratings."""
    return person.maps.filter(rater=rater, about=about).prefetch_related("ratings").first()


def add_goal(person: Person, user: User | None, values: dict[str, Any]) -> Refused | Goal:
    """Write down a goal as an idea."""
    goal = Goal(person=person, **values)
    return begin("goal", "suggest", goal, user, frozenset()) or goal


def move_goal(goal: Goal, event: str, user: User | None, reason: str = "") -> Refused | None:
    """Move a goal, as its state and steps allow. Marking it achieved is on the person's word."""
    if event == "achieve":
        goal.person_says_achieved = True
    return move("goal", event, goal, user, goal_facts(goal.record()), reason)


def goal_moves(goal: Goal, user: User | None) -> list[str]:
    """What may be done with a goal now; that the person says so is asked on the way."""
    return offered("goal", goal, user, goal_facts(goal.record()) | {"person_says_so"})


@transaction.atomic
def add_step(goal: Goal, user: User | None, values: dict[str, Any]) -> Refused | Step:
    """Add a step to a goal; the first step of an idea starts work on it."""
    step = Step(goal=goal, **values)
    refused = begin("step", "add", step, user, step_facts(step.record(), goal.record()))
    if refused is None and goal.state == "idea":
        move_goal(goal, "activate", user)
    return refused or step


def move_step(step: Step, event: str, user: User | None, reason: str = "") -> Refused | None:
    """Move a step."""
    return move("step", event, step, user, step_facts(step.record(), step.goal.record()), reason)


def step_moves(step: Step, user: User | None) -> list[str]:
    """What may be done with a step now."""
    return offered("step", step, user, step_facts(step.record(), step.goal.record()))


def facts_of(plan: Plan) -> frozenset[str]:
    """What holds of a plan version now."""
    person = plan.person
    own = [goal.record() for goal in person.goals.exclude(state="deleted").prefetch_related("steps")]
    strengths = tuple(person.strengths.values_list("text", flat=True))
    return plan_facts(plan.record(strengths), own, [other.record() for other in person.plans.all()])


def current_plan(person: Person) -> Plan | None:
    """The version that counts: the last that is not replaced or closed."""
    return person.plans.exclude(state__in=("superseded", "closed")).first()


@transaction.atomic
def offer_plan(person: Person, user: User) -> Refused | Plan:
    """Make the next version from the goals as they are, seal its text, and offer it; the version before is replaced."""
    before = person.plans.first()
    plan = Plan(person=person, number=before.number + 1 if before else 1, worker=user)
    refused = begin("plan", "start", plan, user, facts_of(plan)) or move_to_offer(plan, user)
    if refused:
        transaction.set_rollback(True)
        return refused
    if before and before.state not in ("superseded", "closed"):
        move("plan", "supersede", before, user, facts_of(before))
    return plan


def move_to_offer(plan: Plan, user: User) -> Refused | None:
    """Seal the text of a draft and offer it."""
    plan.snapshot = snapshot(plan)
    plan.seal, plan.offered_at = seal_of(plan.snapshot), timezone.now()
    refused = move("plan", "offer", plan, user, facts_of(plan))
    if refused is None:
        plan.person.goals.exclude(state="deleted").update(offered=True)
    return refused


def answer_plan(plan: Plan, event: str, user: User | None, how: str, reason: str = "") -> Refused | None:
    """Keep the person's answer: agree, disagree, or could not answer."""
    plan.answered_how, plan.answered_at = how, timezone.now()
    return move("plan", event, plan, user, facts_of(plan), reason)


def snapshot(plan: Plan) -> str:
    """The text of a version as it is sealed: everything that the person is shown, in a fixed order."""
    person = plan.person
    names = {good.code: good.name for good in goods()}
    goals = person.goals.filter(state__in=("active", "future")).prefetch_related("steps")
    says = {
        "number": plan.number,
        "called": person.called,
        "worker": plan.worker.name if plan.worker else "",
        "strengths": list(person.strengths.values_list("text", flat=True)),
        "goals": [
            {
                "own_words": goal.own_words,
                "so_that": goal.so_that,
                "goods": [names.get(code, code) for code in goal.goods],
                "state": goal.state,
                "target": goal.target.isoformat() if goal.target else "",
                "obstacle": goal.obstacle,
                "risk_effect": goal.get_risk_effect_display(),
                "steps": [
                    {"text": step.text, "by": step.by, "due": step.due.isoformat() if step.due else ""}
                    for step in goal.steps.all()
                    if step.state != "not_needed"
                ],
            }
            for goal in goals
        ],
    }
    return json.dumps(says, ensure_ascii=False, sort_keys=True, indent=1)
