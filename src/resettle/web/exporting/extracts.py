"""Somebody else's records of the same people, under the pseudonyms of an export, so that an area can hold what courts recorded."""

from __future__ import annotations

import csv
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resettle.area.declare import Table, tables
from resettle.area.importing.mapping import Mapping, read_mapping
from resettle.area.importing.reading import Source, read_source
from resettle.area.steps import literal
from resettle.errors import bad, did_you_mean
from resettle.web.access.audit import record
from resettle.web.access.models import Verb
from resettle.web.exporting.pseudonyms import Pseudonyms, export_key
from resettle.web.exporting.write import shown
from resettle.web.people.models import Identifier
from resettle.web.people.numbers import read_number

PERSON = "person_id"
NUMBER = re.compile(r"-?[\d.]+")
UNREADABLE = "no number that can be read"
UNKNOWN = "nobody in the workspace has this number"


@dataclass
class Pseudonymised:
    """What became of an extract: rows written, rows left out by reason, columns left out, and the files."""

    out: Path
    left_out: Path
    written: int = 0
    why: Counter[str] = field(default_factory=Counter)
    columns: list[str] = field(default_factory=list)


def pseudonymise(extract: Path, out: Path, name: str, mapping: Path | None, key: Path) -> Pseudonymised:
    """Write an extract for table `name` of an area, with pseudonyms in place of people's numbers.

    The column that fills `person_id`, by its name or by the mapping, holds a CRN, PNC, CRO or prison number. Columns that
    fill nothing in the table are left out: they may name somebody. A table whose key the extract lacks gets one, the same
    each time for the same row. Rows of people who are not in the workspace, and rows whose number cannot be read, go to a
    file beside `out` with the reason; that file names people and must not leave the office. Errors: `BadInput` where
    nothing fills `person_id`, where the table is unknown, or where `out` is there already.
    """
    table = declared(name)
    if out.exists():
        raise bad("there is something at this path already", file=out, do="Name a file that is not there yet.")
    wanted = read_mapping(mapping, table)
    names = Pseudonyms(export_key(key))
    done = Pseudonymised(out, out.with_name(f"{out.stem}-left-out.csv"))
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        source = read_source(extract, wanted, name, Path(folder))
        filled = fills(source, table, wanted)
        done.columns = [column for i, column in enumerate(source.header) if i not in filled.values()]
        write_rows(source, filled, table, names, done)
    record(None, Verb.EXPORT, "export", reason=f"{done.written} rows of {extract.name} under pseudonyms")
    return done


def declared(name: str) -> Table:
    """A table of an area that is about people; another is a `BadInput`."""
    about_people = {key: table for key, table in tables().items() if PERSON in table.columns}
    if name not in about_people:
        raise bad("no such table about people", value=name, do=did_you_mean(name, about_people))
    return about_people[name]


def fills(source: Source, table: Table, mapping: Mapping) -> dict[str, int]:
    """Which column of the extract fills which column of the table."""
    filled = {mapping.columns.get(own, own): i for i, own in enumerate(source.header)}
    filled = {target: i for target, i in filled.items() if target in table.columns}
    if PERSON not in filled:
        raise bad(
            "no column says whose record it is",
            file=source.file,
            row=1,
            column=PERSON,
            do=f'Put `[columns]` with `"its name" = "{PERSON}"` in a mapping: the column with the CRN, PNC or other number.',
        )
    return filled


def write_rows(source: Source, filled: dict[str, int], table: Table, names: Pseudonyms, done: Pseudonymised) -> None:
    """Write the rows that belong to somebody, and beside them those that do not."""
    people, ours, others = by_number(), [], []
    for number, cells in text_of(source):
        person = owner(cells[filled[PERSON]], people)
        if person in (UNREADABLE, UNKNOWN):
            others.append([number, person, *cells])
            done.why[person] += 1
        else:
            cells[filled[PERSON]] = names.of("P", person)
            ours.append(cells)
    kept = sorted(filled.values())
    header, rows = [source.header[i] for i in kept], [[cells[i] for i in kept] for cells in ours]
    if key := own_key(table):
        at = kept.index(filled[key]) if key in filled else None
        header, rows = keyed(header, rows, key, at, lambda text: names.of("X", f"{table.name}:{text}"))
    write_table(done.out, header, rows)
    done.written = len(rows)
    if others:
        write_table(done.left_out, ["_row", "_why", *source.header], others)


def own_key(table: Table) -> str | None:
    """The column that numbers the records of a table, if it has one."""
    return table.key[0] if len(table.key) == 1 and table.key[0] != PERSON else None


def keyed(
    header: list[str], rows: list[list[str]], key: str, at: int | None, pseudonym: Callable[[str], str]
) -> tuple[list[str], list[list[str]]]:
    """Rows with a pseudonym for each record: made of its number, or of the row and how often the same came before."""
    if at is not None:
        return header, [[*row[:at], pseudonym(row[at]), *row[at + 1 :]] for row in rows]
    seen: Counter[tuple[str, ...]] = Counter()
    made = []
    for row in rows:
        seen[tuple(row)] += 1
        made.append([pseudonym(f"{seen[tuple(row)]}:{row}"), *row])
    return [key, *header], made


def write_table(file: Path, header: list[str], rows: list[list[Any]]) -> None:
    """Write a CSV that a spreadsheet shows and does not run."""
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([header, *([shown_safely(cell) for cell in row] for row in rows)])


def shown_safely(cell: Any) -> Any:
    """A cell that is not taken for a formula; a number below zero stays one."""
    return cell if NUMBER.fullmatch(str(cell)) else shown(cell)


def text_of(source: Source) -> Iterator[tuple[int, list[str]]]:
    """The rows of an extract: number and cells."""
    import duckdb

    columns = ", ".join(f"c{i}" for i in range(len(source.header)))
    with duckdb.connect() as connection:
        answer = connection.execute(
            f"SELECT _row, {columns} FROM read_parquet({literal(str(source.text))}) ORDER BY _row"
        )
        while some := answer.fetchmany(10_000):
            for number, *cells in some:
                yield number, [cell or "" for cell in cells]


def by_number() -> dict[tuple[str, str], Any]:
    """Whose each number is; that of a duplicate is the number of the record that stands."""
    rows = Identifier.objects.values_list("kind", "value", "person_id", "person__merged_into_id")
    return {(kind, value): stands or person for kind, value, person, stands in rows}


def owner(text: str, people: dict[tuple[str, str], Any]) -> Any:
    """Whose number this is, or why nobody's."""
    number = read_number(text)
    return UNREADABLE if number is None else people.get(number, UNKNOWN)
