"""What every page has: the menu of the reader's role, and whether this copy holds invented people."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from resettle.web.access.rules import RULES
from resettle.web.look.forms import errors_of

# The pages of the menu, in its order; each reader sees those that their role may open.
MENU = {
    "home": "Home",
    "monday": "Monday",
    "people": "People",
    "week": "My week",
    "gate_list": "Gate",
    "diary": "Diary",
    "volunteers": "Volunteers",
    "referrals": "Referrals",
    "services": "Services",
    "unmet": "Unmet wants",
    "instruments": "Questionnaires",
    "imports": "Bring in",
    "approvals": "Approvals",
    "funds": "Funds",
    "audit": "Who looked",
    "accounts": "Accounts",
    "duplicates": "Two records?",
    "retention": "Retention",
}


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """The menu and the settings that pages show."""
    return {
        "demo": settings.DEMO,
        "menu": menu(request),
        "errors_of": errors_of,
        "languages": settings.LANGUAGES,
        "organisation": settings.ORGANISATION,
    }


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu of whoever reads."""
    role = getattr(getattr(request, "user", None), "role", None)  # a page that refuses an unknown host knows no reader
    here = getattr(request.resolver_match, "url_name", None)
    items = [
        {"text": words, "href": reverse(name), "current": here == name}
        for name, words in MENU.items()
        if role in RULES[name].needs
    ]
    return [*items, {"text": "Sign out", "href": reverse("account_logout")}] if role else []
