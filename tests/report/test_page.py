import re
from urllib.parse import urlsplit

from html_kit import Page, read

from resettle.report.blocks import anchor
from resettle.report.look import STATIONS
from resettle.report.page import with_its_sign
from resettle.report.trails import RESULTS

COUNTS = ("People", "Asked", "Lack it", "Reached", "Not reached", "With the event", "Counted", "People who took part")


def test_pages_are_well_formed_and_load_nothing(made):
    for path in made[1].rglob("*.html"):
        page = read(path)
        assert page.faults == []
        assert len(page.ids) == len(set(page.ids))
        assert not page.tags & {"script", "img", "iframe", "object", "embed"}
        assert not re.search(r"(src|srcset)=|url\((?!#)|@import|https?://(?!www\.w3\.org/)", path.read_text("utf-8"))


def test_every_link_leads_somewhere(made):
    pages = {path: set(read(path).ids) for path in made[1].rglob("*.html")}
    links = 0
    for path in pages:
        for href in read(path).hrefs:
            parts = urlsplit(href)
            assert not parts.scheme, href
            target = (path.parent / parts.path).resolve() if parts.path else path
            assert target in pages, href
            assert not parts.fragment or parts.fragment in pages[target], href
            links += 1
    assert links > 100


def test_every_result_and_every_record_has_an_anchor(made):
    run, folder = made
    index = set(read(folder / "index.html").ids)
    records = {id for path in (folder / "people").glob("*.html") for id in read(path).ids}
    ids = run.graph.nodes["id"].to_pylist()
    results = [i for i in ids if i.split(":")[0] in RESULTS]
    assert results and {anchor(i) for i in results} <= index
    assert {anchor(i) for i in ids if i not in results} <= records


def test_stations_stand_in_order_and_head_every_page(made):
    for path in made[1].rglob("*.html"):
        text = path.read_text("utf-8")
        places = [text.index(f'#{s.name}"') for s in STATIONS]
        assert places == sorted(places)
    index = read(made[1] / "index.html")
    assert [i for i in index.ids if i in {s.name for s in STATIONS}] == [s.name for s in STATIONS]


def test_nobody_is_shown_singly_and_no_group_is_small(made):
    run, folder = made
    page = read(folder / "index.html")
    people = [i.split(":", 1)[1] for i in run.graph.nodes["id"].to_pylist() if i.startswith("person:")]
    words = set(re.findall(r"[\w-]+", page.text))
    assert not words & set(people)
    counts = [c for name in COUNTS for c in page.column(name)]
    numbers = [int(c.replace(",", "")) for c in counts if re.fullmatch(r"[\d,]+", c)]
    assert numbers and all(n == 0 or n >= 10 for n in numbers)
    assert not re.search(r"(?<![\d.,-])[1-9] (people|participations|outcomes|recorded outcomes|starts)\b", page.text)


def test_groups_that_are_small_are_hidden_with_their_rates(synthetic_run, folders):
    page = read(folders["synthetic"] / "index.html")
    groups = next(
        t for t in page.tables if t[0][0].strip() == "Group" and t[0][2].strip() == "With the event" and len(t) > 5
    )
    hidden = [line for line in groups[1:] if line[1].strip() in ("fewer than 10", "not shown")]
    assert hidden and all({cell.strip() for cell in line[2:]} == {"not shown"} for line in hidden)
    rates = [m for m in synthetic_run.result.groups.measures if m.name == "rate"]
    assert sum(m.n for m in rates if min(m.n, m.count, m.n - m.count) < 10) > 0


def test_no_page_says_no_effect(made):
    for path in made[1].rglob("*.html"):
        assert "no effect" not in read(path).text.lower()


def test_maryland_says_that_the_answer_changes_with_the_test(folders):
    page = read(folders["maryland"] / "index.html")
    assert "The answer changes with the test chosen" in page.text
    assert "-8.33 percentage points (95% interval -16.61 to -0.06)" in page.text
    sides = dict(zip(page.column("Test"), page.column("Side of 0.05"), strict=True))
    assert sides["Difference (z)"] == "0.05 or less" and sides["Log-rank"] == "more than 0.05"
    tests = next(t for t in page.tables if t[0][0].strip() == "Test")
    assert {line[0].strip(): line[1].strip() for line in tests}["Log-rank"] == "0.0501"
    assert "What-if: these records are valued at England and Wales figures" in page.text


def test_north_carolina_says_not_shown_and_pays_nothing(folders):
    page = read(folders["north-carolina"] / "index.html")
    assert "A difference in return to prison within 12 months was not shown" in page.text
    assert "the contract owes nothing" in page.text
    assert "Nothing is cashable: a difference was not shown" in page.text
    assert "First a difference would have to be shown" in page.text


def test_the_caveat_stands_on_top_and_under_every_chart(made):
    run, folder = made
    page = (folder / "index.html").read_text("utf-8")
    text = Page(page).text
    caveat = run.result.info.caveat
    assert text.index(caveat) < text.index("What you can say")
    sources = re.findall(r"<figcaption>(.*?)</figcaption>", page, re.S)
    assert len(sources) >= 6 and all(run.result.info.records in s.lower() for s in sources)


def test_kinds_of_saving_are_never_added_together(made):
    run, folder = made
    page = read(folder / "index.html")
    amounts = {t.amount for t in run.result.savings.totals}
    together = f"{sum(amounts):,.0f}"
    assert len(amounts) > 1 and together not in page.text
    assert "There is no grand total" in page.text


def test_steps_say_how_much_more_they_need(folders):
    assert re.search(r"needs [\d,.]+ times as much", read(folders["maryland"] / "index.html").text)


def test_allocations_lead_back_to_savings_and_on_to_needs(synthetic_run, folders):
    assert synthetic_run.result.allocations.allocations
    html = (folders["synthetic"] / "index.html").read_text("utf-8")
    first = synthetic_run.result.allocations.allocations[0]
    row = re.search(rf'<tr><th scope="row">[^\n]*id="{re.escape(anchor("allocation:" + first.id))}"', html)[0]
    assert f'href="#{anchor(f"need:{first.place}/{first.good}")}"' in row
    assert f'href="#{anchor("saving:" + next(iter(first.savings)))}"' in html


def test_every_figure_used_is_listed_with_its_source(made):
    run, folder = made
    page = read(folder / "index.html")
    figures = run.result.figures
    assert figures and all(f.label in page.text and f.source in page.text for f in figures)


def test_provenance_lists_every_input_by_hash(made):
    run, folder = made
    page = read(folder / "index.html")
    assert all(h in page.text for h in run.result.provenance.inputs.values())
    assert str(run.result.provenance.seed) in page.text


def test_the_known_truth_stands_beside_the_estimate_where_records_are_made(folders, synthetic_run):
    truth = f"{100 * synthetic_run.result.truth:+.2f}"
    text = read(folders["synthetic"] / "index.html").text
    assert synthetic_run.result.truth_sentence in text and truth in text
    assert "the truth is known" not in read(folders["maryland"] / "index.html").text


def test_no_line_breaks_between_a_minus_and_its_pounds():
    from markupsafe import Markup

    assert with_its_sign("from -£5 to -£3, 2-3 people") == "from -\u2060£5 to -\u2060£3, 2-3 people"
    assert with_its_sign(Markup("<b>-£5</b>")) == "<b>-£5</b>" and with_its_sign(7) == 7
