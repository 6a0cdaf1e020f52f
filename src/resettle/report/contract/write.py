"""The pages about a contract, written as HTML that needs nothing from outside, and as PDF where Typst is installed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from resettle.commissioning.alternatives import alternatives
from resettle.commissioning.beliefs import Beliefs
from resettle.commissioning.compare import compare
from resettle.commissioning.contract import read_contract
from resettle.commissioning.evidence import Evidence
from resettle.commissioning.settle import settle
from resettle.commissioning.tornado import tornado
from resettle.commissioning.value import SEED, value
from resettle.commissioning.verdict import verdict
from resettle.report.contract.chapters import comparison_chapters, statement_chapters, stress, term_sheet
from resettle.report.look import STATIONS
from resettle.report.page import fill
from resettle.report.picture import linked_svg
from resettle.report.study.chapter import Chapter
from resettle.report.study.pdf import can_write_pdf


def write_contract_report(
    contract_file: Path,
    out: Path,
    beliefs: Beliefs | None = None,
    evidence: Evidence | None = None,
    at: date | None = None,
    *,
    draws: int = 10_000,
    seed: int = SEED,
) -> list[Path]:
    """Write the pages of a contract to a folder.

    Always the term sheet; with `beliefs` the stress test and the comparison with alternatives; with `evidence` and `at` the
    statement. Each as HTML, and as PDF where Typst is installed.
    """
    contract = read_contract(contract_file)
    pages = [("term-sheet", f"Term sheet: {contract.title}", "contract", term_sheet(contract))]
    if evidence is not None and at is not None:
        statement = settle(contract, evidence, at)
        pages.append(("statement", f"Statement: {contract.title}", "payment", statement_chapters(statement)))
    if beliefs is not None:
        found = value(contract, beliefs, draws, seed)
        bars = tornado(lambda inputs: read_contract(contract_file, inputs), beliefs, min(draws, 1000), seed)
        answer = verdict(contract, beliefs, draws=draws, seed=seed)
        pages.append(
            (
                "stress-test",
                f"Stress test: {contract.title}",
                "contract",
                stress(contract, beliefs, found, bars, answer),
            )
        )
        if found.total.mean > 0:
            beside = compare([contract, *alternatives(contract, beliefs, seed=seed)], beliefs, min(draws, 5000), seed)
            pages.append(("comparison", f"Comparison: {contract.title}", "contract", comparison_chapters(beside)))
    out.mkdir(parents=True, exist_ok=True)
    caveat = " ".join(dict.fromkeys(n for n in (contract.note, beliefs.note if beliefs else "") if n))
    return [path for name, title, here, made in pages for path in write_page(out / name, title, here, caveat, made)]


def write_page(path: Path, title: str, here: str, caveat: str, made: Sequence[Chapter]) -> list[Path]:
    """One page as HTML, and as PDF where that can be written."""
    html = path.with_suffix(".html")
    html.write_text(page(title, here, caveat, made), "utf-8")
    if not can_write_pdf():
        return [html]
    pdf = path.with_suffix(".pdf")
    pdf.write_bytes(as_pdf(title, caveat, made))
    return [html, pdf]


def page(title: str, here: str, caveat: str, made: Sequence[Chapter]) -> str:
    """The page as HTML."""
    links = {s.name: "#main" for s in STATIONS}
    return fill(
        "contract.html",
        title=title,
        caveat=caveat,
        chapters=[c for c in made if c.parts],
        picture=linked_svg(links, here),
        links=links,
        stations=STATIONS,
    )


def as_pdf(title: str, caveat: str, made: Sequence[Chapter]) -> bytes:
    """The same chapters as an accessible PDF (PDF/UA-1)."""
    import typst

    from resettle.report.look import CIRCLES, INK, QUIET
    from resettle.report.picture import ABOUT, thread_svg
    from resettle.report.study.typst_source import FONTS, PREAMBLE, boxed, chapter_source, image, paragraph, quoted

    parts = [
        PREAMBLE.format(title=quoted(title), quiet=QUIET, ink=INK, fonts=FONTS, evidence=CIRCLES["meso"]),
        image(thread_svg(), ABOUT),
        f"#heading(level: 1, {quoted(title)})",
        *([boxed([paragraph(caveat)], "#f3f2f1")] if caveat else []),
        *(chapter_source(c) for c in made if c.parts),
    ]
    written: bytes = typst.compile("\n\n".join(parts).encode(), format="pdf", pdf_standards=["ua-1"])
    return written
