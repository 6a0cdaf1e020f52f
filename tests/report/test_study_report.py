"""A study's report as a folder: whole, the same again, readable by anyone, and without a number that shows a few people."""

import csv
import io
import json
import re

import numpy as np
import pypdf
import pytest
from html_kit import Page, read
from study_kit import compared, findings

from resettle.area import open_area
from resettle.area.generate import generate_area
from resettle.errors import BadInput
from resettle.evidence.diagnostics.attrition import Attrition, Loss
from resettle.evidence.diagnostics.counting import ANALYSED, WITH, WITHOUT, Counted
from resettle.evidence.diagnostics.evaluate_study import evaluate_study
from resettle.evidence.diagnostics.findings import StudyFindings
from resettle.evidence.diagnostics.reading import COMPARED, TREATED, StudyRun
from resettle.evidence.disclosure import bounds, differences
from resettle.evidence.study import Study
from resettle.report.disclosure import COUNTED
from resettle.report.study.chapters import chapters
from resettle.report.study.page import study_page
from resettle.report.study.publish import merged, publish
from resettle.report.study.seven import SEVEN, seven_tables
from resettle.report.study.tables import words
from resettle.report.study.write import write_study

STUDY = {
    "id": "peer-support", "question": "Did it help?", "clock": "moj-2017", "design": "radius_matching",
    "covariates": ["sex", "age", "previous_convictions", "disposal", "assessment.drugs"],
    "programme": {"services": ["peer_support"], "label": "peer support"},
    "subgroups": {"by": ["sex", "age_band"]},
    "sensitivity": {"negative_control": ["summary_motoring"], "wrong_links": 0.01, "calipers": [0.1]},
}  # fmt: skip
HOSTILE = '<script>alert(1)</script> #panic() "quoted" \\ $x$ *b* _i_ @a {{ 7*7 }}'


@pytest.fixture(scope="module")
def area(tmp_path_factory):
    path = tmp_path_factory.mktemp("study") / "area"
    generate_area(path, 6_000, 11).close()
    with open_area(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def run(area):
    return evaluate_study(area, Study.model_validate(STUDY), clock_face=lambda: "2026-01-01T00:00:00+00:00")


@pytest.fixture(scope="module")
def found(run):
    return publish(run)


@pytest.fixture(scope="module")
def made(found):
    return chapters(found)


@pytest.fixture(scope="module")
def folder(run, tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "out"
    write_study(run, out, "id = 'peer-support'\n")
    return out


@pytest.fixture(scope="module")
def pdf(folder):
    return pypdf.PdfReader(folder / "report.pdf")


def test_the_folder_is_whole(folder, found):
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert {"index.html", "report.pdf", "results.json", "suppressed.csv", "study.toml"} < there
    assert {f"tables/{n}.csv" for n in ("1-rate", "7-custody-frequency", "profile", "attrition", "balance")} < there
    assert StudyFindings.from_json((folder / "results.json").read_text()) == found


def test_the_same_study_gives_the_same_bytes_but_for_the_time_of_its_seal(area, run, folder, tmp_path):
    again = evaluate_study(area, Study.model_validate(STUDY), clock_face=lambda: "2026-01-01T00:00:00+00:00")
    write_study(again, tmp_path / "again", "id = 'peer-support'\n")
    for path in folder.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "again" / path.relative_to(folder)).read_bytes(), path.name
    later = run.findings.model_copy(update={"sealed_at": "2027-02-02T00:00:00+00:00"})
    one, other = json.loads(run.findings.to_json()), json.loads(later.to_json())
    assert {key for key in one if one[key] != other[key]} == {"sealed_at"}


def test_the_design_is_sealed_before_outcomes_are_read(area):
    heard = []

    def clock_face():
        heard.append("sealed")
        return "now"

    short = {"covariates": ["sex"], "outcomes": ["rate"], "subgroups": {"by": []}, "sensitivity": {"calipers": [0.2]}}
    evaluate_study(area, Study.model_validate({**STUDY, **short}), heard.append, clock_face)
    assert heard.index("people, sides and the comparison, sealed") < heard.index("sealed") < heard.index("outcomes")


def test_chapters_stand_in_the_order_of_the_laboratory(made):
    ids = [c.id for c in made]
    assert ids == [
        "impact", "hundred", "outcome", "person", "service", "design", "balance", "errors", "bias", "specifications",
        "subgroups", "left-out",
    ]  # fmt: skip


def test_the_page_is_sound_and_asks_for_nothing(folder):
    page = read(folder / "index.html")
    assert page.faults == [] and len(set(page.ids)) == len(page.ids)
    assert all(h[1:] in page.ids for h in page.hrefs if h.startswith("#"))
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", (folder / "index.html").read_text())
    assert "script" not in page.tags


def test_every_printed_row_has_its_intervals(found):
    """Each value has its interval under it, and the difference is an interval."""
    printed = [line for table in seven_tables(found) for line in table.rows if line.cells[1].pieces != ("not printed",)]
    assert len(printed) >= 8
    for line in printed:
        assert all(re.fullmatch(r"-?[\d.,]+ to -?[\d.,]+", line.cells[i].small) for i in (3, 4)), line
        assert re.fullmatch(r"-?[\d.,]+ to -?[\d.,]+", str(line.cells[5].pieces[0]))
    for one in found.outcomes:
        for side in (one.treated, one.comparison):
            assert (side.value is None) == (side.low is None) == (side.high is None)
        assert (one.difference is None) == (one.low is None) == bool(one.hidden)
    for one in (*found.specifications, *found.subgroups):
        assert (one.estimate is None) == (one.low is None)


def shown_counts(found: StudyFindings, side: str):
    """The cells of one side that a reader of results.json can see, found by reading it."""
    ours = side == TREATED
    value = {o.name: (o.treated if ours else o.comparison) for o in found.outcomes if not o.hidden}
    cells = set()
    if "rate" in value:
        cells |= {(side,), (side, WITH), (side, WITHOUT)}
    if "first_custody" in value:
        cells |= {(side, "custody of the first known"), (side, "first_custody"), (side, "no custody of those named")}
    for tier in ("first_indictable", "first_either_way", "first_summary"):
        if tier in value:
            cells |= {(side, "court outcome of the first known"), (side, tier)}
    if ours:
        cells |= {(side, s.grouping, s.level) for s in found.profile if s.n is not None}
        if found.immortal.after is not None:
            cells |= {(side, "started later"), (side, "started by the index date")}
        if found.immortal.before_start is not None:
            cells.add((side, "event before the start"))
        if found.negative_control.estimate is not None:
            cells.add((side, "negative control"))
    for s in found.subgroups:
        if (s.treated if ours else s.comparison) is not None:
            cells.add((side, s.grouping, s.level, ANALYSED))
    return cells


@pytest.mark.parametrize("side", [TREATED, COMPARED])
def test_an_attacker_finds_no_small_count(run, found, side):
    """Whoever knows every published count, and how counts add up, can tell no count of 1 to 9 within ten values."""
    counted = run.treated if side == TREATED else run.comparison
    counts = counted.counts()
    visible = shown_counts(found, side)
    assert len(visible) > 8
    hidden = [key for key in counts.values if key not in visible]
    assert all(counts.values[key] == 0 or counts.values[key] >= 10 for key in visible if key in counts.values)
    small = [key for key in hidden if 0 < counts.values[key] < 10]
    assert small
    for key in small:
        low, high = bounds(counts, hidden, key)
        assert high - low >= 10, key


def test_groups_taken_from_one_another_show_nobody(found, area):
    """The same by people: the published groups of a grouping, with those who reoffended, single nobody out."""
    from resettle.evidence.clock import read_clock
    from resettle.evidence.diagnostics.evaluate_study import sides_of
    from resettle.evidence.diagnostics.profile import levels_of
    from resettle.evidence.sealing import seal_study

    study = Study.model_validate(STUDY)
    sealed = seal_study(area, study, read_clock("moj-2017"), detail=True)
    sides = sides_of(sealed)
    who, ids = sides.treated & sides.kept, np.array(sealed.rows["index_id"].to_pylist())
    again = area.run(sealed.steps, "studied")["days_to_first"].to_pandas().notna().to_numpy()
    levels = levels_of(area, sealed.steps, ("sex", "disposal"))
    for grouping, values in levels.items():
        groups = {"analysed": ids[who], "with the event": ids[who & again]}
        for s in found.profile:
            if s.grouping == grouping and s.n is not None:
                named = np.array(values) == s.level
                if named.any():
                    groups[s.level] = ids[who & named]
                    assert s.n == int((who & named).sum())
        assert len(groups) > 2
        assert differences(groups) == ()


def test_no_file_holds_a_small_count_of_people(folder):
    # Before the tables numbers are of 100 people, not counts.
    text = read(folder / "index.html").text.partition("The seven tables Seven tables")[2]
    assert len(text) > 5000 and not COUNTED.search(text.replace("No count of 1 to 9 people", ""))
    told = json.loads((folder / "results.json").read_text())
    for s in told["profile"]:
        assert s["n"] is None or s["n"] == 0 or s["n"] >= 10
    for o in told["outcomes"]:
        if not o["hidden"]:
            assert min(o[side]["count"] for side in ("treated", "comparison")) >= 10
    for step in told["attrition"]["steps"]:
        assert step["lost"] >= 10
    assert told["suppressed"] and all(
        not re.search(r"\d{2,}", h["why"]) or "10" in h["why"] for h in told["suppressed"]
    )
    lines = list(csv.reader((folder / "suppressed.csv").open()))
    assert len(lines) == 1 + len(told["suppressed"])


def small_run(events: int) -> StudyRun:
    """A study of 200 treated people, `events` of them with the event."""
    rate = compared(n=200, count=events, ours=events / 200)
    treated = Counted(TREATED, {(TREATED,): 200}, [], set())
    treated.split((TREATED,), {(TREATED, WITH): events, (TREATED, WITHOUT): 200 - events})
    other = Counted(COMPARED, {(COMPARED,): 5000}, [], set())
    other.split((COMPARED,), {(COMPARED, WITH): 1750, (COMPARED, WITHOUT): 3250})
    return StudyRun(Study.model_validate(STUDY), findings(rate), treated, other)


@pytest.mark.parametrize(("events", "told"), [(9, False), (10, True), (190, True), (191, False)])
def test_a_rate_of_a_few_is_not_published(events, told):
    found = publish(small_run(events))
    assert (found.rate.difference is not None) == told
    page = Page(study_page(found, chapters(found)))
    assert ("percentage points" in page.text) == told
    if not told:
        assert "too small to be published" in page.text and found.suppressed
        assert not re.search(r"(?<!95)%(?! points|\))", page.text) and f"{events} of" not in page.text


def loss(lost, left):
    return Loss(reason=f"r{lost}", lost=lost, left=left)


def test_small_losses_are_put_together():
    found = Attrition(
        first="referred", submitted=100, steps=(loss(4, 96), loss(7, 89), loss(20, 69), loss(3, 66)), analysed=66
    )
    made = merged(found, 10)
    assert [(s.lost, s.left) for s in made.steps] == [(11, 89), (23, 66)]
    assert made.steps[1].reason == "r20; or r3"
    few = Attrition(first="referred", submitted=103, steps=(loss(3, 100),), analysed=100)
    assert merged(few, 10) == Attrition(first="referred", submitted=None, steps=(), analysed=100)
    assert "fewer than ten" in merged(few, 10).sentence


def test_the_pdf_is_one_that_anybody_can_read(pdf, run):
    """PDF/UA-1 is claimed, tagged, titled, in a language; every picture has words, every table a header row."""
    root = pdf.trailer["/Root"]
    assert pdf.metadata.title == run.findings.title
    assert root["/Lang"].startswith("en") and root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in root["/Metadata"].get_data()
    kinds, pictures, tables = {}, [], []

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            kind = node.get("/S")
            kinds[kind] = kinds.get(kind, 0) + 1
            if kind == "/Figure":
                pictures.append(node.get("/Alt"))
            if kind == "/Table":
                tables.append(node)
            if "/K" in node:
                walk(node["/K"])

    walk(root["/StructTreeRoot"]["/K"])
    assert len(pictures) >= 6 and all(pictures)
    assert kinds["/H1"] >= 2 and kinds["/H2"] >= 10 and kinds["/TH"] > 60
    assert len(tables) >= 12


def test_the_pdf_says_what_the_page_says(pdf, run):
    text = "".join(page.extract_text() for page in pdf.pages).replace("\u200b", "")
    joined = re.sub(r"\s+", "", text)
    for wanted in ("What you cannot say", "Table 7.", "Technical annex", run.findings.seal, "Lost: never started"):
        assert re.sub(r"\s+", "", wanted) in joined, wanted


def test_typst_refuses_a_picture_without_words(found, made):
    import typst

    from resettle.report.study.typst_source import typst_source

    source = typst_source(found, made)
    bare = re.sub(r'alt: "(?:[^"\\]|\\.)*", ', "", source, count=1)
    assert bare != source
    with pytest.raises(typst.TypstError, match="alt"):
        typst.compile(bare.encode(), format="pdf", pdf_standards=["ua-1"])


def test_without_typst_all_else_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr("resettle.report.study.write.can_write_pdf", lambda: False)
    write_study(small_run(50), tmp_path / "out")
    assert (tmp_path / "out" / "index.html").exists() and not (tmp_path / "out" / "report.pdf").exists()


def test_words_of_a_study_are_never_taken_for_markup(tmp_path):
    run = small_run(50)
    findings_ = run.findings.model_copy(update={"title": HOSTILE, "question": HOSTILE, "programme": HOSTILE})
    out = tmp_path / "out"
    write_study(StudyRun(run.study, findings_, run.treated, run.comparison), out)
    page = read(out / "index.html")
    assert page.faults == [] and "script" not in page.tags
    assert "<script>alert(1)</script>" in page.text
    assert pypdf.PdfReader(out / "report.pdf").metadata.title == HOSTILE


def test_a_table_holds_no_formula():
    from resettle.report.blocks import Cell

    assert [words(Cell((t,))) for t in ("=1+1", "@x", "-a", "+b", "-4", "+1.2", "", "a")] == [
        "'=1+1", "'@x", "'-a", "'+b", "-4", "+1.2", "", "a",
    ]  # fmt: skip


def test_tables_as_files_say_what_the_page_says(folder, found):
    rows = list(csv.reader(io.StringIO((folder / "tables/1-rate.csv").read_text())))
    assert rows[1][1:3] == [f"{found.rate.treated.n:,}", f"{found.rate.comparison.n:,}"]
    assert len(list((folder / "tables").glob("[1-7]-*.csv"))) == len(SEVEN)


def test_a_cut_leaves_the_old_report(tmp_path):
    out, run = tmp_path / "out", small_run(50)
    write_study(run, out)
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}

    def stop(stage):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_study(run, out, "other = true\n", stop)
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_another_folder_is_not_touched(run, tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(BadInput):
        write_study(run, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_design_without_people_to_compare_is_refused(area):
    study = Study.model_validate({**STUDY, "design": "cox_regression", "subgroups": {}, "covariates": ["age"]})
    with pytest.raises(BadInput, match="no report in the form"):
        evaluate_study(area, study)


def test_the_command_writes_the_report_and_says_where(examples, tmp_path, capsys):
    from resettle.cli import main

    with pytest.raises(SystemExit) as end:
        main(
            [
                "evaluate",
                str(examples / "areas/maryland"),
                str(examples / "studies/maryland-aid.toml"),
                "--out",
                str(tmp_path / "o"),
            ]
        )
    assert end.value.code == 0
    heard = capsys.readouterr()
    assert "-8.33 percentage points" in heard.out and "index.html" in heard.out and "report.pdf" in heard.out
    assert "outcomes ..." in heard.err
    page = read(tmp_path / "o" / "index.html")
    assert "The answer changes with the test chosen" in page.text
    assert "22 of the 100 people had at least one arrest" in page.text


@pytest.mark.parametrize("design", ["exact_strata", "doubly_robust", "standardised_regression"])
def test_every_design_that_compares_people_has_a_report(area, design):
    plain = {"covariates": ["sex", "disposal"], "outcomes": ["rate", "custody"], "sensitivity": {"calipers": [0.2]}}
    run = evaluate_study(area, Study.model_validate({**STUDY, **plain, "design": design, "subgroups": {"by": ["sex"]}}))
    found = publish(run)
    assert [o.name for o in found.outcomes] == ["rate", "custody"] and found.rate.difference is not None
    assert found.rate.difference == found.specifications[0].estimate
    assert {s.level for s in found.subgroups if s.estimate is not None} == {"female", "male"}
