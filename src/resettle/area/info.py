"""`area.toml`: what place and period an area is about, where its records come from, and whether they are real."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from resettle.document import read_document
from resettle.errors import bad

Records = Literal["real", "nominal", "synthetic"]

RECORDS: dict[Records, str] = {
    "real": "Real records.",
    "nominal": "Real records with nominal dates: the source has no calendar dates, only the time between events.",
    "synthetic": "Synthetic records: the people and their results are invented.",
}


class AreaInfo(BaseModel):
    """The contents of `area.toml`.

    `records` says whether the rows are `real`, `nominal` (real people, dates made up where the source has only
    durations) or `synthetic`. `extract_date` is the day on which the data were taken: nothing can be known after it.
    `figures` overrides published figures by name, in the unit of the published one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    place: str
    period_start: date
    period_end: date
    extract_date: date
    currency: str = "GBP"
    source: str
    licence: str
    records: Records
    note: str = ""
    figures: dict[str, float] = {}

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if not self.period_start <= self.period_end <= self.extract_date:
            raise ValueError("period_start, period_end and extract_date are not in this order")
        return self

    @property
    def caveat(self) -> str:
        """The sentence that must stand wherever results of this area show."""
        return " ".join(part for part in (RECORDS[self.records], self.note) if part)


def read_info(area: Path) -> AreaInfo:
    """Read the `area.toml` of a folder; a folder without one is no area (`BadInput`)."""
    if not area.is_dir():
        raise bad(
            "no such area", file=area, do="Name a folder that `resettle area new` or `resettle area generate` made."
        )
    if not (area / "area.toml").is_file():
        raise bad(
            "not an area: it has no area.toml",
            file=area,
            do="Name the folder that holds area.toml, or make one with `resettle area new`.",
        )
    return read_document(AreaInfo, area / "area.toml")
