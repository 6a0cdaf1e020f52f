"""Bringing a file in from the command line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from resettle.errors import bad, did_you_mean


@dataclass(frozen=True)
class Outcome:
    """What a file came to: a sentence, its rows by state, what is wrong, and who is like somebody."""

    said: str
    counts: Counter[str]
    problems: list[str]
    like: list[str]


def run(home: Path, kind: str, file: Path, email: str, mapping: Path | None, confirm: bool) -> Outcome:
    """Look at a file, or bring it in, in the name of an account. What cannot be used is a `BadInput`."""
    from resettle.web.serve import demo_of, ready

    if not file.is_file():
        raise bad("no such file", file=file, do="Check the path.")
    ready(home, demo_of(home))
    from resettle.area.importing.mapping import read_mapping
    from resettle.web.importing import work
    from resettle.web.importing.models import Row
    from resettle.web.importing.reading import declared

    if kind not in declared():
        raise bad("no such kind of file", value=kind, do=did_you_mean(kind, declared()))
    made, counts = work.run(kind, file, account(email), read_mapping(mapping, declared()[kind]), confirm)
    rows = made.rows.select_related("like")
    problems = [str(one) for row in rows.filter(state=Row.State.BAD) for one in work.told(row)]
    like = [f"row {row.number}" for row in rows.filter(state__in=(Row.State.LIKE, Row.State.LEFT))]
    if not confirm:
        made.delete()
    return Outcome(work.said_of(counts), counts, [*made.warnings, *problems], like)


def account(email: str) -> object:
    """The account in whose name it is done: a coordinator or an administrator."""
    from resettle.web.access.models import Role, User

    may = User.objects.filter(role__in=(Role.COORDINATOR, Role.ADMINISTRATOR), is_active=True)
    found = may.filter(email__iexact=email.strip()).first()
    if found is None:
        do = "Name the e-mail address of a coordinator or an administrator who has an account."
        raise bad("nobody who may bring files in", column="--as", value=email, do=do)
    return found
