"""The report as an accessible PDF (PDF/UA-1), written where Typst is installed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from resettle.evidence.diagnostics.findings import StudyFindings
from resettle.report.study.chapter import Chapter

LACKING = "No PDF was written: it needs the extra `report` (pip install 'resettle[report]')."


def can_write_pdf() -> bool:
    """Whether Typst is installed."""
    return find_spec("typst") is not None


def study_pdf(f: StudyFindings, made: Sequence[Chapter]) -> bytes:
    """The PDF. Typst refuses to write one that lacks what PDF/UA-1 asks for: a title, a language, and words for pictures."""
    import typst

    from resettle.report.study.typst_source import typst_source

    source = typst_source(f, made).encode()
    written: bytes = typst.compile(source, format="pdf", pdf_standards=["ua-1"])
    return written
