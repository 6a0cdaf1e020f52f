"""What an area is, at a glance."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from resettle.area.area import open_area, rows_of
from resettle.area.importing.quarantine import quarantined
from resettle.result import Record


class Description(Record):
    """An area's name, place, period, extract date, source and caveat, its rows in each table, and its open quarantine."""

    name: str
    place: str
    period_start: date
    period_end: date
    extract_date: date
    source: str
    licence: str
    caveat: str
    rows: dict[str, int]
    quarantined: dict[str, int]

    @property
    def sentence(self) -> str:
        """The area in a few plain sentences; the caveat always stands among them."""
        people = f"{self.rows['person']:,} people, " if "person" in self.rows else ""
        size = f"{people}{sum(self.rows.values()):,} rows in {len(self.rows)} tables"
        period = f"{self.period_start} to {self.period_end}, as known on {self.extract_date}"
        waiting = sum(self.quarantined.values())
        text = f"{self.name} ({self.place}): {size}; {period}. {self.caveat}"
        return (
            f"{text} {waiting:,} quarantined {'row waits' if waiting == 1 else 'rows wait'} to be mended."
            if waiting
            else text
        )

    def lines(self) -> list[str]:
        """The description as lines of text: the sentence, the source, and the rows of each table."""
        width = max(map(len, self.rows), default=0)
        counted = [f"  {name:<{width}}  {count:>12,}" for name, count in self.rows.items()]
        waiting = [f"  {count:,} quarantined for {name}" for name, count in self.quarantined.items()]
        return [self.sentence, f"Source: {self.source}. Licence: {self.licence}.", *counted, *waiting]


def describe_area(path: Path) -> Description:
    """Describe the area in a folder. A folder that is no area, or a table that cannot be read, is a `BadInput`."""
    with open_area(path) as area:
        rows = {name: rows_of(area, name) for name in area.tables}
        info = area.info
    waiting: dict[str, int] = {}
    for name in quarantined(Path(path))["table"].to_pylist():
        waiting[name] = waiting.get(name, 0) + 1
    return Description(
        name=info.name,
        place=info.place,
        period_start=info.period_start,
        period_end=info.period_end,
        extract_date=info.extract_date,
        source=info.source,
        licence=info.licence,
        caveat=info.caveat,
        rows=rows,
        quarantined=waiting,
    )
