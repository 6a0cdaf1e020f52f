"""Pages made to be printed: a version in large print and in easy read, its PDF, and the letter of progress."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from resettle.web.access.rules import RULES
from resettle.web.measures.change import standing
from resettle.web.people.models import Person
from resettle.web.plans import paper
from resettle.web.plans.models import Plan

WAYS = ("large", "easy")
SAID = {"intent": paper.intent, "step_as": paper.step_as, "went_as": paper.went_as}


def sealed(person: Person, number: int) -> Plan:
    """A version that has its words and its seal."""
    return get_object_or_404(Plan.objects.exclude(snapshot=""), person=person, number=number)


def scores(request: HttpRequest, person: Person, wanted: bool) -> dict[str, Any]:
    """How it goes, where it is wanted: `?scores=yes` puts it in and `?scores=no` leaves it out, and the page offers the other.

    A worker who may not open the person's measures does not see them on paper either; on their own pages the person does.
    """
    own = RULES[str(request.resolver_match.url_name)].own if request.resolver_match else False
    if not own and getattr(request.user, "role", None) not in RULES["measures"].needs:
        return {"scores": [], "other": None}
    wanted = request.GET.get("scores", "yes" if wanted else "no") == "yes"
    found = standing(person)
    return {"scores": found if wanted else [], "other": ("no" if wanted else "yes") if found else None}


def plan_paper(request: HttpRequest, person: Person, number: int, way: str) -> HttpResponse:
    """A version in large print (18 point) or in easy read, with its seal."""
    back = reverse("plan_version", kwargs={"person_id": person.pk, "number": number})
    return on_paper(request, person, sealed(person, number), way, back)


def my_paper(request: HttpRequest, person: Person, number: int, way: str) -> HttpResponse:
    """The same for the person themselves."""
    return on_paper(request, person, sealed(person, number), way, reverse("me_plan"))


def on_paper(request: HttpRequest, person: Person, version: Plan, way: str, back: str) -> HttpResponse:
    """A page to print, with the way back."""
    if way not in WAYS:
        raise Http404
    about = {"person": person, "version": version, "says": paper.says(version), "mark": paper.MARK, "way": way}
    about |= scores(request, person, wanted=True)
    more = {"states": paper.STATES, "back": back, **SAID}
    return render(request, f"plans/{way}.html", {**about, **more})


def plan_pdf(request: HttpRequest, person: Person, number: int) -> HttpResponse:
    """A version as a PDF; where it cannot be written, a page that says why and what to print instead."""
    return as_pdf(request, person, number, "plans/no_pdf.html")


def my_pdf(request: HttpRequest, person: Person, number: int) -> HttpResponse:
    """The same for the person themselves."""
    return as_pdf(request, person, number, "portal/no_pdf.html")


def as_pdf(request: HttpRequest, person: Person, number: int, instead: str) -> HttpResponse:
    """The PDF as a file to keep, or the page that stands in its place."""
    version = sealed(person, number)
    if not paper.can_write_pdf():
        raise Http404
    written = paper.plan_pdf(version, scores(request, person, wanted=True)["scores"])
    if written is None:
        return render(request, instead, {"person": person, "version": version}, status=422)
    name = f"plan-version-{number}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(written, content_type="application/pdf", headers=headers)


def letter(request: HttpRequest, person: Person) -> HttpResponse:
    """The letter of progress: what the person achieved and did, in their words, to sign; theirs to show, so unmarked."""
    about = {"person": person, "today": timezone.localdate(), "way": "letter", **scores(request, person, wanted=False)}
    return render(
        request, "plans/letter.html", {**about, **SAID, **paper.progress(person), "strengths": person.strengths.all()}
    )
