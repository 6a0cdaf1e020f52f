"""The app of plans."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """Good life maps and plans."""

    name = "resettle.web.plans"
    label = "plans"
