"""The effect on 5,000 treated people, matched on 20 covariates: our whole job beside what a user would pick instead.

    python benchmarks/matching.py            5,000 treated of 50,000 and of 500,000 others
    python benchmarks/matching.py --small    300 of 3,000, to try it
    python benchmarks/matching.py --only ours doubleml

Every run of every contender is a process of its own; the contenders take turns. The time is that of the job within the
process, without its imports and without reading the file; the memory is the process's peak. See benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cohort import machine
from matching_contenders import CONTENDERS, DOES, PACKAGES
from matching_data import SIZES, Size, draw, make_people, read_people
from timing import timed

HERE = Path(__file__).resolve().parent
PEERS = HERE.parent / ".venv-peers/bin/python"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# How far from the truth an answer may be: four standard errors of the least exact contender.
NEAR = 0.04


def once(name: str, file: Path) -> dict[str, Any]:
    """Run one contender once in this process: seconds, processor seconds, peak memory in MB, and what it found."""
    with contextlib.redirect_stdout(io.StringIO()):
        job = CONTENDERS[name]()
        people = read_people(file)
        found, cost = timed(lambda: job(*people))
    return {**cost, "version": version(PACKAGES[name]), **found}


def command(name: str, file: Path) -> list[str] | None:
    """What runs this contender in a process of its own; None where it is not installed."""
    if name == "r-matchit":
        return ["Rscript", str(HERE / "matching.R"), str(file)] if shutil.which("Rscript") else None
    if name == "ours":
        return [sys.executable, __file__, "--once", name, str(file)]
    return [str(PEERS), __file__, "--once", name, str(file)] if PEERS.exists() else None


def in_process(name: str, file: Path, threads: bool) -> dict[str, Any]:
    """One run in a process of its own, with the linear algebra library's own threads or with one; the last line is the result."""
    words = command(name, file)
    if words is None:
        return {"failed": "not installed"}
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ | ({} if threads else ONE_THREAD))
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["no message"])[-1]}
    run: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return run


def compare(size: Size, names: list[str], runs: int) -> dict[str, Any]:
    """Run the contenders in turn, `runs` times each with many threads and as often with one, and summarise."""
    file = make_people(size, HERE / "data")
    truth = draw(size).truth
    on = machine()
    done: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for turn in range(2 * runs):
        for name in names:
            if done[name] and "failed" in done[name][-1]:
                continue
            done[name].append(in_process(name, file, threads=turn % 2 == 0))
            shown = done[name][-1]
            print(f"{turn + 1}/{2 * runs} {name}: {shown.get('failed') or shown['seconds']}", file=sys.stderr)
    check_near({name: all_runs[-1] for name, all_runs in done.items()}, truth)
    return {
        "size": {"treated": size.treated, "pool": size.pool},
        "truth": truth,
        "machine": {**on, "load_after": round(os.getloadavg()[0], 1)},
        "runs": 2 * runs,
        "contenders": {name: figures(all_runs) for name, all_runs in done.items()},
    }


def check_near(found: dict[str, dict[str, Any]], truth: float) -> None:
    """Stop if an effect is further from the truth than chance allows: a contender is then used wrongly."""
    for name, run in found.items():
        if "failed" not in run and abs(run["effect"] - truth) > NEAR:
            raise SystemExit(f"{name} found {run['effect']:.4f}, the truth is {truth:.4f}")


def figures(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Median and least seconds, least processor seconds, the greatest memory, and the answer; or why there is none."""
    if "failed" in runs[-1]:
        return {"failed": runs[-1]["failed"]}
    return {
        "version": runs[0]["version"],
        "median_s": statistics.median(run["seconds"] for run in runs),
        "min_s": min(run["seconds"] for run in runs),
        "min_cpu_s": min(run["cpu"] for run in runs),
        "peak_mb": max(run["mb"] for run in runs),
        "effect": runs[-1]["effect"],
        "se": runs[-1]["se"],
    }


def line(name: str, f: dict[str, Any], least: float) -> str:
    """One contender's line of the table."""
    design, interval, balance = DOES[name]
    does = f"{design} | {'yes' if interval else 'no'} | {'yes' if balance else 'no'}"
    if "failed" in f:
        return f"| {name} | {does} | could not be run: {f['failed']} | | | | | |"
    answer = f"{100 * f['effect']:+.2f}" + (f" ({100 * f['se']:.2f})" if f["se"] else "")
    return (
        f"| {name} {f['version']} | {does} | {f['min_s']:.3f} | {f['min_s'] / least:.0f} | {f['median_s']:.3f} "
        f"| {f['min_cpu_s']:.3f} | {f['peak_mb']:.0f} | {answer} |"
    )


def table(results: list[dict[str, Any]]) -> str:
    """The results as a page of Markdown."""
    lines = ["# The effect on 5,000 treated people, matched on 20 covariates", ""]
    for result in results:
        size, on = result["size"], result["machine"]
        least = result["contenders"].get("ours", {}).get("min_s") or min(
            f["min_s"] for f in result["contenders"].values() if "min_s" in f
        )
        lines += [
            f"## {size['treated']:,} treated, {size['pool']:,} others",
            "",
            f"{on['cores']} cores, {on['memory_gib']} GiB, {on['system']} {on['processor']}, Python {on['python']}, load "
            f"{on['load_before']} before and {on['load_after']} after; {result['runs']} runs of each, in turn, half of "
            f"them with one thread. True effect {100 * result['truth']:+.2f} points.",
            "",
            "| contender | design | interval | balance | least s | times ours | median s | least processor s | peak MB "
            "| effect (error), points |",
            "|---|---|---|---|---:|---:|---:|---:|---:|---:|",
            *(line(name, f, least) for name, f in result["contenders"].items()),
            "",
        ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--small", action="store_true", help="300 treated of 3,000, to try it")
    parser.add_argument("--runs", type=int, default=2, help="runs of each contender, with many threads and with one")
    parser.add_argument("--only", nargs="+", choices=DOES, help="these contenders")
    parser.add_argument("--once", nargs=2, metavar=("NAME", "FILE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.once:
        print(json.dumps(once(given.once[0], Path(given.once[1]))))
        return
    sizes = ["small"] if given.small else ["50k", "500k"]
    results = [compare(SIZES[size], given.only or list(DOES), given.runs) for size in sizes]
    stem = HERE / "results" / ("matching-small" if given.small else "matching")
    stem.with_suffix(".json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    stem.with_suffix(".md").write_text(table(results), "utf-8")
    print(table(results))


if __name__ == "__main__":
    main()
