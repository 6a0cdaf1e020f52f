"""Children that are killed at a chosen step: run as a script, so that nothing but this file's work has happened before a fork.

    python kill_kit.py change AREA   every step of a change by itself
    python kill_kit.py import AREA   every step of the store inside an import, then ten random times

Prints one line of JSON: the states found after each kill, and after the work was done again.
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

import duckdb  # noqa: F401  (loaded before the forks, to make them quick)
import pandas  # noqa: F401
import pyarrow.parquet

from resettle.area import open_area
from resettle.area.importing import import_table
from resettle.area.store import Change

STEPS = {"change": ("mkdir", "replace", "fsync", "unlink", "rmdir"), "import": ("replace", "fsync", "mkdir")}


def kill_at(kind, step):
    """From now on, die at the given call of any of these operations, which change the disk."""
    calls = [0]

    def counted(work):
        def wrapper(*args, **kwargs):
            calls[0] += 1
            if calls[0] == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return work(*args, **kwargs)

        return wrapper

    for name in STEPS[kind]:
        setattr(os, name, counted(getattr(os, name)))


def child(work, *args, after=None):
    """Run in a child, killed after some seconds if said. Returns whether it came to its end."""
    pid = os.fork()
    if pid == 0:
        try:
            work(*args)
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(1)
    if after is not None:
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("a child failed")
    return os.WIFEXITED(status)


def simple_change(area, kill=None):
    if kill:
        kill_at("change", kill)
    with Change(area) as change:
        for name in ("tables/one.csv", "two.txt", "new/three.txt"):
            change.file(name).write_text("new")
        change.remove("tables/gone.csv")


def simple_state(area):
    open_area(area)
    names = ("tables/one.csv", "two.txt", "new/three.txt", "tables/gone.csv", ".pending")
    return {n: (area / n).read_text() if (area / n).is_file() else (area / n).exists() for n in names}


def importing(area, kill=None):
    if kill:
        kill_at("import", kill)
    import_table(area, "offence", area.parent / "offence.csv")


def import_state(area):
    with open_area(area) as opened:
        tables = {
            n: str(sorted(map(str, opened.query(f"SELECT * FROM {n}").to_pylist()))) for n in ("person", "offence")
        }
    quarantine = area / "quarantine.parquet"
    rows = pyarrow.parquet.read_table(quarantine).to_pylist() if quarantine.exists() else []
    log = (area / "imports.jsonl").read_text().count("\n")
    pending = (area / ".pending").exists()
    return {
        **tables,
        "quarantine": sorted(map(str, rows)),
        "log": log,
        "pending": pending,
        "csv": (area / "tables/offence.csv").exists(),
    }


def looked_at(area, state, work, out):
    """The state after a kill, and after the work was done again."""
    found = [state(area)]
    work(area)
    out.write_text(json.dumps([*found, state(area)]))


def main(kind, base):
    work, state = (simple_change, simple_state) if kind == "change" else (importing, import_state)
    area, out = base.parent / "tried", base.parent / "out.json"
    found = []

    def tried(**how):
        shutil.rmtree(area, ignore_errors=True)
        shutil.copytree(base, area)
        ended = child(work, area, how.get("step"), after=how.get("after"))
        child(looked_at, area, state, work, out)
        found.append(json.loads(out.read_text()))
        return ended

    whole = time.monotonic()
    tried()
    whole = (time.monotonic() - whole) / 2
    step = 1
    while not tried(step=step):
        step += 1
    if kind == "import":
        chance = random.Random(1)
        for _ in range(10):
            tried(after=chance.uniform(0, whole))
    print(json.dumps({"steps": step, "found": found}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
