"""Pages of requests to erase: the person's own, the worker's for them, and the administrator's decision, letter and erasure."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from resettle.goodlives import erasure, reviews
from resettle.goodlives.states import Refused
from resettle.web.look.forms import sent
from resettle.web.people.models import Person
from resettle.web.plans.paper import MARK
from resettle.web.plans.views import page, signed_in
from resettle.web.retention import asked as work
from resettle.web.retention.columns import KINDS
from resettle.web.retention.forms import DecideForm, ErasureForm, MyErasureForm, SureForm
from resettle.web.retention.models import ErasureRequest

# What each kind of record is to the person.
PLAIN = {
    "messages": later("Messages from you and to you"),
    "restricted_notes": later("Notes that only some people can read"),
    "casework": later("Your plan, your map, meetings and help"),
    "money": later("What you asked money for"),
    "audit": later("Why people looked at your record"),
    "identity": later("Your name, your numbers and where you live"),
}
SAID = {
    "waits": later("We have not said yes or no yet"),
    "full": later("We said yes"),
    "part": later("We said yes to some of it"),
    "refused": later("We said no"),
    "taken_back": later("You took it back"),
}


def my_erasure(request: HttpRequest, person: Person) -> HttpResponse:
    """For the person: ask that something is taken out of their record, see the answer, or take the request back."""
    if request.method == "POST" and "stop" in request.POST:
        work.take_back(person)
        return redirect("me_erasure")
    form = MyErasureForm(sent(request))
    waits = person.erasure_requests.filter(state="waits").first()
    if request.method == "POST" and form.is_valid():
        made = work.ask(person, None, {**form.cleaned_data, "how": "own_page"})
        if not isinstance(made, Refused):
            return redirect("me_erasure")
        form.add_error(None, _("You have asked already. We answer that first."))
    about = {"person": person, "form": form, "waits": waits, "every": erasure.every_ground()}
    about |= {"asked": person.erasure_requests.order_by("-asked_on")[:10], "said": SAID, "kinds": PLAIN}
    return page(request, "portal/erasure.html", about)


def erasure_ask(request: HttpRequest, person: Person) -> HttpResponse:
    """For a worker: write down what the person asks, on their behalf."""
    form = ErasureForm(sent(request), initial={"asked_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        made = work.ask(person, signed_in(request), values, values.pop("asked_on"))
        if not isinstance(made, Refused):
            by = f"{made.answer_by:%-d %B %Y}"
            messages.success(request, f"It is written down. An administrator answers by {by} at the latest.")
            return redirect("person", person_id=person.pk)
        form.add_error(None, str(made))
    waits = person.erasure_requests.filter(state="waits").first()
    lead = "They may ask at any time, in any words. An administrator decides within one calendar month."
    if waits is not None:
        lead = f"They asked on {waits.asked_on:%-d %B %Y}. An administrator answers by {waits.answer_by:%-d %B %Y}."
    about = {"form": form, "person": person, "heading": f"{person.called} asks for erasure", "lead": lead}
    return page(request, "people/form.html", about)


def erasure_requests(request: HttpRequest) -> HttpResponse:
    """For the administrator: what is to be answered and by when, what is to be erased, and what was answered."""
    today = timezone.localdate()
    rows = [
        {"asked": one, "state": reviews.stands(one.answer_by, today, one.decided_on).state} for one in work.waiting()
    ]
    return render(request, "retention/requests.html", {"rows": rows, "done": work.done()[:100]})


def own_request(person: Person, asked_id: Any) -> ErasureRequest:
    """A request of the person."""
    found = ErasureRequest.objects.select_related("asked_by", "decided_by", "person")
    return get_object_or_404(found, pk=asked_id, person=person)


def erasure_request(request: HttpRequest, person: Person, asked_id: Any) -> HttpResponse:
    """Decide a request; once it is decided, its answer, the letter, and what is still to be erased."""
    asked = own_request(person, asked_id)
    grounds = erasure.grounds(work.regime())
    form = DecideForm(sent(request), grounds=grounds) if asked.state == "waits" else None
    if form is not None and request.method == "POST" and form.is_valid():
        refused = work.decide(asked, signed_in(request), form.cleaned_data)
        if refused is None:
            messages.success(request, "It is decided. Print the letter before anything is erased.")
            return redirect("erasure_request", person_id=person.pk, asked_id=asked.pk)
        form.add_error(refused.broken if refused.broken in form.fields else None, str(refused))
    about = {"person": person, "asked": asked, "form": form, "kinds": KINDS, "every": erasure.every_ground()}
    about["against"] = work.against(asked) if asked.to_carry_out else []
    return render(request, "retention/request.html", about, status=422 if form is not None and form.errors else 200)


def erasure_carry_out(request: HttpRequest, person: Person, asked_id: Any) -> HttpResponse:
    """Erase what was granted, after a tick."""
    asked, form = own_request(person, asked_id), SureForm(sent(request))
    if not asked.to_carry_out:
        raise Http404
    if request.method == "POST" and form.is_valid():
        refused = work.carry_out(asked, signed_in(request))
        if refused is None:
            messages.success(request, f"Erased: {', '.join(KINDS[kind].lower() for kind in asked.kinds)}.")
            return redirect("erasure_requests")
        form.add_error(None, str(refused))
    goes = ", ".join(KINDS[kind].lower() for kind in asked.kinds)
    lead = f"{person.name}: {goes}. What is erased does not come back, except from a back-up that was made before."
    about = {"form": form, "heading": "Erase what was granted", "lead": lead, "button": "Erase"}
    return page(request, "people/form.html", about)


def erasure_letter(request: HttpRequest, person: Person, asked_id: Any) -> HttpResponse:
    """The answer as a letter to print."""
    asked = own_request(person, asked_id)
    if asked.decided_on is None:
        raise Http404
    about = {"person": person, "asked": asked, "mark": MARK, "way": "letter", "kinds": PLAIN}
    return render(request, "retention/letter.html", {**about, "every": erasure.every_ground()})
