"""The report of a reinvestment and its public page: what they say, tables beside charts, nothing from outside, PDF/UA."""

import csv
import re
import sys
from html import unescape
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "thread"))
from rounds_kit import documents, small_area, spoilt

from resettle.errors import BadInput
from resettle.report.reinvestment.write import reinvestment_report, write_reinvestment
from resettle.thread.run import make_thread


@pytest.fixture(scope="module")
def files(examples, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reported")
    return documents(examples, folder), small_area(folder)


@pytest.fixture(scope="module")
def made(files):
    return make_thread(files[0], area=files[1])


@pytest.fixture(scope="module")
def folder(made, tmp_path_factory):
    out = tmp_path_factory.mktemp("report")
    write_reinvestment(made.result, made.graph, out)
    return out


def plain(html):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def test_the_report_answers_what_a_finance_director_asks(folder, made):
    text = plain((folder / "report.html").read_text("utf-8"))
    for asked in (
        "The answer", "What it rests on", "What it does to flows", "What it costs", "Who pays and who gains",
        "What can be cashed, and when", "What it could buy", "Where it goes", "The way of a pound",
        "Sensitivity: what would change the answer", "Every figure that it rests on", "What held it back", "Equal shares gives",
        "concentration index", "What would make the rest cashable", "Monte-Carlo standard error",
        "What makes the answer unsure", "Sobol indices with 95% bootstrap intervals", "The discount rate", "The price index",
        "another price year changes the number of pounds",
    ):  # fmt: skip
        assert asked in text, asked
    for figure in made.result.figures:
        assert figure.label in text and figure.source in text
    assert "no other by these rules can be better by more than" in text
    assert "Synthetic records" in text


def test_every_chart_has_a_table_in_its_chapter_and_every_table_is_a_file(folder):
    html = (folder / "report.html").read_text("utf-8")
    for section in re.findall(r"<section.*?</section>", html, re.DOTALL):
        if "<figure>" in section:
            assert "<table>" in section, section[:80]
    found = sorted((folder / "tables").glob("*.csv"))
    assert len(found) == html.count("<table>")
    for file in found:
        rows = list(csv.reader(file.read_text("utf-8").splitlines()))
        assert len(rows) > 1 and len({len(row) for row in rows}) == 1, file


def test_pages_need_nothing_from_outside(folder):
    for page in folder.glob("*.html"):
        html = page.read_text("utf-8")
        assert "http://" not in html.replace("http://www.w3.org", "") and "<script" not in html


def test_the_public_page_is_plain_and_short(folder):
    text = plain((folder / "public.html").read_text("utf-8"))
    main = text[text.index("What was tried") : text.index("Made with Resettle")]
    assert len(main.split()) < 450
    for jargon in ("net present value", "hazard", "interval", "draws", "cashable", "shadow", "offender"):
        assert jargon not in main.lower(), jargon


def test_both_are_accessible_pdfs_with_a_title(folder):
    for name in ("report", "public"):
        data = (folder / f"{name}.pdf").read_bytes()
        assert data.startswith(b"%PDF") and b"pdfuaid" in data and b"/StructTreeRoot" in data


@pytest.mark.slow
def test_the_same_run_gives_the_same_bytes(folder, made, tmp_path):
    write_reinvestment(made.result, made.graph, tmp_path)
    for name in ("report.html", "public.html", "report.pdf"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


@pytest.mark.slow
def test_a_saving_with_no_step_reached_says_what_would_make_it_cashable(examples, files, tmp_path):
    run = documents(examples, tmp_path / "in")
    spoilt(
        tmp_path / "in/appraisals/greater-manchester.toml",
        ("size = 1\n", "size = 400\n"),
        ("size = 6\n", "size = 600\n"),
    )
    found, pages = reinvestment_report(run, tmp_path / "out", files[1])
    text = plain(pages[0].read_text("utf-8"))
    assert found.savings.certain_cash == 0 and not found.macro.rounds.held
    assert "Nothing is cashable with 80% certainty: no whole step is reached" in text
    assert "times as much, or" in text and "freed by neighbours in the same pool" in text
    assert "No cash has arrived with 80% certainty" in text
    public = plain((tmp_path / "out/public.html").read_text("utf-8"))
    assert "No money can be counted on to come free" in public


def test_money_that_only_moves_inside_prisons_is_said_so(made, tmp_path):
    macro = made.result.macro
    levers = tuple(one.model_copy(update={"kind": "release_point"}) for one in macro.flows.levers)
    inside = macro.model_copy(update={"flows": macro.flows.model_copy(update={"levers": levers})})
    write_reinvestment(made.result.model_copy(update={"macro": inside}), made.graph, tmp_path)
    text = plain((tmp_path / "report.html").read_text("utf-8"))
    assert "Justice reinvestment was meant to move money out of prisons" in text
    assert "Of all this only what the rounds would buy" in text
    assert "only changes how long people stay in prison" in plain((tmp_path / "public.html").read_text("utf-8"))


def test_a_run_without_rounds_is_refused(examples, tmp_path):
    with pytest.raises(BadInput, match="does not go on to a reinvestment"):
        reinvestment_report(examples / "runs/maryland.toml", tmp_path / "out")


def test_the_chance_of_a_loss_is_said_and_an_effect_not_shown_says_why(made, tmp_path):
    thread = made.result
    losing = [
        one.model_copy(update={"chance": 0.7}) if one.kind == "capacity" else one for one in thread.savings.totals
    ]
    unsure = thread.model_copy(
        update={
            "effect": thread.effect.model_copy(
                update={"interval": thread.effect.interval.model_copy(update={"low": -0.1, "high": 0.1}), "p": 0.5}
            ),
            "savings": thread.savings.model_copy(update={"shown": False, "totals": tuple(losing)}),
        }
    )
    assert unsure.effect.verdict == "not shown"
    write_reinvestment(unsure, made.graph, tmp_path)
    text = plain((tmp_path / "report.html").read_text("utf-8"))
    assert "A difference was not shown, so what is saved may be nothing, or a loss." in text
    assert "In 30% of draws agencies have more work, not less" in text
    assert "Nothing is cashable: a difference was not shown" in text
    public = plain((tmp_path / "public.html").read_text("utf-8"))
    assert "In about 30 of 100 cases it would make things worse" in public
