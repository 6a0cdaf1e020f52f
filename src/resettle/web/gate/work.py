"""What is due around a release, handing a person over, and whether the same people stayed with them."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from resettle.goodlives import own_tasks, reviews
from resettle.goodlives.continuity import Continuity, Met, continuity
from resettle.goodlives.facts import relationship_facts
from resettle.goodlives.states import Refused, state_table
from resettle.web.access.models import Role, User
from resettle.web.contacts.models import Contact
from resettle.web.gate.models import GateTask, OwnTask, OwnTaskChange
from resettle.web.people.models import Episode, Person, Relationship
from resettle.web.people.moving import begin, move, offered
from resettle.web.people.ties import pass_on
from resettle.web.reviews.work import after_transfer

AHEAD, AFTER = timedelta(days=84), timedelta(days=3)


@cache
def checklist() -> dict[str, Any]:
    """The list as it is written."""
    found: dict[str, Any] = tomllib.loads(files("resettle.web.gate").joinpath("checklist.toml").read_text("utf-8"))
    return found


def codes() -> dict[str, str]:
    """Every task by its code."""
    return {task["code"]: task["words"] for part in checklist().values() for task in part["tasks"]}


def release_of(person: Person) -> Episode | None:
    """The release that counts: of the time in custody that began last."""
    return person.episodes.filter(kind=Episode.Kind.CUSTODY, release__isnull=False).order_by("-begin").first()


def tasks(episode: Episode) -> list[dict[str, Any]]:
    """The list for a release, part by part, in the order of days: when each task is due, how it stands, and who did it.

    Tasks of the person's own stand among those that everybody has; those after the first 72 hours make a part of their own.
    """
    kept = {task.code: task for task in episode.gate_tasks.select_related("by")}
    own = own_of(episode)
    parts = [
        {
            "name": name,
            "label": part["label"],
            "tasks": [stood(task, episode.release, kept.get(task["code"])) for task in part["tasks"]]
            + [one for one in own if one["part"] == name],
        }
        for name, part in checklist().items()
    ]
    later = [one for one in own if one["part"] == "later"]
    parts += [{"name": "later", "label": "Later", "tasks": later}] if later else []
    for part in parts:
        part["tasks"].sort(key=lambda one: one["due"])
    return parts


def own_of(episode: Episode) -> list[dict[str, Any]]:
    """The tasks of the person's own, as they stand today."""
    own = episode.own_tasks.select_related("by", "added_by").prefetch_related("changes__by")
    return [own_stood(one, episode.release) for one in own]


def own_stood(task: OwnTask, release: date) -> dict[str, Any]:
    """One task of the person's own: its words, its day, and how it stands today."""
    due = task.due(release)
    done_on = timezone.localdate(task.at) if task.answer else None
    clock = reviews.stands(due, timezone.localdate(), done_on)
    kept = task if task.answer else None
    place = own_tasks.part(due, release)
    return {"words": task.words, "due": due, "kept": kept, "state": clock.state, "part": place, "own": task}


def stood(task: dict[str, Any], release: date, kept: GateTask | None) -> dict[str, Any]:
    """One task: its words, its day, and how it stands today."""
    due = release + timedelta(days=task["days"])
    done_on = timezone.localdate(kept.at) if kept else None
    clock = reviews.stands(due, timezone.localdate(), done_on)
    return {**task, "due": due, "kept": kept, "state": clock.state}


def answer(episode: Episode, code: str, user: User, said: str, note: str) -> None:
    """Keep what became of a task; a second answer stands in place of the first."""
    values = {"answer": said, "note": note, "by": user}
    GateTask.objects.update_or_create(episode=episode, code=code, defaults=values)


def add_own(episode: Episode, user: User, values: dict[str, Any]) -> OwnTask:
    """Keep a task for this person alone."""
    own_tasks.due(episode.release, values["days"], values["on"])
    return OwnTask.objects.create(episode=episode, added_by=user, **values)


@transaction.atomic
def change_own(task: OwnTask, user: User, values: dict[str, Any], reason: str) -> Refused | None:
    """Let a task say something else; what it said before, and why it changed, are kept."""
    refused = own_tasks.may("change", reason)
    if refused:
        return refused
    keep_before(task, user, reason)
    own_tasks.due(task.episode.release, values["days"], values["on"])
    OwnTask.objects.filter(pk=task.pk).update(**values)
    return None


@transaction.atomic
def answer_own(task: OwnTask, user: User, said: Any, note: str) -> Refused | None:
    """Keep that a task was done, or that it is not needed and why; an answer that is replaced is kept."""
    refused = own_tasks.may(said, note)
    if refused:
        return refused
    if task.answer:
        keep_before(task, user, note)
    values = {"answer": said, "note": note, "by": user, "at": timezone.now()}
    OwnTask.objects.filter(pk=task.pk).update(**values)
    return None


def keep_before(task: OwnTask, user: User, reason: str) -> None:
    """Keep what a task said until now."""
    due = task.due(task.episode.release)
    became = f". {task.get_answer_display()}: {task.note or 'no note'}" if task.answer else ""
    before = f"{task.words} ({task.who}, by {due:%-d %B %Y}){became}"
    OwnTaskChange.objects.create(task=task, before=before, reason=reason, by=user)


def pick_up_of(person: Person, episode: Episode) -> Contact | None:
    """The appointment at the gate on the day of release, if one is planned or was held."""
    at_gate = person.contacts.filter(setting=Contact.Setting.GATE, state__in=("planned", "happened"))
    return next((one for one in at_gate if timezone.localdate(one.at) == episode.release), None)


def measured(person: Person, release: date) -> Continuity | None:
    """Whether the same people were there before and after; None until 30 days have passed."""
    if timezone.localdate() < release + timedelta(days=30):
        return None
    held = person.contacts.filter(state="happened").values_list("worker", "at")
    met = [Met(worker_id=str(worker), on=timezone.localdate(at)) for worker, at in held]
    return continuity(met, release, timezone.localdate())


def near_gate(user: User) -> list[Episode]:
    """Releases within twelve weeks, of the last three days, or with a task of the person's own that is to be done, of the people
    whom the user or their team works with.
    """
    today = timezone.localdate()
    ties = Relationship.objects.current()
    ties = ties.filter(worker__team=user.team_id) if user.role == Role.COORDINATOR else ties.filter(worker=user)
    near = Q(release__gte=today - AFTER, release__lte=today + AHEAD)
    waits = Exists(OwnTask.objects.filter(episode=OuterRef("pk"), answer=""))
    found = Episode.objects.filter(near | Q(waits, release__isnull=False), ended=None)
    found = found.filter(person__in=ties.values("person"), person__merged_into=None)
    return list(found.select_related("person").prefetch_related("gate_tasks", "own_tasks").order_by("release"))


def open_tasks(episode: Episode) -> int:
    """How many tasks are due by today and have no answer; later than three days after release, only those of the person's own."""
    if episode.release < timezone.localdate() - AFTER:
        return len(own_due(episode))
    today, kept = timezone.localdate(), {task.code for task in episode.gate_tasks.all()}
    every = [task for part in checklist().values() for task in part["tasks"]]
    fixed = sum(episode.release + timedelta(days=one["days"]) <= today and one["code"] not in kept for one in every)
    return fixed + len(own_due(episode))


def own_due(episode: Episode) -> list[dict[str, Any]]:
    """The tasks of the person's own that are due by today and have no answer, oldest first."""
    waiting = [{"task": one, "due": one.due(episode.release)} for one in episode.own_tasks.all() if not one.answer]
    return sorted((one for one in waiting if one["due"] <= timezone.localdate()), key=lambda one: one["due"])


def facts(tie: Relationship, passed_on: bool = False) -> frozenset[str]:
    """What holds of a relationship; `passed_on`: what was scheduled in it is seen to with the move."""
    others = [one.record() for one in tie.person.relationships.select_related("worker")]
    waiting = [] if passed_on else [message.record() for message in tie.messages.all()]
    return relationship_facts(tie.record(), others, waiting)


def moves(tie: Relationship, user: User) -> list[str]:
    """What may be done with a relationship now."""
    return offered("relationship", tie, user, facts(tie, passed_on=True) | {"next_worker_is_named"})


@transaction.atomic
def hand_over(tie: Relationship, worker: User, user: User) -> Relationship | Refused:
    """Bring in the next worker beside the one there is; both work with the person until the handover is complete.

    A move to another team sets a review.
    """
    if worker.pk == tie.worker_id:
        return Refused(event="hand_over", reason="They work with the person now", do="Choose another.", broken="worker")
    following = Relationship(person=tie.person, worker=worker, role=tie.role, begin=timezone.localdate())
    tie.next = following
    refused = move("relationship", "hand_over", tie, user, facts(tie))
    refused = refused or begin("relationship", "begin", following, user, facts(following, passed_on=True))
    if refused:
        transaction.set_rollback(True)
    elif worker.team_id != tie.worker.team_id:
        after_transfer(tie.person, user)
    return refused or following


@transaction.atomic
def finish(tie: Relationship, event: str, user: User, reason: str = "", code: str = "") -> Refused | None:
    """Complete a handover, or end a relationship. What is scheduled goes to the next worker, or is cancelled."""
    following = tie.next if event == "complete_handover" else None
    pass_on(tie, following)
    tie.end, tie.end_reason = timezone.localdate(), words_of(event, code, following)
    refused = move("relationship", event, tie, user, facts(tie), reason, code)
    if refused:
        transaction.set_rollback(True)
    return refused


def words_of(event: str, code: str, following: Relationship | None) -> str:
    """Why a relationship ended."""
    if following is not None:
        return f"handed over to {following.worker.name}"
    coded = next((m.codes for m in state_table("relationship").moves if m.event == event), {})
    return coded.get(code, "")
