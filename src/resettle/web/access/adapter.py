"""Accounts are made by an administrator: nobody signs themselves up, by password or through another provider."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

from resettle.web.access.models import User


class StaffOnly(DefaultAccountAdapter):
    """No sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Closed."""
        return False


class KnownStaffOnly(DefaultSocialAccountAdapter):
    """Sign-in through the organisation only for those whom an administrator has added, by verified e-mail address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Closed."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join a first sign-in to the account with the same verified address."""
        if sociallogin.is_existing:
            return
        verified = [address.email for address in sociallogin.email_addresses if address.verified]
        user = User.objects.filter(email__in=[email.lower() for email in verified], is_active=True).first()
        if user is not None:
            sociallogin.connect(request, user)
