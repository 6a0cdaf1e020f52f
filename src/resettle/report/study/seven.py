"""The seven tables of the Justice Data Lab."""

from __future__ import annotations

from dataclasses import dataclass

from resettle.evidence.diagnostics.findings import Compared, StudyFindings, Value
from resettle.report.blocks import Cell, Row, Table, cells, row
from resettle.report.study.rounding import MAY_NOT_SUM, low_to_high, may_not_sum, p_printed, printed
from resettle.report.words import capital

NOT_PRINTED = "not printed"


@dataclass(frozen=True)
class Seven:
    """One of the seven tables: its number, what it is of, its outcomes, and the unit over its values."""

    n: int
    title: str
    outcomes: tuple[str, ...]
    unit: str
    of_reoffenders: bool = False


SEVEN = (
    Seven(1, "Rate of {event}", ("rate",), "%"),
    Seven(2, "Frequency of {event}s", ("frequency",), "per person"),
    Seven(3, "Time to the first {event}", ("days_to_first",), "days", True),
    Seven(
        4,
        "Rate by court outcome of the first {event}",
        ("first_indictable", "first_either_way", "first_summary"),
        "%",
        True,
    ),
    Seven(5, "Frequency by court outcome", ("indictable", "either_way", "summary"), "per person", True),
    Seven(6, "Rate of custody for the first {event}", ("first_custody",), "%", True),
    Seven(7, "Frequency of custodial sentences", ("custody",), "per person", True),
)
"""The laboratory's tables: rate, frequency, time; court outcomes; custody. The last five are of reoffenders only."""

FILES = (
    "1-rate",
    "2-frequency",
    "3-time",
    "4-court-rate",
    "5-court-frequency",
    "6-custody-rate",
    "7-custody-frequency",
)
"""Names of the files of the seven tables."""


def seven_tables(f: StudyFindings) -> list[Table]:
    """The seven tables, each with every outcome that the study has."""
    return [table for one in SEVEN if (table := seven_table(f, one)) is not None]


def seven_table(f: StudyFindings, one: Seven) -> Table | None:
    """One of the seven; None where the study has none of its outcomes."""
    found = [o for name in one.outcomes if (o := f.outcome(name)) is not None]
    if not found:
        return None
    who = "reoffenders" if one.of_reoffenders else f.people
    points = "% points" if one.unit == "%" else one.unit
    title = one.title.format(event=f.event)
    notes = [f"{capital(o.label)}: {o.hidden}." for o in found if o.hidden]
    if any(disagree(o) for o in found):
        notes.append(MAY_NOT_SUM)
    return Table(
        f"Table {one.n}. {title}, {f.programme} and the comparison group",
        cells(
            "Outcome",
            f"{capital(who)}, {f.programme}",
            f"{capital(who)}, comparison",
            f"{capital(f.programme)} ({one.unit})",
            f"Comparison ({one.unit})",
            f"Estimated difference ({points})",
            "Significant?",
            "p",
        ),
        [seven_row(o) for o in found],
        frozenset({1, 2, 3, 4, 5, 7}),
        " ".join(notes),
    )


def seven_row(one: Compared) -> Row:
    """One outcome; the intervals of both groups stand under their values."""
    if one.hidden or one.low is None or one.high is None or one.p is None:
        return row(capital(one.label), *([NOT_PRINTED] * 7))
    return Row(
        (
            *cells(capital(one.label), f"{one.treated.n:,}", f"{one.comparison.n:,}"),
            value_cell(one.treated, one),
            value_cell(one.comparison, one),
            *cells(low_to_high(one.low, one.high, one.unit), "Yes" if one.significant else "No", p_printed(one.p)),
        )
    )


def value_cell(side: Value, one: Compared) -> Cell:
    """A group's value with its interval under it."""
    assert side.value is not None
    under = "" if side.low is None or side.high is None else low_to_high(side.low, side.high, one.unit)
    return Cell((printed(side.value, one.unit),), under)


def disagree(one: Compared) -> bool:
    """Whether a row's printed parts do not add up."""
    if one.hidden or one.treated.value is None or one.comparison.value is None or one.difference is None:
        return False
    return may_not_sum(one.treated.value, one.comparison.value, one.difference, one.unit)
