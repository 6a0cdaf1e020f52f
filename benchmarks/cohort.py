"""Reoffending by quarterly cohort from 10,000,000 offences: our `measure` beside what a user would write instead.

    python benchmarks/cohort.py                10,000,000 offences, 2,000,000 index events, all four contenders
    python benchmarks/cohort.py --small        100,000 offences
    python benchmarks/cohort.py --large        100,000,000 offences, 20,000,000 index events: ours only

Every run of every contender is a process of its own; the contenders take turns. The time is that of the job within the process,
without its imports; the memory is the process's peak. See benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cohort_contenders import CONTENDERS, NAMES, Answer, Cohort
from cohort_data import SIZES, Size, make_area
from timing import timed

HERE = Path(__file__).resolve().parent
PACKAGES = {"ours": "duckdb", "duckdb": "duckdb", "polars": "polars", "pandas": "pandas"}


def once(name: str, area: Path) -> dict[str, Any]:
    """Run one contender once in this process: seconds, processor seconds, peak memory in MB, and the answer."""
    job = CONTENDERS[name]()
    answer, cost = timed(lambda: job(area))
    return {**cost, "answer": answer}


def in_process(name: str, area: Path) -> dict[str, Any]:
    """The same, in a process of its own."""
    command = [sys.executable, __file__, "--once", name, str(area)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{name} failed:\n{done.stderr}")
    run = json.loads(done.stdout)
    return {**run, "answer": [Cohort(*row) for row in run["answer"]]}


def check_same(answers: dict[str, Answer]) -> None:
    """Stop unless every answer has the same counts, and the same mean days to 1 in 10^9, in every cohort."""
    first, *others = answers.items()
    for name, answer in others:
        for a, b in zip(first[1], answer, strict=True):
            if a[:-1] != b[:-1] or not math.isclose(a.days, b.days, rel_tol=1e-9):
                raise SystemExit(f"{first[0]} and {name} disagree: {a} and {b}")


def compare(size: Size, names: list[str], runs: int) -> dict[str, Any]:
    """Run the contenders in turn, `runs` times each, and summarise.

    Before that each runs once untimed: the files are then in the system's cache, and ours has checked the area, which it does
    once for each state of the tables.
    """
    area = make_area(size, HERE / "data")
    on = machine()
    for name in names:
        in_process(name, area)
    done: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for turn in range(runs):
        for name in names:
            done[name].append(in_process(name, area))
            print(f"{turn + 1}/{runs} {name}: {done[name][-1]['seconds']:.2f} s", file=sys.stderr)
    check_same({name: all_runs[-1]["answer"] for name, all_runs in done.items()})
    return {
        "size": {"people": size.people, "offences": size.offences},
        "machine": on,
        "runs": runs,
        "answer": summary(done[names[0]][0]["answer"]),
        "contenders": {name: figures(name, all_runs) for name, all_runs in done.items()},
    }


def figures(name: str, runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Median, least and most seconds, least processor seconds, and the greatest memory of the runs of one contender."""
    seconds = [run["seconds"] for run in runs]
    return {
        "version": f"{PACKAGES[name]} {version(PACKAGES[name])}",
        "median_s": statistics.median(seconds),
        "min_s": min(seconds),
        "max_s": max(seconds),
        "min_cpu_s": min(run["cpu"] for run in runs),
        "peak_mb": max(run["mb"] for run in runs),
    }


def summary(answer: Answer) -> dict[str, Any]:
    """The answer in five numbers."""
    first = answer[0]
    return {
        "cohorts": len(answer),
        "reoffenders": sum(c.reoffenders for c in answer),
        "reoffences": sum(c.reoffences for c in answer),
        "first_cohort_rate": first.reoffenders / first.people,
        "first_cohort_days": first.days,
    }


def machine() -> dict[str, Any]:
    """What it ran on, and how many processes wanted a core in the minute before: above 0 other work was going on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory),
        "processor": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 1),
    }


def table(result: dict[str, Any]) -> str:
    """The result as a page of Markdown."""
    size, on, found = result["size"], result["machine"], result["answer"]
    best = min(f["median_s"] for f in result["contenders"].values())
    least = min(f["min_s"] for f in result["contenders"].values())
    lines = [
        f"# {size['offences']:,} offences, {size['people']:,} index events",
        "",
        f"{on['cores']} cores, {on['memory_gib']} GiB, {on['system']} {on['processor']}, Python {on['python']}, "
        f"load {on['load_before']} before; {result['runs']} runs of each, in turn, each in its own process.",
        "",
        "| contender | version | median s | to the best | least s | to the least | least processor s | peak MB |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, f in result["contenders"].items():
        lines.append(
            f"| {NAMES[name]} | {f['version']} | {f['median_s']:.2f} | {f['median_s'] / best:.2f} | {f['min_s']:.2f} "
            f"| {f['min_s'] / least:.2f} | {f['min_cpu_s']:.2f} | {f['peak_mb']:.0f} |"
        )
    lines += [
        "",
        f"All gave the same answer: {found['cohorts']} cohorts, {found['reoffenders']:,} reoffenders, {found['reoffences']:,} "
        f"reoffences; first cohort {100 * found['first_cohort_rate']:.4f}%, {found['first_cohort_days']:.4f} days to the first.",
        "",
    ]
    return "\n".join(lines)


def keep(size: Size, result: dict[str, Any]) -> None:
    """Write the result beside the others and print it."""
    stem = {"normal": "cohort"}.get(size.name, f"cohort-{size.name}")
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    (folder / f"{stem}.json").write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    (folder / f"{stem}.md").write_text(table(result), "utf-8")
    print(table(result))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--small", dest="size", action="store_const", const="small", help="100,000 offences")
    parser.add_argument(
        "--large", dest="size", action="store_const", const="large", help="100,000,000 offences, ours only"
    )
    parser.add_argument("--runs", type=int, default=5, help="runs of each contender")
    parser.add_argument("--only", nargs="+", choices=CONTENDERS, help="these contenders")
    parser.add_argument("--once", nargs=2, metavar=("NAME", "AREA"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once:
        print(json.dumps(once(given.once[0], Path(given.once[1]))))
        return
    size = SIZES[given.size or "normal"]
    names = given.only or (["ours"] if size.name == "large" else list(CONTENDERS))
    keep(size, compare(size, names, given.runs))


if __name__ == "__main__":
    main()
