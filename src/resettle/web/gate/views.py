"""Pages of the gate and of handing over."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from resettle.goodlives.states import Refused, state_table
from resettle.web.access.models import Role, User
from resettle.web.contacts import work as contacts
from resettle.web.contacts.models import moment
from resettle.web.gate import work
from resettle.web.gate.forms import (
    ChangeTaskForm,
    EndForm,
    OwnTaskForm,
    PickUpForm,
    TaskForm,
    WorkerForm,
    said_now,
)
from resettle.web.gate.models import OwnTask
from resettle.web.look.forms import sent
from resettle.web.people.models import Episode, Person, Relationship
from resettle.web.plans.forms import labels
from resettle.web.plans.paper import MARK
from resettle.web.plans.views import page, signed_in


def gate_list(request: HttpRequest) -> HttpResponse:
    """Who comes out in the next twelve weeks, or came out in the last three days, and the tasks of their own that are due."""
    found = work.near_gate(signed_in(request))
    rows = [{"episode": one, "open": work.open_tasks(one), "own": work.own_due(one)} for one in found]
    return render(request, "gate/list.html", {"rows": rows})


def gate(request: HttpRequest, person: Person) -> HttpResponse:
    """One person's way through the gate: the list with its days, the pick-up, who works with them, and who stayed."""
    episode, user = work.release_of(person), signed_in(request)
    ties = person.relationships.current().select_related("worker", "worker__team", "next__worker").order_by("begin")
    about = {
        "person": person,
        "episode": episode,
        "days": episode.days_to_release() if episode else None,
        "parts": work.tasks(episode) if episode else [],
        "pick_up": work.pick_up_of(person, episode) if episode else None,
        "measured": work.measured(person, episode.release) if episode else None,
        "ties": [{"tie": one, "moves": [] if one.role == "mentor" else work.moves(one, user)} for one in ties],
        "past": person.relationships.filter(state="ended").select_related("worker").order_by("-end"),
        "labels": labels("relationship"),
        "states": state_table("relationship").states,
    }
    return render(request, "gate/gate.html", about)


def gate_task(request: HttpRequest, person: Person, code: str) -> HttpResponse:
    """Say what became of a task."""
    episode, words = work.release_of(person), work.codes().get(code)
    if episode is None or words is None:
        raise Http404
    kept = episode.gate_tasks.filter(code=code).first()
    form = TaskForm(sent(request), initial={"answer": kept.answer, "note": kept.note} if kept else {})
    if request.method == "POST" and form.is_valid():
        work.answer(episode, code, signed_in(request), form.cleaned_data["answer"], form.cleaned_data["note"])
        return redirect("gate", person_id=person.pk)
    return page(request, "people/form.html", {"form": form, "person": person, "heading": words})


def released(person: Person) -> Episode:
    """The release that counts; there is no such page where none is known."""
    episode = work.release_of(person)
    if episode is None:
        raise Http404
    return episode


def own_task_add(request: HttpRequest, person: Person) -> HttpResponse:
    """Add a task for this person alone."""
    episode, form = released(person), OwnTaskForm(sent(request))
    if request.method == "POST" and form.is_valid():
        work.add_own(episode, signed_in(request), form.values())
        return redirect("gate", person_id=person.pk)
    heading = f"A task for {person.called} alone"
    return page(request, "people/form.html", {"form": form, "person": person, "heading": heading})


def own_task_change(request: HttpRequest, person: Person, own_task_id: Any) -> HttpResponse:
    """Change what a task says, and say why."""
    task = get_object_or_404(OwnTask.objects.select_related("episode"), pk=own_task_id, episode__person=person)
    form = ChangeTaskForm(sent(request), initial=said_now(task))
    if request.method == "POST" and form.is_valid():
        refused = work.change_own(task, signed_in(request), form.values(), form.cleaned_data["why"])
        if refused is None:
            return redirect("gate", person_id=person.pk)
        form.add_error("why", str(refused))
    return page(request, "people/form.html", {"form": form, "person": person, "heading": "Change the task"})


def own_task(request: HttpRequest, person: Person, own_task_id: Any) -> HttpResponse:
    """Say that a task was done, or that it is not needed and why."""
    task = get_object_or_404(OwnTask.objects.select_related("episode"), pk=own_task_id, episode__person=person)
    form = TaskForm(sent(request), initial={"answer": task.answer, "note": task.note})
    form.fields["note"].help_text = "Say why, if it is not needed."
    if request.method == "POST" and form.is_valid():
        refused = work.answer_own(task, signed_in(request), form.cleaned_data["answer"], form.cleaned_data["note"])
        if refused is None:
            return redirect("gate", person_id=person.pk)
        form.add_error("note", refused.reason)
    lead = f"{task.who}, by {task.due(task.episode.release):%-d %B %Y}"
    return page(request, "people/form.html", {"form": form, "person": person, "heading": task.words, "lead": lead})


def gate_paper(request: HttpRequest, person: Person) -> HttpResponse:
    """The list of the day of release and of the first 72 hours to print, with a box for each task."""
    episode = released(person)
    about = {"person": person, "episode": episode, "mark": MARK, "way": "gate"}
    parts = [part for part in work.tasks(episode) if part["name"] in ("day", "first_days")]
    about |= {"parts": parts, "pick_up": work.pick_up_of(person, episode)}
    return render(request, "gate/paper.html", about)


def pick_up(request: HttpRequest, person: Person) -> HttpResponse:
    """Plan to be at the gate on the day of release."""
    episode = released(person)
    form = PickUpForm(sent(request))
    if request.method == "POST" and form.is_valid():
        at = moment(episode.release, form.cleaned_data["hour"])
        values = {"at": at, "medium": "face", "setting": "gate", "place": form.cleaned_data["place"]}
        made = contacts.plan(person, signed_in(request), values)
        if not isinstance(made, Refused):
            return redirect("gate", person_id=person.pk)
        form.add_error(None, str(made))
    about = {"form": form, "person": person, "heading": "Gate pick-up", "lead": f"{episode.release:%A %-d %B %Y}"}
    return page(request, "people/form.html", about)


def own_tie(person: Person, tie_id: Any) -> Relationship:
    """A relationship of the person with somebody on the staff; that of a mentor follows the match."""
    found = Relationship.objects.select_related("worker", "person", "next__worker").exclude(
        role__in=("mentor", "peer_mentor")
    )
    return get_object_or_404(found, pk=tie_id, person=person)


def handover(request: HttpRequest, person: Person, tie_id: Any) -> HttpResponse:
    """Start a handover within the team."""
    tie = own_tie(person, tie_id)
    workers = User.objects.filter(role=Role.PRACTITIONER, is_active=True, team=tie.worker.team_id).exclude(
        pk=tie.worker_id
    )
    return handing(request, person, tie, workers, f"Hand {person.called} over")


def transfer(request: HttpRequest, person: Person, tie_id: Any) -> HttpResponse:
    """Start a handover to another team."""
    tie = own_tie(person, tie_id)
    workers = User.objects.filter(role=Role.PRACTITIONER, is_active=True, team__isnull=False)
    workers = workers.exclude(team=tie.worker.team_id).select_related("team")
    return handing(request, person, tie, workers, f"Move {person.called} to another team")


def handing(request: HttpRequest, person: Person, tie: Relationship, workers: Any, heading: str) -> HttpResponse:
    """The page of a handover, within a team or to another."""
    form = WorkerForm(sent(request), workers=workers.order_by("name"))
    if request.method == "POST" and form.is_valid():
        made = work.hand_over(tie, form.cleaned_data["worker"], signed_in(request))
        if not isinstance(made, Refused):
            return redirect("gate", person_id=person.pk)
        form.add_error(None, str(made))
    lead = f"Both work with {person.called} from today, until you complete the handover."
    return page(request, "people/form.html", {"form": form, "person": person, "heading": heading, "lead": lead})


def tie_move(request: HttpRequest, person: Person, tie_id: Any, event: str) -> HttpResponse:
    """Complete a handover, or end a relationship."""
    tie = own_tie(person, tie_id)
    if event not in ("complete_handover", "end"):
        raise Http404
    form = EndForm(sent(request), event=event)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        answer = work.finish(tie, event, signed_in(request), values.get("reason", ""), values.get("code", ""))
        if answer is None:
            return redirect("home")
        form.add_error("reason" if answer.broken == "reason" else None, str(answer))
    ahead = tie.messages.filter(state="scheduled", due__gt=timezone.now()).count()
    lead = f"{tie.worker.name}, since {tie.begin:%-d %B %Y}. {ahead} messages that wait are "
    lead += f"passed on to {tie.next.worker.name}." if event == "complete_handover" and tie.next else "cancelled."
    about = {"form": form, "person": person, "heading": labels("relationship")[event], "lead": lead}
    return page(request, "people/form.html", about)
