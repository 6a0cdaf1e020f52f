"""A business case written as a page that needs nothing from outside, and as PDF where Typst is installed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from resettle.reinvestment.business_case.case import BusinessCase
from resettle.report.business_case.chapters import case_chapters
from resettle.report.contract.write import as_pdf
from resettle.report.look import STATIONS, station
from resettle.report.page import fill
from resettle.report.picture import linked_svg
from resettle.report.study.chapter import Chapter
from resettle.report.study.pdf import can_write_pdf


def write_case(found: BusinessCase, out: Path) -> list[Path]:
    """Write `business-case.html`, the result as `business-case.json`, and the PDF where it can be made; returns the files."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "business-case.json").write_text(found.to_json(), "utf-8")
    caveat = " ".join(dict.fromkeys(found.notes[:1]))
    pages = write_chapters(out / "business-case", found.title, "saving", caveat, case_chapters(found))
    return [*pages, out / "business-case.json"]


def write_chapters(path: Path, title: str, here: str, caveat: str, made: Sequence[Chapter]) -> list[Path]:
    """Chapters as HTML in the colour of a station's circle, and as PDF where that can be written."""
    links = {s.name: "#main" for s in STATIONS}
    html = path.with_suffix(".html")
    text = fill(
        "chapters.html",
        title=title,
        caveat=caveat,
        circle=station(here).circle,
        chapters=[c for c in made if c.parts],
        picture=linked_svg(links, here),
        links=links,
        stations=STATIONS,
    )
    html.write_text(text, "utf-8")
    if not can_write_pdf():
        return [html]
    pdf = path.with_suffix(".pdf")
    pdf.write_bytes(as_pdf(title, caveat, made))
    return [html, pdf]
