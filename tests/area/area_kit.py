"""Small areas and files for the tests of the ground floor."""

from datetime import date
from pathlib import Path

from resettle.area import open_area
from resettle.area.create import new_area
from resettle.area.importing import ImportReport, import_table

PEOPLE = "person_id,birth_date,sex\nP1,1980-01-02,M\nP2,1985-06-30,F\nP3,1990-02-28,M\n"


def made(path: Path) -> Path:
    """An empty area."""
    new_area(
        path,
        name="Test",
        place="Nowhere",
        period_start=date(2015, 1, 1),
        period_end=date(2020, 12, 31),
        extract_date=date(2022, 1, 1),
        source="invented for a test",
        licence="MIT",
        records="synthetic",
    )
    return path


def peopled(path: Path) -> Path:
    """An area with three people."""
    made(path)
    bring(path, "person", PEOPLE)
    return path


def bring(area: Path, table: str, text: str | bytes, mapping: str | None = None, name: str = "in.csv") -> ImportReport:
    """Import text as a file called `name`, which stands beside the area; the counts always add up."""
    file = area.parent / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    said = None
    if mapping is not None:
        said = area.parent / "mapping.toml"
        said.write_text(mapping)
    report = import_table(area, table, file, said)
    assert report.read == report.kept + report.quarantined + report.already_there
    return report


def stored(area: Path, table: str) -> list[tuple]:
    """The rows of a table, sorted as text, without the columns that no row fills."""
    with open_area(area) as opened:
        rows = opened.query(f"SELECT * FROM {table}").to_pylist()
    return sorted((tuple((k, v) for k, v in row.items() if v is not None) for row in rows), key=str)


def files(area: Path) -> dict[str, bytes]:
    """Every file of an area with what it holds, but for the lock."""
    return {
        str(p.relative_to(area)): p.read_bytes() for p in sorted(area.rglob("*")) if p.is_file() and p.name != ".lock"
    }
