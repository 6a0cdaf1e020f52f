"""Accounts are made by an administrator: nobody signs themselves up, by password or through another provider. Wrong passwords
and wrong codes of the second factor are counted together, and pause the account.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import render

from resettle.web.access.models import User


class StaffOnly(DefaultAccountAdapter):
    """No sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed."""
        return False

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Setting up the first second factor is a part of signing in, however that was done; afterwards the library asks."""
        if app == "allauth.mfa" and not is_mfa_enabled(context.request.user):
            return False
        return bool(super().is_reauthentication_required(app=app, **more))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where somebody signs in from."""
        return where_from(request)


class KnownStaffOnly(DefaultSocialAccountAdapter):
    """Sign-in through the organisation only for those whom an administrator has added, by verified e-mail address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Closed."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join a first sign-in to the account with the same verified address; a page for those who have none."""
        if sociallogin.is_existing:
            return
        verified = [address.email for address in sociallogin.email_addresses if address.verified]
        user = User.objects.filter(email__in=[email.lower() for email in verified], is_active=True).first()
        if user is None:
            raise ImmediateHttpResponse(render(request, "access/unknown.html", status=403))
        sociallogin.connect(request, user)


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """The code of the second factor. Who tries wrong ones is paused as for wrong passwords."""

    def clean_code(self) -> str:
        """The code; nothing is looked at while the account is paused."""
        request, tried = context.request, {"email": self.user.email}
        if not AxesProxyHandler.is_allowed(request, tried):
            request.axes_locked_out = True
            raise ValidationError("Sign-in is paused")
        try:
            return str(super().clean_code())
        except ValidationError:
            user_login_failed.send(sender=__name__, credentials=tried, request=request)
            raise


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app. It proves who is there, so the spare codes that follow are shown without asking again."""

    def clean_code(self) -> str:
        """The code, and a note in the session that it was right."""
        code = str(super().clean_code())
        record_authentication(context.request, self.user, "mfa", reauthenticated=True)
        return code


def who_tries(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The e-mail address with which somebody tries to sign in, in small letters."""
    known = credentials or {}
    return str(known.get("email") or known.get("username") or request.POST.get("login", "")).strip().lower()


def where_from(request: HttpRequest) -> str:
    """The address of who asks: as the proxy in front of the site says, or on plain HTTP, which has none, as the connection does."""
    passed_on = "" if settings.PLAIN_HTTP else request.META.get("HTTP_X_FORWARDED_FOR", "")
    return str(passed_on.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", ""))
