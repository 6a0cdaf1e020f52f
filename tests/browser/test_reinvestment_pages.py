"""The report of a reinvestment and its public page as readers meet them: by screen reader, and on a phone."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "thread"))
from rounds_kit import documents, small_area

from resettle.report.reinvestment.write import reinvestment_report

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages(examples, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reinvested")
    reinvestment_report(documents(examples, folder / "in"), folder / "out", small_area(folder))
    return [folder / "out" / f"{name}.html" for name in ("report", "public")]


def test_no_page_has_an_accessibility_fault_or_scrolls_sideways(pages, opened, width):
    from axe_playwright_python.sync_playwright import Axe

    for path in pages:
        page, heard = opened(path, width)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
        assert heard == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
