"""The app of the gate."""

from django.apps import AppConfig


class GateConfig(AppConfig):
    """Through the gate."""

    name = "resettle.web.gate"
    label = "gate"
