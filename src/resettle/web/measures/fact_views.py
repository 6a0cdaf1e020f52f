"""Pages of dated facts: home, work, education and benefits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from resettle.goodlives.states import Refused
from resettle.web.look.forms import sent
from resettle.web.measures import sayings, work
from resettle.web.measures.forms import AskSaidForm, EndForm, FactForm, LeaveSaidForm, TakeBackForm, UseForm
from resettle.web.measures.models import CODES, Fact, Said
from resettle.web.people.models import Person
from resettle.web.plans.views import page, signed_in
from resettle.web.services.forms import VerifyForm
from resettle.web.services.models import Referral

HEADINGS = {
    "end": "It is so no longer",
    "verify": "Verify it",
    "use": "Use it for an outcome of a service",
    "take_back": "Take it back",
}


def facts(request: HttpRequest, person: Person) -> HttpResponse:
    """What is known of home and work, on which days that counts, and what may be done with each fact."""
    user = signed_in(request)
    kept = person.facts.select_related("captured_by", "verified_by").prefetch_related("evidence__referral__service")
    usable = bool(work.outcomes_open(person))
    rows = [{"one": one, "moves": moves(one, user, usable)} for one in kept[:100]]
    about = {"person": person, "rows": rows, "points": work.days_that_count(person), "words": HEADINGS, "codes": CODES}
    about["sayings"] = person.sayings.select_related("answered_by")[:50]
    return render(request, "measures/facts.html", about)


def moves(fact: Fact, user: Any, usable: bool) -> list[str]:
    """What may be done with a fact now; `usable`: an outcome of a service waits for one."""
    if not fact.stands:
        return []
    may = {
        "end": fact.ends is None,
        "verify": work.may_verify(fact, user),
        "use": usable,
        "take_back": not fact.evidence.all(),
    }
    return [event for event, so in may.items() if so]


def fact_add(request: HttpRequest, person: Person) -> HttpResponse:
    """Write down a dated fact, once."""
    form = FactForm(sent(request))
    if request.method == "POST" and form.is_valid():
        work.keep_fact(person, signed_in(request), form.values())
        messages.success(request, "The fact is kept.")
        return redirect("facts", person_id=person.pk)
    return page(request, "people/form.html", {"form": form, "person": person, "heading": "Add a dated fact"})


def fact_move(request: HttpRequest, person: Person, fact_id: Any, event: str) -> HttpResponse:
    """End a fact, verify it, use it for an outcome, or take it back."""
    fact = get_object_or_404(Fact, pk=fact_id, person=person, taken_back_on=None)
    makers = {
        "end": lambda data: EndForm(data, fact=fact),
        "verify": VerifyForm,
        "use": lambda data: UseForm(data, fact=fact),
        "take_back": TakeBackForm,
    }
    if event not in makers or (event == "take_back" and fact.evidence.exists()):
        raise Http404
    form = makers[event](sent(request))
    if request.method == "POST" and form.is_valid():
        refused = act(fact, event, signed_in(request), form.cleaned_data)
        if refused is None:
            return redirect("facts", person_id=person.pk)
        form.add_error(None, str(refused))
    lead = f"{fact.get_domain_display()}: {fact.get_code_display().lower()}, from {fact.begins:%-d %B %Y}"
    return page(request, "people/form.html", {"form": form, "person": person, "heading": HEADINGS[event], "lead": lead})


def act(fact: Fact, event: str, user: Any, values: dict[str, Any]) -> Refused | None:
    """Do it; or say why it may not be."""
    if event == "verify":
        return work.verify(fact, user, values["how"])
    if event == "use":
        key, code = values["outcome"].split(":", 1)
        made = work.use(fact, user, Referral.objects.get(pk=key, person=fact.person), code)
        return made if isinstance(made, Refused) else None
    if event == "end":
        work.end_fact(fact, values["on"])
    else:
        work.take_back(fact, user, values["why"])
    return None


SAID_HEADINGS = {
    "verify": "Verify what they said",
    "ask": "Ask about what they said",
    "set_aside": "Leave it as they said it",
}


def said_move(request: HttpRequest, person: Person, said_id: Any, event: str) -> HttpResponse:
    """What a worker does with something that the person said of themselves."""
    said = get_object_or_404(Said, pk=said_id, person=person, state__in=("waits", "asked"))
    makers = {"verify": VerifyForm, "ask": AskSaidForm, "set_aside": LeaveSaidForm}
    if event not in makers:
        raise Http404
    form = makers[event](sent(request))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        refused = sayings.act(said, event, signed_in(request), values.get("words", ""), values.get("how", ""))
        if refused is None:
            return redirect("facts", person_id=person.pk)
        form.add_error(None, str(refused))
    lead = f"“{sayings.I_SAY[said.code]}”, from {said.begins:%-d %B %Y}" + (f": {said.detail}" if said.detail else "")
    about = {"form": form, "person": person, "heading": SAID_HEADINGS[event], "lead": lead}
    return page(request, "people/form.html", about)
