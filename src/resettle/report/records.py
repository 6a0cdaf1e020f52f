"""The pages of single records: every person by pseudonym with all that the thread knows of them. Not for publication.

Written by one query over the graph, so that 50,000 people take seconds.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from resettle.money import SIGNS
from resettle.report.look import STATIONS
from resettle.report.page import fill
from resettle.report.picture import linked_svg
from resettle.thread.thread import Thread

if TYPE_CHECKING:
    import duckdb

ON_A_PAGE = 500
LARGEST = 6

MACROS = """
CREATE OR REPLACE MACRO esc(t) AS replace(replace(replace(replace(replace(t,
    '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&#34;'), '''', '&#39;');
CREATE OR REPLACE MACRO anchored(t) AS replace(replace(replace(replace(url_encode(t),
    '%3A', ':'), '%2F', '/'), '~', '%7E'), '%', '~');
CREATE OR REPLACE MACRO cash(a) AS (CASE WHEN a < 0 THEN '-' ELSE '' END) || esc(getvariable('sign'))
    || format('{:,}', CAST(trunc(abs(a)) AS BIGINT)) || '.' || lpad(CAST(CAST(abs(a) * 100 AS BIGINT) % 100 AS VARCHAR), 2, '0');
CREATE OR REPLACE MACRO entry(id, words) AS '<li id="' || anchored(id) || '">' || words || '</li>';
CREATE OR REPLACE MACRO result(id, words) AS '<a href="../index.html#' || anchored(id) || '">' || esc(words) || '</a>';
CREATE OR REPLACE MACRO named(kind) AS CASE kind WHEN 'plan' THEN 'Plan' WHEN 'participation' THEN 'Service'
    WHEN 'followed' THEN 'Follow-up' ELSE 'Outcome' END;
CREATE OR REPLACE MACRO ordered(kind) AS list_position(['plan', 'participation', 'followed', 'outcome'], kind);
"""
"""Text as HTML, ids as anchors (the same as `blocks.anchor`), and money as `money.show` writes it."""

OWNED = """CREATE OR REPLACE TEMP TABLE owned AS
SELECT r.person, string_agg(entry(r.id, '<b>' || named(r.kind) || ':</b> ' || esc(n.sentence)), ''
    ORDER BY ordered(r.kind), r.id) AS html
FROM reached r JOIN nodes n ON n.id = r.id WHERE r.kind IN ('plan', 'participation', 'followed', 'outcome') GROUP BY r.person"""

PAID = f"""CREATE OR REPLACE TEMP TABLE paid AS
WITH part AS (
    SELECT r.person, r.id, n.label, round(n.amount * CAST(r.share AS DECIMAL(19, 18)), 2) AS pounds
    FROM reached r JOIN nodes n ON n.id = r.id WHERE r.kind = 'line' AND r.share IS NOT NULL),
ranked AS (SELECT *, row_number() OVER (PARTITION BY person ORDER BY abs(pounds) DESC, id) AS rank FROM part WHERE pounds <> 0)
SELECT person, string_agg('<li>' || result(id, id[6:] || ': ' || label) || ' ' || cash(pounds) || '</li>', '' ORDER BY rank)
        FILTER (rank <= {LARGEST})
    || coalesce('<li>' || nullif(count(*) FILTER (rank > {LARGEST}), 0) || ' smaller, together '
        || cash(sum(pounds) FILTER (rank > {LARGEST})) || '</li>', '') AS html
FROM ranked GROUP BY person"""

LACKED = """CREATE OR REPLACE TEMP TABLE lacked AS
SELECT from_id AS person,
    string_agg('<li>' || result(to_id, replace(split_part(to_id, '/', 2), '_', ' ')) || ': ' || esc(why) || '</li>', ''
        ORDER BY to_id) AS html
FROM links WHERE starts_with(to_id, 'need:') AND starts_with(from_id, 'person:') GROUP BY from_id"""

ARTICLES = f"""CREATE OR REPLACE TEMP TABLE articles AS
SELECT (row_number() OVER (ORDER BY p.id) - 1) // {ON_A_PAGE} AS page, p.id,
    '<article id="' || anchored(p.id) || '"><h2>' || esc(p.label) || '</h2><p>' || esc(p.sentence) || '</p>'
    || coalesce('<ul>' || o.html || '</ul>', '<p>Nothing else is on record.</p>')
    || coalesce('<p>Their part in payments:</p><ul>' || m.html || '</ul>', '')
    || coalesce('<p>Says that these are lacking:</p><ul>' || l.html || '</ul>', '') || '</article>' AS html
FROM nodes p LEFT JOIN owned o ON o.person = p.id LEFT JOIN paid m ON m.person = p.id LEFT JOIN lacked l ON l.person = p.id
WHERE p.kind = 'person'"""


def write_records(connection: duckdb.DuckDBPyConnection, thread: Thread, folder: Path) -> None:
    """Write `index.html` and pages of up to 500 people into `folder`, from a connection that `reach` made.

    The pounds of a person in a payment line are those that `trace` gives.
    """
    folder.mkdir()
    currency = thread.statement.currency
    connection.execute("SET VARIABLE sign = ?", [SIGNS.get(currency, f"{currency} ")])
    for sql in (*MACROS.strip().split(";\n"), OWNED, PAID, LACKED, ARTICLES):
        connection.execute(sql)
    pages = connection.execute(
        "SELECT page, min(id), max(id), string_agg(html, chr(10) ORDER BY id) FROM articles GROUP BY page ORDER BY page"
    ).fetchall()
    links = {s.name: f"../index.html#{s.name}" for s in STATIONS}
    shared = {
        "thread": thread,
        "stations": STATIONS,
        "links": links,
        "picture": linked_svg(links, "person"),
        "pages": [(name_of(page), own(first), own(last)) for page, first, last, _ in pages],
    }
    (folder / "index.html").write_text(fill("people.html", title=f"Single records: {thread.title}", **shared), "utf-8")
    for page, first, last, html in pages:
        title = f"{own(first)} to {own(last)}: {thread.title}"
        text = fill("person.html", title=title, first=own(first), last=own(last), articles=html, **shared)
        (folder / name_of(page)).write_text(text, "utf-8")


def name_of(page: int) -> str:
    """The file name of a page, counting from 1."""
    return f"people-{page + 1:04d}.html"


def own(id: str) -> str:
    """The pseudonym alone."""
    return id.split(":", 1)[1]
