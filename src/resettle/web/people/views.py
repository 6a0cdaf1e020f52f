"""Pages about people: the caseload, one person, adding and changing a record, and giving a reason to look."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from resettle.web.access.audit import record
from resettle.web.access.models import AccessEvent, Grant, Role, Verb
from resettle.web.look.forms import sent
from resettle.web.people.forms import FlagForm, NewPersonForm, PersonForm, ReasonForm, first_values
from resettle.web.people.merged import keys_of
from resettle.web.people.models import Episode, Identifier, Person, Relationship, SafetyFlag
from resettle.web.people.search import search
from resettle.web.people.subject_access import held_about
from resettle.web.team.today import today

CARRIES = (Role.PRACTITIONER, Role.MENTOR, Role.COORDINATOR)


def home(request: HttpRequest) -> HttpResponse:
    """Where each role begins: what waits today, then the people; for roles without a caseload, where to go."""
    user: Any = request.user
    carries = user.role in CARRIES
    about = {"people": mine(request)[:100], "carries": carries, "today": timezone.localdate()}
    return render(request, "people/home.html", {**about, **(today(user) if carries else {})})


def mine(request: HttpRequest) -> QuerySet[Person]:
    """The people whom the reader works with now, by name, with their `times`; none for roles without a caseload."""
    user: Any = request.user
    if user.role not in CARRIES:
        return Person.objects.none()
    current = Relationship.objects.current()
    whose = current.filter(worker__team=user.team_id) if user.role == Role.COORDINATOR else current.filter(worker=user)
    people = Person.objects.filter(merged_into=None, pk__in=whose.values("person"))
    times = Prefetch("episodes", Episode.objects.order_by("begin"), to_attr="times")
    return people.prefetch_related(times).order_by("search_name")


def people(request: HttpRequest) -> HttpResponse:
    """Search by name or number among all people."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = search(Person.objects.filter(merged_into=None), text) if text else []
    return render(request, "people/people.html", {"q": text, "found": found})


def person(request: HttpRequest, person: Person) -> HttpResponse:
    """One screen about a person: their dates, who works with them, and what comes next."""
    about = {
        "person": person,
        "episodes": person.episodes.order_by("-begin"),
        "working": person.relationships.current().select_related("worker"),
        "flags": person.safety_flags.filter(ended_at=None),
        "next": next_meeting(request, person),
        "goals": person.goals.filter(state="active"),
        "may_edit": request.user.role in (Role.PRACTITIONER, Role.COORDINATOR),
    }
    return render(request, "people/person.html", about)


def next_meeting(request: HttpRequest, person: Person) -> Any:
    """The next meeting that is planned; a mentor sees their own."""
    planned = person.contacts.filter(state="planned", at__gte=timezone.now()).select_related("worker").order_by("at")
    user: Any = request.user
    return (planned.filter(worker=user) if user.role == Role.MENTOR else planned).first()


def person_add(request: HttpRequest) -> HttpResponse:
    """Begin to work with somebody."""
    form = NewPersonForm(sent(request))
    if request.method == "POST" and form.is_valid():
        added = add(request, form.cleaned_data)
        messages.success(request, f"{added.called} is added. You work with them from today.")
        return redirect("person", person_id=added.pk)
    return render(
        request, "people/form.html", {"form": form, "heading": "Add a person"}, status=422 if form.errors else 200
    )


@transaction.atomic
def add(request: HttpRequest, values: dict[str, Any]) -> Person:
    """Keep a new person, their first episode and number, and that the user works with them."""
    today = timezone.localdate()
    user: Any = request.user
    made = Person.objects.create(added_by=user, **{name: values[name] for name in PersonForm.base_fields})
    Episode.objects.create(person=made, kind=values["kind"], begin=today, release=values["release"])
    if values["number"]:
        kind, number = values["number"]
        Identifier.objects.create(person=made, kind=kind, value=number)
    if user.role == Role.PRACTITIONER:
        Relationship.objects.create(person=made, worker=user, role=Relationship.Role.PRACTITIONER, begin=today)
    record(user, Verb.CHANGE, "person_add", made)
    return made


def person_edit(request: HttpRequest, person: Person) -> HttpResponse:
    """Correct who the person is."""
    form = PersonForm(sent(request), initial=first_values(person))
    if request.method == "POST" and form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(person, name, value)
        person.save()
        messages.success(request, "The record is changed.")
        return redirect("person", person_id=person.pk)
    about = {"form": form, "heading": f"Change the record of {person.called}", "person": person}
    return render(request, "people/form.html", about, status=422 if form.errors else 200)


def flag_add(request: HttpRequest, person: Person) -> HttpResponse:
    """Say what everybody who meets the person must know to be safe."""
    form = FlagForm(sent(request))
    if request.method == "POST" and form.is_valid():
        SafetyFlag.objects.create(person=person, added_by=request.user, words=form.cleaned_data["words"])
        return redirect("person", person_id=person.pk)
    about = {"form": form, "heading": "A safety flag", "person": person}
    return render(request, "people/form.html", about, status=422 if form.errors else 200)


def flag_end(request: HttpRequest, person: Person, flag_id: Any) -> HttpResponse:
    """Take a safety flag off; that it was there, and who took it off, is kept."""
    flag = get_object_or_404(SafetyFlag, pk=flag_id, person=person)
    if request.method == "POST":
        flag.ended_at, flag.ended_by = timezone.now(), request.user
        flag.save()
        return redirect("person", person_id=person.pk)
    about = {"form": [], "heading": "Take off the safety flag", "lead": flag.words, "person": person}
    return render(request, "people/form.html", {**about, "button": "Take it off"})


def give_reason(request: HttpRequest, for_id: Any) -> HttpResponse:
    """Say why a record outside one's caseload must be opened; it then opens until the end of the day."""
    about = get_object_or_404(Person, pk=for_id, merged_into=None)
    form = ReasonForm(sent(request))
    if request.method == "POST" and form.is_valid():
        grant(request, about, form.cleaned_data["reason"])
        return redirect("person", person_id=about.pk)
    return render(request, "people/reason.html", {"form": form}, status=422 if form.errors else 200)


def grant(request: HttpRequest, about: Person, reason: str) -> None:
    """Keep the reason, and that a record was opened with it."""
    user: Any = request.user
    until = timezone.now() + timedelta(hours=12)
    Grant.objects.create(user=user, person=about, reason=reason, until=until)
    record(user, Verb.READ, "give_reason", about, reason)


def subject_access(request: HttpRequest, person: Person) -> HttpResponse:
    """Everything that is held about the person, to hand to them: a file of plain text in JSON."""
    if request.method != "POST":
        return render(request, "people/subject_access.html", {"person": person})
    text = json.dumps(held_about(person), ensure_ascii=False, indent=2, default=str)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="everything-held.json"'
    record(request.user, Verb.EXPORT, "subject_access", person, "a copy for the person")
    return response


def who_looked(request: HttpRequest, person: Person) -> HttpResponse:
    """Who looked at, changed or printed the record, newest first."""
    events = AccessEvent.objects.filter(person__in=keys_of(person)).select_related("user").order_by("-sequence")[:200]
    return render(request, "people/who_looked.html", {"person": person, "events": events})
