"""A business case written as a page that needs nothing from outside, and as PDF where Typst is installed."""

from __future__ import annotations

from pathlib import Path

from resettle.reinvestment.business_case.case import BusinessCase
from resettle.report.business_case.chapters import case_chapters
from resettle.report.chaptered import write_chapters
from resettle.report.folder import replaced_folder

MARK = "business-case.json"
"""The file by which a folder is known as one that `write_case` made."""


def write_case(found: BusinessCase, out: Path) -> list[Path]:
    """Write `business-case.html`, the result as `business-case.json`, and the PDF where it can be made; returns the files.

    What an earlier case wrote to `out` is replaced as a whole; anything else that lies there is a `BadInput`.
    """
    with replaced_folder(out, MARK) as folder:
        (folder / MARK).write_text(found.to_json(), "utf-8")
        caveat = " ".join(dict.fromkeys(found.notes[:1]))
        pages = write_chapters(folder / "business-case", found.title, "saving", caveat, case_chapters(found))
    return [out / page.name for page in (*pages, folder / MARK)]
