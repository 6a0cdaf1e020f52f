"""The app of sign-in, rules and audit."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Sign-in, rules and audit."""

    name = "resettle.web.access"
    label = "access"
