"""The app of personal budgets."""

from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    """Personal budgets."""

    name = "resettle.web.budgets"
    label = "budgets"
