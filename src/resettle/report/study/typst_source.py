"""The report as a Typst document. All that a reader sees is put in as quoted text, so that nothing in it is taken for markup."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from resettle.evidence.diagnostics.findings import StudyFindings
from resettle.report.blocks import Bullets, Cell, Drawing, Facts, Heading, Notice, Pieces, Table, Text
from resettle.report.look import CIRCLES, INK, QUIET
from resettle.report.picture import ABOUT, thread_svg
from resettle.report.study.chapter import Chapter
from resettle.report.study.chapters import sources
from resettle.report.study.said import Said

FONTS = '("Arial", "Liberation Sans", "Helvetica", "DejaVu Sans", "Libertinus Serif")'
LONG = re.compile(r"\S{30,}")
BOX = re.compile(r'viewBox="([^"]+)"')
WIDEST, HIGHEST, PIXELS = 17.0, 19.0, 720
"""Centimetres that a picture may take, and the pixels of a wide chart."""
FILL = '"#f3f2f1"'

PREAMBLE = """
#set document(title: {title}, author: "Resettle", date: none)
#set page(paper: "a4", margin: (x: 2cm, top: 2cm, bottom: 2.2cm), numbering: "1", footer: context [
  #set text(size: 8pt, fill: rgb("{quiet}"))
  #grid(columns: (1fr, auto), {title}, counter(page).display("1 of 1", both: true))])
#set text(font: {fonts}, size: 10pt, lang: "en", region: "GB", fill: rgb("{ink}"))
#set par(leading: 0.62em, spacing: 0.95em)
#show heading: set block(above: 1.5em, below: 0.8em)
#show heading.where(level: 1): set text(size: 22pt)
#show heading.where(level: 2): it => block(above: 2em, below: 0.9em, breakable: false, sticky: true)[
  #line(length: 100%, stroke: 2.5pt + rgb("{evidence}")) #v(-0.3em) #text(size: 15pt, it.body)]
#show heading.where(level: 3): set text(size: 11.5pt)
#show figure: set block(breakable: true)
#show figure.where(kind: table): set figure.caption(position: top)
#show figure.caption: it => block(width: 100%, sticky: true, align(left, text(size: 9.5pt, weight: "bold", it.body)))
#set table(stroke: (x, y) => (bottom: 0.5pt + rgb("#b1b4b6")), inset: (x: 3pt, y: 4pt))
#show table: set text(size: 8pt, hyphenate: false)
#show table: set par(leading: 0.45em)
#set list(spacing: 0.7em)
"""


def typst_source(f: StudyFindings, made: Sequence[Chapter]) -> str:
    """The whole document: the thread, the report, and the annex on pages of its own."""
    parts = [
        PREAMBLE.format(title=quoted(f.title), quiet=QUIET, ink=INK, fonts=FONTS, evidence=CIRCLES["evidence"]),
        image(thread_svg(), ABOUT),
        f"#heading(level: 1, {quoted(f.title)})",
        f"#text(size: 12pt, {quoted(f.question)})",
        boxed([paragraph(f"About these records: {f.caveat}")], "#fff7ef"),
    ]
    annexed = False
    for chapter in made:
        if chapter.annex and not annexed:
            parts += ["#pagebreak()", '#heading(level: 1, "Technical annex")']
            annexed = True
        parts.append(chapter_source(chapter))
    facts, inputs = sources(f)
    parts += ['#heading(level: 2, "Where it comes from")', facts_source(facts), table_source(inputs)]
    return "\n".join(parts) + "\n"


def chapter_source(chapter: Chapter) -> str:
    """One chapter."""
    found = (
        f'#block(sticky: true, text(size: 12pt, weight: "bold", {quoted(chapter.finding)}))' if chapter.finding else ""
    )
    parts = [RENDERED[type(part)](part) for part in chapter.parts]
    return "\n\n".join([f"#heading(level: 2, {quoted(chapter.title)})", found, *parts])


def quoted(text: str) -> str:
    """A Typst string. Long words, such as hashes, may be broken."""
    loose = LONG.sub(lambda m: "\u200b".join(m.group()[i : i + 8] for i in range(0, len(m.group()), 8)), text)
    return '"' + exact(loose) + '"'


def exact(text: str) -> str:
    """What stands between the quotes of a Typst string."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "")


def said(pieces: Pieces) -> str:
    """Words and links as one text (links inside a page are of no use on paper)."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in pieces)


def paragraph(text: str) -> str:
    """A paragraph."""
    return f"#par({quoted(text)})"


def boxed(parts: Sequence[str], fill: str) -> str:
    """Parts in a box."""
    inner = "\n".join(parts)
    return f'#block(width: 100%, fill: rgb("{fill}"), inset: 9pt, radius: 2pt)[\n{inner}\n]'


def image(svg: str, alt: str) -> str:
    """An SVG with what a screen reader says of it, at the size of its letters, and never higher than a page."""
    own = svg.replace("Arial, sans-serif", "Arial, Liberation Sans, DejaVu Sans, Libertinus Serif")
    found = BOX.search(svg)
    wide, tall = (float(n) for n in found.group(1).split()[2:]) if found else (1.0, 1.0)
    width = min(WIDEST, wide * WIDEST / PIXELS, HIGHEST * wide / tall)
    return f'#align(center, image(bytes("{exact(own)}"), format: "svg", alt: {quoted(alt)}, width: {width:.2f}cm))'


def table_source(part: Table) -> str:
    """A table with its header row, columns as wide as their words ask for, numbers to the right."""
    widths = ", ".join(f"{weight(part, i):g}fr" for i in range(len(part.head)))
    sides = ", ".join("right" if i in part.numbers else "left" for i in range(len(part.head)))
    head = ", ".join(f"table.cell(fill: rgb({FILL}), strong({quoted(said(c.pieces))}))" for c in part.head)
    body = ",\n".join(", ".join(cell_source(c) for c in line.cells) for line in part.rows)
    drawn = f"table(columns: ({widths},), align: ({sides},), table.header({head}),\n{body})"
    note = f'\n#text(size: 8pt, fill: rgb("{QUIET}"), {quoted(part.note)})' if part.note else ""
    return f"#figure(kind: table, supplement: none, numbering: none, caption: {quoted(part.caption)},\n{drawn})" + note


def weight(part: Table, i: int) -> int:
    """How wide a column should be: its longest word, and enough for its texts without letting one take the page."""
    head = max((len(word) for word in said(part.head[i].pieces).split()), default=0)
    shown = [line.cells[i] for line in part.rows if i < len(line.cells)]
    texts = [said(cell.pieces) for cell in shown]
    words = max((len(word) for text in texts for word in text.split() if len(word) < 30), default=0)
    under = max((round(0.85 * len(cell.small)) for cell in shown), default=0)
    return 2 + max(head + 1, words, under, min(max(map(len, texts), default=0), 40))


def cell_source(cell: Cell) -> str:
    """A cell, its second line smaller."""
    main = quoted(said(cell.pieces))
    if not cell.small:
        return main if said(cell.pieces) else "[#sym.zws]"
    return f'[#{main} \\ #text(size: 6.8pt, fill: rgb("{QUIET}"), {quoted(cell.small)})]'


def facts_source(part: Facts) -> str:
    """Names with their values."""
    items = ", ".join(f"terms.item({quoted(name)}, {quoted(said(value))})" for name, value in part.items)
    return f"#terms(separator: [#linebreak()], hanging-indent: 0pt, spacing: 0.9em, {items})"


def drawing_source(part: Drawing) -> str:
    """A chart with its title, its subtitle and its source, kept together."""
    return (
        "#block(breakable: false)[\n"
        f'#strong({quoted(part.title)})\\ #text(size: 8.5pt, fill: rgb("{QUIET}"), {quoted(part.subtitle)})\n'
        f"{image(part.wide, f'Chart. {part.title} {part.subtitle}')}\n"
        f'#text(size: 7.5pt, fill: rgb("{QUIET}"), {quoted(part.source)})\n]'
    )


def said_source(part: Said) -> str:
    """What can and cannot be said, side by side."""
    columns = [
        f'[#heading(level: 3, outlined: false, "{title}") #list({", ".join(quoted(item) for item in items)})]'
        for title, items in (("What you can say", part.can), ("What you cannot say", part.cannot))
    ]
    return f"#block(stroke: 1.2pt, inset: 9pt)[#grid(columns: (1fr, 1fr), gutter: 14pt, {', '.join(columns)})]"


RENDERED: dict[type, Callable[[Any], str]] = {
    Table: table_source,
    Drawing: drawing_source,
    Facts: facts_source,
    Said: said_source,
    Text: lambda part: paragraph(said(part.pieces)),
    Notice: lambda part: boxed([paragraph(said(part.pieces))], "#fdf1ef"),
    Heading: lambda part: f"#heading(level: 3, {quoted(part.text)})",
    Bullets: lambda part: f"#list({', '.join(quoted(said(item)) for item in part.items)})",
}
"""How each part of a chapter is written."""
