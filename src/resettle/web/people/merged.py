"""The records that were brought into one."""

from __future__ import annotations

from typing import Any

from resettle.web.people.models import Person


def keys_of(person: Person) -> list[Any]:
    """The keys of a person and of all the records that were merged into theirs."""
    found, new = [person.pk], [person.pk]
    while new:
        new = list(Person.objects.filter(merged_into__in=new).values_list("pk", flat=True))
        found += new
    return found
