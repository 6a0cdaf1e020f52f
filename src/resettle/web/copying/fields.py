"""What each kind of record has to say, field by field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from resettle.goodlives.states import state_table
from resettle.report.words import plain
from resettle.web.contacts.models import Contact
from resettle.web.people.models import Person
from resettle.web.plans.models import Plan
from resettle.web.plans.paper import intent, says
from resettle.web.reviews.models import Review
from resettle.web.services.models import Referral

Value = str | int | date | None
Field = tuple[str, Callable[[Any], Value]]
"""The label of a field, and how its value is found."""


def local(at: datetime | None) -> date | None:
    """The local day of a time."""
    return None if at is None else timezone.localdate(at)


def ends(contact: Contact) -> str:
    """When a contact was over, where it is known how long it took."""
    over = contact.at + timedelta(minutes=contact.minutes) if contact.minutes else None
    return timezone.localtime(over).strftime("%H:%M") if over else ""


def numbers(person: Person) -> str:
    """The numbers by which others know the person."""
    return ", ".join(f"{one.get_kind_display()} {one.value}" for one in person.identifiers.all())


def label_of(kind: Any, thing: Any) -> str:
    """The state of a thing in words."""
    return state_table(kind).states[thing.state].label


def planned_goals(plan: Plan) -> str:
    """The goals of a version with their steps, as they were sealed."""
    lines = []
    for goal in says(plan)["goals"] if plan.snapshot else []:
        lines.append(f"- {intent(goal)}")
        lines += [f"  - {step['text']} ({step['by']})" for step in goal["steps"]]
    return "\n".join(lines)


def joined(items: Any) -> str:
    """Several things in a line."""
    return "; ".join(str(item) for item in items)


def outcomes(referral: Referral) -> str:
    """What was asked for, with the answers of the end report."""
    return joined(f"{plain(name)} ({answer})" if answer else plain(name) for name, answer in referral.outcomes.items())


OF_EVERYBODY: dict[str, Field] = {
    "person": ("Name", lambda one: one.person.name),
    "number": ("Numbers", lambda one: numbers(one.person)),
    "born": ("Date of birth", lambda one: one.person.birth_date),
}
CONTACT: dict[str, Field] = {
    "date": ("Date", lambda one: local(one.at)),
    "time": ("Time", lambda one: timezone.localtime(one.at).strftime("%H:%M")),
    "ends": ("End time", ends),
    "medium": ("How", lambda one: one.get_medium_display()),
    "setting": ("Where", lambda one: one.get_setting_display()),
    "place": ("Place", lambda one: one.place),
    "outcome": ("Outcome", lambda one: label_of("contact", one) + (", came late" if one.came_late else "")),
    "minutes": ("Minutes", lambda one: one.minutes),
    "goal": ("About", lambda one: f"I will {one.goal.own_words}" if one.goal else ""),
    "strengths": ("Strengths seen", lambda one: one.strengths),
    "summary": ("What happened", lambda one: one.summary),
    "concern": ("Concern", lambda one: one.concern),
    "worker": ("Worker", lambda one: one.worker.name),
}
PLAN: dict[str, Field] = {
    "version": ("Version", lambda one: one.number),
    "date": ("Offered on", lambda one: local(one.offered_at)),
    "answer": ("Answer of the person", lambda one: label_of("plan", one)),
    "answered": ("Answered on", lambda one: local(one.answered_at)),
    "strengths": ("Strengths", lambda one: joined(says(one)["strengths"]) if one.snapshot else ""),
    "goals": ("Goals", planned_goals),
    "worker": ("Worker", lambda one: one.worker.name if one.worker else ""),
    "seal": ("Seal", lambda one: one.seal),
}
REFERRAL: dict[str, Field] = {
    "service": ("Service", lambda one: one.service.name),
    "provider": ("Provider", lambda one: one.service.provider.name if one.service.provider else ""),
    "goals": ("Goals", lambda one: joined(f"I will {goal.own_words}" for goal in one.goals.all())),
    "outcomes": ("Outcomes asked for", outcomes),
    "complexity": ("Complexity", lambda one: one.get_band_display()),
    "because": ("Why this one", lambda one: one.chosen_because),
    "sent": ("Sent on", lambda one: local(one.sent_at)),
    "state": ("State", lambda one: label_of("referral", one)),
    "sessions": ("Sessions held", lambda one: one.sessions.filter(contact__state="happened").count()),
    "report": ("End report", lambda one: one.report),
}
REVIEW: dict[str, Field] = {
    "kind": ("Review", lambda one: one.get_kind_display()),
    "due": ("Due", lambda one: one.due_now),
    "date": ("Done on", lambda one: one.done_on),
    "notes": ("What was looked at, and what changes", lambda one: one.notes),
    "worker": ("Done by", lambda one: one.done_by.name if one.done_by else ""),
}
KINDS: dict[str, tuple[type[Any], dict[str, Field]]] = {
    "contact": (Contact, CONTACT | OF_EVERYBODY),
    "plan": (Plan, PLAN | OF_EVERYBODY),
    "referral": (Referral, REFERRAL | OF_EVERYBODY),
    "review": (Review, REVIEW | OF_EVERYBODY),
}
