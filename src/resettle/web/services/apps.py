"""The app of services and referrals."""

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """Services and referrals."""

    name = "resettle.web.services"
    label = "services"
