"""The report of a study as readers meet it: by eye, by screen reader, on a phone, on paper."""

import pytest

from resettle.area import open_area
from resettle.evidence.diagnostics.evaluate_study import evaluate_study
from resettle.evidence.study import Study
from resettle.report.study.write import write_study

pytestmark = pytest.mark.browser

SYNTHETIC = {
    "id": "peer-support", "question": "Did it help?", "clock": "moj-2017", "design": "radius_matching",
    "covariates": ["sex", "age", "previous_convictions", "disposal", "assessment.drugs"],
    "programme": {"services": ["peer_support"], "label": "peer support"},
    "subgroups": {"by": ["sex", "age_band"]}, "sensitivity": {"negative_control": ["summary_motoring"], "wrong_links": 0.01},
}  # fmt: skip


@pytest.fixture(scope="module")
def reports(threads, examples, tmp_path_factory):
    """A synthetic study with everything, a trial of real people, and a study too small to be shown."""
    out = tmp_path_factory.mktemp("reports")
    with open_area(threads[0].parent / "area") as area:
        write_study(evaluate_study(area, Study.model_validate(SYNTHETIC)), out / "matched")
    with open_area(examples / "areas/maryland") as area:
        study = examples / "studies/maryland-aid.toml"
        write_study(evaluate_study(area, study), out / "trial")
        few = Study.model_validate(
            {
                "id": "few",
                "question": "q",
                "clock": "rearrest-52-weeks",
                "design": "randomised",
                "programme": {"services": ["aid"], "label": "aid"},
                "publication": {"threshold": 60, "rates_need": 60},
            }
        )
        write_study(evaluate_study(area, few), out / "few")
    return [out / name / "index.html" for name in ("matched", "trial", "few")]


def test_no_report_has_an_accessibility_fault(reports, opened, width):
    from axe_playwright_python.sync_playwright import Axe

    for path in reports:
        page, heard = opened(path, width)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
        assert heard == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_letters_in_charts_can_be_read_on_a_phone(reports, opened):
    page, _ = opened(reports[0], 320)
    sizes = page.evaluate(
        """[...document.querySelectorAll('figure .narrow svg')].map(s => {
            const scale = s.getBoundingClientRect().width / s.viewBox.baseVal.width;
            return Math.min(...[...s.querySelectorAll('text')].map(t => parseFloat(t.getAttribute('font-size')) * scale)) })"""
    )
    assert len(sizes) >= 7 and min(sizes) >= 11


def test_what_cannot_be_said_stands_near_the_top(reports, opened):
    for path in reports:
        page, _ = opened(path)
        assert page.locator(".cannot").first.evaluate("e => e.getBoundingClientRect().top") < 1200


def test_a_study_too_small_to_show_says_only_that(reports, opened):
    page, _ = opened(reports[2])
    assert "too small to be published" in page.locator("#impact .finding").inner_text()
    assert page.locator("#hundred").count() == 0


def test_paper_shows_all_rows(reports, opened):
    page, _ = opened(reports[0])
    page.emulate_media(media="print")
    cut = page.evaluate(
        "[...document.querySelectorAll('.scroll')].filter(e => e.scrollHeight > e.clientHeight + 2).length"
    )
    assert cut == 0
