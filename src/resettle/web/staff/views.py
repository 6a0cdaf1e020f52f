"""Pages of an account, for the administrator; and of what somebody who leaves hands over, for their coordinator."""

from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from resettle.web.access.models import Role, User
from resettle.web.look.forms import sent
from resettle.web.plans.views import page, signed_in
from resettle.web.staff import work
from resettle.web.staff.forms import HandOverForm, WhyForm


def found(account_id: Any) -> User:
    """The account of the address."""
    return get_object_or_404(User.objects.select_related("team__organisation", "volunteer"), pk=account_id)


def account(request: HttpRequest, account_id: Any) -> HttpResponse:
    """One account: what is still theirs, who hands it over, what was done with it, and what may be done."""
    one = found(account_id)
    coordinators = User.objects.filter(role=Role.COORDINATOR, is_active=True, team=one.team).order_by("name")
    about = {
        "account": one,
        "own": one.pk == signed_in(request).pk,
        "left": work.against_closing(one) if one.is_active else (),
        "coordinators": coordinators if one.team else [],
        "second_factor": is_mfa_enabled(one),
        "reopens": not one.is_active and not work.is_volunteer(one),
        "events": one.events.select_related("by"),
    }
    return render(request, "staff/account.html", about)


def account_close(request: HttpRequest, account_id: Any) -> HttpResponse:
    """Close an account, once nothing is theirs any more."""
    one, form = found(account_id), WhyForm(sent(request))
    if not one.is_active:
        raise Http404
    if request.method == "POST" and form.is_valid():
        refused = work.close(one, signed_in(request), form.cleaned_data["reason"])
        if not refused:
            messages.success(request, f"The account of {one.name} is closed. What they wrote stays under their name.")
            return redirect("account", account_id=one.pk)
        for why in refused:
            form.add_error(None, str(why))
    left = work.against_closing(one)
    lead = (
        "Something is still theirs, so it cannot be closed yet." if left else "Nobody can sign in with it afterwards."
    )
    return asked(request, one, form, f"Close the account of {one.name}", lead, "Close the account")


def account_open(request: HttpRequest, account_id: Any) -> HttpResponse:
    """Open a closed account again, with a new first password that is shown once."""
    one, form = found(account_id), WhyForm(sent(request))
    if one.is_active or work.is_volunteer(one):
        raise Http404
    if request.method == "POST" and form.is_valid():
        password = work.open_again(one, signed_in(request), form.cleaned_data["reason"])
        messages.success(request, f"{one.name} can sign in with {one.email} and this password, shown once: {password}")
        return redirect("account", account_id=one.pk)
    lead = "They get a new first password, and set up a second factor again."
    return asked(request, one, form, f"Open the account of {one.name} again", lead, "Open the account")


def account_reset(request: HttpRequest, account_id: Any) -> HttpResponse:
    """Take away the second factor of somebody who has lost their phone."""
    one, form = found(account_id), WhyForm(sent(request))
    if request.method == "POST" and form.is_valid():
        refused = work.reset(one, signed_in(request), form.cleaned_data["reason"])
        if refused is None:
            messages.success(request, f"{one.name} is signed out, and sets up a second factor at the next sign-in.")
            return redirect("account", account_id=one.pk)
        form.add_error(None, str(refused))
    lead = "Make sure first that it is they who ask: see them, or ring the number that you know. Their spare codes end too."
    return asked(request, one, form, f"Reset the second factor of {one.name}", lead, "Reset it")


def asked(request: HttpRequest, one: User, form: WhyForm, heading: str, lead: str, button: str) -> HttpResponse:
    """A page that asks why."""
    about = {"form": form, "account": one, "heading": heading, "lead": lead, "button": button}
    return page(request, "staff/why.html", about)


def leaving(request: HttpRequest, account_id: Any) -> HttpResponse:
    """For the coordinator: what somebody of the team still has, where each is handed over, and all of it to one named other."""
    user, one = signed_in(request), found(account_id)
    if user.team_id is None or one.team_id != user.team_id:
        raise Http404
    form = HandOverForm(sent(request), workers=work.next_workers(one))
    if request.method == "POST" and form.is_valid():
        refused = work.hand_all_over(one, form.cleaned_data["worker"], user)
        if refused is None:
            messages.success(request, f"{form.cleaned_data['worker'].name} has it all from today.")
            return redirect("leaving", account_id=one.pk)
        form.add_error("worker", str(refused))
    about = {
        "account": one,
        "form": form,
        "ties": work.ties_of(one),
        "contacts": work.contacts_of(one),
        "concerns": work.concerns_of(one),
        "matches": work.matches_of(one),
        "all_at_once": one.role != Role.MENTOR,
    }
    return page(request, "staff/leaving.html", about)
