"""The pages of a thread as readers meet them: by eye, by keyboard, by screen reader, on a phone, on paper."""

import pytest

pytestmark = pytest.mark.browser


def test_no_page_has_an_accessibility_fault(pages, opened, width):
    from axe_playwright_python.sync_playwright import Axe

    for path in pages:
        page, _ = opened(path, width)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"


def test_no_page_is_wider_than_its_window(pages, opened, width):
    for path in pages:
        page, _ = opened(path, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_no_page_asks_for_anything_or_complains(pages, opened, width):
    for path in pages:
        assert opened(path, width)[1] == [], path


def test_links_inside_a_page_resolve(threads, opened):
    for path in threads:
        page, _ = opened(path)
        broken = page.evaluate(
            """[...document.querySelectorAll('a')].map(a => a.getAttribute('href')).filter(h => h.startsWith('#'))
            .filter(h => !document.getElementById(decodeURIComponent(h.slice(1))))"""
        )
        assert broken == []


def test_pages_are_whole_without_scripts(threads, opened):
    page, heard = opened(threads[1], scripts=False)
    assert heard == []
    assert page.locator("figure").count() >= 6 and page.locator("table").count() >= 10
    assert page.locator("figure .wide svg").first.is_visible()


def test_a_link_leads_to_its_node(threads, opened):
    page, _ = opened(threads[1])
    page.locator("a[href='#line:L1']").first.click()
    assert page.evaluate("document.querySelector(':target').id") == "line:L1"
    assert page.locator("[id='line:L1']").evaluate("e => e.getBoundingClientRect().top < innerHeight")


def test_a_node_inside_a_scrolling_table_comes_into_view(threads, opened):
    page, _ = opened(threads[3])
    last = page.locator("tr[id^='need:']").last
    id = last.get_attribute("id")
    page.goto(f"{threads[3].as_uri()}#{id}")
    box = last.evaluate("e => { const b = e.getBoundingClientRect(); return [b.top, innerHeight] }")
    assert 0 <= box[0] < box[1]


def test_the_keyboard_reaches_everything_and_shows_where_it_is(threads, opened):
    page, _ = opened(threads[1])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    stops = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        stops.add(page.evaluate("document.activeElement.className || document.activeElement.tagName"))
        shown = page.evaluate(
            "(s => s.outlineStyle !== 'none' || s.boxShadow !== 'none')(getComputedStyle(document.activeElement))"
        )
        assert shown
    assert "scroll" in stops and "A" in stops


def test_narrow_and_wide_screens_each_get_one_picture(threads, opened, width):
    page, _ = opened(threads[1], width)
    shown, hidden = ("narrow", "wide") if width == 320 else ("wide", "narrow")
    assert page.locator(f"nav .{shown}").first.is_visible() and not page.locator(f"nav .{hidden}").first.is_visible()
    assert page.locator(f"figure .{shown} svg").first.is_visible()
    assert not page.locator(f"figure .{hidden} svg").first.is_visible()


def test_letters_in_charts_can_be_read_on_a_phone(threads, opened):
    page, _ = opened(threads[3], 320)
    sizes = page.evaluate(
        """[...document.querySelectorAll('figure .narrow svg')].map(s => {
            const scale = s.getBoundingClientRect().width / s.viewBox.baseVal.width;
            return Math.min(...[...s.querySelectorAll('text')].map(t => parseFloat(t.getAttribute('font-size')) * scale)) })"""
    )
    assert len(sizes) >= 8 and min(sizes) >= 11


def test_paper_shows_all_rows_and_all_inputs(threads, opened):
    page, _ = opened(threads[3])
    page.emulate_media(media="print")
    cut = page.evaluate(
        "[...document.querySelectorAll('.scroll')].filter(e => e.scrollHeight > e.clientHeight + 2).length"
    )
    assert cut == 0
    closed = page.evaluate(
        "[...document.querySelectorAll('details dl')].filter(e => e.getBoundingClientRect().height < 10).length"
    )
    assert closed == 0
