"""Pages of accounts and of the record of who looked."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from resettle.web.access.audit import broken_at
from resettle.web.access.models import AccessEvent, Role, Team, User
from resettle.web.look.forms import PlainForm, sent


class AccountForm(PlainForm):
    """A new account."""

    name = forms.CharField(label="Full name", max_length=200, error_messages={"required": "Enter their full name"})
    email = forms.EmailField(
        label="Email address",
        error_messages={
            "required": "Enter their email address",
            "invalid": "Enter an email address in the correct format, like name@example.com",
        },
    )
    role = forms.ChoiceField(
        label="What do they do?",
        choices=Role.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what they do"},
    )
    team = forms.ModelChoiceField(Team.objects.order_by("name"), label="Team", required=False)

    def clean_email(self) -> str:
        """An address that nobody has yet, in small letters."""
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email=email).exists():
            raise forms.ValidationError("There is an account with this email address already")
        return email


def accounts(request: HttpRequest) -> HttpResponse:
    """Everybody who can sign in."""
    return render(request, "access/accounts.html", {"users": User.objects.select_related("team").order_by("name")})


def account_add(request: HttpRequest) -> HttpResponse:
    """Make an account. Its first password is shown once."""
    form = AccountForm(sent(request))
    if request.method == "POST" and form.is_valid():
        password = secrets.token_urlsafe(12)
        values: dict[str, Any] = form.cleaned_data
        user = User.objects.create_user(password=password, **values)
        validate_password(password, user)
        messages.success(
            request, f"{user.name} can sign in with {user.email} and this password, shown once: {password}"
        )
        return redirect("accounts")
    about = {"form": form, "heading": "Add an account"}
    return render(request, "people/form.html", about, status=422 if form.errors else 200)


def audit(request: HttpRequest) -> HttpResponse:
    """The record of who looked, and whether its chain holds."""
    events = AccessEvent.objects.select_related("user").order_by("-sequence")[:200]
    return render(request, "access/audit.html", {"events": events, "broken_at": broken_at()})
