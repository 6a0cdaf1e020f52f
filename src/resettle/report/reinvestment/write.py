"""`write_reinvestment`: the report of a reinvestment and its public page, as HTML and, where Typst is installed, as PDF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from resettle.errors import bad
from resettle.report.chaptered import write_chapters
from resettle.report.csv_tables import write_tables
from resettle.report.disclosure import shown_effect
from resettle.report.folder import check_replaceable, replaced_folder
from resettle.report.reinvestment.buying import buying, traced, where
from resettle.report.reinvestment.change import change
from resettle.report.reinvestment.chapters import answer, assumptions, cashable, costs, everything, flows, gains
from resettle.report.reinvestment.public import public
from resettle.report.study.chapter import Chapter
from resettle.thread.graph import Graph
from resettle.thread.passed_on import Macro
from resettle.thread.run import make_thread, read_documents
from resettle.thread.thread import Thread
from resettle.thread.trace import trace

MARK = "report.html"
"""The file by which a folder is known as one that `write_reinvestment` made."""


def can_write(thread: Thread) -> bool:
    """Whether there is a reinvestment to report, and its numbers give no small group away."""
    return thread.macro is not None and shown_effect(thread.effect)


def write_reinvestment(thread: Thread, graph: Graph, folder: Path) -> list[Path]:
    """Write `report` and `public` (HTML, and PDF where Typst is installed) and `tables/` (CSV) into an empty folder.

    All of it is for publication. The same thread gives the same bytes.
    """
    assert thread.macro is not None
    made = chapters(thread, thread.macro, graph)
    title = f"Reinvestment: {thread.title}"
    written = write_chapters(folder / "report", title, "reinvestment", thread.info.caveat, made)
    plain = f"In plain words: {thread.title}"
    written += write_chapters(
        folder / "public", plain, "reinvestment", thread.info.caveat, public(thread, thread.macro)
    )
    write_tables(made, folder / "tables")
    return written


def reinvestment_report(
    run: Path, out: Path, area: Path | None = None, progress: Callable[[str], None] = lambda stage: None
) -> tuple[Thread, list[Path]]:
    """Run a run file and write the report of its reinvestment to `out`; returns what was found and the pages.

    A run without a `reinvestment` block, and one whose numbers would give a small group away, is a `BadInput`. What an earlier
    run wrote to `out` is replaced as a whole.
    """
    if read_documents(run).macro is None:
        raise bad("the run does not go on to a reinvestment", file=run, do="Add a [reinvestment] block to it.")
    check_replaceable(out, MARK)
    made = make_thread(run, progress, area)
    if not can_write(made.result):
        raise bad("the numbers would give a small group away", file=run, do="Study more people, or a longer window.")
    progress("pages")
    with replaced_folder(out, MARK) as folder:
        names = [page.name for page in write_reinvestment(made.result, made.graph, folder)]
    return made.result, [out / name for name in names]


def chapters(thread: Thread, macro: Macro, graph: Graph) -> list[Chapter]:
    """All chapters of the report, in the order in which a finance director asks."""
    there = where(macro)
    first = next((one.id for one in thread.allocations.allocations), None)
    way = [traced(trace(graph, f"allocation:{first}", 1), thread)] if first else []
    return [
        answer(thread, macro),
        assumptions(thread, macro),
        flows(macro),
        costs(thread, macro),
        gains(macro),
        cashable(thread, macro),
        buying(thread, macro),
        *([there] if there else []),
        *way,
        change(thread, macro),
        everything(thread),
    ]
