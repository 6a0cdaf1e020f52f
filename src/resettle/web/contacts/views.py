"""Pages of contacts and of the worker's diary."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from resettle.goodlives.states import Refused, state_table
from resettle.web.contacts import work
from resettle.web.contacts.forms import CorrectForm, LogForm, MoveOnForm, PlanForm, SaidForm, WhyForm
from resettle.web.contacts.models import Contact
from resettle.web.correspondence.work import to_read
from resettle.web.look.forms import sent
from resettle.web.people.models import Person
from resettle.web.plans.forms import labels
from resettle.web.plans.views import page, signed_in

SAID = ("summary", "strengths", "minutes", "concern", "concern_for")


def contacts(request: HttpRequest, person: Person) -> HttpResponse:
    """Everything that was planned and held, newest first. A mentor sees those that they wrote."""
    user = signed_in(request)
    kept = person.contacts.select_related("worker__volunteer", "goal", "concern_for")
    circle = work.Circle(person)
    if user.role == "mentor":
        kept = kept.filter(worker=user)
    about = {
        "person": person,
        "rows": [{"contact": one, "moves": work.moves(one, user, circle)} for one in kept[:100]],
        "labels": labels("contact"),
        "states": state_table("contact").states,
    }
    return render(request, "contacts/contacts.html", about)


def contact_plan(request: HttpRequest, person: Person) -> HttpResponse:
    """Plan a contact."""
    form = PlanForm(sent(request), person=person)
    if request.method == "POST" and form.is_valid():
        made = work.plan(person, signed_in(request), form.pick("medium", "setting", "place", "goal"))
        if not isinstance(made, Refused):
            return redirect("contacts", person_id=person.pk)
        form.add_error(None, str(made))
    return page(request, "people/form.html", {"form": form, "person": person, "heading": "Plan a contact"})


def contact_log(request: HttpRequest, person: Person) -> HttpResponse:
    """Log a contact that was not planned. Day and time are filled in with now."""
    now = timezone.localtime()
    form = LogForm(sent(request), person=person, initial={"day": now.date(), "hour": now.strftime("%H:%M")})
    if request.method == "POST" and form.is_valid():
        made = work.log(person, signed_in(request), form.pick("medium", "setting", "goal", *SAID))
        if not isinstance(made, Refused):
            messages.success(request, "The contact is kept." + told(made))
            return redirect("contacts", person_id=person.pk)
        form.add_error("concern_for" if "concern" in made.broken else None, str(made))
    return page(request, "people/form.html", {"form": form, "person": person, "heading": "Log a contact"})


def told(contact: Contact) -> str:
    """Who was told of a concern."""
    return f" {contact.concern_for.name} is told of the concern." if contact.concern_for else ""


def contact_move(request: HttpRequest, person: Person, contact_id: Any, event: str) -> HttpResponse:
    """Say what became of a contact, move it to another time, or correct what was recorded."""
    contact = get_object_or_404(Contact, pk=contact_id, person=person)
    makers = {"hold": hold, "reschedule": move_on, "correct": put_right}
    if event not in (*makers, "miss_acceptable", "miss_unacceptable", "cancel"):
        raise Http404
    form = form_of(request, event, contact)
    if request.method == "POST" and form.is_valid():
        user, values = signed_in(request), form.cleaned_data
        answer = (
            makers[event](contact, user, values)
            if event in makers
            else work.record(contact, event, user, {}, values["reason"])
        )
        if not isinstance(answer, Refused):
            return redirect("contacts", person_id=person.pk)
        form.add_error("concern_for" if "concern" in answer.broken else None, str(answer))
    return page(request, "people/form.html", {"form": form, "person": person, "heading": labels("contact")[event]})


def form_of(request: HttpRequest, event: str, contact: Contact) -> Any:
    """The form that an event needs."""
    if event == "hold":
        return SaidForm(sent(request), person=contact.person)
    if event == "reschedule":
        return MoveOnForm(sent(request))
    if event == "correct":
        now = {name: getattr(contact, name) for name in (*SAID, "came_late")}
        return CorrectForm(sent(request), person=contact.person, initial=now)
    return WhyForm(sent(request))


def hold(contact: Contact, user: Any, values: dict[str, Any]) -> Refused | None:
    """It happened."""
    return work.record(contact, "hold", user, {name: values[name] for name in (*SAID, "came_late")})


def move_on(contact: Contact, user: Any, values: dict[str, Any]) -> Any:
    """Another time stands in its place."""
    return work.reschedule(contact, user, values["at"], values["reason"], values["code"])


def put_right(contact: Contact, user: Any, values: dict[str, Any]) -> Refused | None:
    """What should have been recorded."""
    return work.correct(contact, user, {name: values[name] for name in (*SAID, "came_late")}, values["reason"])


def diary(request: HttpRequest) -> HttpResponse:
    """The worker's own days: what waits to be recorded, what comes, and concerns to look at."""
    user, now = signed_in(request), timezone.now()
    planned = user.contacts.filter(state="planned").select_related("person").order_by("at")
    about = {
        "waiting": planned.filter(at__lt=now)[:50],
        "coming": planned.filter(at__gte=now, at__lt=now + timedelta(days=14))[:100],
        "concerns": work.concerns_of(user)[:50],
        "messages_in": to_read(user)[:50] if user.role == "practitioner" else [],
    }
    return render(request, "contacts/diary.html", about)


def concern_seen(request: HttpRequest, contact_id: Any) -> HttpResponse:
    """Mark a concern as looked at."""
    contact = get_object_or_404(Contact, pk=contact_id, concern_for=signed_in(request))
    if request.method == "POST":
        contact.concern_seen_at = timezone.now()
        contact.save(update_fields=["concern_seen_at"])
        return redirect("diary")
    return render(request, "contacts/concern.html", {"contact": contact})
