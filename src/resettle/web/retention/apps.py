"""The app of retention."""

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    """Schedule, holds and erasures."""

    name = "resettle.web.retention"
    label = "retention"
