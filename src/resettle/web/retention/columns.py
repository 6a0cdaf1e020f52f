"""What becomes of every column that is about a person, by table. A column that nobody has thought of is erased."""

from __future__ import annotations

from typing import Any

from django.db import models

from resettle.goodlives.retention import ERASED
from resettle.web.people.subject_access import paths

IDENTITY = "identity"
KINDS = {
    "messages": "Messages to and from the person",
    "restricted_notes": "Notes on restricted topics",
    "casework": "Plan, contacts, reviews, referrals and matches",
    "money": "Personal budget",
    "audit": "Who looked",
    IDENTITY: "Who the person is",
}
"""The kinds of record that a schedule has a rule for. Who the person is goes last: with it, no record names anybody."""
OF_APP = {"correspondence": "messages", "topics": "restricted_notes", "budgets": "money", "access": "audit"}
OF_TABLE = {
    "people.person": IDENTITY,
    "people.identifier": IDENTITY,
    "portal.card": IDENTITY,
    "correspondence.reach": IDENTITY,
    "retention.erasurerequest": IDENTITY,
}
# Nothing needs these rows once their words are gone.
GONE = {
    "people.identifier",
    "portal.card",
    "correspondence.reach",
    "mentors.wish",
    "budgets.licencecondition",
    "access.grant",
}
# The log of what was erased stays as it is, and holds no word of it.
WHOLE = {"retention.erasure"}
# Codes and counts, which plans for the area, contracts and the ledger need. Columns with a list of choices are codes too.
KEPT = {
    "people.person": {"place"},
    "people.happened": {"kind", "event", "from_state", "to_state", "role", "code"},
    "people.relationship": {"state"},
    "plans.map": {"taxonomy"},
    "plans.rating": {"good"},
    "plans.goal": {"goods", "state"},
    "plans.step": {"state"},
    "plans.plan": {"state"},
    "budgets.request": {"good", "category", "state"},
    "budgets.line": {"kind"},
    "contacts.contact": {"state"},
    "correspondence.message": {"channel"},
    "gate.gatetask": {"code"},
    "mentors.match": {"state"},
    "reviews.review": {"state"},
    "services.referral": {"good", "state", "outcomes", "end_code"},
    "services.unmetwant": {"good", "place", "why"},
    "services.evidence": {"code", "state"},
    "topics.note": {"topic"},
    "measures.given": {"instrument", "label", "version", "licence", "scores"},
    "access.accessevent": {"page", "hash", "reason_hash"},
    "duplicates.merge": {"moved"},
    "retention.erasurerequest": {"grounds", "kinds"},
}
# Nobody is found by the name that an erased record has.
UNFOUND = {"people.person": {"search_name": ""}}
# Who wrote a line of the ledger goes with why (`goodlives.retention.erased_line`); amount, day and order stay.
NOBODY = {"budgets.line": {"by"}}


def kind_of(model: type[models.Model]) -> str:
    """Which kind of record a table holds."""
    label = model._meta.label_lower
    return OF_TABLE.get(label) or OF_APP.get(model._meta.app_label, "casework")


def tables_of(kind: str) -> dict[type[models.Model], str]:
    """The tables of a kind, with how each leads to a person."""
    return {model: path for model, path in paths().items() if kind_of(model) == kind}


def erased_columns(model: type[models.Model]) -> dict[str, Any]:
    """What each column that is erased holds afterwards."""
    label = model._meta.label_lower
    kept = KEPT.get(label, set())
    nothing = {
        field.name: emptied(field) for field in model._meta.fields if holds_words(field) and field.name not in kept
    }
    return nothing | UNFOUND.get(label, {}) | dict.fromkeys(NOBODY.get(label, ()))


def holds_words(field: models.Field[Any, Any]) -> bool:
    """Whether words can stand in a column."""
    return isinstance(field, models.CharField | models.TextField | models.JSONField) and not field.choices


def emptied(field: models.Field[Any, Any]) -> Any:
    """A column without its words: empty where it may be, else the word that says so."""
    if isinstance(field, models.JSONField):
        return field.get_default()
    return "" if field.blank else ERASED
