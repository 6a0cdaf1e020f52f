"""Pages about a contract: complete, safe, readable without anything from outside, and the same as PDF."""

import re

import pytest

from resettle.commissioning.library import deal
from resettle.report.contract import write_contract_report


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
