"""Contracts: the headline speeds of the meso circle, beside what a user would write instead.

    python benchmarks/contracts.py                     both jobs
    python benchmarks/contracts.py settle              a statement on 1,000,000 rows of evidence
    python benchmarks/contracts.py value               every deal of the library on 10,000 draws
    python benchmarks/contracts.py --small             20,000 rows and 200 draws, to try it; no page is written

Every run of every contender is a process of its own; the contenders take turns. The time is that of the job within the process,
after the same job on the small size, so that what a library loads when first called is not counted; the memory is the process's
peak. All answers must agree.
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
from importlib.metadata import version
from pathlib import Path
from typing import Any

import contracts_settle
import contracts_value

HERE = Path(__file__).resolve().parent
JOBS: dict[str, Any] = {"settle": contracts_settle, "value": contracts_value}
"""Each job by its name: a module with `CONTENDERS`, `NAMES`, `SIZES`, `WHAT`, `prepare`, `told`, `agree` and `also`."""


def data(job: str, size: int) -> Path:
    """The folder of the data of one size, which is made unless it is there."""
    folder = HERE / "data" / f"contracts-{size}"
    JOBS[job].prepare(folder, size)
    return folder


def once(job: str, name: str, folder: Path, size: int) -> dict[str, Any]:
    """Run one contender once in this process: seconds, processor seconds, peak memory in MB, and the answer."""
    run, small = JOBS[job].CONTENDERS[name](), JOBS[job].SIZES["small"]
    run(data(job, small), small)
    gc.collect()
    busy, start = time.process_time(), time.perf_counter()
    answer = run(folder, size)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mb = peak / (1e6 if sys.platform == "darwin" else 1e6 / 1024)
    return {"seconds": seconds, "cpu": busy, "mb": mb, "answer": JOBS[job].told(answer)}


def in_process(job: str, name: str, folder: Path, size: int) -> dict[str, Any]:
    """The same, in a process of its own."""
    command = [sys.executable, __file__, job, "--once", name, str(folder), str(size)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(job: str, folder: Path, size: int, rounds: int) -> dict[str, list[dict[str, Any]]]:
    """All contenders in turns, with the files in the operating system's cache; stop unless all answers agree."""
    for file in folder.glob("*"):
        file.read_bytes()
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in JOBS[job].CONTENDERS}
    for _ in range(rounds):
        for name, found in runs.items():
            found.append(in_process(job, name, folder, size))
            print(f"{name}: {found[-1]['seconds']:.2f} s", file=sys.stderr)
    answers = {name: found[0]["answer"] for name, found in runs.items()}
    for name, answer in answers.items():
        if not JOBS[job].agree(answers["ours"], answer):
            raise SystemExit(f"the answers differ: ours {answers['ours']}\n{name} {answer}")
    return runs


def report(job: str, size: int, runs: dict[str, list[dict[str, Any]]]) -> str:
    """A page of the result."""
    ours = statistics.median(r["seconds"] for r in runs["ours"])
    busy = statistics.median(r["cpu"] for r in runs["ours"])
    lines = [
        f"# Contracts: {job}",
        "",
        f"{JOBS[job].WHAT.format(size=f'{size:,}')}; runs of each, in turns: {len(runs['ours'])}. Median (least), in seconds;",
        "times as long as ours, by the clock and by processor time.",
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
    lines += JOBS[job].also(size)
    load = " ".join(f"{x:.1f}" for x in os.getloadavg())
    packages = ", ".join(f"{p} {version(p)}" for p in ("numpy", "pyarrow", "pandas"))
    lines += [
        "",
        f"Python {platform.python_version()}, {packages}; {os.cpu_count()} cores, load {load} while it ran.",
        "",
    ]
    return "\n".join(lines)


def run(job: str, small: bool, rounds: int) -> None:
    """One job: measure, print, and keep the page where it is the full size."""
    size = JOBS[job].SIZES["small" if small else "full"]
    page = report(job, size, measure(job, data(job, size), size, rounds))
    if not small:
        (HERE / "results" / f"contracts-{job}.md").write_text(page, "utf-8")
    print(page)


def main() -> None:
    """Run some jobs, or one contender once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("jobs", nargs="*", metavar="JOB", help=f"any of {', '.join(JOBS)}; all without one")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--once", nargs=3, metavar=("CONTENDER", "FOLDER", "SIZE"))
    given = parser.parse_args()
    if unknown := [job for job in given.jobs if job not in JOBS]:
        parser.error(f"no such job: {unknown[0]} (there are {', '.join(JOBS)})")
    if given.once:
        name, folder, size = given.once
        print(json.dumps(once(given.jobs[0], name, Path(folder), int(size))))
        return
    for job in given.jobs or JOBS:
        run(job, given.small, given.rounds)


if __name__ == "__main__":
    main()
