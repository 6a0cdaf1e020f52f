"""Pages about one programme: what they show, what they hide, and that they are whole or not there at all."""

from itertools import pairwise
from pathlib import Path

import pytest
from html_kit import Page
from hypothesis import given
from hypothesis import strategies as st

from resettle.area import open_area
from resettle.area.generate import generate_area
from resettle.errors import BadInput
from resettle.evidence.economics import evaluate_economics
from resettle.evidence.process import evaluate_process
from resettle.evidence.process.result import Stage
from resettle.evidence.theory import read_theory
from resettle.evidence.voices import Extract, Quotes, Voices, agreement, find_themes
from resettle.evidence.voices.quotes import Quote
from resettle.report.charts import NARROW, WIDE, draw
from resettle.report.charts.process import funnel_chart, process_chart, reach
from resettle.report.programme import (
    write_agreement,
    write_economics,
    write_process,
    write_quotes,
    write_themes,
    write_theory,
)
from resettle.report.programme.small import reasons, safe_measures, shown_groups, shown_measures, shown_stages

ECONOMICS = """id = "peer"
title = "Is it worth it?"
perspective = "public sector"
effect_unit = "people kept from reoffending"
thresholds = [0, 10000, 20000]
price = 700
[cost]
estimate = 700
standard_error = 60
source = "invented"
[effect]
estimate = 0.05
standard_error = 0.02
source = "invented"
"""


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    path = tmp_path_factory.mktemp("areas") / "gm"
    generate_area(path, 1_500, 5).close()
    with open_area(path) as area:
        return evaluate_process(area, by=("provider", "ethnicity"))


@pytest.fixture
def voices():
    said = [
        Extract(id=f"x{n}", source=f"i{n}", person=f"p{n}", role="mentee", circle="micro", code=code, coder=coder, text="SECRET")
        for n in range(14)
        for code, coder in (("Trust", "ann"), ("Trust" if n < 12 else "Hope", "ben"))
    ]  # fmt: skip
    return Voices(extracts=tuple(said))


def read(path: Path) -> Page:
    text = path.read_text("utf-8")
    page = Page(text)
    assert not page.faults and len(page.ids) == len(set(page.ids))
    assert "http://" not in text.replace("http://www.w3.org", "") and "https://" not in text
    assert {h[1:] for h in page.hrefs if h and h.startswith("#")} <= {*page.ids, "main"}
    return page


def test_a_process_page_shows_everyone_and_no_small_group(process, tmp_path):
    page = read(write_process(process, tmp_path / "out"))
    whole = [s for s in process.stages if s.axis == "everyone"]
    assert f"{whole[0].n:,} were referred" in page.text and process.caveat in page.text
    counted = [
        int(c.replace(",", "")) for c in page.column("Counted") + page.column("People") + page.column("Referrals")
    ]
    assert len(counted) > 40 and min(counted) >= 10
    lost = [int(c.replace(",", "")) for c in page.column("Lost before it")]
    assert not [n for n in lost if 0 < n < 10]
    parts = {m.part for m in process.measures if m.axis == "ethnicity"}
    large = {m.part for m in process.measures if (m.people or m.n) >= 10}
    assert parts - large and not (parts - large) & set(page.column("Group"))


def test_a_process_page_is_written_whole_over_an_earlier_one_and_over_nothing_else(process, tmp_path):
    write_process(process, tmp_path / "out")
    write_process(process, tmp_path / "out")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("mine")
    with pytest.raises(BadInput):
        write_process(process, mine)
    assert [f.name for f in mine.iterdir()] == ["letter.txt"]


def test_measures_that_are_left_out_cannot_be_worked_out_from_the_rest(process):
    shown = shown_measures(process.measures)
    for name, axis in {(m.name, m.axis) for m in process.measures}:
        out = [m for m in process.measures if (m.name, m.axis) == (name, axis) and m not in shown]
        rest = [m for m in shown if (m.name, m.axis) == (name, axis)]
        assert not out or not rest or (len(out) > 1 and safe_measures(out))


def stage(name, n, lost, why=None):
    return Stage(
        axis="everyone", part="everyone", name=name, n=n, of_referred=None, of_before=None, lost=lost, reasons=why or {}
    )


NAMES = ("referred", "started", "four_weeks", "completed", "followed_up")


@given(st.integers(0, 60), st.lists(st.integers(0, 25), min_size=4, max_size=4))
def test_no_stage_gives_a_few_people_away(referred, losses):
    left, made = referred, [stage(NAMES[0], referred, 0)]
    for name, lost in zip(NAMES[1:], losses, strict=True):
        lost = min(lost, left)
        left -= lost
        made.append(stage(name, left, lost))
    shown = shown_stages(made)
    ns = [s.n for s in shown]
    gaps = [a - b for a, b in pairwise(ns)]
    assert not [n for n in ns + gaps if 0 < n < 10]
    assert [s.lost for s in shown[1:]] == gaps


def group(part, numbers):
    """The waterfall of one provider from how many reached each stage."""
    before = [numbers[0], *numbers]
    return [
        Stage(axis="provider", part=part, name=name, n=n, of_referred=None, of_before=None, lost=b - n)
        for name, n, b in zip(NAMES, numbers, before, strict=False)
    ]


def test_groups_whose_waterfall_is_small_take_the_next_smallest_with_them():
    large = [group("a", [200, 180, 150, 120, 120]), group("b", [100, 90, 70, 60, 60])]
    assert [g[0].part for g in shown_groups([*large[0], *large[1]])] == ["a", "b"]
    small = group("c", [40, 37, 20, 10, 10])
    assert [g[0].part for g in shown_groups([*large[0], *large[1], *small])] == ["a"]


def test_reasons_are_counted_only_where_none_is_small():
    assert reasons(stage("started", 50, 30, {"no_place": 20, "moved_away": 10})) == "no place 20; moved away 10"
    assert (
        reasons(stage("started", 50, 23, {"no_place": 20, "moved_away": 3}))
        == "no place; moved away (numbers not shown)"
    )


def test_charts_of_a_process_are_drawn_at_both_widths(process):
    some = [m for m in shown_measures(process.measures) if (m.name, m.axis) == ("attendance", "provider")]
    low, high = reach(some)
    assert all(low <= 100 * m.value <= high for m in some)
    for chart in (process_chart(process), funnel_chart(some, process.area, process.caveat)):
        assert "<svg" in chart.picture(WIDE) and "<svg" in chart.picture(NARROW)


def test_results_beside_an_effect_draw_themselves(process, voices, tmp_path):
    (tmp_path / "worth.toml").write_text(ECONOMICS)
    for found in (
        process,
        find_themes(voices),
        agreement(voices, draws=100),
        evaluate_economics(tmp_path / "worth.toml"),
    ):
        assert draw(found).svg().startswith("<svg")


def test_a_theory_page_has_the_picture_the_evidence_and_what_is_weak(examples, tmp_path):
    theory = read_theory(examples / "theories/greater-manchester-peer-support.toml", paid=["employment"])
    page = read(write_theory(theory, tmp_path / "out"))
    assert (tmp_path / "out/theory.svg").read_text("utf-8") == theory.svg()
    assert len(page.column("Held")) == len(theory.file.arrow)
    assert "the contract pays an outcome that the theory does not reach" in page.text


def test_a_page_of_themes_holds_no_word_that_anyone_said(voices, tmp_path):
    page = read(write_themes(find_themes(voices), tmp_path / "out"))
    assert "SECRET" not in page.text and "SECRET" not in (tmp_path / "out/results.json").read_text("utf-8")
    people = dict(zip(page.column("Theme"), page.column("People"), strict=True))
    assert people == {"Trust": "14 of 14", "Hope": "fewer than 10 of 14"}


def test_a_page_of_agreement_names_each_code(voices, tmp_path):
    found = agreement(voices, draws=100)
    page = read(write_agreement(found, tmp_path / "out"))
    assert page.column("Code") == [c.code for c in found.codes]


def test_a_page_of_quotes_escapes_them_and_says_how_many_stayed(tmp_path):
    kept = Quotes(
        quotes=(
            Quote(code="Trust", words="<b>she</b> was there", attribution="someone who took part", looked_by="eve"),
        ),
        kept_back=3,
        without_consent=2,
    )
    page = read(write_quotes(kept, tmp_path / "out"))
    assert "“<b>she</b> was there”" in page.text and "3 were kept back" in page.text and "eve" not in page.text


def test_an_economics_page_shows_where_it_breaks_even(tmp_path):
    (tmp_path / "worth.toml").write_text(ECONOMICS)
    found = evaluate_economics(tmp_path / "worth.toml")
    page = read(write_economics(found, tmp_path / "out", "Is it worth it?"))
    assert page.column("Break-even effect") == ["–", "0.070", "0.035"]
    assert page.column("Break-even price") == ["£0", "£500", "£1,000"]
    assert found.curve[1].chance == pytest.approx(0.16, abs=0.02)  # P(N(500 - 700, sqrt(200^2 + 60^2)) > 0) = 0.169
