"""The app of mentors."""

from django.apps import AppConfig


class MentorsConfig(AppConfig):
    """Mentors and volunteers."""

    name = "resettle.web.mentors"
    label = "mentors"
