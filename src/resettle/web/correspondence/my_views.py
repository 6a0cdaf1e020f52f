"""The person's own page of messages: what was written between them and their teams, and a box to write."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from resettle.web.correspondence import work
from resettle.web.correspondence.forms import MyMessageForm
from resettle.web.look.forms import sent
from resettle.web.people.models import Person
from resettle.web.portal.views import page

MOST = 50


def my_messages(request: HttpRequest, person: Person) -> HttpResponse:
    """What went and what came, newest first. What waits or was cancelled stays with the team that wrote it."""
    teams = work.teams_of(person)
    form = MyMessageForm(sent(request), teams=teams)
    if request.method == "POST" and teams and form.is_valid():
        work.receive(person, form.team(), form.cleaned_data["words"], work.OWN_PAGE)
        return redirect("me_messages")
    kept = work.between(person)[:MOST]
    about: dict[str, Any] = {"form": form, "person": person, "kept": kept, "teams": teams}
    return page(request, "portal/messages.html", about)
