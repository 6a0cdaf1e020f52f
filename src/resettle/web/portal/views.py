"""Pages for the person on a plan."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.views.i18n import set_language

from resettle.goodlives.states import Refused
from resettle.web.access.models import AccessEvent
from resettle.web.budgets import work as budgets
from resettle.web.budgets.models import Budget
from resettle.web.correspondence.work import between
from resettle.web.gate.models import GateTask
from resettle.web.gate.work import own_of, release_of
from resettle.web.look.forms import sent
from resettle.web.people.merged import keys_of
from resettle.web.people.models import Person
from resettle.web.plans import work as plans
from resettle.web.plans.models import Map, Plan
from resettle.web.plans.paper import can_write_pdf
from resettle.web.plans.picture import map_rows, map_svg
from resettle.web.portal.door import enter, inside
from resettle.web.portal.forms import CardForm, MyAnswerForm, MyAskForm, NewPinForm, SecretForm
from resettle.web.portal.models import Card, plain

ASKED = "me_asked"
NOT_RIGHT = later("That is not right. Look at your card and try again. After six tries it stops for half an hour.")

LOST = later("Have you lost your card or your code? Ask your worker for a new code. The old one stops.")


def card_give(request: HttpRequest, person: Person) -> HttpResponse:
    """For the worker: make a card, or a new code for it, shown once, to print or to copy onto the paper pack; or stop it."""
    made = None
    if request.method == "POST" and "stop" in request.POST:
        for card in Card.objects.filter(person=person):
            card.stop()
    elif request.method == "POST":
        made = Card.give(person)
    card = made[0] if made else Card.objects.filter(person=person).first()
    return render(request, "portal/card.html", {"person": person, "made": made, "card": card, "now": timezone.now()})


def door(request: HttpRequest) -> HttpResponse:
    """First step: the card and the date of birth. The answer never says which of the two was wrong."""
    if inside(request):
        return redirect("me")
    form = CardForm(sent(request))
    if request.method == "POST" and form.is_valid():
        request.session[ASKED] = {
            "number": plain(form.cleaned_data["number"]),
            "born": form.cleaned_data["born"].isoformat(),
        }
        return redirect("me_second")
    return page(
        request, "portal/form.html", {"form": form, "heading": _("Sign in"), "button": _("Go on"), "lead": LOST}
    )


def second(request: HttpRequest) -> HttpResponse:
    """Second step: the secret number, or the first code from the paper."""
    asked = request.session.get(ASKED)
    if not asked:
        return redirect("me_door")
    form = SecretForm(sent(request))
    if request.method == "POST" and form.is_valid():
        card = asked_card(asked)
        if card is not None and card.opens(form.cleaned_data["secret"]):
            enter(request, card.person)
            return redirect("me" if card.pin else "me_pin")
        form.add_error(None, NOT_RIGHT)
    return page(request, "portal/form.html", {"form": form, "heading": _("Sign in"), "button": _("Sign in")})


def asked_card(asked: dict[str, str]) -> Card | None:
    """The card that was named, if the date of birth is right."""
    card = Card.objects.select_related("person").filter(number=asked["number"], person__merged_into=None).first()
    return card if card and card.person.birth_date == date.fromisoformat(asked["born"]) else None


def new_pin(request: HttpRequest, person: Person) -> HttpResponse:
    """Pick a secret number."""
    form = NewPinForm(sent(request), born=person.birth_date)
    if request.method == "POST" and form.is_valid():
        person.card.choose(form.cleaned_data["pin"])
        return redirect("me")
    return page(
        request, "portal/form.html", {"form": form, "heading": _("Pick a secret number"), "button": _("Keep it")}
    )


def leave(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    request.session.flush()
    return redirect("me_door")


def language(request: HttpRequest) -> HttpResponse:
    """Read the pages in another language from now on, and come back to the page."""
    return set_language(request)


def me(request: HttpRequest, person: Person) -> HttpResponse:
    """What matters today: the next meeting, the plan, the money."""
    budget = person.budgets.first()
    about = {
        "person": person,
        "next": coming(person).first(),
        "plan": plans.current_plan(person),
        "left": budgets.balance_of(budget).left if budget else None,
        "asks": plans.ASKS,
        "last": between(person).exclude(worker=None).first(),
    }
    return render(request, "portal/me.html", about)


def coming(person: Person) -> Any:
    """Meetings to come, soonest first."""
    return person.contacts.filter(state="planned", at__gte=timezone.now()).select_related("worker").order_by("at")


def my_plan(request: HttpRequest, person: Person) -> HttpResponse:
    """The plan as it was offered, and a place to say yes or no."""
    version = plans.current_plan(person)
    form = MyAnswerForm(sent(request))
    asks = version is not None and version.state in plans.ASKS
    if version is not None and asks and request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        answer = plans.answer_plan(version, values["answer"], None, Plan.How.APP, values["reason"])
        if answer is None:
            return redirect("me_plan")
        form.add_error("reason" if answer.broken == "reason" else None, _("Write what you want to change"))
    says = json.loads(version.snapshot) if version and version.snapshot else None
    about = {"person": person, "version": version, "says": says, "form": form if asks else None, "pdf": can_write_pdf()}
    about["tasks"] = gate_tasks(person)
    return render(request, "portal/plan.html", about, status=422 if form.errors and asks else 200)


def gate_tasks(person: Person) -> list[dict[str, Any]]:
    """What is to be done around the person's release for them alone, in the order of days."""
    episode = release_of(person)
    own = own_of(episode) if episode else []
    needed = [one for one in own if one["own"].answer != GateTask.Answer.NOT_NEEDED]
    return sorted(needed, key=lambda one: one["due"])


def my_map(request: HttpRequest, person: Person) -> HttpResponse:
    """The person's own map, and how it has changed."""
    kept = person.maps.filter(rater=Map.Rater.PERSON, about=Map.About.NOW).prefetch_related("ratings")[:2]
    now = kept[0] if kept else None
    before = kept[1] if len(kept) > 1 else None
    about = {"person": person, "now": now, "before": before, "svg": map_svg(now, None, person.called) if now else ""}
    return render(request, "portal/map.html", {**about, "rows": map_rows([now, before])})


def my_meetings(request: HttpRequest, person: Person) -> HttpResponse:
    """Meetings to come."""
    return render(request, "portal/meetings.html", {"person": person, "meetings": coming(person)[:50]})


def my_money(request: HttpRequest, person: Person) -> HttpResponse:
    """What is left, and what was asked for."""
    shown = [
        {"budget": one, "balance": budgets.balance_of(one), "asked": one.requests.all()[:50]}
        for one in person.budgets.select_related("fund")
    ]
    return render(request, "portal/money.html", {"person": person, "budgets": shown, "said": SAID})


# What each state of a request is to the person.
SAID = {
    "asked": later("We are looking at it"),
    "checks": later("We are looking at it"),
    "part_approved": later("One person said yes. One more must look"),
    "approved": later("Yes"),
    "committed": later("Yes. The money is kept for this"),
    "paid": later("Paid"),
    "evidenced": later("Paid"),
    "declined": later("No. Ask your worker why"),
    "refunded": later("The money came back"),
    "cancelled": later("Stopped"),
}


def my_ask(request: HttpRequest, person: Person, budget_id: Any) -> HttpResponse:
    """Ask for money."""
    budget = get_object_or_404(Budget, pk=budget_id, person=person)
    form = MyAskForm(sent(request), budget=budget)
    if request.method == "POST" and form.is_valid():
        made = budgets.ask(budget, None, form.cleaned_data)
        if not isinstance(made, Refused):
            return redirect("me_money")
        form.add_error(None, str(made))
    return page(request, "portal/form.html", {"form": form, "heading": _("Ask for money"), "button": _("Ask")})


def my_lookers(request: HttpRequest, person: Person) -> HttpResponse:
    """Who looked at the person's record."""
    seen = (
        AccessEvent.objects.filter(person__in=keys_of(person))
        .exclude(user=None)
        .select_related("user")
        .order_by("-sequence")[:100]
    )
    return render(request, "portal/lookers.html", {"person": person, "seen": seen})


def page(request: HttpRequest, template: str, about: dict[str, Any]) -> HttpResponse:
    """A page with a form; 422 where something has to be mended."""
    return render(request, template, about, status=422 if about["form"].errors else 200)
