"""The app of messages."""

from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    """Messages and reminders."""

    name = "resettle.web.correspondence"
    label = "correspondence"
