"""Writing an area from the workspace."""

from __future__ import annotations

import csv
import json
import os
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from resettle.area.check import check_area
from resettle.area.declare import tables
from resettle.errors import BadInput, bad
from resettle.web.access.audit import record
from resettle.web.access.models import Verb
from resettle.web.exporting.measured import MEASURED
from resettle.web.exporting.names import Export
from resettle.web.exporting.pseudonyms import Pseudonyms, export_key
from resettle.web.exporting.tables import TABLES
from resettle.web.people.models import Relationship

FORMULA = ("=", "+", "-", "@", "\t", "\r")
KEY = "export.key"
"""Where the key of the pseudonyms lies, in the folder of the workspace."""


def export(into: Path, key: Path, place: str, own_words: bool = False) -> dict[str, int]:
    """Write a pseudonymised area to a new folder, and return the rows of each table.

    The key stays with the workspace; with the same key, the same people get the same pseudonyms. An existing folder is a
    `BadInput`. The area is checked before it is put in place, so that what leaves is what an evaluator can use.
    """
    if into.exists():
        raise bad("there is something at this path already", file=into, do="Name a folder that is not there yet.")
    into.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{into.name}-", dir=into.parent))
    try:
        counts = fill(work, Export(Pseudonyms(export_key(key)), timezone.localdate(), own_words), place)
        require_fit(work)
        os.replace(work, into)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    record(
        None, Verb.EXPORT, "export", reason=f"{counts['person']} people, {'with' if own_words else 'without'} own words"
    )
    return counts


def require_fit(folder: Path) -> None:
    """Refuse to let out an area that breaks its declarations: the first rows that do are named."""
    errors = check_area(folder).errors
    if errors:
        raise BadInput(*(problem for finding in errors for problem in finding.examples))


def fill(folder: Path, wanted: Export, place: str) -> dict[str, int]:
    """Write `area.toml` and the tables."""
    (folder / "tables").mkdir()
    (folder / "area.toml").write_text(described(wanted.today, place), "utf-8")
    return {name: write(folder, name, list(rows(wanted))) for name, rows in (TABLES | MEASURED).items()}


def write(folder: Path, name: str, rows: list[dict[str, Any]]) -> int:
    """Write one table; a table without rows is left out."""
    if rows:
        columns = [
            column for column in tables()[name].columns if any(row.get(column) not in (None, "") for row in rows)
        ]
        with (folder / "tables" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows({name: shown(value) for name, value in row.items()} for row in rows)
    return len(rows)


def shown(value: Any) -> Any:
    """A value that a spreadsheet shows and does not run: text that begins like a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def described(today: date, place: str) -> str:
    """The `area.toml` of an export."""
    first = Relationship.objects.aggregate(first=Min("begin"))["first"] or today
    invented = settings.DEMO
    lines = {
        "name": json.dumps(f"{place}: export of {today:%d %B %Y}", ensure_ascii=False),
        "place": json.dumps(place, ensure_ascii=False),
        "period_start": min(first, today).isoformat(),
        "period_end": today.isoformat(),
        "extract_date": today.isoformat(),
        "source": json.dumps("The casework of this office, exported from its workspace"),
        "licence": json.dumps(
            "Invented people, free to use" if invented else "For the purpose agreed with the office only"
        ),
        "records": json.dumps("synthetic" if invented else "real"),
    }
    return "".join(f"{name} = {value}\n" for name, value in lines.items())
