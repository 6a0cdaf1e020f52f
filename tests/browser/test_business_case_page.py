"""The page of a business case as readers meet it: by eye, by screen reader, on a phone, as PDF."""

import pytest
from pypdf import PdfReader

from resettle.area import open_area
from resettle.reinvestment.business_case.case import appraise_case
from resettle.report.business_case.write import write_case

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def case_pages(examples, tmp_path_factory):
    """The example, with everything that a page may show."""
    out = tmp_path_factory.mktemp("case")
    with open_area(examples / "areas" / "maryland") as area:
        found = appraise_case(examples / "cases" / "maryland-aid.toml", area, draws=1000)
    return write_case(found, out)


def test_the_page_has_no_accessibility_fault(case_pages, opened, width):
    from axe_playwright_python.sync_playwright import Axe

    page, heard = opened(case_pages[0], width)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert heard == [] and page.evaluate("document.documentElement.scrollWidth") <= width


def test_letters_in_charts_can_be_read_on_a_phone(case_pages, opened):
    page, _ = opened(case_pages[0], 320)
    sizes = page.evaluate(
        """[...document.querySelectorAll('figure .narrow svg')].map(s => {
            const scale = s.getBoundingClientRect().width / s.viewBox.baseVal.width;
            return Math.min(...[...s.querySelectorAll('text')].map(t => parseFloat(t.getAttribute('font-size')) * scale)) })"""
    )
    assert len(sizes) >= 9 and min(sizes) >= 11


def test_each_chart_has_a_table_in_its_section(case_pages, opened):
    page, _ = opened(case_pages[0])
    for section in page.locator("section:has(figure)").all():
        assert section.locator("table").count() >= 1


def test_the_pdf_is_tagged_and_says_the_answer(case_pages):
    pdf = PdfReader(next(path for path in case_pages if path.suffix == ".pdf"))
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in pdf.trailer["/Root"]
    text = " ".join(page.extract_text() for page in pdf.pages)
    assert "Does it pay?" in text and "Every figure" in text


def test_the_caption_of_a_wide_table_is_seen_whole_on_a_phone(case_pages, opened):
    page, _ = opened(case_pages[0], 320)
    cut = page.evaluate(
        """[...document.querySelectorAll('.scroll')].filter(box => {
            const span = box.querySelector('caption span').getBoundingClientRect(), seen = box.getBoundingClientRect();
            return span.right > seen.right + 1 || span.left < seen.left - 1;
        }).map(box => box.getAttribute('aria-label'))"""
    )
    assert cut == []
    assert page.evaluate("[...document.querySelectorAll('.scroll')].some(box => box.scrollWidth > box.clientWidth)")
