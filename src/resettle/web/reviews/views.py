"""Pages of reviews."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from resettle.goodlives.states import state_table
from resettle.web.look.forms import sent
from resettle.web.people.models import Person
from resettle.web.plans.forms import labels
from resettle.web.plans.views import page, signed_in
from resettle.web.reviews import work
from resettle.web.reviews.forms import DoForm, PutOffForm
from resettle.web.reviews.models import Review


def reviews(request: HttpRequest, person: Person) -> HttpResponse:
    """The review that comes next, and those that were done. Pressing the button sets one where there is none."""
    if request.method == "POST":
        work.keep_up(person)
        return redirect("reviews", person_id=person.pk)
    kept = list(person.reviews.select_related("done_by", "person"))
    about = {
        "person": person,
        "open": [{"one": one, "moves": work.moves(one, signed_in(request))} for one in kept if one.state in work.OPEN],
        "done": [one for one in kept if one.state not in work.OPEN],
        "labels": labels("review"),
        "states": state_table("review").states,
    }
    return render(request, "reviews/reviews.html", about)


def review_move(request: HttpRequest, person: Person, review_id: Any, event: str) -> HttpResponse:
    """Record that a review was done, or put it off."""
    review = get_object_or_404(Review, pk=review_id, person=person)
    if event not in ("do", "exempt"):
        raise Http404
    doing = event == "do"
    form = DoForm(sent(request), initial={"on": timezone.localdate()}) if doing else PutOffForm(sent(request))
    if request.method == "POST" and form.is_valid():
        values, user = form.cleaned_data, signed_in(request)
        answer = (
            work.do(review, user, values["on"], values["notes"])
            if doing
            else work.put_off(review, user, values["code"], values["reason"])
        )
        if answer is None:
            return redirect("reviews", person_id=person.pk)
        form.add_error(None, str(answer))
    lead = f"{review.get_kind_display()}, due by {review.due_now:%-d %B %Y}"
    return page(
        request, "people/form.html", {"form": form, "person": person, "heading": labels("review")[event], "lead": lead}
    )
