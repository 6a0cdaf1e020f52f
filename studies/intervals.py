"""Does each estimator's 95% interval hold the truth 19 times in 20? Made-up people with a known effect, thousands of times.

    python studies/intervals.py                    every case, 4,000 runs each; goes on where it stopped
    python studies/intervals.py --only radius      cases whose name has these words
    python studies/intervals.py --runs 1000

Each run has a seed of its own, made of the case's name and the run's number, so that runs can be added later. Results are
kept after every 250 runs in benchmarks/results/intervals.json, and shown in intervals.md.
"""

from __future__ import annotations

import argparse
import json
import math
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from cases import CASES
from found import Case

from resettle.errors import BadInput
from resettle.evidence.intervals import wilson
from resettle.provenance import VERSION

RESULTS = Path(__file__).resolve().parents[1] / "benchmarks/results"
RUNS, BATCH = 4_000, 250
LEAST, MOST = 0.935, 0.965
Z = 1.959963984540054
EMPTY = {"runs": 0, "refused": 0, "covered": 0, "error": 0.0, "error2": 0.0, "se": 0.0, "looked": 0, "warned": 0}


def one(case: Case, run: int) -> dict[str, float]:
    """One run: what it adds to each sum."""
    random = np.random.default_rng([zlib.crc32(case.name.encode()), run])
    try:
        found = case.once(random)
    except BadInput:
        return {"runs": 1, "refused": 1}
    low, high = found.interval or (found.estimate - Z * found.se, found.estimate + Z * found.se)
    error = found.estimate - found.truth
    return {
        "runs": 1,
        "covered": int(low <= found.truth <= high),
        "error": error,
        "error2": error**2,
        "se": found.se,
        "looked": int(found.warned is not None),
        "warned": int(found.warned or 0),
    }


def more(case: Case, so_far: dict[str, float], runs: int) -> dict[str, float]:
    """The sums after `runs` further runs."""
    total = {**EMPTY, **so_far}
    first = int(total["runs"])
    for run in range(first, first + runs):
        for name, value in one(case, run).items():
            total[name] += value
    return total


def figures(total: dict[str, float]) -> dict[str, float]:
    """Coverage with its interval, mean error, spread of the estimates, mean error stated, and how often it warned."""
    n = total["runs"] - total["refused"]
    mean = total["error"] / n
    bounds = wilson(int(total["covered"]), int(n))
    return {
        "evaluated": n,
        "coverage": total["covered"] / n,
        "low": bounds.low,
        "high": bounds.high,
        "bias": mean,
        "sd": math.sqrt(max(total["error2"] / n - mean**2, 0.0)),
        "se": total["se"] / n,
        "warned": total["warned"] / total["looked"] if total["looked"] else 0.0,
    }


def verdict(f: dict[str, float]) -> str:
    """Whether the interval holds, and where it does not, whether the tool says so."""
    if LEAST <= f["coverage"] <= MOST:
        return "holds"
    short = "too wide" if f["coverage"] > MOST else "too short"
    return f"{short}, and warned in {100 * f['warned']:.0f}%"


def page(kept: dict[str, dict[str, float]]) -> str:
    """The results as a page of Markdown."""
    lines = [
        "# Does each interval hold the truth?",
        "",
        f"Made-up people with a known effect; made by `make studies`, version {VERSION}. A 95% interval should hold the truth in 95 of 100 "
        f"runs; {100 * LEAST:.1f} to {100 * MOST:.1f} is called holding. The interval of the coverage is Wilson's: the Monte Carlo error. "
        "Mean error, spread and error stated are in points for differences, in log units for ratios. The last column is the share "
        "of runs in which the tool warned, of the 1 in 20 in which that was looked at.",
        "",
        "| case | runs | coverage, % | (95% interval) | verdict | mean error | spread of estimates | error stated | warned, % |",
        "|---|---:|---:|---|---|---:|---:|---:|---:|",
    ]
    for case in CASES:
        if case.name in kept:
            lines.append(line(case, kept[case.name]))
    return "\n".join(lines) + "\n"


def line(case: Case, total: dict[str, float]) -> str:
    """One case's line of the page."""
    f = figures(total)
    unit = 1 if case.ratio else 100
    refused = f" ({total['refused']:,.0f} refused)" if total["refused"] else ""
    return (
        f"| {case.name} | {f['evaluated']:,.0f}{refused} | {100 * f['coverage']:.1f} | {100 * f['low']:.1f} to {100 * f['high']:.1f} "
        f"| {verdict(f)} | {unit * f['bias']:+.3f} | {unit * f['sd']:.3f} | {unit * f['se']:.3f} | {100 * f['warned']:.0f} |"
    )


def read() -> dict[str, Any]:
    """What was kept before."""
    file = RESULTS / "intervals.json"
    return json.loads(file.read_text("utf-8"))["cases"] if file.exists() else {}


def keep(kept: dict[str, Any]) -> None:
    """Write what is known so far: first beside, then in place, so that stopping leaves nothing half-written."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    part = RESULTS / "intervals.part"
    ordered = {case.name: kept[case.name] for case in CASES if case.name in kept} | kept
    part.write_text(json.dumps({"version": VERSION, "cases": ordered}, indent=1) + "\n", "utf-8")
    part.replace(RESULTS / "intervals.json")
    (RESULTS / "intervals.md").write_text(page(kept), "utf-8")


def done(kept: dict[str, Any], case: Case) -> int:
    """Runs of a case that are kept."""
    return int(kept.get(case.name, EMPTY)["runs"])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--runs", type=int, default=RUNS)
    options.add_argument("--only", default="")
    options.add_argument("--again", action="store_true", help="forget what was kept of these cases")
    given = options.parse_args()
    kept = read()
    cases = [case for case in CASES if given.only in case.name]
    if given.again:
        kept = {name: total for name, total in kept.items() if all(name != case.name for case in cases)}
    while behind := [case for case in cases if done(kept, case) < given.runs]:
        case = min(behind, key=lambda one: done(kept, one))
        batch = min(BATCH, given.runs - done(kept, case))
        kept[case.name] = more(case, kept.get(case.name, EMPTY), batch)
        keep(kept)
        print(f"{done(kept, case):,} {case.name}", flush=True)
    print(page(kept))


if __name__ == "__main__":
    main()
