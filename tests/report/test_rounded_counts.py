"""Counts at multiples of five: no file of a report lets anybody work out an exact one."""

import csv
import json
import math

import numpy as np
import pytest
from scipy.optimize import linprog
from study_kit import compared, findings

from resettle.area import open_area
from resettle.area.generate import generate_area
from resettle.evidence.diagnostics.counting import ANALYSED, WITH, WITHOUT, Counted
from resettle.evidence.diagnostics.evaluate_study import evaluate_study
from resettle.evidence.diagnostics.findings import StudyFindings
from resettle.evidence.diagnostics.reading import COMPARED, TREATED, StudyRun
from resettle.evidence.study import Study
from resettle.report.study.publish import publish
from resettle.report.study.rounded import gather
from resettle.report.study.write import write_study

STUDY = {
    "id": "peer-support", "question": "Did it help?", "clock": "moj-2017", "design": "radius_matching",
    "covariates": ["sex", "age", "previous_convictions", "disposal"],
    "programme": {"services": ["peer_support"], "label": "peer support"},
    "subgroups": {"by": ["sex"]}, "publication": {"round_to": 5},
    "sensitivity": {"negative_control": ["summary_motoring"], "wrong_links": 0.01, "calipers": [0.1]},
}  # fmt: skip


def plain_run(n: int, events: int, others: int, other_events: int) -> StudyRun:
    """A study in which all weigh the same: everything that it finds is a function of four counts."""
    p, q = events / n, other_events / others
    half = 1.96 * math.sqrt(p * (1 - p) / n + q * (1 - q) / others)
    rate = compared(
        n=n, others=others, count=events, ours=p, theirs=q, low=p - q - half, high=p - q + half, p=0.2,
        significant=False, needed=999,
    )  # fmt: skip
    rate = rate.model_copy(update={"comparison": rate.comparison.model_copy(update={"count": other_events})})
    sides = []
    for side, people, had in ((TREATED, n, events), (COMPARED, others, other_events)):
        made = Counted(side, {(side,): people}, [], set())
        made.split((side,), {(side, WITH): had, (side, WITHOUT): people - had})
        sides.append(made)
    return StudyRun(Study.model_validate(STUDY), findings(rate), *sides)


def files(run, folder):
    write_study(run, folder)
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_studies_with_the_same_rounded_counts_cannot_be_told_apart(tmp_path):
    """Byte for byte the same files, whatever the exact counts were: there is nothing to work them out from."""
    published = [
        files(plain_run(500, events, 4000, others), tmp_path / f"{events}-{others}")
        for events, others in ((148, 1400), (149, 1402), (150, 1398), (151, 1401), (152, 1399))
    ]
    assert all(one == published[0] for one in published)
    assert files(plain_run(500, 157, 4000, 1400), tmp_path / "other") != published[0]


@pytest.mark.parametrize("n", [498, 499, 501, 502])
def test_nor_by_their_people(n):
    base = publish(plain_run(500, 150, 4000, 1400))
    assert publish(plain_run(n, 150, 4000, 1400)) == base


def test_published_numbers_are_those_of_the_rounded_counts():
    one = publish(plain_run(500, 152, 4000, 1399)).rate
    assert (one.treated.count, one.comparison.count) == (150, 1400)
    assert one.treated.value == pytest.approx(0.3) and one.comparison.value == pytest.approx(0.35)
    assert one.difference == pytest.approx(-0.05)
    exact = 152 / 500 - 1399 / 4000
    half = 1.96 * math.sqrt(0.304 * 0.696 / 500 + 0.35 * 0.65 / 4000)
    assert one.low < exact - half and exact + half < one.high, "the interval covers that of the exact counts"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = tmp_path_factory.mktemp("rounded") / "area"
    generate_area(path, 6_000, 11).close()
    with open_area(path) as opened:
        return evaluate_study(opened, Study.model_validate(STUDY), clock_face=lambda: "2026-01-01T00:00:00+00:00")


@pytest.fixture(scope="module")
def folder(run, tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "out"
    write_study(run, out)
    return out


@pytest.fixture(scope="module")
def told(folder):
    return StudyFindings.from_json((folder / "results.json").read_text())


def shown(found: StudyFindings, run: StudyRun):
    """Every cell of the treated that a reader sees, with the number that is printed."""
    rate = found.rate.treated
    cells = {(TREATED,): rate.n, (TREATED, WITH): rate.count, (TREATED, WITHOUT): rate.n - rate.count}
    cells |= {(TREATED, s.grouping, s.level): s.n for s in found.profile if s.n is not None}
    cells |= {(TREATED, s.grouping, s.level, ANALYSED): s.treated for s in found.subgroups if s.treated is not None}
    for name in ("first_indictable", "first_either_way", "first_summary"):
        if (one := found.outcome(name)) is not None and not one.hidden:
            cells[TREATED, name] = one.treated.count
    return {key: n for key, n in cells.items() if key in run.treated.values}


def test_an_attacker_recovers_no_exact_count(run, told):
    """Who knows every printed count, that each is within five of the exact one, and every sum, is left with several values."""
    counts, printed = run.treated.counts(), shown(told, run)
    keys = list(counts.values)
    place = {key: i for i, key in enumerate(keys)}
    equal = np.zeros((len(counts.sums), len(keys)))
    for row, (total, parts) in enumerate(counts.sums):
        equal[row, place[total]] = 1
        for part in parts:
            equal[row, place[part]] -= 1
    limits = [(max(0, printed[k] - 4), printed[k] + 4) if k in printed else (0, None) for k in keys]
    looked = [key for key in printed if counts.values[key] > 0]
    assert len(looked) > 15 and any(counts.values[key] % 5 for key in looked)
    for key in looked:
        cost = np.zeros(len(keys))
        cost[place[key]] = 1
        ends = [
            linprog(sign * cost, A_eq=equal, b_eq=np.zeros(len(counts.sums)), bounds=limits).fun * sign
            for sign in (1, -1)
        ]
        assert ends[1] - ends[0] >= 4, (key, ends)


def people_in(value, name=""):
    """Every whole number of people or events in a published record."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from people_in(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from people_in(inner, name)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield name, value


def test_every_count_in_the_files_is_a_multiple_of_five(folder, run):
    told = json.loads((folder / "results.json").read_text())
    found = [
        (name, n)
        for part in ("outcomes", "profile", "attrition", "subgroups", "immortal", "negative_control")
        for name, n in people_in(told[part])
        if name not in ("landmark", "needed")
    ]
    assert len(found) > 40 and [one for one in found if one[1] % 5] == []
    for name in ("profile", "attrition", "1-rate", "4-court-rate"):
        rows = list(csv.reader((folder / f"tables/{name}.csv").open()))
        heads = [i for i, head in enumerate(rows[0]) if "(" not in head and head not in ("p", "Share")]
        numbers = [row[i].replace(",", "") for row in rows[1:] for i in heads]
        assert [n for n in numbers if n.isdigit() and int(n) % 5] == [], name


def test_no_exact_share_or_error_is_anywhere(folder, run):
    """Shares, means and errors of the exact numbers are not in the file to any usable number of decimals."""
    text = (folder / "results.json").read_text()
    rate = run.findings.rate
    exact = [rate.difference, rate.low, rate.high, rate.p, rate.treated.value, rate.comparison.value]
    exact += [e.se for e in run.findings.errors] + [s.estimate for s in run.findings.specifications if s.estimate]
    exact += [s.treated for s in run.findings.profile] + [s.comparison for s in run.findings.profile]
    exact += [b.after for b in run.findings.balance] + [c.value for c in run.findings.checks if c.value is not None]
    numbers = [n for n in exact if n is not None and abs(n * 1000 - round(n * 1000)) > 1e-6]
    assert len(numbers) > 40
    assert [n for n in numbers if f"{n:.6f}"[:-1] in text] == []


def test_printed_parts_add_up_to_printed_totals(told, run):
    total = told.rate.treated.n
    assert total % 5 == 0 and abs(total - run.findings.rate.treated.n) < 5
    for grouping in {s.grouping for s in told.profile}:
        own = [s.n for s in told.profile if s.grouping == grouping]
        assert None in own or sum(own) == total, grouping
    left = told.attrition.submitted
    for step in told.attrition.steps:
        left -= step.lost
        assert step.left == left
    assert told.attrition.analysed == left == total


def test_the_log_and_the_page_say_so(folder, told):
    lines = list(csv.reader((folder / "suppressed.csv").open()))
    assert ["every count", "rounded", "to a multiple of 5; totals are still sums of their parts"] in lines
    assert {line[0] for line in lines if line[1] == "rounded"} > {"standard errors by every method", "power"}
    page = (folder / "index.html").read_text()
    assert "Every count is rounded to a multiple of 5" in page
    assert told.rounded_to == 5 and told.errors == told.tests == told.specifications == ()


def test_without_it_nothing_is_rounded(run):
    study = run.study.model_copy(update={"publication": run.study.publication.model_copy(update={"round_to": None})})
    plain = publish(StudyRun(study, run.findings, run.treated, run.comparison))
    assert plain.rounded_to is None and plain.rate == run.findings.rate and plain.errors == run.findings.errors


@pytest.mark.parametrize("key", [{"round_to": 3}, {"round_to": 5, "threshold": 12}])
def test_a_base_that_cannot_be_is_refused(key):
    with pytest.raises(ValueError, match=r"round_to|Input should be 5"):
        Study.model_validate({**STUDY, "publication": key})


def test_every_cell_is_within_five_of_its_count(run):
    to = gather(publish(run), run, 5)
    assert all(abs(to.values[key] - n) < 5 and to.values[key] % 5 == 0 for key, n in to.exact.items())
    assert all(to.values[key] == n for key, n in to.exact.items() if n % 5 == 0)
