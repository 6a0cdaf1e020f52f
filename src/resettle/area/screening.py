"""A table of raw text, seen as its declared columns with the first fault of every value: shared by the importer and the checker."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from resettle.area.conversion import DateStyle, clean, converted
from resettle.area.declare import Column, Table
from resettle.area.faults import Check, case, missing_check, type_checks, value_checks

RAGGED = "a row with the wrong number of cells"


@dataclass(frozen=True)
class Screen:
    """SQL that shows, for each row, the text `x_NAME`, the value `NAME` and the number `p_NAME` of the first check it fails.

    `checks` are all checks in order; a number is a position in it. `screened` are the columns that have text.
    """

    sql: str
    checks: list[Check]
    screened: list[str]

    @property
    def flawed(self) -> str:
        """SQL: some value of the row fails a check."""
        return " OR ".join(f"p_{name} IS NOT NULL" for name in self.screened) or "FALSE"


def screen(
    declared: Table,
    source: str,
    raw: Mapping[str, str],
    dates: DateStyle,
    codes: Mapping[str, dict[str, str]] | None = None,
    whole: Collection[str] = (),
    typed: Collection[str] = (),
    stored: bool = False,
) -> Screen:
    """See `source` (anything that can stand after FROM and has `_row`) as a declared table.

    `raw` gives the SQL of each column's text, or of its value for the columns in `typed`; a column without one is NULL. `whole`
    names the identifiers that the area keeps as whole numbers. `stored`: the text stands in the area, where engines only cast it.
    """
    checks: list[Check] = []
    texts, values, faults = [], [], []
    for column in declared.columns.values():
        name, x = column.name, f"x_{column.name}"
        if name not in raw:
            values.append(f"NULL::{'BIGINT' if name in whole else column.sql_type} AS {name}")
            continue
        if name in typed:
            texts.append(f"({raw[name]})::VARCHAR AS {x}")
            values.append(f"{raw[name]} AS {name}")
            own = [*missing_check(column, name), *value_checks(column, name, whole=name in whole)]
        else:
            texts.append(f"{clean(raw[name], (codes or {}).get(name))} AS {x}")
            value = whole_number(x) if name in whole else converted(column, x, dates)
            values.append(f"{value} AS {name}")
            own = column_checks(column, x, dates, name in whole)
            own += [unread(column, raw[name])] if stored and column.type != "text" else []
        faults.append(f"{case(own, len(checks))} AS p_{name}")
        checks += own
    cleaned = f"SELECT {', '.join(['*', *texts])} FROM {source}"
    valued = f"SELECT {', '.join(['*', *values])} FROM ({cleaned})"
    sql = f"SELECT {', '.join(['*', *faults])} FROM ({valued})"
    return Screen(sql, checks, [n for n in declared.columns if n in raw])


def unread(column: Column, raw: str) -> Check:
    """The check that engines, which only cast, read a stored text as the value that it stands for."""
    return Check(
        (column.name,),
        "not written as engines read it",
        "Import the file with `resettle area import`, which converts it.",
        f"TRY_CAST(nullif({raw}, '') AS {column.sql_type}) IS DISTINCT FROM {column.name}",
    )


def column_checks(column: Column, x: str, dates: DateStyle, whole: bool) -> list[Check]:
    """Every check of one column's text and value, in the order in which they are told."""
    name = column.name
    if whole:
        rule = f"unknown {column.references}" if column.references else "not a whole number"
        do = "This area's identifiers are whole numbers. Correct it."
        typed = [Check((name,), rule, do, f"{x} IS NOT NULL AND {name} IS NULL")]
    else:
        typed = list(type_checks(column, x, name, dates))
    return [*missing_check(column, x), *typed, *value_checks(column, name, whole=whole)]


def whole_number(x: str) -> str:
    """SQL: an identifier as a whole number, NULL where the number would be written otherwise."""
    return f"CASE WHEN TRY_CAST({x} AS BIGINT)::VARCHAR = {x} THEN TRY_CAST({x} AS BIGINT) END"
