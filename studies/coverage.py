"""Does the interval cover the truth? Many small synthetic areas, each evaluated, each held against its known true effect.

`python studies/coverage.py` makes 1,000 areas and keeps the result in benchmarks/results/coverage.json and .md.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from resettle.area.generate import generate_area
from resettle.errors import BadInput
from resettle.evidence.evaluate import evaluate
from resettle.evidence.intervals import wilson
from resettle.evidence.study import Matching, Study, read_study
from resettle.provenance import VERSION

ROOT = Path(__file__).resolve().parents[1]
STUDY = ROOT / "examples/studies/greater-manchester-peer-support.toml"
RESULTS = ROOT / "benchmarks/results"
PEOPLE = 2_000


def study() -> Study:
    """The worked example's question, by standardised regression: the intervals of matching are held in intervals.py."""
    asked = read_study(STUDY)
    return asked.model_copy(
        update={"design": "standardised_regression", "each_person_once": False, "matching": Matching()}
    )


def one_area(seed: int, people: int = PEOPLE) -> dict[str, float | int | str]:
    """One area: what was estimated, and the truth about the people who took part."""
    with tempfile.TemporaryDirectory() as folder, generate_area(Path(folder) / "area", people, seed) as area:
        asked = study()
        service = asked.programme.services[0]
        truth = area.query(f"SELECT effect FROM truth WHERE service_id = '{service}'")["effect"][0].as_py()
        try:
            found = evaluate(area, asked)
        except BadInput as error:
            return {"seed": seed, "truth": truth, "refused": str(error)}
    return {"seed": seed, "truth": truth, "estimate": found.estimate, "se": found.se, "low": found.interval.low,
            "high": found.interval.high, "treated": found.treated.n, "n": found.n}  # fmt: skip


def summary(rows: list[dict], people: int) -> dict:
    """Coverage with its interval, bias and spread over all areas that could be evaluated."""
    done = [r for r in rows if "estimate" in r]
    covered = sum(r["low"] <= r["truth"] <= r["high"] for r in done)
    errors = [r["estimate"] - r["truth"] for r in done]
    mean = sum(errors) / len(done)
    spread = (sum((e - mean) ** 2 for e in errors) / (len(done) - 1)) ** 0.5
    bounds = wilson(covered, len(done))
    return {
        "areas": len(rows), "evaluated": len(done), "refused": len(rows) - len(done), "people": people, "seeds": [rows[0]["seed"], rows[-1]["seed"]],
        "covered": covered, "coverage": covered / len(done), "coverage_low": bounds.low, "coverage_high": bounds.high,
        "bias": mean, "monte_carlo_se_of_bias": spread / len(done) ** 0.5, "empirical_sd": spread, "mean_se": sum(r["se"] for r in done) / len(done),
        "mean_treated": sum(r["treated"] for r in done) / len(done), "version": VERSION, "study": study().model_dump(mode="json"),
    }  # fmt: skip


def page(found: dict) -> str:
    return f"""# Coverage of the interval of standardised regression

{found["areas"]:,} synthetic areas of {found["people"]:,} people (seeds {found["seeds"][0]} to {found["seeds"][1]}), each evaluated by the study
`{found["study"]["id"]}` and held against the known true effect on the people who took part. Made by `make studies`, version {found["version"]}.

| what | figure |
|---|---|
| areas evaluated (refused) | {found["evaluated"]:,} ({found["refused"]:,}) |
| people treated, mean | {found["mean_treated"]:.0f} |
| 95 % intervals that hold the truth | {found["covered"]:,} = {100 * found["coverage"]:.1f} % (95 % interval {100 * found["coverage_low"]:.1f} to {100 * found["coverage_high"]:.1f}) |
| mean error (bias) | {100 * found["bias"]:+.3f} points (Monte Carlo standard error {100 * found["monte_carlo_se_of_bias"]:.3f}) |
| standard deviation of the estimates | {100 * found["empirical_sd"]:.2f} points |
| mean standard error | {100 * found["mean_se"]:.2f} points |
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--areas", type=int, default=1_000)
    options.add_argument("--people", type=int, default=PEOPLE)
    options.add_argument("--workers", type=int, default=2)
    chosen = options.parse_args()
    seeds = range(1, chosen.areas + 1)
    rows = []
    with ProcessPoolExecutor(chosen.workers) as pool:
        for row in pool.map(one_area, seeds, [chosen.people] * chosen.areas, chunksize=5):
            rows.append(row)
            print(f"\r{len(rows):,} of {chosen.areas:,} areas", end="", flush=True)
    print()
    found = summary(rows, chosen.people)
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "coverage.json").write_text(json.dumps({**found, "rows": rows}, indent=1) + "\n")
    (RESULTS / "coverage.md").write_text(page(found))
    print(page(found))


if __name__ == "__main__":
    main()
