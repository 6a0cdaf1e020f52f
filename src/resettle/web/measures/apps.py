"""The app of measures."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """Measures."""

    name = "resettle.web.measures"
    label = "measures"
