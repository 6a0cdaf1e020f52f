"""What every page has: the menu of the reader's role, and whether this copy holds invented people."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from resettle.web.access.rules import RULES
from resettle.web.look.forms import errors_of

# The pages of the menu, in its order, with what each is for; each reader sees those that their role may open.
MENU = {
    "home": ("Home", "What waits today"),
    "monday": ("Monday", "What the team must look at this week"),
    "people": ("People", "Find somebody by name or number"),
    "week": ("My week", "Whom you meet, your hours and your checks"),
    "gate_list": ("Gate", "Who comes out soon, and what is due"),
    "diary": ("Diary", "Your meetings and what to record"),
    "volunteers": ("Volunteers", "Who can mentor, their checks and their matches"),
    "referrals": ("Referrals", "People who were sent to your organisation for help"),
    "services": ("Services", "What help there is"),
    "unmet": ("Unmet wants", "What people want and nobody offers, counted by good and place"),
    "instruments": ("Questionnaires", "The measures that can be asked, and their terms of use"),
    "imports": ("Bring in", "People, plans and contacts from another system"),
    "approvals": ("Approvals", "Money from personal budgets that waits for a yes or a no"),
    "funds": ("Funds", "The funds of personal budgets and their rules"),
    "audit": ("Who looked", "Every look at a record, and every change"),
    "accounts": ("Accounts", "Who can sign in, and as what"),
    "duplicates": ("Two records?", "People who may have been added twice"),
    "erasure_requests": ("Requests to erase", "What people ask to have erased, and by when to answer"),
    "retention": ("Retention", "How long records are kept, and what is due to go"),
}
# A menu of more than this many pages leaves out those that are seldom opened, so that it stays on one line.
MOST = 10
SELDOM = {"instruments", "imports", "funds", "duplicates"}


def everywhere(request: HttpRequest) -> dict[str, Any]:
    """The menu and the settings that pages show."""
    return {
        "demo": settings.DEMO,
        "menu": menu(request),
        "elsewhere": lambda: elsewhere(request),
        "errors_of": errors_of,
        "languages": settings.LANGUAGES,
        "organisation": settings.ORGANISATION,
    }


def pages(request: HttpRequest) -> list[str]:
    """The pages of the menu that the reader's role may open."""
    role = getattr(getattr(request, "user", None), "role", None)  # a page that refuses an unknown host knows no reader
    return [name for name in MENU if role in RULES[name].needs] if role else []


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """The menu of whoever reads."""
    here = getattr(request.resolver_match, "url_name", None)
    opens = pages(request)
    shown = [name for name in opens if len(opens) <= MOST or name not in SELDOM]
    items = [{"text": MENU[name][0], "href": reverse(name), "current": here == name} for name in shown]
    return [*items, {"text": "Sign out", "href": reverse("account_logout")}] if opens else []


def elsewhere(request: HttpRequest) -> list[dict[str, Any]]:
    """What the home page lists, with what each is for: pages that the menu leaves out; all, for whoever keeps no diary."""
    in_menu = {item["href"] for item in menu(request)} if "diary" in pages(request) else {reverse("home")}
    listed = [
        {"text": words, "for": what, "href": reverse(name)}
        for name, (words, what) in MENU.items()
        if name in pages(request)
    ]
    return [item for item in listed if item["href"] not in in_menu]
