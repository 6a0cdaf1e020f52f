"""Text to declared values, as SQL: what each type accepts.

Every expression works on whole columns, so that a million rows are converted in seconds. A value is never guessed: a day and
month that could be swapped, a bare Excel number, a two-digit year or a decimal comma has no value here; `faults` says
why and how to mend it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from resettle.area.declare import Column
from resettle.area.steps import literal

SPACES = " \t\r\n\u00a0"
EXCEL_1900 = date(1899, 12, 30)
WHOLE = r"[+-]?\d+(\.0+)?"
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
MORE_DECIMALS = r".*\.\d{2}0*[1-9]\d*"
ISO = r"\d{4}-\d{2}-\d{2}([ T]00:00(:00(\.0+)?)?)?"
SERIAL = r"\d{2,6}(\.0+)?"
TWO_DIGIT_YEAR = r"\d{1,2}[/.\- ](\d{1,2}|[A-Za-z]{3,9})[/.\- ]\d{2}"
AMOUNT = r"(-?£?|£-?)(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?"


@dataclass(frozen=True)
class DateStyle:
    """How dates are written: ISO 8601 unless `format` is a strptime pattern or `excel`; `epoch` is day 0 of Excel numbers."""

    format: str | None = None
    epoch: date = EXCEL_1900


def clean(raw: str, codes: dict[str, str] | None = None) -> str:
    """Raw text without surrounding space, empty text as NULL, and a user's codes replaced by declared ones."""
    text = f"trim({raw}, {literal(SPACES)})"
    if codes:
        cases = " ".join(f"WHEN {literal(k.strip(SPACES))} THEN {literal(v)}" for k, v in codes.items())
        text = f"CASE {text} {cases} ELSE {text} END"
    return f"nullif({text}, '')"


def converted(column: Column, x: str, dates: DateStyle) -> str:
    """The declared value of clean text `x`, or NULL where the text does not have the column's type."""
    match column.type:
        case "date":
            return date_value(x, dates)
        case "integer":
            return f"CASE WHEN {full(x, WHOLE)} THEN TRY_CAST(split_part({x}, '.', 1) AS BIGINT) END"
        case "number":
            return f"CASE WHEN {full(x, NUMBER)} THEN TRY_CAST({x} AS DOUBLE) + 0.0 END"
        case "money":
            shape = f"{full(x, AMOUNT)} AND NOT {full(x, MORE_DECIMALS)}"
            bare = f"replace(replace({x}, ',', ''), '£', '')"
            return f"CASE WHEN {shape} THEN TRY_CAST({bare} AS DECIMAL(15,2)) END"
        case "boolean":
            return f"CASE WHEN lower({x}) IN ('true', 'yes', '1') THEN TRUE WHEN lower({x}) IN ('false', 'no', '0') THEN FALSE END"
    return x


def date_value(x: str, dates: DateStyle) -> str:
    """The date that clean text stands for. Midnight may follow an ISO date; any other time of day may not."""
    iso = f"CASE WHEN {full(x, ISO)} THEN TRY_CAST({x}[:10] AS DATE) END"
    if dates.format is None:
        return iso
    if dates.format == "excel":
        number = f"CASE WHEN {full(x, SERIAL)} AND TRY_CAST({x} AS DOUBLE) > 60 THEN "
        return f"coalesce({iso}, {number} {literal(dates.epoch)} + CAST(TRY_CAST({x} AS DOUBLE) AS INTEGER) END)"
    read = f"CAST(try_strptime({x}, {literal(dates.format)}) AS DATE)"
    stated = f"CASE WHEN NOT {full(x, TWO_DIGIT_YEAR)} THEN {read} END"
    return stated if dates.format.startswith("%Y-") else f"coalesce({stated}, {iso})"


def full(x: str, pattern: str) -> str:
    """SQL: the whole text matches the pattern."""
    return f"regexp_full_match({x}, {literal(pattern)})"
