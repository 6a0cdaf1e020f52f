"""From rows of text to a table of the area: screened, compared, kept or quarantined, all at once."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from resettle.area.area import Area, open_area, reader, shown, unreadable
from resettle.area.conversion import DateStyle
from resettle.area.declare import Table, table, tables
from resettle.area.faults import Check
from resettle.area.importing.compare import compare
from resettle.area.importing.found import Found
from resettle.area.importing.headers import QUARANTINE_ID, Layout, lay_out
from resettle.area.importing.mapping import Mapping, read_mapping
from resettle.area.importing.quarantine import update_quarantine
from resettle.area.importing.reading import Source, read_source
from resettle.area.importing.report import ImportReport
from resettle.area.rules import held_types
from resettle.area.screening import RAGGED, screen
from resettle.area.steps import literal
from resettle.area.store import Change, cannot_write
from resettle.provenance import VERSION, hash_file

if TYPE_CHECKING:
    import duckdb

MARKED = r"^'+[=+\-@\t\r]"
LOG = "imports.jsonl"
MEMORY = "2GB"


def import_table(area_path: Path, table_name: str, file: Path, mapping: Path | None = None) -> ImportReport:
    """Import a CSV, Excel or Parquet file into a table of an area.

    Good rows are kept, rows that are there already are left, bad rows are quarantined with file, row, column, rule and value.
    The area changes all at once or not at all; importing a file again adds nothing. A file that cannot be read as the table, or a
    mapping that does not fit, is a `BadInput`; a second import at the same time is `Busy`.
    """
    import duckdb

    area_path, file = Path(area_path), Path(file)
    declared = table(table_name)
    open_area(area_path)
    wanted = read_mapping(None if mapping is None else Path(mapping), declared)
    with Change(area_path) as change:
        area = Area(area_path)
        source = read_source(file, wanted, declared.name, change.work())
        layout = lay_out(unmarked(source.header), declared, wanted, file)
        try:
            with duckdb.connect(str(change.work() / "work.duckdb")) as connection:
                prepare(connection, change.work())
                return load(change, connection, area, declared, source, layout, wanted)
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            if "write" in first or "No space" in first:
                raise cannot_write(area_path, OSError(first)) from None
            raise unreadable(area_path, error) from None


def prepare(connection: duckdb.DuckDBPyConnection, work: Path) -> None:
    """Bound the memory; what does not fit goes to the working folder."""
    connection.execute(f"SET memory_limit = '{MEMORY}'")
    connection.execute(f"SET temp_directory = {literal(str(work))}")
    connection.execute("SET enable_progress_bar = false")


def load(
    change: Change,
    connection: duckdb.DuckDBPyConnection,
    area: Area,
    declared: Table,
    source: Source,
    layout: Layout,
    mapping: Mapping,
) -> ImportReport:
    """Screen and compare the rows, and write what follows into the change."""
    show_stored(connection, area, declared)
    show_text(connection, source, layout)
    found = Found(connection)
    convert(connection, area, declared, source, layout, mapping, found)
    warnings = compare(connection, area, declared, {*layout.filled, *mapping.constants}, found)
    kept, there = counts(connection)
    mended = update_quarantine(change, connection, area, declared, source, layout, found)
    quarantined = found.rows()
    if kept or area.file(declared.name) is None:
        write_table(change, connection, area, declared)
    report = ImportReport(
        table=declared.name,
        file=source.file.name,
        read=source.rows,
        kept=kept,
        quarantined=quarantined,
        already_there=there,
        mended=mended,
        rules=found.by_rule(),
        problems=found.first(source.file.name, layout),
        warnings=(*ignored(layout), *warnings),
    )
    log(change, area, report, source, mapping)
    return report


def show_stored(connection: duckdb.DuckDBPyConnection, area: Area, declared: Table) -> None:
    """Views `stored_NAME` of the tables that the rows are held against."""
    needed = {declared.name, "person"} | {c.references for c in declared.columns.values() if c.references}
    for name in needed:
        if area.file(name) is not None:
            connection.execute(f"CREATE VIEW stored_{name} AS {area.view(connection, tables()[name])}")


def unmarked(header: list[str]) -> list[str]:
    """The column names of a mended quarantine file without the `'` before what a spreadsheet would run."""
    return [re.sub(f"({MARKED})", lambda m: m[0][1:], name) for name in header] if QUARANTINE_ID in header else header


def show_text(connection: duckdb.DuckDBPyConnection, source: Source, layout: Layout) -> None:
    """The view `raw` of the file's text. In a mended quarantine file, the `'` before what a spreadsheet would run is taken off."""
    cells = [f"c{i}" for i in range(len(source.header))]
    if layout.quarantine is not None:
        cells = [f"CASE WHEN regexp_matches({c}, {literal(MARKED)}) THEN {c}[2:] ELSE {c} END AS {c}" for c in cells]
    columns = ", ".join(["_row", "_cells", "_more", *cells])
    connection.execute(f"CREATE VIEW raw AS SELECT {columns} FROM read_parquet({literal(str(source.text))})")


def convert(
    connection: duckdb.DuckDBPyConnection,
    area: Area,
    declared: Table,
    source: Source,
    layout: Layout,
    mapping: Mapping,
    found: Found,
) -> None:
    """Make the table `typed` of values, and note every value that fails a check and every ragged row."""
    raw = {name: f"c{i}" for name, i in layout.filled.items()}
    raw |= {name: literal(mapping.constant(name)) for name in mapping.constants}
    dates = DateStyle(mapping.date_format, source.epoch)
    seen = screen(declared, "raw", raw, dates, mapping.codes, whole_identifiers(connection, area, declared))
    connection.execute(f"CREATE VIEW seen AS {seen.sql}")
    names = ", ".join(declared.columns)
    width = len(layout.header)
    ragged = f"(_cells <> {width} OR _more IS NOT NULL)"
    connection.execute(
        f"CREATE TABLE typed AS SELECT _row, {ragged} AS _ragged, ({seen.flawed}) AS _flawed, {names} FROM seen"
    )
    uneven = Check(
        (), RAGGED, f"The header has {width} cells. Look for a delimiter too many or too few.", whole_row=True
    )
    found.note(uneven, f"SELECT _row, (_cells + coalesce(len(_more), 0))::VARCHAR || ' cells' FROM raw WHERE {ragged}")
    connection.execute(
        "CREATE TABLE flawed AS SELECT seen.* FROM seen JOIN typed USING (_row) WHERE typed._flawed AND NOT typed._ragged"
    )
    start = found.add(seen.checks)
    for name in seen.screened:
        found.insert(f"SELECT _row, {start} + p_{name}, x_{name} FROM flawed WHERE p_{name} IS NOT NULL")


def whole_identifiers(connection: duckdb.DuckDBPyConnection, area: Area, declared: Table) -> set[str]:
    """The identifiers that the area keeps as whole numbers, in this table or in the one referred to."""
    whole = set()
    for column in declared.columns.values():
        if column.type != "id":
            continue
        if area.file(declared.name):
            kind = held_types(connection, f"stored_{declared.name}")[column.name]
        elif column.references and area.file(column.references):
            kind = held_types(connection, f"stored_{column.references}")[tables()[column.references].key[0]]
        else:
            kind = ""
        if "INT" in kind:
            whole.add(column.name)
    return whole


def counts(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """How many rows are new, and how many are there already."""
    kept = connection.execute("SELECT count(*) FROM fresh").fetchall()[0][0]
    there = connection.execute("SELECT count(*) FROM repeated").fetchall()[0][0]
    return int(kept), int(there)


def write_table(change: Change, connection: duckdb.DuckDBPyConnection, area: Area, declared: Table) -> None:
    """Write the stored rows and the new ones, in the order of the file, as one Parquet table."""
    names = ", ".join(declared.columns)
    rows = f"SELECT {names} FROM (SELECT * FROM fresh ORDER BY _row)"
    held = area.file(declared.name)
    if held is not None:
        source = reader(held)
        types = held_types(connection, source)
        parts = [shown(c, types.get(c.name)) for c in declared.columns.values()]
        parts += ['"' + n.replace('"', '""') + '"' for n in types if n not in declared.columns]
        rows = f"SELECT {', '.join(parts)} FROM {source} UNION ALL BY NAME {rows}"
        if held.suffix == ".csv":
            change.remove(f"tables/{declared.name}.csv")
    target = change.file(f"tables/{declared.name}.parquet")
    connection.execute(f"COPY ({rows}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)")


def ignored(layout: Layout) -> list[str]:
    """A warning for the columns that are kept nowhere."""
    if not layout.ignored:
        return []
    return [f"Not declared, and kept nowhere: {', '.join(layout.ignored)}."]


def log(change: Change, area: Area, report: ImportReport, source: Source, mapping: Mapping) -> None:
    """Add a line to the log of imports."""
    line = {
        "on": date.today().isoformat(),
        "file": report.file,
        "sha256": hash_file(source.file),
        "table": report.table,
        "mapping": mapping.model_dump(mode="json", exclude_defaults=True),
        **{name: getattr(report, name) for name in ("read", "kept", "quarantined", "already_there", "mended")},
        "version": VERSION,
    }
    old = (area.path / LOG).read_text("utf-8") if (area.path / LOG).exists() else ""
    change.file(LOG).write_text(f"{old}{json.dumps(line, ensure_ascii=False)}\n", "utf-8")
