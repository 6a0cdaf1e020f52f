"""Pages, charts and tables from results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from resettle.thread.thread import Thread


def run_thread(
    run: str | Path, out: str | Path | None = None, progress: Callable[[str], None] = lambda stage: None
) -> Thread:
    """Run the thread that a run file describes and, where `out` is given, write its folder (see `write.write_thread`).

    `progress` is called with each stage as it begins.
    """
    from resettle.thread.run import make_thread

    if out is not None:
        from resettle.report.folder import check_replaceable
        from resettle.report.write import MARK

        check_replaceable(Path(out), MARK)
    made = make_thread(run, progress)
    if out is not None:
        from resettle.report.write import write_thread

        progress("pages")
        write_thread(made, Path(out))
    return made.result
