"""How alike the groups are, on the thread's page: the love plot, the balance table, the checks, the errors and the seal."""

import re
import xml.etree.ElementTree as Tree

import pytest
from html_kit import Page

from resettle.evidence.effect import Balance, Check
from resettle.report.charts import NARROW, WIDE
from resettle.report.charts.alike import balance_chart
from resettle.report.sections.alike import balance_row, compared, few


@pytest.fixture(scope="module")
def page(folders):
    return Page((folders["synthetic"] / "index.html").read_text("utf-8"))


def table(page, heading):
    return next(t for t in page.tables if t[0][0].strip() == heading)


def test_every_covariate_stands_in_the_balance_table_with_its_flag(synthetic_run, page):
    balance = synthetic_run.result.effect.balance
    lines = [[cell.strip() for cell in line] for line in table(page, "Covariate")[1:]]
    assert len(lines) == len(balance) > 10
    for line, one in zip(lines, balance, strict=True):
        assert line[4:] == [f"{one.before:+.3f}", f"{one.after:+.3f}", f"{one.variance_ratio:.2f}", one.flag]


def test_checks_errors_and_the_seal_stand_on_the_page(synthetic_run, page):
    effect = synthetic_run.result.effect
    assert [line[2].strip() for line in table(page, "Check")[1:]] == [c.flag or "–" for c in effect.diagnostics]
    points = next(t for t in page.tables if [c.strip() for c in t[0]] == ["Method", "Points", "Makes the interval"])
    assert [line[1] for line in points[1:]] == [f"{100 * e.se:.2f}" for e in effect.errors]
    assert [line[2] for line in points[1:]].count("yes") == 1
    assert f"{effect.seal} (made before outcomes were read)" in page.text
    assert "settled before any outcome was read" in page.text


def test_a_red_check_is_not_to_be_missed(folders, synthetic_run):
    html = (folders["synthetic"] / "index.html").read_text("utf-8")
    red = [c.name for c in synthetic_run.result.effect.diagnostics if c.flag == "red"]
    said = re.findall(r'<p class="notice"><strong>Red: ([^.]+)\.', html)
    assert said == red


def test_a_design_that_makes_no_comparison_has_no_balance(folders):
    page = Page((folders["maryland"] / "index.html").read_text("utf-8"))
    assert "Are the groups alike?" not in page.text
    assert "made before outcomes were read" in page.text


def one(treated, other, **more):
    return Balance(
        name="sex = F", treated=treated, comparison_before=other, comparison_after=other, before=0.1, after=0.0, flag="green", **more
    )  # fmt: skip


def test_means_of_a_level_that_few_have_are_not_shown(synthetic_run):
    effect = synthetic_run.result.effect
    n = effect.treated.n
    shown = balance_row(one(0.5, 0.5), effect)
    assert [c.pieces[0] for c in shown.cells[1:4]] == ["0.500", "0.500", "0.500"]
    for share in (3 / n, 1 - 3 / n):
        hidden = balance_row(one(share, 0.5), effect)
        assert [c.pieces[0] for c in hidden.cells[1:4]] == ["not shown"] * 3
    assert not few(0.0, n) and not few(10 / n, n) and few(9 / n, n) and not few(34.5, n)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("4,163 of 4,166: the finding", "4,163 were compared and fewer than 10 set aside: the finding"),
        ("4,163 of 4,163: the finding", "4,163 of 4,163: the finding"),
        ("4,100 of 4,163: the finding", "4,100 of 4,163: the finding"),
    ],
)
def test_how_many_were_set_aside_is_not_shown_where_they_are_few(words, said):
    assert compared(Check(name="treated people compared", value=0.9, words=words)) == said


def test_the_love_plot_draws_every_covariate_twice_and_says_what_it_finds(synthetic_run):
    effect = synthetic_run.result.effect
    chart = balance_chart(effect)
    worst = max(abs(b.after) for b in effect.balance)
    assert f"{worst:.2f} after" in chart.title
    for size in (WIDE, NARROW):
        rows = chart.view(size)["data"]["values"]
        assert sorted((r["before"], r["after"]) for r in rows) == sorted((b.before, b.after) for b in effect.balance)
        drawn = Tree.fromstring(chart.picture(size))
        words = " ".join("".join(e.itertext()) for e in drawn.iter("{http://www.w3.org/2000/svg}text"))
        assert "before" in words and "after" in words and "previous convictions" in words
    unlike = effect.model_copy(
        update={"balance": (effect.balance[0].model_copy(update={"after": 0.3, "flag": "red"}),)}
    )
    assert balance_chart(unlike).title.startswith("The groups are still unlike on sex: F")
