"""Pages of the good life map and of the plan."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from resettle.goodlives.states import Refused, state_table
from resettle.reference.goods import goods
from resettle.web.look.forms import sent
from resettle.web.people.models import Person
from resettle.web.plans import work
from resettle.web.plans.forms import AnswerForm, GoalForm, MapForm, MoveForm, StepForm, StrengthForm, labels
from resettle.web.plans.models import Goal, Map, Plan, Step, Strength
from resettle.web.plans.paper import can_write_pdf
from resettle.web.plans.picture import map_rows, map_svg

LACKING = 4


def good_life_map(request: HttpRequest, person: Person) -> HttpResponse:
    """The last maps of the person and of the worker side by side, and how they changed."""
    own, worker = work.latest_map(person, Map.Rater.PERSON), work.latest_map(person, Map.Rater.WORKER)
    then = work.latest_map(person, Map.Rater.PERSON, Map.About.THEN)
    earlier = person.maps.filter(rater=Map.Rater.PERSON, about=Map.About.NOW).prefetch_related("ratings")[1:2]
    shown = [own, worker, then, earlier[0] if earlier else None]
    about = {
        "person": person,
        "own": own,
        "worker": worker,
        "then": then,
        "earlier": shown[3],
        "svg": map_svg(own, worker, person.called) if own or worker else "",
        "rows": map_rows(shown),
        "lacking": LACKING,
    }
    return render(request, "plans/map.html", about)


def map_add(request: HttpRequest, person: Person, rater: str) -> HttpResponse:
    """Fill in a map: with the person in their words, or the worker's own view."""
    if rater not in Map.Rater.values:
        raise Http404
    form = MapForm(sent(request), rater=rater)
    if request.method == "POST" and form.is_valid():
        work.keep_map(person, rater, form.cleaned_data["about"], signed_in(request), form.ratings())
        messages.success(request, "The map is kept.")
        return redirect("map", person_id=person.pk)
    return page(request, "plans/map_form.html", {"form": form, "person": person, "rater": rater})


def plan(request: HttpRequest, person: Person) -> HttpResponse:
    """The plan: strengths first, then goals with their steps, the version that counts, and what may be done."""
    user = signed_in(request)
    names = {good.code: good.name for good in goods()}
    kept = person.goals.exclude(state="deleted").prefetch_related("steps").select_related("person")
    rows = [
        {
            "goal": goal,
            "goods": [names.get(code, code) for code in goal.goods],
            "moves": work.goal_moves(goal, user),
            "steps": [{"step": step, "moves": work.step_moves(step, user)} for step in goal.steps.all()],
            "asks": goal.record().asks_whether_achieved,
        }
        for goal in kept
    ]
    order = ("active", "idea", "future", "achieved", "set_aside")
    rows.sort(key=lambda row: order.index(row["goal"].state))
    about = {
        "person": person,
        "strengths": person.strengths.all(),
        "goals": rows,
        "versions": person.plans.select_related("worker"),
        "current": work.current_plan(person),
        "goal_labels": labels("goal"),
        "step_labels": labels("step"),
        "states": {kind: state_table(kind).states for kind in ("goal", "step", "plan")},
    }
    return render(request, "plans/plan.html", about)


def goal_add(request: HttpRequest, person: Person) -> HttpResponse:
    """Write down a goal."""
    chosen = [good.code for good in goods() if good.code == request.GET.get("good")]
    form = goal_form(request, {"goods": chosen})
    if request.method == "POST" and form.is_valid():
        goal = work.add_goal(person, signed_in(request), form.cleaned_data)
        if isinstance(goal, Refused):
            return refused(request, form, goal, person, "A new goal")
        return redirect("step_add", person_id=person.pk, goal_id=goal.pk)
    return page(request, "people/form.html", {"form": form, "person": person, "heading": "A new goal"})


def goal_form(request: HttpRequest, initial: dict[str, Any]) -> GoalForm:
    """The form of a goal. How a goal bears on risk is neither shown to a mentor nor asked of them."""
    form = GoalForm(sent(request), initial=initial)
    if signed_in(request).role == "mentor":
        del form.fields["risk_effect"]
    return form


def goal_edit(request: HttpRequest, person: Person, goal_id: Any) -> HttpResponse:
    """Change the words of a goal. Versions that were offered keep the words they had."""
    goal = get_object_or_404(Goal, pk=goal_id, person=person)
    form = goal_form(request, {name: getattr(goal, name) for name in GoalForm.base_fields})
    if request.method == "POST" and form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(goal, name, value)
        goal.save()
        return redirect("plan", person_id=person.pk)
    return page(request, "people/form.html", {"form": form, "person": person, "heading": "Change the goal"})


def step_add(request: HttpRequest, person: Person, goal_id: Any) -> HttpResponse:
    """Add a step to a goal."""
    goal = get_object_or_404(Goal, pk=goal_id, person=person)
    form = StepForm(sent(request), initial={"by": person.called})
    if request.method == "POST" and form.is_valid():
        step = work.add_step(goal, signed_in(request), form.cleaned_data)
        if isinstance(step, Refused):
            return refused(request, form, step, person, "A step")
        return redirect("plan", person_id=person.pk)
    about = {"form": form, "person": person, "heading": "A step towards it", "lead": f"I will {goal.own_words}"}
    return page(request, "people/form.html", about)


def strength_add(request: HttpRequest, person: Person) -> HttpResponse:
    """Write down a strength."""
    form = StrengthForm(sent(request))
    if request.method == "POST" and form.is_valid():
        Strength.objects.create(person=person, text=form.cleaned_data["text"])
        return redirect("plan", person_id=person.pk)
    return page(request, "people/form.html", {"form": form, "person": person, "heading": "A strength"})


def goal_move(request: HttpRequest, person: Person, goal_id: Any, event: str) -> HttpResponse:
    """Do something with a goal: achieved, set aside, taken up again."""
    goal = get_object_or_404(Goal, pk=goal_id, person=person)
    return moving(request, person, "goal", event, lambda user, reason: work.move_goal(goal, event, user, reason))


def step_move(request: HttpRequest, person: Person, step_id: Any, event: str) -> HttpResponse:
    """Do something with a step."""
    step = get_object_or_404(Step, pk=step_id, goal__person=person)
    return moving(request, person, "step", event, lambda user, reason: work.move_step(step, event, user, reason))


def moving(
    request: HttpRequest, person: Person, kind: str, event: str, act: Callable[[Any, str], Refused | None]
) -> HttpResponse:
    """The page of a move: it asks why, makes the move, or says why it may not be made."""
    words = labels(kind)
    if event not in words:
        raise Http404
    form = MoveForm(sent(request))
    if request.method == "POST" and form.is_valid():
        answer = act(signed_in(request), form.cleaned_data["reason"])
        if answer is None:
            return redirect("plan", person_id=person.pk)
        return refused(request, form, answer, person, words[event])
    return page(request, "people/form.html", {"form": form, "person": person, "heading": words[event]})


def plan_offer(request: HttpRequest, person: Person) -> HttpResponse:
    """Seal the plan as it is now and offer it to the person."""
    form = MoveForm(sent(request))
    del form.fields["reason"]
    heading = "Offer the plan"
    if request.method == "POST" and form.is_valid():
        made = work.offer_plan(person, signed_in(request))
        if isinstance(made, Refused):
            return refused(request, form, made, person, heading)
        return redirect("plan_version", person_id=person.pk, number=made.number)
    lead = f"This makes a version of the plan that does not change. {person.called} then says whether they agree."
    return page(request, "people/form.html", {"form": form, "person": person, "heading": heading, "lead": lead})


def plan_version(request: HttpRequest, person: Person, number: int) -> HttpResponse:
    """One version as it was offered, with its seal; made to be printed."""
    version = get_object_or_404(Plan, person=person, number=number)
    before = person.plans.filter(number__lt=number).exclude(snapshot="").first()
    about = {
        "person": person,
        "version": version,
        "says": json.loads(version.snapshot or "{}"),
        "before": json.loads(before.snapshot) if before else None,
        "state": state_table("plan").states[version.state],
        "asks": version.state in work.ASKS,
        "has_pdf": can_write_pdf(),
    }
    return render(request, "plans/version.html", about)


def plan_answer(request: HttpRequest, person: Person, number: int) -> HttpResponse:
    """Keep the person's answer to a version."""
    version = get_object_or_404(Plan, person=person, number=number)
    form = AnswerForm(sent(request))
    heading = f"What {person.called} says to the plan"
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        answer = work.answer_plan(version, values["answer"], signed_in(request), values["how"], values["reason"])
        if answer is None:
            return redirect("plan_version", person_id=person.pk, number=number)
        return refused(request, form, answer, person, heading)
    return page(request, "people/form.html", {"form": form, "person": person, "heading": heading})


def refused(request: HttpRequest, form: Any, why: Refused, person: Person, heading: str) -> HttpResponse:
    """The form again, with the reason of the rule; nothing that was typed is lost."""
    form.add_error("reason" if why.broken == "reason" and "reason" in form.fields else None, str(why))
    return page(request, "people/form.html", {"form": form, "person": person, "heading": heading})


def page(request: HttpRequest, template: str, about: dict[str, Any]) -> HttpResponse:
    """A page with a form; 422 where something has to be mended."""
    return render(request, template, about, status=422 if about["form"].errors else 200)


def signed_in(request: HttpRequest) -> Any:
    """Whoever is signed in."""
    return request.user
