"""The page of a spending map as readers meet it: by screen reader, and on a phone."""

import pytest

from resettle.area import open_area
from resettle.area.generate import generate_area
from resettle.reinvestment.appraisal import read_appraisal
from resettle.reinvestment.spending.told import Policy, tell
from resettle.report.spending.write import write_spending

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def spending_page(examples, tmp_path_factory):
    folder = tmp_path_factory.mktemp("spending")
    generate_area(folder / "area", 4_000, 11).close()
    policy = Policy(study=examples / "studies/greater-manchester-peer-support.toml")
    with open_area(folder / "area") as area:
        found = tell(area, read_appraisal(examples / "appraisals/greater-manchester.toml"), 2, policy)
    return write_spending(found, folder / "out")[0]


def test_the_page_has_no_accessibility_fault_and_fits_a_phone(spending_page, opened, width):
    from axe_playwright_python.sync_playwright import Axe

    page, heard = opened(spending_page, width)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert heard == [] and page.evaluate("document.documentElement.scrollWidth") <= width
