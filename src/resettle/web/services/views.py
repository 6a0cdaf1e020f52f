"""Pages for finding help, referrals, the provider's work, evidence, and the register of unmet wants."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from resettle.goodlives.states import Refused, state_table
from resettle.reference.goods import Good, goods
from resettle.report.words import capital, plain
from resettle.web.access.models import Role, User
from resettle.web.look.forms import sent
from resettle.web.look.jinja import day
from resettle.web.people.models import Person
from resettle.web.plans.forms import labels
from resettle.web.plans.views import page, signed_in
from resettle.web.services import work
from resettle.web.services.forms import (
    EvidenceForm,
    ReferForm,
    ReferralMoveForm,
    ServiceForm,
    SessionForm,
    UnmetForm,
    VerifyForm,
)
from resettle.web.services.models import Evidence, Referral, Service, UnmetWant

FEWEST = 10
"""Counts of people below this are not shown to those who may not see the people."""


def known(good: str) -> Good:
    """A good by its code; there is no page for an unknown one."""
    for one in goods():
        if one.code == good:
            return one
    raise Http404


def find(request: HttpRequest, person: Person, good: str) -> HttpResponse:
    """What there is for a good, so that the person picks; what is not on offer goes on the register."""
    wanted, found = known(good), work.find(person, good)
    form = UnmetForm(sent(request))
    if request.method == "POST" and form.is_valid():
        work.keep_unmet(person, found, form.cleaned_data["words"])
        messages.success(request, "It is written down, so that those who pay for services see it.")
        return redirect("plan", person_id=person.pk)
    about = {"person": person, "good": good, "wanted": wanted, "found": found, "form": form}
    about["budget"] = person.budgets.first()
    return render(request, "services/find.html", about, status=422 if form.errors else 200)


def refer(request: HttpRequest, person: Person, service_id: Any, good: str) -> HttpResponse:
    """Refer to a service that the person picked."""
    service = get_object_or_404(Service, pk=service_id)
    known(good)
    form = ReferForm(sent(request), person=person, service=service, good=good)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        goal, outcomes = values.pop("goal"), dict.fromkeys(values.pop("outcomes"))
        made = work.write(person, goal, service, signed_in(request), {**values, "good": good, "outcomes": outcomes})
        if not isinstance(made, Refused):
            messages.success(request, f"Sent to {service.name}.")
            return redirect("referral", person_id=person.pk, referral_id=made.pk)
        form.add_error(None, str(made))
    return page(request, "people/form.html", {"form": form, "person": person, "heading": f"Ask {service.name} to help"})


def referral(request: HttpRequest, person: Person, referral_id: Any) -> HttpResponse:
    """One referral: what was asked, who works on it, its sessions, and what may be done now."""
    one = own_referral(request, person, referral_id)
    user = signed_in(request)
    about = {
        "person": person,
        "referral": one,
        "state": state_table("referral").states[one.state],
        "sessions": one.sessions.select_related("contact", "contact__worker").order_by("-contact__at"),
        "worker": one.assignments.filter(superseded=False).select_related("worker").first(),
        "moves": [event for event in work.moves(one, user) if event not in ("meet", "deliver", "ask_report")],
        "labels": labels("referral"),
        "may_hold": user.role == Role.PROVIDER and one.state in work.HELPED,
        "flags": person.safety_flags.filter(ended_at=None),
        "evidence": one.evidence.select_related("observed_by", "verified_by"),
    }
    return render(request, "services/referral.html", about)


def own_referral(request: HttpRequest, person: Person, referral_id: Any) -> Referral:
    """A referral of the person; a provider's worker reaches only those to their own organisation."""
    found = Referral.objects.filter(person=person)
    user = signed_in(request)
    if user.role == Role.PROVIDER:
        found = found.filter(service__provider=user.team.organisation_id)
    return get_object_or_404(found.select_related("service", "service__provider"), pk=referral_id)


def referral_move(request: HttpRequest, person: Person, referral_id: Any, event: str) -> HttpResponse:
    """Do something with a referral."""
    one = own_referral(request, person, referral_id)
    words = labels("referral")
    if event not in words or event in ("write", "send", "meet", "deliver", "ask_report"):
        raise Http404
    form = ReferralMoveForm(sent(request), event=event, referral=one)
    if request.method == "POST" and form.is_valid():
        answer = work.act(one, event, signed_in(request), form.cleaned_data)
        if answer is None:
            return redirect("referral", person_id=person.pk, referral_id=one.pk)
        form.add_error("reason" if answer.broken == "reason" and "reason" in form.fields else None, str(answer))
    return page(request, "people/form.html", {"form": form, "person": person, "heading": words[event]})


def session_add(request: HttpRequest, person: Person, referral_id: Any) -> HttpResponse:
    """Record a session."""
    one = own_referral(request, person, referral_id)
    form = SessionForm(sent(request), person=person, initial={"goal": one.goals.first()})
    if request.method == "POST" and form.is_valid():
        names = ("medium", "setting", "goal", "summary", "strengths", "minutes", "concern", "concern_for")
        answer = work.hold_session(one, signed_in(request), form.pick(*names))
        if answer is None:
            return redirect("referral", person_id=person.pk, referral_id=one.pk)
        form.add_error(None, str(answer))
    return page(request, "people/form.html", {"form": form, "person": person, "heading": "Record a session"})


def referrals(request: HttpRequest) -> HttpResponse:
    """The provider's own list: what waits for an answer, and what is under way."""
    user: User = signed_in(request)
    found = Referral.objects.filter(service__provider=user.team and user.team.organisation_id, state__in=work.OPEN)
    found = found.select_related("person", "service").order_by("sent_at")
    states = state_table("referral").states
    return render(request, "services/referrals.html", {"referrals": found[:200], "states": states})


def evidence(request: HttpRequest, person: Person) -> HttpResponse:
    """What came of it: everything that was seen to be so, and who made sure."""
    kept = person.evidence.select_related("observed_by", "verified_by", "goal")
    referrals = person.referrals.select_related("service")
    about = {"person": person, "evidence": kept, "states": state_table("evidence").states, "referrals": referrals}
    return render(request, "services/evidence.html", {**about, "referral_states": state_table("referral").states})


def evidence_add(request: HttpRequest, person: Person) -> HttpResponse:
    """Keep something that was seen to be so."""
    form = EvidenceForm(sent(request), person=person)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        values["referral"] = next((r for r in person.referrals.all() if values["code"] in r.outcomes), None)
        made = work.observe(person, signed_in(request), values)
        if not isinstance(made, Refused):
            return redirect("evidence", person_id=person.pk)
        form.add_error(None, str(made))
    return page(request, "people/form.html", {"form": form, "person": person, "heading": "Something has changed"})


def evidence_verify(request: HttpRequest, person: Person, evidence_id: Any) -> HttpResponse:
    """Make sure of it."""
    kept = get_object_or_404(Evidence, pk=evidence_id, person=person)
    form = VerifyForm(sent(request))
    if request.method == "POST" and form.is_valid():
        answer = work.verify(kept, signed_in(request), form.cleaned_data["how"])
        if answer is None:
            return redirect("evidence", person_id=person.pk)
        form.add_error(None, str(answer))
    lead = f"{capital(plain(kept.code))}, {day(kept.on)}"
    return page(request, "people/form.html", {"form": form, "person": person, "heading": "Verify", "lead": lead})


def services(request: HttpRequest) -> HttpResponse:
    """What is on offer."""
    return render(
        request, "services/services.html", {"services": Service.objects.select_related("provider").order_by("name")}
    )


def service_add(request: HttpRequest) -> HttpResponse:
    """Put a service on offer."""
    form = ServiceForm(sent(request))
    if request.method == "POST" and form.is_valid():
        Service.objects.create(**form.cleaned_data)
        return redirect("services")
    return page(request, "people/form.html", {"form": form, "heading": "Add a service"})


def unmet(request: HttpRequest) -> HttpResponse:
    """The register of unmet wants by good and place: people are counted, and small counts are not shown."""
    names = {good.code: good.name for good in goods()}
    seen = UnmetWant.objects.values_list("good", "place", "person").distinct()
    counts = Counter((good, place) for good, place, _ in seen)
    rows = [
        {"good": names.get(good, good), "place": place or "not known", "people": n if n >= FEWEST else None}
        for (good, place), n in sorted(counts.items())
    ]
    return render(request, "services/unmet.html", {"rows": rows, "fewest": FEWEST})
