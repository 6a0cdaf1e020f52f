"""Pages of messages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as banners
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from resettle.goodlives.states import Refused
from resettle.web.contacts.models import moment
from resettle.web.correspondence import work
from resettle.web.correspondence.forms import CameInForm, ReachForm, WriteForm
from resettle.web.correspondence.models import Message
from resettle.web.look.forms import sent
from resettle.web.people.models import Person
from resettle.web.plans.views import page, signed_in

REACH = ("channels", "phone", "email", "neutral_words", "stop")


def thread(request: HttpRequest, person: Person) -> HttpResponse:
    """The thread of the reader's team, newest first, and a box to write. A mentor sees what they wrote themselves."""
    user, reach = signed_in(request), work.reach_of(person)
    form = WriteForm(sent(request), initial={"channel": (reach.channels or [""])[0]})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        due = moment(values["day"], "09:00") if values["day"] else timezone.now()
        made = work.write(person, user, values["words"], values["channel"], due, not values["neutral"])
        if not isinstance(made, Refused):
            banners.success(request, said(made, due))
            return redirect("thread", person_id=person.pk)
        form.add_error(None, str(made))
    about = {"form": form, "person": person, "reach": reach, "kept": seen(person, user)[:100]}
    return page(request, "correspondence/thread.html", about)


def seen(person: Person, user: Any) -> Any:
    """The messages that the reader may read."""
    kept = (
        Message.objects.filter(thread__person=person, thread__team=user.team_id)
        .select_related("worker")
        .order_by("-due")
    )
    return kept.filter(worker=user) if user.role == "mentor" else kept


def said(made: Message, due: Any) -> str:
    """What became of a new message: it goes at once, waits, or is held with the reason."""
    if due > timezone.now():
        return f"It goes on {due:%-d %B}."
    answer = work.send_one(made.pk, timezone.now())
    made.refresh_from_db()
    return {"sent": "It is sent.", "waiting": "It waits for a safe hour."}.get(answer, f"It did not go: {made.held}.")


def reach(request: HttpRequest, person: Person) -> HttpResponse:
    """How the person can be reached, as they say today."""
    kept = work.reach_of(person)
    first = {name: getattr(kept, name) for name in REACH}
    first |= {name: f"{at:%H:%M}" if (at := getattr(kept, name)) else "" for name in ("from_time", "to_time")}
    form = ReachForm(sent(request), initial=first)
    if request.method == "POST" and form.is_valid():
        work.keep_reach(person, form.cleaned_data)
        return redirect("thread", person_id=person.pk)
    return page(
        request, "people/form.html", {"form": form, "person": person, "heading": f"How to reach {person.called}"}
    )


def message_in(request: HttpRequest, person: Person) -> HttpResponse:
    """Keep what the person wrote by another way."""
    user, form = signed_in(request), CameInForm(sent(request))
    if request.method == "POST" and form.is_valid():
        if user.team:
            work.receive(person, user.team, form.cleaned_data["words"], form.cleaned_data["channel"])
            return redirect("thread", person_id=person.pk)
        form.add_error(None, "You are in no team. Ask an administrator to put you in one.")
    return page(request, "people/form.html", {"form": form, "person": person, "heading": "They wrote"})


def message_cancel(request: HttpRequest, person: Person, message_id: Any) -> HttpResponse:
    """Cancel a message that waits, or mark one that came in as read."""
    one = get_object_or_404(seen(person, signed_in(request)), pk=message_id)
    if request.method == "POST":
        if one.state == Message.State.RECEIVED:
            Message.objects.filter(pk=one.pk, read_at=None).update(read_at=timezone.now())
        else:
            work.cancel(one.pk)
        return redirect("thread", person_id=person.pk)
    came = one.state == Message.State.RECEIVED
    about = {
        "form": [],
        "person": person,
        "heading": "I have read it" if came else "Cancel the message",
        "lead": one.words,
    }
    return render(request, "people/form.html", {**about, "button": "I have read it" if came else "Cancel it"})
