"""A new, empty area: its description, and a template for each table."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from resettle.area.area import Area, open_area
from resettle.area.declare import tables
from resettle.area.info import AreaInfo, Records
from resettle.area.store import fresh_folder
from resettle.document import explain
from resettle.errors import BadInput


def new_area(
    path: Path,
    *,
    name: str,
    place: str,
    period_start: date,
    period_end: date,
    extract_date: date,
    currency: str = "GBP",
    source: str,
    licence: str,
    records: Records,
    note: str = "",
) -> Area:
    """Make the folder of a new area: `area.toml`, and `templates/TABLE.csv` with the header of each declared table.

    A folder with something in it, dates out of order or an unknown kind of records is a `BadInput`; nothing is left then.
    """
    given = {
        "name": name,
        "place": place,
        "period_start": period_start,
        "period_end": period_end,
        "extract_date": extract_date,
        "currency": currency,
        "source": source,
        "licence": licence,
        "records": records,
        "note": note,
    }
    try:
        info = AreaInfo.model_validate(given)
    except ValidationError as error:
        raise BadInput(
            *(explain(AreaInfo, detail, "", Path(path) / "area.toml") for detail in error.errors())
        ) from None
    with fresh_folder(Path(path)) as folder:
        (folder / "area.toml").write_text(info_text(info), "utf-8")
        (folder / "tables").mkdir()
        write_templates(folder / "templates")
    return open_area(path)


def info_text(info: AreaInfo) -> str:
    """`area.toml` as text: one key a line."""
    lines = []
    for name, value in info.model_dump().items():
        if name == "figures":
            continue
        lines.append(f"{name} = {value.isoformat() if isinstance(value, date) else quoted(value)}")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Text as a TOML string: JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_templates(folder: Path) -> None:
    """Write a CSV file with only its header for each declared table."""
    folder.mkdir()
    for declared in tables().values():
        with (folder / f"{declared.name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(declared.columns)
