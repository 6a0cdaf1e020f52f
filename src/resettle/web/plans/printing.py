"""Pages made to be printed: a version in large print and in easy read, its PDF, and the letter of progress."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from resettle.web.people.models import Person
from resettle.web.plans import paper
from resettle.web.plans.models import Plan

WAYS = ("large", "easy")


def sealed(person: Person, number: int) -> Plan:
    """A version that has its words and its seal."""
    return get_object_or_404(Plan.objects.exclude(snapshot=""), person=person, number=number)


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
    more = {"states": paper.STATES, "intent": paper.intent, "back": back}
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
    written = paper.plan_pdf(version)
    if written is None:
        return render(request, instead, {"person": person, "version": version}, status=422)
    name = f"plan-version-{number}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(written, content_type="application/pdf", headers=headers)


def letter(request: HttpRequest, person: Person) -> HttpResponse:
    """The letter of progress: what the person achieved and did, in their words, to sign; theirs to show, so unmarked."""
    about = {"person": person, "today": timezone.localdate(), "way": "letter"}
    return render(
        request, "plans/letter.html", {**about, **paper.progress(person), "strengths": person.strengths.all()}
    )
