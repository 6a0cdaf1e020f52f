"""Numbers that others know a person by, recognised by their form."""

from __future__ import annotations

from django.utils import timezone

from resettle.reference.identifiers import NAMES, identifier, is_identifier


def read_number(text: str) -> tuple[str, str] | None:
    """The kind and the one written form of a number; None where it is no number that is known, or its letter is wrong."""
    today = timezone.localdate()
    fitting = [kind for kind in NAMES if is_identifier(kind, text, today)]
    return (fitting[0], identifier(fitting[0], text, today)) if fitting else None
