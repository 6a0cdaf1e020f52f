"""`write_thread`: a thread as a folder, put in place whole."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from resettle.commissioning.statement import Statement
from resettle.report.folder import replaced_folder
from resettle.report.page import thread_page
from resettle.report.reach import reach
from resettle.report.records import write_records
from resettle.report.reinvestment.write import can_write, write_reinvestment
from resettle.report.trails import Trails
from resettle.thread.run import ThreadRun

MARK = "results.json"
"""The file by which a folder is known as one that `write_thread` made."""
REINVESTMENT = "reinvestment"
"""The folder of the report of a reinvestment."""


def write_thread(run: ThreadRun, out: Path) -> Path:
    """Write a thread's results, statement, links and pages to the folder `out`; returns the path of its `index.html`.

    The folder holds `results.json`, `statement.json`, `statement.csv`, `nodes.parquet`, `links.parquet`, `index.html` (meant for
    publication), `people/` (single records) and, where the run went on to rounds, `reinvestment/` (a report for publication and a
    page for everybody). Nothing but those pages is for publication: the others hold small numbers.
    What an earlier run wrote there is replaced as a whole: whoever looks sees the old folder or the new one. Anything else that
    lies there already is a `BadInput`. The same run gives the same bytes.
    """
    import pyarrow.parquet as parquet

    connection = reach(run.graph)
    try:
        with replaced_folder(out, MARK) as folder:
            (folder / MARK).write_text(run.result.to_json(), "utf-8")
            (folder / "statement.json").write_text(run.result.statement.to_json(), "utf-8")
            (folder / "statement.csv").write_text(statement_csv(run.result.statement), "utf-8")
            parquet.write_table(run.graph.nodes, folder / "nodes.parquet")
            parquet.write_table(run.graph.links, folder / "links.parquet")
            (folder / "index.html").write_text(thread_page(run.result, Trails(connection)), "utf-8")
            write_records(connection, run.result, folder / "people")
            if can_write(run.result):
                (folder / REINVESTMENT).mkdir()
                write_reinvestment(run.result, run.graph, folder / REINVESTMENT)
    finally:
        connection.close()
    return Path(out) / "index.html"


def statement_csv(statement: Statement) -> str:
    """The lines of a statement as CSV, with a header."""
    rows = statement.rows()
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else ["id"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
