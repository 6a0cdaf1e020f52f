"""The app of contacts."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """Contacts."""

    name = "resettle.web.contacts"
    label = "contacts"
