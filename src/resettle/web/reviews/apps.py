"""The app of reviews."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Reviews."""

    name = "resettle.web.reviews"
    label = "reviews"
