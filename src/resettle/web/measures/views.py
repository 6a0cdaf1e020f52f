"""Pages of questionnaires and of how far goals came, for the worker."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from resettle.errors import BadInput
from resettle.goodlives.instruments import Instrument
from resettle.web.look.forms import sent
from resettle.web.measures import work
from resettle.web.measures.change import goals_of, series_of
from resettle.web.measures.forms import AnswersForm, LadderForm, LevelsForm, TakeBackForm, choices_of
from resettle.web.measures.known import known, may_be_given
from resettle.web.measures.models import Given, Scaling
from resettle.web.measures.picture import chart_svg
from resettle.web.people.models import Person
from resettle.web.plans.models import Goal
from resettle.web.plans.views import page, signed_in


def drawn(person: Person) -> dict[str, Any]:
    """What both pages of change show: each scale with its picture and its figures."""
    return {
        "sets": [
            {"label": label, "scales": [{"series": one, "svg": chart_svg(one)} for one in scales]}
            for label, scales in series_of(person)
        ],
        "goal_views": [{"label": label, "series": one, "svg": chart_svg(one)} for label, one in goals_of(person)],
    }


def asked_for(name: str) -> Instrument:
    """A questionnaire by name, if it may be given today."""
    one = known()[0].get(name)
    if one is None or not may_be_given(one, timezone.localdate()):
        raise Http404
    return one


def measures(request: HttpRequest, person: Person) -> HttpResponse:
    """Change over time, what can be asked, and everything that was asked, newest first."""
    found, problems = known()
    user, today = signed_in(request), timezone.localdate()
    kept = [
        *person.given.select_related("captured_by", "verified_by"),
        *person.scalings.select_related("captured_by", "verified_by"),
    ]
    kept.sort(key=lambda one: (one.on, one.captured_at), reverse=True)
    about = {
        "person": person,
        "instruments": [one for one in found.values() if may_be_given(one, today)],
        "problems": problems,
        "kept": [{"one": one, "may_verify": work.may_verify(one, user)} for one in kept[:100]],
        "goals": person.goals.filter(state__in=("active", "future")).select_related("ladder"),
    }
    return render(request, "measures/measures.html", {**about, **drawn(person)})


def measure_add(request: HttpRequest, person: Person, instrument: str) -> HttpResponse:
    """Ask the questions of a questionnaire."""
    asked = asked_for(instrument)
    first = {"on": timezone.localdate(), "language": person.language}
    form = AnswersForm(sent(request), asked=asked, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            work.keep_answers(person, signed_in(request), asked, form.answers(), form.about())
            messages.success(request, "The answers are kept.")
            return redirect("measures", person_id=person.pk)
        except BadInput as error:
            form.add_error("on", str(error))
    return page(request, "measures/ask.html", {"form": form, "person": person, "asked": asked})


def measure_paper(request: HttpRequest, person: Person, instrument: str) -> HttpResponse:
    """The questions on paper, in the same order and with the same answers, to be typed in once."""
    asked = asked_for(instrument)
    items = [{"item": item, "choices": choices_of(item)} for item in asked.items.values()]
    return render(request, "measures/paper.html", {"person": person, "asked": asked, "items": items, "way": "measure"})


def levels_add(request: HttpRequest, person: Person) -> HttpResponse:
    """Say how far the goals came, in the person's view or in the worker's."""
    form = LevelsForm(sent(request), person=person, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        work.keep_scaling(person, signed_in(request), values["rater"], values["on"], form.levels())
        messages.success(request, "It is kept.")
        return redirect("measures", person_id=person.pk)
    about = {"form": form, "person": person, "heading": "How far did the goals come?"}
    about["lead"] = "" if form.goals else "There is no goal yet that anybody works on."
    return page(request, "people/form.html", about)


def goal_levels(request: HttpRequest, person: Person, goal_id: Any) -> HttpResponse:
    """Say beforehand what each level of a goal looks like."""
    goal = get_object_or_404(Goal, pk=goal_id, person=person)
    ladder = getattr(goal, "ladder", None)
    first = {f"level_{n}": words for n, words in enumerate(ladder.words)} | {"weight": ladder.weight} if ladder else {}
    form = LadderForm(sent(request), initial=first)
    if request.method == "POST" and form.is_valid():
        work.set_ladder(goal, signed_in(request), form.words(), form.cleaned_data["weight"])
        return redirect("measures", person_id=person.pk)
    about = {"form": form, "person": person, "heading": "What would each level look like?"}
    return page(request, "people/form.html", {**about, "lead": f"I will {goal.own_words}"})


def measure_move(request: HttpRequest, person: Person, given_id: Any, event: str) -> HttpResponse:
    """Verify what was written down, or take it back."""
    model = Given if Given.objects.filter(pk=given_id).exists() else Scaling
    one = get_object_or_404(model, pk=given_id, person=person, taken_back_on=None)
    if event not in ("verify", "take_back"):
        raise Http404
    form = TakeBackForm(sent(request)) if event == "take_back" else None
    if request.method == "POST" and form is None:
        refused = work.verify(one, signed_in(request))
        if refused is None:
            return redirect("measures", person_id=person.pk)
        return render(request, "measures/refused.html", {"person": person, "refused": refused}, status=422)
    if form is None:
        about = {"person": person, "form": [], "button": "It is the same"}
        heading = "Is what was typed the same as on the paper?"
        return render(request, "people/form.html", {**about, "heading": heading, "lead": said(one)})
    if request.method == "POST" and form.is_valid():
        work.take_back(one, signed_in(request), form.cleaned_data["why"])
        return redirect("measures", person_id=person.pk)
    return page(
        request, "people/form.html", {"form": form, "person": person, "heading": "Take it back", "lead": said(one)}
    )


def said(one: Any) -> str:
    """What was written down, in a line."""
    if isinstance(one, Given):
        scores = [f"{score['label']} {score['value']:g}" for score in one.scores if score["value"] is not None]
        return f"{one.label}, {one.on:%-d %B %Y}: " + ("; ".join(scores) or "no score")
    levels = [f"I will {level.goal.own_words}: {level.level:+d}" for level in one.levels.select_related("goal")]
    return f"Goals, {one.on:%-d %B %Y}: " + "; ".join(levels)


def instruments(request: HttpRequest) -> HttpResponse:
    """Every questionnaire that this office may use, with its licence; and what is wrong with files that it cannot use."""
    found, problems = known()
    return render(request, "measures/instruments.html", {"found": found.values(), "problems": problems})
