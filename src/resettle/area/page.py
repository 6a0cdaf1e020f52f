"""The reference page of the tables, written from their declarations."""

from __future__ import annotations

import sys
from pathlib import Path

from resettle.area.declare import Column, Table, tables

HEAD = """# The tables of an area

<!-- Written by `python -m resettle.area.page docs/reference/tables.md` from src/resettle/area/tables/: change it there. -->

An area is a folder: `area.toml` says what place and period it is about, and `tables/` holds one Parquet or CSV file for each
table below. An area need not hold every table, and a table need not hold every column; those marked *required* it must, in
every row.

Dates are `YYYY-MM-DD`, numbers have a decimal point, money is in pounds and pence (or the area's currency) with at most two
decimals, and a value that is not known is left empty. Identifiers are text, or whole numbers throughout an area. CSV files are
UTF-8 with commas and a header row. `resettle area new` writes an empty template of each table, `resettle area import` brings
other files into this form, and `resettle area check` holds an area against this page.
"""


def tables_page() -> str:
    """The reference page as Markdown: each table with its meaning, key, columns, codes and rules."""
    index = ["| Table | What a row is |", "| --- | --- |"]
    index += [f"| [`{t.name}`](#{t.name}) | {cell(t.meaning)} |" for t in tables().values()]
    return "\n".join([HEAD, *index, "", *(table_part(t) for t in tables().values())]).rstrip() + "\n"


def table_part(declared: Table) -> str:
    """One table: heading, meaning, columns, codes, rules."""
    key = ", ".join(f"`{k}`" for k in declared.key)
    lines = [f"## {declared.name}", "", declared.meaning, "", f"Key: {key}."]
    if declared.source:
        lines.append(f"Follows: {declared.source}.")
    lines += ["", "| Column | Type | Meaning | May hold | Standard |", "| --- | --- | --- | --- | --- |"]
    lines += [column_row(column) for column in declared.columns.values()]
    for column in declared.columns.values():
        if column.allowed:
            codes = "; ".join(f"`{code}` {meaning}" for code, meaning in column.allowed.items())
            lines += ["", f"Codes of `{column.name}`: {codes}."]
    if declared.rules:
        lines += ["", "Rules:", ""]
        lines += [f"- **{rule.name}** is refused: `{rule.must}` must hold. {rule.do}" for rule in declared.rules]
    return "\n".join([*lines, ""])


def column_row(column: Column) -> str:
    """One column as a row of the Markdown table."""
    kind = f"{column.type}, required" if column.required else column.type
    return (
        f"| `{column.name}` | {kind} | {cell(column.meaning)} | {cell(holds(column))} | {cell(column.standard or '')} |"
    )


def holds(column: Column) -> str:
    """What a column may hold, in words."""
    parts = [f"a `{column.references}`"] if column.references else []
    parts += ["a code below"] if column.allowed else []
    if column.min is not None and column.max is not None:
        parts.append(f"{column.min:g} to {column.max:g}")
    elif column.min is not None:
        parts.append(f"{column.min:g} or more")
    elif column.max is not None:
        parts.append(f"at most {column.max:g}")
    parts += [f"in {column.unit}"] if column.unit else []
    return ", ".join(parts)


def cell(text: str) -> str:
    """Text inside a Markdown table."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(tables_page(), "utf-8")
