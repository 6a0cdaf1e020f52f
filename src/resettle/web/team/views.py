"""The coordinator's Monday."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from resettle.web.plans.views import signed_in
from resettle.web.team import work


def monday(request: HttpRequest) -> HttpResponse:
    """What to look at this week; nothing for a coordinator without a team."""
    user = signed_in(request)
    about = work.monday(user) if user.team else {"team": None}
    return render(request, "team/monday.html", {**about, "days": work.SILENT_DAYS})
