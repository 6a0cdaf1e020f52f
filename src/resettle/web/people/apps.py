"""The app of people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People on a plan."""

    name = "resettle.web.people"
    label = "people"
