"""Chapters written as one page that needs nothing from outside, and as PDF where Typst is installed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from resettle.report.look import CIRCLES, INK, QUIET, STATIONS, station
from resettle.report.page import fill
from resettle.report.picture import ABOUT, linked_svg, thread_svg
from resettle.report.study.chapter import Chapter
from resettle.report.study.pdf import can_write_pdf


def write_chapters(path: Path, title: str, here: str, caveat: str, made: Sequence[Chapter]) -> list[Path]:
    """Chapters as HTML in the colour of the circle of the station `here`, and as PDF where that can be written."""
    shown = [chapter for chapter in made if chapter.parts]
    html = path.with_suffix(".html")
    html.write_text(as_html(title, here, caveat, shown), "utf-8")
    if not can_write_pdf():
        return [html]
    pdf = path.with_suffix(".pdf")
    pdf.write_bytes(as_pdf(title, here, caveat, shown))
    return [html, pdf]


def as_html(title: str, here: str, caveat: str, shown: Sequence[Chapter]) -> str:
    """The page as HTML."""
    links = {s.name: "#main" for s in STATIONS}
    return fill(
        "chapters.html",
        title=title,
        caveat=caveat,
        circle=station(here).circle,
        chapters=shown,
        picture=linked_svg(links, here),
        links=links,
        stations=STATIONS,
    )


def as_pdf(title: str, here: str, caveat: str, shown: Sequence[Chapter]) -> bytes:
    """The same chapters as an accessible PDF (PDF/UA-1)."""
    import typst

    from resettle.report.study.typst_source import FONTS, PREAMBLE, boxed, chapter_source, image, paragraph, quoted

    colour = CIRCLES[station(here).circle]
    parts = [
        PREAMBLE.format(title=quoted(title), quiet=QUIET, ink=INK, fonts=FONTS, evidence=colour),
        image(thread_svg(), ABOUT),
        f"#heading(level: 1, {quoted(title)})",
        *([boxed([paragraph(caveat)], "#f3f2f1")] if caveat else []),
        *(chapter_source(chapter) for chapter in shown),
    ]
    written: bytes = typst.compile("\n\n".join(parts).encode(), format="pdf", pdf_standards=["ua-1"])
    return written
