"""The benchmark of contracts does what it says: contenders that agree, and pages that were kept within the goals."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def bench():
    sys.path.insert(0, str(HERE))
    try:
        yield importlib.import_module("contracts")
    finally:
        sys.path.remove(str(HERE))


def test_every_contender_writes_the_same_statement_word_for_word(bench, tmp_path):
    job = bench.JOBS["settle"]
    job.prepare(tmp_path, 3_000)
    found = {name: bench.once("settle", name, tmp_path, 3_000)["answer"] for name in job.CONTENDERS}
    ours = found["ours"]
    assert len(found) == 4 and len(ours["lines"]) == 12 and len(ours["notes"]) == 6
    assert sum(line[2] for line in ours["lines"]) > 1_000
    assert all(job.agree(ours, answer) for answer in found.values())
    assert [name for name, answer in found.items() if answer["notes"] != ours["notes"]] == ["pandas-lines"]
    cheaper = {**ours, "lines": [[*line[:3], "0.01", *line[4:]] for line in ours["lines"]]}
    assert not job.agree(ours, cheaper) and not job.agree(ours, {**ours, "notes": ours["notes"][1:]})


def test_every_contender_values_the_rate_card_alike(bench, tmp_path):
    job = bench.JOBS["value"]
    found = {name: bench.once("value", name, tmp_path, 200)["answer"] for name in job.CONTENDERS}
    assert len(found) == 3 and found["ours"][0] > 1_000_000
    assert all(job.agree(found["ours"], answer) for answer in found.values())
    mean, error = found["ours"]
    assert not job.agree(found["ours"], [mean + 10 * error, error])


@pytest.mark.slow
def test_the_small_version_runs_as_a_command_and_writes_no_page(bench):
    pages = {page: page.read_text("utf-8") for page in (HERE / "results").glob("contracts-*.md")}
    command = [sys.executable, str(HERE / "contracts.py"), "--small", "--rounds", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "# Contracts: settle" in done.stdout and "# Contracts: value" in done.stdout
    assert "| fair-chance-fund |" in done.stdout
    assert pages == {page: page.read_text("utf-8") for page in (HERE / "results").glob("contracts-*.md")}
    refused = subprocess.run([*command[:2], "price"], capture_output=True, text=True)
    assert refused.returncode == 2 and "no such job: price" in refused.stderr


def test_the_kept_pages_are_within_the_goals():
    settle, value = ((HERE / f"results/contracts-{job}.md").read_text("utf-8") for job in ("settle", "value"))
    ours = re.search(r"\| Resettle: `settle` \| [^|]*\| ([\d.]+) \([\d.]+\) \|[^|]*\|[^|]*\| ([\d,]+) \|", settle)
    assert ours and float(ours[1]) <= 3 and int(ours[2].replace(",", "")) <= 1_500
    deals = dict(re.findall(r"\| ([a-z-]+) \| [\d.]+ \| ([\d.]+) \|", value))
    assert len(deals) == 16 and max(map(float, deals.values())) <= 1
