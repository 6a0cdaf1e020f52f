"""The checks of single values, as SQL, and what a reader is told about a value that fails one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from resettle.area.conversion import AMOUNT, MORE_DECIMALS, NUMBER, TWO_DIGIT_YEAR, WHOLE, DateStyle, full
from resettle.area.declare import Column
from resettle.area.steps import literal, literals
from resettle.errors import did_you_mean

MISSING_WORDS = ("NA", "N/A", "NULL", "NONE", "NAN", "-", "#N/A")
INVISIBLE = r"[\x00-\x1f\x7f\x{AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2069}\x{FEFF}]"
CLOCK = r"\d{1,2}:\d{2}"
DAY_FIRST = r"\d{1,2}[/.\- ](\d{1,2}|[A-Za-z]{3,9})[/.\- ]\d{4}"


@dataclass(frozen=True)
class Check:
    """One rule that a value or a row must keep. `breach` is SQL that is true where it is broken.

    `columns` are the declared columns it speaks of (none: the whole row); `value` is SQL for what is shown (the column's text,
    if None); `advise` makes the advice from the value where it depends on it; `whole_row`: any column of the row may be at fault.
    """

    columns: tuple[str, ...]
    rule: str
    do: str
    breach: str = "FALSE"
    value: str | None = None
    advise: Callable[[str], str] | None = field(default=None, compare=False)
    whole_row: bool = False

    def advice(self, value: str | None) -> str:
        """What to do about this value."""
        return self.advise(value) if self.advise and value else self.do


def type_checks(column: Column, x: str, v: str, dates: DateStyle) -> Iterator[Check]:
    """The checks of text that has no value `v` of the column's type, most telling first; the last always holds."""
    kinds = {
        "date": date_faults,
        "integer": number_faults,
        "number": number_faults,
        "money": money_faults,
        "boolean": boolean_faults,
    }
    if column.type not in kinds:
        return
    for rule, do, breach, advise in kinds[column.type](column, x, dates):
        yield Check((column.name,), rule, do, f"{x} IS NOT NULL AND {v} IS NULL AND {breach}", None, advise)


Fault = tuple[str, str, str, Callable[[str], str] | None]


def date_faults(column: Column, x: str, dates: DateStyle) -> Iterator[Fault]:
    """Why text is no date."""
    yield (
        "a date with a time of day",
        "Keep the date only. A day ends at 23:59: 24:00 belongs to the next date.",
        f"regexp_matches({x}, {literal(CLOCK)})",
        None,
    )
    yield "no such date", "Check the day and the month.", full(x, r"\d{4}-\d{2}-\d{2}"), None
    yield (
        "a two-digit year",
        "Write the year with four digits; the century is not guessed.",
        full(x, TWO_DIGIT_YEAR),
        None,
    )
    if dates.format is None:
        yield (
            "not a date as YYYY-MM-DD",
            'Write YYYY-MM-DD, or say in the mapping how dates are written, for example `date_format = "%d/%m/%Y"`; '
            "which is the day and which the month is not guessed.",
            full(x, DAY_FIRST),
            None,
        )
    if dates.format != "excel":
        yield (
            "an Excel date as a bare number",
            'If it is one, put `date_format = "excel"` in the mapping.',
            full(x, r"\d{5}(\.\d+)?"),
            lambda value: serial_advice(value, dates.epoch),
        )
    stated = "YYYY-MM-DD" if dates.format is None else f"as the mapping's date_format says ({dates.format})"
    yield "not a date", f"Write it {stated}; leave the cell empty where it is not known.", "TRUE", None


def serial_advice(value: str, epoch: date) -> str:
    """The date that a bare number would be, and the setting that reads it so."""
    when = epoch + timedelta(days=int(float(value)))
    return f'As an Excel date it would be {when}; if so, put `date_format = "excel"` in the mapping.'


def number_faults(column: Column, x: str, dates: DateStyle) -> Iterator[Fault]:
    """Why text is no number."""
    noun = "a whole number" if column.type == "integer" else "a number"
    missing = "Leave the cell empty where it is not known."
    yield "not a finite number", missing, f"lower(ltrim({x}, '+-')) IN ('nan', 'inf', 'infinity')", None
    yield (
        "a number with thousands separators",
        "Write it without them.",
        full(x, r"-?\d{1,3}([, ]\d{3})+(\.\d+)?"),
        None,
    )
    yield "a decimal comma", "Write a decimal point.", full(x, r"-?\d*,\d+"), None
    yield (
        "a percentage",
        "Write the number that the column's unit asks for, without the sign.",
        f"ends_with({x}, '%')",
        None,
    )
    if column.type == "integer":
        yield "more than can be held", "Check the number.", full(x, WHOLE), None
        yield "not a whole number", "Write it without decimals.", full(x, NUMBER), None
    yield f"not {noun}", f"Write digits. {missing}", "TRUE", None


def money_faults(column: Column, x: str, dates: DateStyle) -> Iterator[Fault]:
    """Why text is no amount of money: the rules of `money.pounds`, and no comma that could be a decimal one."""
    amount = f"{full(x, AMOUNT)} AND regexp_matches({x}, '[0-9]')"
    yield "money has more than two decimals", "Round it to whole pence.", f"{amount} AND {full(x, MORE_DECIMALS)}", None
    yield "more than can be held", "Check the amount.", amount, None
    yield (
        "not a usable amount of money",
        "Write a finite number of pounds.",
        f"lower(ltrim({x}, '+-')) IN ('nan', 'inf', 'infinity')",
        None,
    )
    yield "an amount in brackets", "Write a minus sign before a negative amount.", f"{x} LIKE '(%)'", None
    yield "a comma that separates no thousands", "Write pounds and pence, as in 1234.50.", f"contains({x}, ',')", None
    yield "not an amount of money", "Write pounds and pence, as in 1234.50.", "TRUE", None


def boolean_faults(column: Column, x: str, dates: DateStyle) -> Iterator[Fault]:
    """Why text is neither yes nor no."""
    yield (
        "neither yes nor no",
        "Write true or false, yes or no, 1 or 0; leave the cell empty where it is not known.",
        "TRUE",
        None,
    )


def value_checks(column: Column, v: str, *, whole: bool = False) -> Iterator[Check]:
    """The checks of a value `v` that has its type. `whole`: identifiers are kept as whole numbers here."""

    def check(rule: str, do: str, breach: str, advise: Callable[[str], str] | None = None) -> Check:
        return Check((column.name,), rule, do, breach, None, advise)

    if column.type == "id" and not whole:
        yield check(
            "holds invisible characters", "Delete it and type it again.", f"regexp_matches({v}, {literal(INVISIBLE)})"
        )
        yield check("a word for missing", "Leave the cell empty.", f"upper({v}) IN {literals(MISSING_WORDS)}")
        yield check(
            "an identifier rounded by a spreadsheet",
            "Take it from the source again, with the column set to text.",
            full(v, r"\d(\.\d+)?[eE]\+\d+"),
        )
    if column.allowed:
        known = list(column.allowed)
        yield check(
            "unknown code",
            "Use a declared code.",
            f"{v} NOT IN {literals(known)}",
            lambda value: (
                f"{closest(value, known)} Or say in the mapping, under [codes.{column.name}], what it stands for."
            ),
        )
    if column.type == "date":
        yield check("a date that stands for missing", "Leave the cell empty.", f"{v} IN ('1900-01-01', '9999-12-31')")
        yield check("a date before 1900", "Check the year.", f"{v} < DATE '1900-01-01'")
        yield check("a date after 2100", "Check the year.", f"{v} > DATE '2100-12-31'")
    if column.type == "number":
        yield check("not a finite number", "Leave the cell empty where it is not known.", f"NOT isfinite({v})")
    unit = f" {column.unit}" if column.unit else ""
    if column.min is not None:
        yield check(f"below {column.min:g}", f"The least is {column.min:g}{unit}.", f"{v} < {column.min:g}")
    if column.max is not None:
        yield check(f"above {column.max:g}", f"The most is {column.max:g}{unit}.", f"{v} > {column.max:g}")


def closest(value: str, known: list[str]) -> str:
    """A sentence that names the closest code, first of all one that differs only in case."""
    same = [code for code in known if code.lower() == value.lower()]
    return f"Did you mean {same[0]!r}?" if same else did_you_mean(value, known)


def missing_check(column: Column, x: str) -> Iterator[Check]:
    """The check that a required column is filled."""
    if column.required:
        yield Check((column.name,), "missing", "Fill it in: every row needs it.", f"{x} IS NULL")


def case(checks: list[Check], start: int) -> str:
    """SQL: the number of the first check that is broken, counting from `start`, or NULL."""
    whens = " ".join(f"WHEN {check.breach} THEN {start + i}" for i, check in enumerate(checks))
    return f"(CASE {whens} END)::SMALLINT" if whens else "NULL::SMALLINT"
