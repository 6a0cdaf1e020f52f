"""What somebody typed is shown back to them where it could not be taken: the page was open too long, or they were signed out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

SECRET = ("csrfmiddlewaretoken", "password", "secret", "pin", "again", "code", "login", "number", "born")


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The text of each box that was sent, to copy; never a password, a code or what signs somebody in."""
    return [
        (name.replace("_", " ").capitalize(), value)
        for name, values in request.POST.lists()
        if not name.startswith(SECRET)
        for value in values
        if len(value.strip()) > 1
    ]


def shown_back(request: HttpRequest, template: str, status: int = 403) -> HttpResponse:
    """A page with what was typed, and the way back to the form."""
    return render(request, template, {"typed": typed(request), "again": request.path}, status=status)


def forged(request: HttpRequest, reason: Any = "") -> HttpResponse:
    """A form without its token: it was open too long, or it came from somewhere else. Nothing was saved."""
    return shown_back(request, "403_csrf.html")
