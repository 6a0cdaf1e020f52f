"""Bad rows, kept whole in a table of their own until they are mended; none is ever dropped.

A row's number is made from what it holds, so that importing a file again quarantines nothing twice. Its status is `open`;
`mended` once the row has come in; or `replaced` by the number of a mended version that is still bad.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from resettle.area.area import Area, open_area
from resettle.area.declare import Table, table
from resettle.area.importing.found import Found
from resettle.area.importing.headers import Layout
from resettle.area.importing.reading import Source
from resettle.area.rules import GAP, key_text
from resettle.area.screening import RAGGED
from resettle.area.steps import literal
from resettle.area.store import Change
from resettle.errors import bad

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

QUARANTINE = "quarantine.parquet"
LANDED = "SELECT _row FROM fresh UNION ALL SELECT _row FROM repeated"
COLUMNS = {
    "quarantine_id": "VARCHAR",
    "table": "VARCHAR",
    "file": "VARCHAR",
    "row": "BIGINT",
    "status": "VARCHAR",
    "replaced_by": "VARCHAR",
    "key": "VARCHAR",
    "problems": 'STRUCT("column" VARCHAR, rule VARCHAR, value VARCHAR, "do" VARCHAR)[]',
    "involved": "VARCHAR[]",
    "header": "VARCHAR[]",
    "cells": "VARCHAR[]",
}


def update_quarantine(
    change: Change,
    connection: duckdb.DuckDBPyConnection,
    area: Area,
    declared: Table,
    source: Source,
    layout: Layout,
    found: Found,
) -> int:
    """Add this file's bad rows to the quarantine and close those that it mends; returns how many were mended."""
    show_quarantine(connection, area)
    if layout.quarantine is not None:
        keep_ragged(connection, layout, found)
    found.tell(layout)
    gather(connection, declared, source, layout)
    added = connection.execute(
        "INSERT INTO quarantine BY NAME SELECT * EXCLUDE (_given) FROM bad ANTI JOIN quarantine USING (quarantine_id)"
    ).fetchall()[0][0]
    mended = mend(connection, declared, source, layout)
    replaced = replace(connection, layout)
    if added or mended or replaced:
        target = change.file(QUARANTINE)
        connection.execute(f"COPY quarantine TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)")
    return mended


def show_quarantine(connection: duckdb.DuckDBPyConnection, area: Area) -> None:
    """The table `quarantine` as it stands; a file that cannot be read is a `BadInput`."""
    import duckdb

    columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    connection.execute(f"CREATE TABLE quarantine ({columns})")
    file = area.path / QUARANTINE
    if not file.is_file():
        return
    try:
        connection.execute(f"INSERT INTO quarantine BY NAME SELECT * FROM read_parquet({literal(str(file))})")
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise bad(f"the quarantine cannot be read: {first}", file=file, do="Bring the file back from a copy.") from None


def cells(layout: Layout) -> str:
    """SQL: the source's own cells of a row, as many as it has."""
    own = layout.own
    fixed = f"list_value({', '.join(f'c{i}' for i in own)})" if own else "[]::VARCHAR[]"
    width = f"len(list_filter({own}::INTEGER[], lambda i: i < _cells))"
    return f"list_concat(list_slice({fixed}, 1, {width}), coalesce(_more, []))"


def own_header(layout: Layout) -> list[str]:
    """The source's own column names."""
    return [layout.header[i] for i in layout.own]


def given(layout: Layout) -> str:
    """SQL: the quarantine number that a row of a mended file carries."""
    return "NULL::VARCHAR" if layout.quarantine is None else f"nullif(trim(c{layout.quarantine}), '')"


def gather(connection: duckdb.DuckDBPyConnection, declared: Table, source: Source, layout: Layout) -> None:
    """The table `bad` of this file's bad rows, as the quarantine keeps them."""
    told = (
        'SELECT f._row, list({\'column\': t."column", rule: t.rule, value: f.value, \'do\': coalesce(a."do", t."do")} '
        "ORDER BY f.number) AS problems, flatten(list(t.involved)) AS involved "
        "FROM fault f JOIN told t USING (number) LEFT JOIN advice a ON a.number = f.number AND a.value = f.value GROUP BY f._row"
    )
    header = listed(own_header(layout))
    rows = (
        f"SELECT raw._row, {cells(layout)} AS cells, {given(layout)} AS _given, told.problems, told.involved, "
        f"CASE WHEN NOT typed._ragged THEN {key_text(declared)} END AS key "
        f"FROM raw JOIN ({told}) AS told USING (_row) JOIN typed USING (_row)"
    )
    content = f"array_to_string(cells, {literal(GAP)}) || {literal(GAP)} || len(cells)"
    numbered = (
        f"SELECT *, {content} AS content, row_number() OVER (PARTITION BY cells ORDER BY _row) AS nth FROM ({rows})"
    )
    stamp = literal(GAP.join([declared.name, *own_header(layout), ""]))
    connection.execute(
        f"CREATE TABLE bad AS SELECT left(sha256({stamp} || content || {literal(GAP)} || nth), 16) AS quarantine_id, "
        f'{literal(declared.name)} AS "table", {literal(source.file.name)} AS file, _row AS "row", \'open\' AS status, '
        f"NULL::VARCHAR AS replaced_by, key, problems, involved, {header} AS header, cells, _given FROM ({numbered})"
    )


def listed(names: list[str]) -> str:
    """SQL: a list of texts."""
    return f"[{', '.join(literal(n) for n in names)}]::VARCHAR[]"


def keep_ragged(connection: duckdb.DuckDBPyConnection, layout: Layout, found: Found) -> None:
    """Hold back a ragged row that comes back from a spreadsheet filled up with empty cells, but not mended."""
    number = next(i for i, check in enumerate(found.checks) if check.rule == RAGGED)
    found.insert(
        f"SELECT raw._row, {number}, len(q.cells)::VARCHAR || ' cells' FROM raw JOIN typed USING (_row) "
        f"JOIN quarantine q ON q.quarantine_id = {given(layout)} "
        f"WHERE NOT typed._ragged AND q.problems[1].rule = {literal(RAGGED)} "
        f"AND list_resize(q.cells, {len(layout.own)}, '') = {cells(layout)}"
    )


def mend(connection: duckdb.DuckDBPyConnection, declared: Table, source: Source, layout: Layout) -> int:
    """Close the open rows that have come in: by their number, by their key, or in their old place in the same file."""
    landed = f"SELECT {given(layout)} AS given FROM raw SEMI JOIN ({LANDED}) USING (_row)"
    return int(
        connection.execute(
            f"UPDATE quarantine SET status = 'mended' WHERE status = 'open' AND \"table\" = {literal(declared.name)} AND "
            f"(quarantine_id IN (SELECT given FROM ({landed}) WHERE given IS NOT NULL) "
            "OR (quarantine_id NOT IN (SELECT quarantine_id FROM bad) AND "
            f"(key IN (SELECT {key_text(declared)} FROM fresh) OR quarantine_id IN ({in_place(source, layout)}))))"
        ).fetchall()[0][0]
    )


def in_place(source: Source, layout: Layout) -> str:
    """SQL: numbers of bad rows whose place in the same file now holds a good row that differs only where they were at fault."""
    rows = f"SELECT _row, {cells(layout)} AS cells FROM raw SEMI JOIN ({LANDED}) USING (_row)"
    changed = "z[2] IS DISTINCT FROM z[3] AND NOT list_contains(q.involved, z[1])"
    return (
        f'SELECT q.quarantine_id FROM quarantine q JOIN ({rows}) AS r ON q."row" = r._row '
        f"WHERE q.file = {literal(source.file.name)} AND q.header = {listed(own_header(layout))} "
        f"AND len(list_filter(list_zip(q.header, q.cells, r.cells), lambda z: {changed})) = 0"
    )


def replace(connection: duckdb.DuckDBPyConnection, layout: Layout) -> int:
    """Point rows that came back changed, but still bad, to their new version."""
    if layout.quarantine is None:
        return 0
    done = connection.execute(
        "UPDATE quarantine SET status = 'replaced', replaced_by = bad.quarantine_id FROM bad "
        "WHERE bad._given = quarantine.quarantine_id AND quarantine.status = 'open' AND bad.quarantine_id <> bad._given "
        "AND quarantine.quarantine_id NOT IN (SELECT quarantine_id FROM bad)"
    )
    return int(done.fetchall()[0][0])


def quarantined(area_path: Path, table_name: str | None = None) -> pa.Table:
    """The open quarantine of an area, or of one of its tables: a row for each bad row, with every problem found in it."""
    import duckdb

    area = open_area(area_path)
    where = "" if table_name is None else f'AND "table" = {literal(table(table_name).name)}'
    with duckdb.connect() as connection:
        show_quarantine(connection, area)
        rows = f"SELECT * EXCLUDE (status, replaced_by) FROM quarantine WHERE status = 'open' {where}"
        return connection.sql(f'{rows} ORDER BY "table", file, "row"').to_arrow_table()
