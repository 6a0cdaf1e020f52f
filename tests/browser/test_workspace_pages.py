"""Every page of the workspace, made from its routes: no accessibility fault, and none wider than a phone.

Each page of each role is opened in a full caseload, on the first day of an office, and with a form filled in wrongly.
"""

import pytest
from workspace_kit import NARROW, WIDE

pytestmark = pytest.mark.browser
ROLES = (
    "practitioner",
    "mentor",
    "coordinator",
    "approver",
    "provider",
    "commissioner",
    "administrator",
    "auditor",
    "person",
)
# These give a file, not a page.
FILES = {"plan_pdf", "me_pdf", "me_leave", "import_bad"}
WRONG = "\u202eturned round"
QUICK = {"rules": {"color-contrast": {"enabled": False}}}
PAIRS = """[...document.querySelectorAll('body *')].map(e => [e.parentElement, e].map(
    x => x.tagName + '.' + (x.getAttribute('class') || '').trim()).join('>'))"""
seen = set()


def faults(page, axe):
    """What is wrong with the page that is open: all rules at both widths where an element stands in a place in which none
    like it was seen before; elsewhere all rules but that of contrast, which needs long.
    """
    pairs = set(page.evaluate(PAIRS))
    new = not pairs <= seen
    seen.update(pairs)
    found = []
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        if new or width == NARROW:
            answer = axe.run(page, options=None if new else QUICK)
            found += [f"{page.url} at {width}: {answer.generate_report()}"] if answer.violations_count else []
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{page.url} is {wide} wide at {width}"] if wide > width else []
    page.set_viewport_size({"width": WIDE, "height": 900})
    return found


def fill_wrongly(page):
    """Type something that no form takes into the first box; False where a page has no box."""
    boxes = page.locator("main form[method=post] :is(textarea, input:not([type]), input[type=text], input[type=email])")
    if not boxes.count():
        return False
    boxes.first.fill(WRONG)
    page.locator("main form[method=post] button").first.click()
    page.wait_for_load_state()
    return True


@pytest.mark.parametrize("kind", ["full", "first"])
@pytest.mark.parametrize("role", ROLES)
def test_no_page_has_a_fault(walk, role, kind):
    from axe_playwright_python.sync_playwright import Axe

    axe, walker, found, unsaid = Axe(), walk(role, kind), [], []
    for name, path in walker.site.pages(role).items():
        if name in FILES:
            continue
        walker.go(path)
        found += faults(walker.page, axe)
        if kind == "full" and fill_wrongly(walker.page):
            if "roblem" not in walker.words():
                unsaid.append(name)
            found += faults(walker.page, axe)
    assert "\n".join(found) == ""
    assert unsaid == []
