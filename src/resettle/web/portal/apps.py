"""The app of the person's own access."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The person's own access."""

    name = "resettle.web.portal"
    label = "portal"
