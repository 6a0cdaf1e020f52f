"""The app of restricted topics."""

from django.apps import AppConfig


class TopicsConfig(AppConfig):
    """Restricted topics."""

    name = "resettle.web.topics"
    label = "topics"
