"""The chapter of what was published about a programme, what is invented here, and what would have to be known."""

from __future__ import annotations

from resettle.evidence.diagnostics.findings import StudyFindings
from resettle.evidence.published import Published, PublishedFigure
from resettle.report.blocks import Cell, Notice, Part, Row, Table, cells, row
from resettle.report.study.chapter import Chapter
from resettle.report.study.said import Said
from resettle.report.words import percent


def published_chapter(f: StudyFindings) -> Chapter | None:
    """What was published and by whom; what is invented; what would have to be known. None where the study says nothing of it."""
    if f.published is None:
        return None
    found = f.published
    parts: list[Part | Said] = []
    if f.records == "synthetic":
        parts.append(Notice((f"The records of this report are invented. {found.invented}".strip(),)))
    if found.figures:
        head = cells("What was published", "Figure", "Source")
        rows = [figure_row(one) for one in found.figures]
        parts.append(Table(f"Published about {found.programme}", head, rows, frozenset({1})))
    if found.unknown:
        rows = [row(one.what, one.why) for one in found.unknown]
        parts.append(
            Table("What would have to be known", cells("Never published, as far as we found", "Why it matters"), rows)
        )
    return Chapter("published", "What is published, what is invented, and what is not known", said(found), parts)


def said(found: Published) -> str:
    """How much is known."""
    known, missing = len(found.figures), len(found.unknown)
    facts = "facts are" if known != 1 else "fact is"
    return f"{known} {facts} published about {found.programme}; {missing} more would have to be known."


def figure_row(one: PublishedFigure) -> Row:
    """One figure with its source."""
    return row(Cell((one.words,)), value_of(one), one.source)


def value_of(one: PublishedFigure) -> str:
    """A value as it is read: a share in per cent, pounds, or a number."""
    if one.value is None:
        return "–"
    if one.unit == "share":
        return percent(one.value, 0)
    return f"£{one.value:,.2f}".removesuffix(".00") if one.unit == "pounds" else f"{one.value:,g}"
