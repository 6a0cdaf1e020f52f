"""The pages of contracts as readers meet them: by eye, by screen reader, on a phone. A bond, a contract by results, and a fee."""

import pytest

from resettle.commissioning.beliefs import read_beliefs
from resettle.commissioning.library import deal
from resettle.commissioning.price import read_chain
from resettle.commissioning.stress import read_groups
from resettle.report.contract import write_contract_report

pytestmark = pytest.mark.browser
PAGES = ("term-sheet", "statement", "stress-test", "comparison")


@pytest.fixture(scope="module")
def contracts(examples, tmp_path_factory):
    out = tmp_path_factory.mktemp("contracts")
    for name in ("hmp-peterborough", "hmp-doncaster", "gm-accommodation"):
        d = deal(name)
        write_contract_report(
            d.folder / "contract.toml", out / name, d.beliefs, d.evidence, d.about.settle_at, draws=200
        )
    name = "greater-manchester-peer-support.toml"
    write_contract_report(
        examples / "contracts" / name,
        out / "peers",
        read_beliefs(examples / "beliefs" / name),
        groups=read_groups(examples / "groups/peer-mentors.toml"),
        chain=read_chain(examples / "chains" / name),
        draws=200,
    )
    made = sorted(out.rglob("*.html"))
    assert len(made) == 4 * len(PAGES) - 1  # the last has no evidence, so no statement
    return made


def test_no_page_of_a_contract_has_an_accessibility_fault(contracts, opened, width):
    from axe_playwright_python.sync_playwright import Axe

    for path in contracts:
        page, heard = opened(path, width)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
        assert heard == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_letters_in_charts_of_contracts_can_be_read_on_a_phone(contracts, opened):
    page, _ = opened(next(p for p in contracts if p.match("peers/stress-test.html")), 320)
    sizes = page.evaluate(
        """[...document.querySelectorAll('figure .narrow svg')].map(s => {
            const scale = s.getBoundingClientRect().width / s.viewBox.baseVal.width;
            return Math.min(...[...s.querySelectorAll('text')].map(t => parseFloat(t.getAttribute('font-size')) * scale)) })"""
    )
    assert len(sizes) >= 7 and min(sizes) >= 11


def test_a_contract_is_read_without_scripts(contracts, opened):
    page, heard = opened(next(p for p in contracts if p.match("hmp-peterborough/stress-test.html")), scripts=False)
    assert page.locator("figure").count() >= 5 and heard == []
