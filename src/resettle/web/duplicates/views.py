"""Pages of duplicates: what is proposed, a look at both, bringing them together, and taking them apart."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from resettle.web.access.models import Role
from resettle.web.access.routes import person_or_404
from resettle.web.access.standing import stands
from resettle.web.duplicates import work
from resettle.web.duplicates.forms import WhyForm
from resettle.web.duplicates.models import Merge, TwoPeople
from resettle.web.look.forms import sent
from resettle.web.people.models import Person

MOST = 50


def duplicates(request: HttpRequest) -> HttpResponse:
    """Records that may be of one person, likeliest first, and what was brought together."""
    user: Any = request.user
    pairs = work.proposed(None if user.role == Role.ADMINISTRATOR else user, MOST)
    people = Person.objects.in_bulk({key for pair in pairs for key in (pair.one, pair.other)})
    by_key = {str(pk): person for pk, person in people.items()}
    shown = [{"one": by_key[p.one], "other": by_key[p.other], "reasons": p.reasons} for p in pairs]
    done = Merge.objects.filter(split_at=None).select_related("kept", "gone", "by")[:MOST]
    if user.role != Role.ADMINISTRATOR:
        done = [one for one in done if stands(user, one.kept, "team")]
    return render(request, "duplicates/duplicates.html", {"pairs": shown, "done": done})


def merge(request: HttpRequest, person: Person, other_id: Any) -> HttpResponse:
    """Both records side by side, with what moves; bring the other into this one."""
    other = other_or_refuse(request, person, other_id)
    form = WhyForm(sent(request))
    if request.method == "POST" and form.is_valid():
        made = work.merge(person, other, request.user, form.cleaned_data["why"])
        if not isinstance(made, str):
            messages.success(request, "The two records are one. It can be undone.")
            return redirect("duplicates")
        form.add_error(None, made)
    about = {
        "kept": person,
        "gone": other,
        "counts": work.counted(person, other),
        "numbers": [one.identifiers.order_by("kind") for one in (person, other)],
        "left": work.left_behind(person, other),
        "form": form,
    }
    return render(request, "duplicates/merge.html", about, status=422 if form.errors else 200)


def two_people(request: HttpRequest, person: Person, other_id: Any) -> HttpResponse:
    """Keep that two records are of two people, so that they are not proposed again."""
    other = other_or_refuse(request, person, other_id)
    if request.method == "POST":
        one, second = sorted((person, other), key=lambda each: str(each.pk))
        TwoPeople.objects.get_or_create(one=one, other=second, defaults={"by": request.user})
        return redirect("duplicates")
    lead = f"{person.name} and {other.name} will not be proposed again."
    about = {"form": [], "heading": "These are two people", "lead": lead, "button": "Keep them apart"}
    return render(request, "people/form.html", about)


def split(request: HttpRequest, person: Person, merge_id: Any) -> HttpResponse:
    """Take two records apart again."""
    made = get_object_or_404(Merge, pk=merge_id, kept=person, split_at=None)
    form = WhyForm(sent(request))
    if request.method == "POST" and form.is_valid():
        refused = work.split(made, request.user, form.cleaned_data["why"])
        if not refused:
            messages.success(request, "The two records are apart again, as they were.")
            return redirect("duplicates")
        form.add_error(None, refused)
    lead = "Everything goes back to where it was. What was written since they were brought together stays with this record."
    about = {"form": form, "heading": f"Take {made.gone.name} out of the record of {person.name}", "lead": lead}
    return render(request, "people/form.html", {**about, "button": "Take apart"}, status=422 if form.errors else 200)


def other_or_refuse(request: HttpRequest, person: Person, other_id: Any) -> Person:
    """The other record; a coordinator needs to stand to both as the rule asks."""
    user: Any = request.user
    other = person_or_404(other_id)
    if other == person:
        raise Http404
    if user.role == Role.COORDINATOR and not stands(user, other, "team"):
        raise PermissionDenied
    return other
