"""Pages about a contract: complete, safe, readable without anything from outside, and the same as PDF."""

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pypdf
import pytest

from resettle.commissioning.library import deal
from resettle.commissioning.statement import Actual, Statement
from resettle.provenance import Provenance
from resettle.report.contract import write_contract_report
from resettle.report.contract.chapters import statement_chapters


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    found = deal("hmp-peterborough")
    out = tmp_path_factory.mktemp("pages")
    write_contract_report(
        found.folder / "contract.toml", out, found.beliefs, found.evidence, found.about.settle_at, draws=500
    )
    return out


def test_every_page_is_there_and_names_its_parts(made):
    for name, words in {
        "term-sheet": ("What is paid for", "Plausible range", "a comparison group (matched)"),
        "statement": ("All lines", "£5,600,000.00", "On its own this cohort is not paid"),
        "stress-test": (
            "Should this be payment by results?",
            "Payment against the true effect",
            "Cash in hand",
            "Investors",
        ),
        "comparison": ("Side by side on the same draws", "half as a fee"),
    }.items():
        text = (made / f"{name}.html").read_text("utf-8")
        for word in words:
            assert word in text, (name, word)
        assert not re.search(r'(src|href)="https?://', text)
        assert "None" not in re.sub(r"<[^>]*>", " ", text)


def test_ids_are_used_once(made):
    for page in made.glob("*.html"):
        ids = re.findall(r' id="([^"]+)"', re.sub(r"<svg.*?</svg>", "", page.read_text("utf-8"), flags=re.DOTALL))
        assert len(ids) == len(set(ids)), page.name


def test_hostile_words_are_shown_and_not_run(tmp_path):
    found = deal("grant")
    text = (found.folder / "contract.toml").read_text("utf-8")
    bad = tmp_path / "contract.toml"
    bad.write_text(text.replace('title = "A grant', 'title = "<script>alert(1)</script> A grant'), "utf-8")
    write_contract_report(bad, tmp_path / "out")
    page = (tmp_path / "out/term-sheet.html").read_text("utf-8")
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_the_pdf_is_one(made):
    from resettle.report.study.pdf import can_write_pdf

    held = sorted(p.name for p in made.glob("*.pdf"))
    assert held == (["comparison.pdf", "statement.pdf", "stress-test.pdf", "term-sheet.pdf"] if can_write_pdf() else [])
    assert all(p.read_bytes().startswith(b"%PDF") for p in made.glob("*.pdf"))


def test_who_is_chosen_and_who_is_ruined_stand_in_the_stress_test(examples, tmp_path):
    from resettle.commissioning.beliefs import read_beliefs
    from resettle.commissioning.price import read_chain
    from resettle.commissioning.stress import read_groups

    name = "greater-manchester-peer-support.toml"
    file, beliefs = examples / "contracts" / name, read_beliefs(examples / "beliefs" / name)
    write_contract_report(file, tmp_path / "alike", beliefs, draws=200)
    alike = (tmp_path / "alike/stress-test.html").read_text("utf-8")
    assert "The beliefs give every band the same chances" in alike and "How the risk reaches" not in alike
    groups, chain = read_groups(examples / "groups/peer-mentors.toml"), read_chain(examples / "chains" / name)
    write_contract_report(file, tmp_path / "own", beliefs, groups=groups, chain=chain, draws=200)
    own = (tmp_path / "own/stress-test.html").read_text("utf-8")
    for words in (
        "No home, drugs and poor health",
        "Prices that follow need",
        "How the risk reaches subcontractors",
        "Gate to Home",
    ):
        assert words in own


CHARTS = {
    "hmp-peterborough": (
        "Payment against the true effect",
        "Cash in hand",
        "each step from where the last",
        "low and the high end",
    ),
    "hmp-doncaster": (
        "Payment against the true effect",
        "Cash in hand",
        "each step from where the last",
        "low and the high end",
    ),
    "gm-accommodation": (
        "by people who come in per cent of plan",
        "Cash in hand",
        "each step from where the last",
        "low and the high end",
    ),
}


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    """A bond, a contract by results and a fee."""
    out = tmp_path_factory.mktemp("kinds")
    for name in CHARTS:
        d = deal(name)
        write_contract_report(
            d.folder / "contract.toml", out / name, d.beliefs, d.evidence, d.about.settle_at, draws=200
        )
    return out


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_there_with_a_table_beside_it(kinds, name):
    page = (kinds / name / "stress-test.html").read_text("utf-8")
    for words in CHARTS[name]:
        assert words in page, words
    figures = page.count("<figure")
    assert figures >= 5 and page.count("<svg") >= 2 * figures
    assert "<figure" in (kinds / name / "statement.html").read_text("utf-8")
    beside = (kinds / name / "comparison.html").read_text("utf-8")
    assert "As written" in beside and beside.count(deal(name).contract().title) <= 3


def test_a_waterfall_ends_where_the_money_does():
    from resettle.commissioning.value import value
    from resettle.report.charts.chart import WIDE
    from resettle.report.contract.charts import waterfall_chart

    found = value(deal("hmp-peterborough").contract(), deal("hmp-peterborough").beliefs, 500)
    bars = [v for v in waterfall_chart(found).view(WIDE)["data"]["values"] if "value" in v]
    for earlier, later in pairwise(bars[:-1]):
        assert later["start"] == pytest.approx(earlier["value"])
    assert bars[-1]["start"] == 0 and bars[-1]["value"] == pytest.approx(bars[-2]["value"])
    investor = found.investors[0]
    left = found.total.mean + investor.put_in - found.cost.mean - investor.back
    assert bars[-1]["value"] == pytest.approx(left, abs=1) and left == pytest.approx(20_000, abs=1)


def test_months_of_one_fee_are_told_once(kinds):
    page = (kinds / "gm-accommodation/statement.html").read_text("utf-8")
    assert "34 more of 91,424.64 each" in page and page.count("1 month of service was delivered") == 2
    assert "1 November 2021" in page


def test_a_fee_is_not_said_to_be_paid_by_results(kinds):
    page = (kinds / "gm-accommodation/stress-test.html").read_text("utf-8")
    assert "is not paid by results" in page and "can be paid by results" not in page
    assert "Nothing that is unsure moves the expected payment" in page


def test_pdfs_are_tagged_and_say_what_they_are(kinds):
    from resettle.report.study.pdf import can_write_pdf

    held = list(kinds.rglob("*.pdf"))
    assert len(held) == (12 if can_write_pdf() else 0)
    for file in held:
        document = pypdf.PdfReader(file)
        root = document.trailer["/Root"]
        assert (
            root["/MarkInfo"]["/Marked"]
            and root["/Lang"].startswith("en")
            and root["/ViewerPreferences"]["/DisplayDocTitle"]
        )
        assert document.metadata.title and "pdfuaid" in root["/Metadata"].get_object().get_data().decode("utf-8")


def test_a_statement_shows_what_its_indicators_came_to():
    of = {"starts_on": date(2024, 1, 1), "ends_on": date(2024, 1, 31)}
    actuals = (
        Actual(id="a", kpi="seen_soon", value=Decimal("0.9"), unit="share", met=False, **of),
        Actual(id="b", kpi="earned", value=Decimal(1200), currency="GBP", **of),
    )
    statement = Statement(
        id="s",
        contract_id="c",
        title="A contract",
        currency="GBP",
        at=date(2024, 2, 1),
        lines=(),
        actuals=actuals,
        provenance=Provenance(),
    )
    chapters = {one.id: one for one in statement_chapters(statement)}
    (table,) = chapters["indicators"].parts
    assert [["".join(cell.pieces) for cell in one.cells] for one in table.rows] == [
        ["Seen soon", "1 January 2024 to 31 January 2024", "0.9 share", "no"],
        ["Earned", "1 January 2024 to 31 January 2024", "£1,200.00", "not judged"],
    ]
    assert "indicators" not in {one.id for one in statement_chapters(statement.model_copy(update={"actuals": ()}))}
