"""A business case written as a page that needs nothing from outside, and as PDF where Typst is installed."""

from __future__ import annotations

from pathlib import Path

from resettle.reinvestment.business_case.case import BusinessCase
from resettle.report.business_case.chapters import case_chapters
from resettle.report.chaptered import write_chapters


def write_case(found: BusinessCase, out: Path) -> list[Path]:
    """Write `business-case.html`, the result as `business-case.json`, and the PDF where it can be made; returns the files."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "business-case.json").write_text(found.to_json(), "utf-8")
    caveat = " ".join(dict.fromkeys(found.notes[:1]))
    pages = write_chapters(out / "business-case", found.title, "saving", caveat, case_chapters(found))
    return [*pages, out / "business-case.json"]
