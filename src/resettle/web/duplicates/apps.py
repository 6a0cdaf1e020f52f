"""The app of duplicates."""

from django.apps import AppConfig


class DuplicatesConfig(AppConfig):
    """Two records of one person."""

    name = "resettle.web.duplicates"
    label = "duplicates"
