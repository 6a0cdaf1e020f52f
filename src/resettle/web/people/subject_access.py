"""Everything that is held about one person, found by following the tables' own links, so that no table can be forgotten."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models

from resettle.web.people.merged import keys_of
from resettle.web.people.models import Person

# Tables that are about nobody on a plan: what is held about volunteers is theirs to ask for, on their own page.
ABOUT_NOBODY = {
    "access.organisation",
    "access.team",
    "access.user",
    "access.accesshead",
    "access.accountevent",
    "budgets.fund",
    "importing.import",
    "mentors.check",
    "mentors.claim",
    "mentors.supervision",
    "mentors.volunteer",
    "services.service",
    "retention.schedule",
}
# Kept as hashes or keys, and of no meaning to anybody.
LEFT_OUT = {"pin", "code", "password", "salt", "reason_hash"}


def own_models() -> list[type[models.Model]]:
    """Every table of the workspace."""
    return [model for model in apps.get_models() if model.__module__.startswith("resettle.web.")]


def paths() -> dict[type[models.Model], str]:
    """How each table leads to a person, the shortest way: a lookup such as `budget__person`. Person itself is `pk`."""
    found: dict[type[models.Model], str] = {Person: "pk"}
    grown = True
    while grown:
        grown = False
        for model in own_models():
            if model not in found and (path := step(model, found)):
                found[model] = path
                grown = True
    return found


def step(model: type[models.Model], found: dict[type[models.Model], str]) -> str | None:
    """The lookup of a table that points to one which leads to a person; None if none does yet."""
    if model._meta.label_lower in ABOUT_NOBODY:
        return None
    ways = [
        field.name if field.related_model is Person else f"{field.name}__{found[field.related_model]}"
        for field in model._meta.fields
        if isinstance(field, models.ForeignKey) and field.related_model in found and field.related_model is not model
    ]
    return min(ways, key=lambda way: way.count("__")) if ways else None


def held_about(person: Person) -> dict[str, list[dict[str, Any]]]:
    """Everything about a person, table by table, in words: staff by name, codes by their labels, days and money as text."""
    made = {}
    for model, path in paths().items():
        rows = model._default_manager.filter(**{f"{path}__in": keys_of(person)}).order_by("pk")
        if rows:
            made[str(model._meta.verbose_name)] = [said(row) for row in rows]
    return made


def said(row: models.Model) -> dict[str, Any]:
    """One row in words."""
    return {
        str(field.verbose_name): shown(row, field)
        for field in row._meta.fields
        if not secret(row, field) and not (field.primary_key and field.name == "id")
    }


def secret(row: models.Model, field: Any) -> bool:
    """Whether a field opens something or means nothing to a reader. `code` is a secret of a card; elsewhere it is what was so."""
    return field.name in LEFT_OUT and (field.name != "code" or row._meta.label_lower == "portal.card")


def shown(row: models.Model, field: Any) -> Any:
    """One value as somebody reads it."""
    if field.choices:
        return getattr(row, f"get_{field.name}_display")()
    value = getattr(row, field.name)
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    return str(value)
