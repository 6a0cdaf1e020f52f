"""Sign-in through the organisation: the library's own steps, and a page that says so when its provider does not answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.socialaccount.providers.openid_connect import views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from requests import RequestException

FAULTS = (RequestException, ValueError, KeyError)
"""What the library lets through when the provider is away, or answers with something that is none of the protocol's."""

log = logging.getLogger(__name__)


def answered(step: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A step of the sign-in, or a page that says that it did not work."""

    @wraps(step)
    def taken(request: HttpRequest, **named: Any) -> HttpResponse:
        try:
            return step(request, **named)
        except FAULTS as error:
            log.error("sign-in through the organisation failed: %r", error)
            return render(request, "socialaccount/authentication_error.html", status=502)

    return taken


login = answered(views.login)
callback = answered(views.callback)
