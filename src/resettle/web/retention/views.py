"""Pages of retention, for the administrator: what is due, one person's records by kind, holds, and the log."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from resettle.web.look.forms import sent
from resettle.web.people.merged import keys_of
from resettle.web.people.models import Person
from resettle.web.people.search import search
from resettle.web.retention import due
from resettle.web.retention.asked import waiting
from resettle.web.retention.columns import KINDS
from resettle.web.retention.erase import erase, touched
from resettle.web.retention.forms import HoldForm, ScheduleForm, SureForm
from resettle.web.retention.models import Erasure, Hold, Schedule
from resettle.web.retention.unmended import UNMENDED, erase_rows, past_rows

MOST = 100


def retention(request: HttpRequest) -> HttpResponse:
    """What is due, what is held, and what was erased."""
    schedule = due.in_force()
    if request.method == "POST":
        return erase_unmended(request, schedule)
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    about = {
        "schedule": schedule,
        "q": text,
        "found": search(due.living(), text) if text else [],
        "due": list(islice(due.everybody_due(schedule), MOST)) if schedule else [],
        "unmended": past_rows(schedule).count() if schedule else 0,
        "ruled": schedule is not None and UNMENDED in schedule.rules,
        "most": MOST,
        "holds": Hold.objects.filter(ended_at=None).select_related("person", "placed_by")[:MOST],
        "erased": Erasure.objects.select_related("by")[:MOST],
        "labels": KINDS,
        "asked": waiting().count(),
    }
    return render(request, "retention/retention.html", about)


def erase_unmended(request: HttpRequest, schedule: Any) -> HttpResponse:
    """Erase the rows of files that were never mended in time."""
    user: Any = request.user
    count = erase_rows(schedule, user) if schedule else 0
    messages.success(request, f"Erased: what {count:,} rows of files said.")
    return redirect("retention")


def schedule_set(request: HttpRequest) -> HttpResponse:
    """Put a new schedule in force; the old ones are kept."""
    last = Schedule.objects.first()
    form = ScheduleForm(sent(request), initial={"document": last.document if last else ""})
    if request.method == "POST" and form.is_valid():
        Schedule.objects.create(document=form.cleaned_data["document"], set_by=request.user)
        messages.success(request, "The schedule is in force.")
        return redirect("retention")
    return page(request, {"form": form, "heading": "Retention schedule", "button": "Put in force"})


def retention_person(request: HttpRequest, person: Person) -> HttpResponse:
    """One person's records by kind: until when, by which rule, and what an erasure touches; erase what is due."""
    schedule = due.in_force()
    found = due.standing(schedule, person) if schedule else None
    form = SureForm(sent(request)) if found and found.due else None
    if form is not None and request.method == "POST" and form.is_valid():
        made = erase(schedule, person, request.user)
        messages.success(request, f"Erased: {', '.join(KINDS[one.kind].lower() for one in made)}.")
        return redirect("retention")
    people = keys_of(person)
    about = {
        "person": person,
        "standing": found,
        "touched": {one.kind: touched(people, one.kind) for one in (found.kinds if found else ()) if not one.erased},
        "holds": person.holds.filter(ended_at=None),
        "form": form,
    }
    return render(request, "retention/person.html", about, status=422 if form and form.errors else 200)


def hold_add(request: HttpRequest, person: Person) -> HttpResponse:
    """Keep everything about a person, whatever its day."""
    form = HoldForm(sent(request))
    if request.method == "POST" and form.is_valid():
        Hold.objects.create(person=person, placed_by=request.user, reason=form.cleaned_data["reason"])
        return redirect("retention_person", person_id=person.pk)
    return page(
        request, {"form": form, "heading": "Place a legal hold", "lead": person.name, "button": "Place the hold"}
    )


def hold_end(request: HttpRequest, person: Person, hold_id: Any) -> HttpResponse:
    """End a hold; that it stood is kept until the record is erased."""
    hold = get_object_or_404(Hold, pk=hold_id, person=person)
    if request.method == "POST":
        if hold.ended_at is None:
            hold.ended_at, hold.ended_by = timezone.now(), request.user
            hold.save()
        return redirect("retention_person", person_id=person.pk)
    return page(request, {"form": [], "heading": "End the legal hold", "lead": hold.reason, "button": "End it"})


def page(request: HttpRequest, about: dict[str, Any]) -> HttpResponse:
    """A page with a form; 422 where something has to be mended."""
    wrong = bool(about["form"]) and bool(about["form"].errors)
    return render(request, "people/form.html", about, status=422 if wrong else 200)
