"""What people, workers, services and organisations are called in an export: pseudonyms, or names where those are public."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain, count
from typing import Any

from django.utils.text import slugify

from resettle.web.access.models import Organisation
from resettle.web.exporting.pseudonyms import Pseudonyms
from resettle.web.services.models import Service

Row = dict[str, Any]
CASEWORK = "casework"
"""The id of the office's own casework among the services."""


@dataclass(frozen=True)
class Export:
    """What an export needs beside the workspace: its pseudonyms, its day, and whether it carries people's own words."""

    names: Pseudonyms
    today: date
    own_words: bool = False

    @cached_property
    def services(self) -> dict[object, str]:
        """Ids of the services by key."""
        return plain_ids(Service.objects.order_by("pk").values_list("pk", "name"), taken=[CASEWORK])

    @cached_property
    def providers(self) -> dict[object, str]:
        """Ids of the organisations by key."""
        return plain_ids(Organisation.objects.order_by("pk").values_list("pk", "name"))

    def person(self, key: object) -> str:
        """The pseudonym of a person."""
        return self.names.of("P", key)

    def worker(self, key: object) -> str:
        """The pseudonym of a worker."""
        return self.names.of("W", key) if key else ""

    def service(self, key: object) -> str:
        """The id of a service: its name, which is public, so that a contract can be written by whoever reads it."""
        return self.services[key]

    def provider(self, key: object) -> str:
        """The id of an organisation: its name."""
        return self.providers[key]

    def words(self, text: str) -> str:
        """People's own words, for those allowed to read them; else nothing."""
        return text if self.own_words else ""


def plain_ids(named: Iterable[tuple[object, str]], taken: Iterable[str] = ()) -> dict[object, str]:
    """Ids made of public names: small letters, digits and underscores; a number tells apart those of the same name."""
    made: dict[object, str] = {}
    used = set(taken)
    for key, name in named:
        slug = slugify(name).replace("-", "_") or "unnamed"
        made[key] = next(one for one in chain([slug], (f"{slug}_{n}" for n in count(2))) if one not in used)
        used.add(made[key])
    return made
