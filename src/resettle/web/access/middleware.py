"""A second factor for everybody who signs in as staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

OPEN = ("/accounts/", "/static/")


class SecondFactorMiddleware:
    """Send a signed-in user who has no second factor to set one up, before anything else opens."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, or the way to a second factor."""
        user: Any = request.user
        if (
            settings.SECOND_FACTOR
            and user.is_authenticated
            and not request.path.startswith(OPEN)
            and not is_mfa_enabled(user)
        ):
            return redirect("mfa_activate_totp")
        return self.get_response(request)
