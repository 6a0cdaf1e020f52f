"""`write_study`: a study's report as a folder, put in place whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from resettle.evidence.diagnostics.findings import StudyFindings
from resettle.evidence.diagnostics.reading import StudyRun
from resettle.report.folder import replaced_folder
from resettle.report.study.chapters import chapters
from resettle.report.study.page import study_page
from resettle.report.study.pdf import can_write_pdf, study_pdf
from resettle.report.study.publish import publish
from resettle.report.study.tables import csv_of, tables_of

MARK = "suppressed.csv"
"""The file by which a folder is known as one that `write_study` made."""


def write_study(
    run: StudyRun, out: Path, study: str | None = None, progress: Callable[[str], None] = lambda stage: None
) -> StudyFindings:
    """Write the report of a study to the folder `out`; returns the findings as they were published.

    The folder holds `index.html`, `report.pdf` (where Typst is installed), `results.json`, `tables/` with each table as
    CSV, `suppressed.csv` (what was left out, and why), and `study.toml`, the study's own text, if it is given. All of it
    is for publication: every file is written from the published findings. What an earlier run left there is replaced as a
    whole; anything else is a `BadInput`. The same findings give the same bytes.
    """
    with replaced_folder(out, MARK) as folder:
        progress("page")
        found = publish(run)
        made = chapters(found)
        (folder / "index.html").write_text(study_page(found, made), "utf-8")
        (folder / "results.json").write_text(found.to_json() + "\n", "utf-8")
        (folder / MARK).write_text(suppressed_csv(found), "utf-8")
        (folder / "tables").mkdir()
        for name, table in tables_of(found):
            (folder / "tables" / f"{name}.csv").write_text(csv_of(table), "utf-8")
        if study is not None:
            (folder / "study.toml").write_text(study, "utf-8")
        if can_write_pdf():
            progress("PDF")
            (folder / "report.pdf").write_bytes(study_pdf(found, made))
    return found


def suppressed_csv(found: StudyFindings) -> str:
    """What was left out, by which rule, and why; never the numbers."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["what", "rule", "why"])
    writer.writerows([[one.cell, one.rule, one.why] for one in found.suppressed])
    return text.getvalue()
