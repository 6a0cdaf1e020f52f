"""Pages of change for the person: their own chart, questions that they answer themselves, and how far their goals came."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from resettle.errors import BadInput
from resettle.web.look.forms import sent
from resettle.web.measures import sayings, work
from resettle.web.measures.forms import MyAnswersForm, MyLevelsForm, SayForm
from resettle.web.measures.known import known, may_be_given
from resettle.web.measures.models import Said, Scaling
from resettle.web.measures.views import asked_for, drawn
from resettle.web.people.models import Person
from resettle.web.plans.views import page

EVERY = 6
"""The last scores that a table shows; the picture shows all."""


def my_change(request: HttpRequest, person: Person) -> HttpResponse:
    """The person's own chart."""
    today = timezone.localdate()
    asked = [one for one in known()[0].values() if may_be_given(one, today)]
    goals = person.goals.filter(state__in=("active", "achieved")).exists()
    about = {"person": person, "asked": asked, "has_goals": goals, "every": EVERY}
    return render(request, "portal/change.html", {**about, **drawn(person)})


def my_answers(request: HttpRequest, person: Person, instrument: str) -> HttpResponse:
    """The questions, answered by the person themselves."""
    asked = asked_for(instrument)
    form = MyAnswersForm(sent(request), asked=asked)
    if request.method == "POST" and form.is_valid():
        try:
            work.keep_answers(person, None, asked, form.answers(), form.about())
            return redirect("me_change")
        except BadInput as error:
            form.add_error(None, str(error))
    return page(request, "portal/answers.html", {"form": form, "person": person, "asked": asked})


def my_levels(request: HttpRequest, person: Person) -> HttpResponse:
    """How far the person's goals came, in their own view."""
    form = MyLevelsForm(sent(request), person=person)
    if request.method == "POST" and form.is_valid():
        work.keep_scaling(person, None, Scaling.Rater.PERSON, timezone.localdate(), form.levels())
        return redirect("me_change")
    return page(request, "portal/levels.html", {"form": form, "person": person})


def my_life(request: HttpRequest, person: Person) -> HttpResponse:
    """What is written of the person's home and work now, and what they said themselves, each as what it is."""
    about = {"person": person, "written": sayings.written_now(person), "said": person.sayings.all()[:20]}
    words = {"read": sayings.YOU_READ, "say": sayings.I_SAY, "so_far": sayings.SAID_SO_FAR}
    return render(request, "portal/life.html", {**about, **words})


def my_say(request: HttpRequest, person: Person) -> HttpResponse:
    """Say what is new."""
    form = SayForm(sent(request), choices=sayings.choices())
    if request.method == "POST" and form.is_valid():
        sayings.say(person, form.values())
        return redirect("me_life")
    return page(request, "portal/say.html", {"form": form, "person": person})


def my_unsay(request: HttpRequest, person: Person, said_id: Any) -> HttpResponse:
    """Take back what the person said themselves, while nobody made a fact of it."""
    said = get_object_or_404(Said, pk=said_id, person=person, state__in=("waits", "asked"))
    if request.method == "POST":
        sayings.act(said, "take_back", None)
        return redirect("me_life")
    return render(request, "portal/unsay.html", {"person": person, "one": said, "say": sayings.I_SAY})
