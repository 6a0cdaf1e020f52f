"""Contracts: the headline speeds of the meso circle, beside what a user would write instead.

    python benchmarks/contracts.py settle              1,000,000 rows of evidence
    python benchmarks/contracts.py settle --small      20,000 rows, to try it

Every run of every contender is a process of its own; the contenders take turns. The time is that of the job within the process,
from opening the file to the lines with their evidence, without imports; the memory is the process's peak. All answers must be
equal.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import contracts_settle

HERE = Path(__file__).resolve().parent
JOBS = {"settle": contracts_settle}
"""Each job by its name: a module with `CONTENDERS` and `NAMES`."""
SIZES = {"full": 1_000_000, "small": 20_000}


def once(job: str, name: str, folder: Path) -> dict[str, Any]:
    """Run one contender once in this process: seconds, processor seconds, peak memory in MB, and the answer."""
    run = JOBS[job].CONTENDERS[name]()
    gc.collect()
    busy, start = time.process_time(), time.perf_counter()
    answer = run(folder)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mb = peak / (1e6 if sys.platform == "darwin" else 1e6 / 1024)
    lines = sorted((*key, count, money, hash_of(ids)) for key, (count, money, ids) in answer.items())
    return {"seconds": seconds, "cpu": busy, "mb": mb, "answer": lines}


def hash_of(ids: Sequence[str]) -> str:
    """The evidence of a line in short; ours says of what kind it is."""
    from hashlib import sha256

    return sha256("\n".join(i.removeprefix("outcome:") for i in ids).encode()).hexdigest()[:16]


def in_process(job: str, name: str, folder: Path) -> dict[str, Any]:
    """The same, in a process of its own."""
    command = [sys.executable, __file__, job, "--once", name, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def measure(job: str, folder: Path, rounds: int) -> dict[str, list[dict[str, Any]]]:
    """All contenders in turns, after one untimed run of each; stop unless all answers are equal."""
    names = list(JOBS[job].CONTENDERS)
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for turn in range(rounds + 1):
        for name in names:
            found = in_process(job, name, folder)
            if turn:
                runs[name].append(found)
            print(f"{name}: {found['seconds']:.2f} s", file=sys.stderr)
    answers = {name: found[0]["answer"] for name, found in runs.items()}
    if any(answer != answers["ours"] for answer in answers.values()):
        raise SystemExit(f"the answers differ: {answers}")
    return runs


def report(job: str, rows: int, runs: dict[str, list[dict[str, Any]]]) -> str:
    """A page of the result."""
    ours = statistics.median(r["seconds"] for r in runs["ours"])
    busy = statistics.median(r["cpu"] for r in runs["ours"])
    lines = [
        f"# Contracts: {job}",
        "",
        f"{rows:,} rows of evidence, {len(runs['ours'])} runs of each in turns. Median (least), in seconds; times as long as",
        "ours, by the clock and by processor time.",
        "",
        "| what | seconds | processor seconds | times ours | times ours (processor) | peak MB |",
        "|---|---|---|---|---|---|",
    ]
    for name, found in runs.items():
        seconds, cpu = [r["seconds"] for r in found], [r["cpu"] for r in found]
        lines.append(
            f"| {JOBS[job].NAMES[name]} | {statistics.median(seconds):.2f} ({min(seconds):.2f}) | {statistics.median(cpu):.2f} "
            f"({min(cpu):.2f}) | {statistics.median(seconds) / ours:.1f} | {statistics.median(cpu) / busy:.1f} | "
            f"{max(r['mb'] for r in found):,.0f} |"
        )
    load = " ".join(f"{x:.1f}" for x in os.getloadavg())
    packages = ", ".join(f"{p} {version(p)}" for p in ("numpy", "pyarrow", "pandas"))
    lines += [
        "",
        f"Python {platform.python_version()}, {packages}; {os.cpu_count()} cores, load {load} while it ran.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    """Run one job, or one contender once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("job", choices=JOBS)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--once", nargs=2, metavar=("CONTENDER", "FOLDER"))
    given = parser.parse_args()
    if given.once:
        print(json.dumps(once(given.job, given.once[0], Path(given.once[1]))))
        return
    rows = SIZES["small" if given.small else "full"]
    folder = HERE / "data" / f"contracts-{rows}"
    if not (folder / "outcomes.csv").exists():
        contracts_settle.make_outcomes(folder, rows)
    runs = measure(given.job, folder, given.rounds)
    page = report(given.job, rows, runs)
    if not given.small:
        (HERE / "results" / f"contracts-{given.job}.md").write_text(page, "utf-8")
    print(page)


if __name__ == "__main__":
    main()
