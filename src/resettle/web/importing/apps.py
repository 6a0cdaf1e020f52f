"""The app of imports."""

from django.apps import AppConfig


class ImportingConfig(AppConfig):
    """Imports."""

    name = "resettle.web.importing"
    label = "importing"
