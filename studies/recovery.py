"""Are parameters found again? Flows are made with known numbers, the scenario is calibrated to them, and each known number is looked
for in its 95 % interval.

`python studies/recovery.py` does it 200 times and keeps the result in benchmarks/results/recovery.json and .md.
"""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np

from resettle.evidence.intervals import wilson
from resettle.provenance import VERSION
from resettle.reinvestment.flows.calibrate import calibrate, modelled, problem_of
from resettle.reinvestment.flows.run import Job
from resettle.reinvestment.flows.scenario import Scenario, Target

RESULTS = Path(__file__).resolve().parents[1] / "benchmarks/results"
DRAWS = 400
MONTHS = 18


def scenario() -> Scenario:
    """Remand, two bands, licence and recall with eight uncertain numbers, watched for a year and a half."""

    def known(value: float, spread: float = 1.25) -> dict:
        return {"value": value, "low": value / spread, "high": value * spread}

    states = [
        {"name": "remand_untried", "stock": known(11000), "stay": {"mean": known(3.0)}, "ends": {"sentence_after_remand": 1}},
        {"name": "custody_under_6_months", "stock": 3000, "stay": {"mean": known(2.5), "spread": 0.5}, "ends": {"release": 1}},
        {"name": "custody_1_to_4_years", "stock": known(20000), "stay": {"mean": known(12.0), "spread": 0.6}, "ends": {"release": 1}},
        {"name": "licence", "stock": 40000, "stay": {"mean": 14, "spread": 0.6}, "ends": {"settled": 1},
         "event": [{"to": "recall", "cause": "recall", "share": {"value": 0.35, "low": 0.25, "high": 0.46}}]},
        {"name": "recall_standard", "stock": known(5000), "stay": {"mean": known(4.0)}, "ends": {"licence": 1}},
        {"name": "settled"},
    ]  # fmt: skip
    decisions = {
        "sentence_after_remand": {"sentenced_from_remand": 0.7, "settled": 0.3},
        "sentenced_from_remand": {"custody_under_6_months": 0.5, "custody_1_to_4_years": 0.5},
        "release": {"licence": 1}, "recall": {"recall_standard": 1},
    }  # fmt: skip
    watched = [("prison", 5, False), ("prison", 11, False), ("prison", 17, False), ("remand_untried", 5, False), ("remand_untried", 17, False),
               ("release", 5, True), ("release", 17, True), ("recall", 5, True), ("recall", 17, True)]  # fmt: skip
    targets = [
        {
            "name": n,
            "at": month(t),
            "value": 1,
            "error": 250 if n != "remand_untried" else 100,
            "quarter": q,
            "fit": True,
        }
        for n, t, q in watched
    ]
    return Scenario.model_validate({
        "id": "recovery", "title": "Recovery", "place": "Somewhere", "start": "2025-01-01", "months": MONTHS, "draws": DRAWS,
        "state": states, "decision": [{"name": n, "to": to} for n, to in decisions.items()],
        "inflow": [{"to": "remand_untried", "people": known(3600)}], "target": targets,
    })  # fmt: skip


def month(number: int) -> date:
    return date(2025 + number // 12, number % 12 + 1, 1)


def one(seed: int) -> dict[str, bool]:
    """Make flows from numbers drawn from their priors, add noise, calibrate, and look each number up in its interval."""
    asked = scenario()
    job = Job(asked, {}, DRAWS)
    problem = problem_of(job)
    rng = np.random.default_rng([seed, 5])
    truth = rng.standard_normal(len(problem.names))
    seen = modelled(problem, truth[None, :])[0] + rng.standard_normal(len(problem.errors)) * problem.errors
    targets = tuple(
        Target.model_validate({**t.model_dump(), "value": float(max(v, 0.0))})
        for t, v in zip(asked.target, seen, strict=True)
    )
    given = asked.model_copy(update={"target": targets, "seed": seed})
    fitted, _ = calibrate(Job(given, {}, DRAWS))
    found = {}
    for name, z in zip(problem.names, truth, strict=True):
        low, high = np.percentile(fitted.found[name], [2.5, 97.5])
        found[name] = bool(low <= z <= high)
    return found


def summary(rows: list[dict[str, bool]]) -> dict:
    """How often each number, and all together, lay in its interval."""
    by_name = {name: sum(r[name] for r in rows) for name in rows[0]}
    held, asked = sum(by_name.values()), len(rows) * len(by_name)
    bounds = wilson(held, asked)
    return {"runs": len(rows), "numbers": len(by_name), "held": held, "asked": asked, "coverage": held / asked,
            "coverage_low": bounds.low, "coverage_high": bounds.high, "by_name": by_name, "version": VERSION}  # fmt: skip


def page(found: dict) -> str:
    lines = [
        "# Parameters found again",
        "",
        f"{found['runs']} times, {found['numbers']} numbers were drawn from their priors, nine stocks and flows of a year and a half were made with",
        f"them (with noise), and the scenario was calibrated to these alone. Made by `studies/recovery.py`, version {found['version']}.",
        "",
        "| number | in its 95 % interval |",
        "|---|---:|",
        *(f"| {name} | {100 * n / found['runs']:.1f} % |" for name, n in found["by_name"].items()),
        f"| **all together** | **{100 * found['coverage']:.1f} %** (95 % interval {100 * found['coverage_low']:.1f} to {100 * found['coverage_high']:.1f}) |",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=200)
    options.add_argument("--workers", type=int, default=2)
    chosen = options.parse_args()
    rows = []
    with ProcessPoolExecutor(chosen.workers) as pool:
        for row in pool.map(one, range(1, chosen.runs + 1), chunksize=2):
            rows.append(row)
            print(f"\r{len(rows):,} of {chosen.runs:,}", end="", flush=True)
    print()
    found = summary(rows)
    (RESULTS / "recovery.json").write_text(json.dumps(found, indent=1) + "\n")
    (RESULTS / "recovery.md").write_text(page(found))
    print(page(found))


if __name__ == "__main__":
    main()
