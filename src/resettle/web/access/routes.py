"""`page`: a URL whose view opens only as its rule allows, and whose every opening is recorded."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path

from resettle.web.access.audit import record
from resettle.web.access.kept import shown_back
from resettle.web.access.models import Role, Verb
from resettle.web.access.rules import RULES, Rule
from resettle.web.access.standing import stands
from resettle.web.people.models import Person
from resettle.web.portal.door import inside

View = Callable[..., HttpResponse]


def page(pattern: str, view: View, name: str) -> URLPattern:
    """A route. Its rule is looked up by name; a page without one is an error when the site starts.

    Where the pattern has `<uuid:person_id>`, the view gets the person instead, once the reader may open their record.
    """
    return path(pattern, guarded(view, name, RULES[name]), name=name)


def guarded(view: View, name: str, rule: Rule) -> View:
    """The view behind its rule and the record of who looked."""
    if rule.public:
        return view
    if rule.own:
        return for_the_person(view, name)

    @wraps(view)
    def opened(request: HttpRequest, **named: Any) -> HttpResponse:
        user: Any = request.user
        if not user.is_authenticated:
            if request.method == "POST":
                return shown_back(request, "access/signed_out.html")
            return redirect_to_login(request.get_full_path())
        if user.role not in rule.needs:
            return refuse(request, name)
        person = None
        if "person_id" in named:
            person = person_or_404(named.pop("person_id"))
            need = rule.needs[user.role]
            if need and not stands(user, person, need):
                return ask_reason(request, name, person)
            named["person"] = person
        with whole(request):
            response = view(request, **named)
            if person is not None and response.status_code < 400:
                record(user, Verb.CHANGE if request.method == "POST" else rule.seen, name, person)
        return response

    return opened


def for_the_person(view: View, name: str) -> View:
    """A page that only the person themselves opens; what they do there is on record too, as done by nobody on the staff."""

    @wraps(view)
    def opened(request: HttpRequest, **named: Any) -> HttpResponse:
        person = inside(request)
        if person is None:
            if request.method == "POST":
                return shown_back(request, "portal/signed_out.html")
            return redirect("me_door")
        with whole(request):
            response = view(request, person=person, **named)
            if response.status_code < 400:
                record(
                    None, Verb.CHANGE if request.method == "POST" else Verb.READ, name, person, "the person themselves"
                )
        return response

    return opened


def whole(request: HttpRequest) -> AbstractContextManager[None]:
    """One transaction for what is sent: the change and the record of it are both kept, or neither is."""
    return transaction.atomic() if request.method == "POST" else nullcontext()


def person_or_404(person_id: Any) -> Person:
    """The person, or a page that says only that there is no such record."""
    person = Person.objects.filter(pk=person_id, merged_into=None).exclude(erasures__kind="identity").first()
    if person is None:
        raise Http404
    return person


def ask_reason(request: HttpRequest, name: str, person: Person) -> HttpResponse:
    """Outside the caseload: a practitioner is asked why; anybody else is refused. Both are recorded."""
    user: Any = request.user
    if user.role == Role.PRACTITIONER and request.method == "GET":
        record(user, Verb.REFUSED, name, person, "asked for a reason")
        return redirect("give_reason", for_id=person.pk)
    return refuse(request, name, person)


def refuse(request: HttpRequest, name: str, person: Person | None = None) -> HttpResponse:
    """A page that says so, and the record that it was tried."""
    user: Any = request.user
    record(user, Verb.REFUSED, name, person)
    return render(request, "access/refused.html", status=403)
