"""The report of a study as one HTML page that needs nothing from outside."""

from __future__ import annotations

from resettle.evidence.diagnostics.findings import StudyFindings
from resettle.report.look import STATIONS
from resettle.report.page import fill
from resettle.report.picture import linked_svg
from resettle.report.study.chapter import Chapter
from resettle.report.study.chapters import sources

PLACES = {"person": "person", "service": "service", "outcome": "outcome", "impact": "impact"}
"""The chapters that stand for stations of the thread; the other stations lead to the paragraph on the thread."""


def study_page(f: StudyFindings, made: list[Chapter]) -> str:
    """The page as HTML."""
    there = {chapter.id for chapter in made}
    links = {s.name: f"#{s.name}" if s.name in PLACES and s.name in there else "#thread" for s in STATIONS}
    facts, inputs = sources(f)
    return fill(
        "study.html",
        title=f.title,
        f=f,
        report=[one for one in made if not one.annex],
        annex=[one for one in made if one.annex],
        picture=linked_svg(links, "impact"),
        links=links,
        stations=STATIONS,
        made=facts,
        inputs=inputs,
    )
