import re

from html_kit import read

from resettle.money import show
from resettle.thread.trace import trace

ARTICLE = re.compile(r'<article id="(person:[^"]+)">(.*?)</article>', re.S)
PAID = re.compile(r'#(line:[^"]+)">[^<]*</a> ([^<]*)')


def test_pounds_are_those_of_trace(made):
    run, folder = made
    checked = 0
    for path in sorted((folder / "people").glob("people-*.html"))[:2]:
        for id, html in ARTICLE.findall(path.read_text("utf-8"))[::13]:
            stops = [s for s in trace(run.graph, id, examples=10_000).consequences if s.kind == "line"]
            traced = {x.id: x.pounds for s in stops for x in s.examples if x.pounds}
            shown = dict(PAID.findall(html))
            currency = run.result.statement.currency
            assert {k: show(v, currency) for k, v in traced.items() if k in shown} == shown
            rest = sum(v for k, v in traced.items() if k not in shown)
            assert (show(rest, currency) if rest else "together") in html or not rest
            checked += bool(shown)
    assert checked or not run.result.statement.total


def test_every_person_is_there_once_and_marked(made):
    run, folder = made
    pages = sorted((folder / "people").glob("people-*.html"))
    people = [id for p in pages for id in read(p).ids if id.startswith("person:")]
    assert len(people) == len(set(people)) == run.result.people
    for path in (folder / "people").glob("*.html"):
        page = read(path)
        assert "Single records: not for publication." in page.text
        assert run.result.info.caveat in page.text


def test_pages_hold_at_most_five_hundred_people(folders):
    for path in (folders["synthetic"] / "people").glob("people-*.html"):
        assert len([i for i in read(path).ids if i.startswith("person:")]) <= 500
