"""The page on which a record stands as plain text, to copy into another system."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from resettle.web.copying.fields import KINDS
from resettle.web.copying.systems import systems
from resettle.web.people.models import Person

HEADINGS = {
    "contact": "A contact as text",
    "plan": "The plan as text",
    "referral": "A referral as text",
    "review": "A review as text",
}


def as_text(request: HttpRequest, person: Person, kind: str, thing_id: Any) -> HttpResponse:
    """A contact, plan, referral or review as plain text, in the order of the system that is chosen."""
    if kind not in KINDS:
        raise Http404
    thing = get_object_or_404(KINDS[kind][0], pk=thing_id, person=person)
    found, problems = systems()
    fitting = {name: one for name, one in found.items() if one.of(kind)}
    name = request.GET.get("in", next(iter(fitting)))
    if name not in fitting:
        raise Http404
    words = fitting[name].text(kind, thing)
    about = {
        "person": person,
        "heading": HEADINGS[kind],
        "systems": fitting.values(),
        "chosen": fitting[name],
        "words": words,
        "rows": max(6, min(30, 2 + words.count("\n") + len(words) // 80)),
        "problems": problems,
    }
    return render(request, "copying/text.html", about)
