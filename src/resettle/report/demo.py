"""`resettle demo`: the whole thread on the two real areas and a synthetic Greater Manchester."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

from resettle.area.generate import generate_area
from resettle.area.info import read_info
from resettle.errors import bad
from resettle.money import show
from resettle.report.front import write_front
from resettle.report.write import write_thread
from resettle.thread.run import make_thread
from resettle.thread.thread import Thread

RUNS = {
    "maryland": "maryland",
    "north-carolina": "north-carolina",
    "greater-manchester": "greater-manchester-reinvestment",
}
"""The folders of the demo, and the run files that they come from."""
PEOPLE = 50_000
SEED = 20260101


def examples() -> Path:
    """The folder of examples: beside the source in a checkout, inside the package where it was installed."""
    package = Path(str(files("resettle")))
    for folder in (package.parents[1] / "examples", package / "examples"):
        if (folder / "runs").is_dir():
            return folder
    raise bad("the examples are not installed", file=package, do="Install Resettle again.")


def run_demo(out: Path, progress: Callable[[str], None] = lambda text: None) -> Iterator[str]:
    """Make the synthetic area, run the three threads, write their pages and a front page; yield ten lines that sum it up."""
    synthetic = synthetic_area(out / "areas" / "greater-manchester", progress)
    made: list[tuple[Thread, Path]] = []
    for name, file in RUNS.items():
        progress(f"{name}: the whole thread ...")
        run = make_thread(examples() / "runs" / f"{file}.toml", area=synthetic if name == synthetic.name else None)
        made.append((run.result, write_thread(run, out / name)))
        yield from summary(run.result)
    yield f"Open {write_front(out, made)}"


def synthetic_area(path: Path, progress: Callable[[str], None]) -> Path:
    """A fresh synthetic area. One that an earlier demo left is made anew; anything else in its place is refused."""
    if path.exists():
        if read_info(path).records != "synthetic":
            raise bad("there is an area here that is not synthetic", file=path, do="Choose another folder with --out.")
        shutil.rmtree(path)
    progress(f"Making a synthetic Greater Manchester of {PEOPLE:,} people ...")
    generate_area(path, PEOPLE, SEED).close()
    return path


def summary(thread: Thread) -> list[str]:
    """Three lines: what it caused, what it would pay, what it saves and where that goes."""
    paid = show(thread.statement.total, thread.statement.currency)
    return [
        f"{thread.title}. {thread.effect.sentence}",
        f"  The contract pays {paid}. {thread.savings.cash_words}.",
        f"  {thread.allocations.sentence}",
    ]
