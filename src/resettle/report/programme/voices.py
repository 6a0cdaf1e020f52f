"""Pages of what people said: themes, agreement, quotes that were looked at, and a joint display."""

from __future__ import annotations

from pathlib import Path

from resettle.evidence.voices import Agreement, JointDisplay, Quotes, Themes
from resettle.evidence.voices.extract import CIRCLES as ABOUT
from resettle.goodlives.need import FEWEST
from resettle.report.blocks import Part, Row, Table, Text, cells, row
from resettle.report.charts.voiced import agreement_chart, shown, themes_chart
from resettle.report.programme.page import Chapter, Page, drawing, write_page
from resettle.report.words import capital, number, percent

ASKED = "People who are asked are chosen, not drawn by lot: how many said a thing is no estimate of how many would."


def write_themes(themes: Themes, out: Path) -> Path:
    """Write the page of themes and their JSON, neither of which holds a word that anyone said."""
    return written("What people said", [themes_chapter(themes)], out, themes, "themes")


def write_agreement(found: Agreement, out: Path) -> Path:
    """Write the page of agreement between coders, and its JSON."""
    return written("How far coders agree", [agreement_chapter(found)], out, found, "agreement")


def write_quotes(quotes: Quotes, out: Path) -> Path:
    """Write the page of quotes that may leave, and their JSON. Who looked at each is in neither the page nor a way back."""
    return written("In their words", [quotes_chapter(quotes)], out, quotes, "quotes")


def write_joint(display: JointDisplay, out: Path) -> Path:
    """Write the page of a joint display, and its JSON."""
    return written(display.title, [joint_chapter(display)], out, display, "joint")


def written(
    title: str, chapters: list[Chapter], out: Path, result: Themes | Agreement | Quotes | JointDisplay, verb: str
) -> Path:
    """One page about voices."""
    page = Page(title, "person", chapters, f"resettle voices {verb} ... --out DIR", result.provenance)
    return write_page(page, out, result.to_json())


def themes_chapter(themes: Themes) -> Chapter:
    """Themes by circle of the model."""
    table = Table(
        "Themes by circle, the most widespread first",
        cells("Theme", "Circle", capital(themes.counted), "Pieces of text", "Coders"),
        [
            row(t.code, ABOUT[t.circle], shown(t), f"{t.pieces:,}" if t.people >= FEWEST else "not shown", str(t.coders))
            for t in themes.themes
        ],
        frozenset({2, 3, 4}),
    )  # fmt: skip
    parts: list[Part] = [Text((ASKED,)), drawing(themes_chart(themes)), table]
    circles = len({t.circle for t in themes.themes})
    held = f"{circles} circle{'s' if circles != 1 else ''}"
    finding = f"{len(themes.themes)} themes from {themes.people:,} {themes.counted}, in {held}."
    return Chapter("themes", "Themes", finding, parts, "micro")


def agreement_chapter(found: Agreement) -> Chapter:
    """Agreement code by code."""
    rows = [
        row(
            c.code,
            f"{c.units:,}",
            str(c.coders),
            percent(c.share, 0),
            "given to all or to none" if c.alpha is None else f"{c.alpha:.2f}",
            f"{c.interval.low:.2f} to {c.interval.high:.2f}" if c.interval else "–",
        )
        for c in found.codes
    ]
    table = Table(
        "Agreement on each code",
        cells("Code", "Pieces", "Coders", "Share with it", "Alpha", "95% interval"),
        rows,
        frozenset({1, 2, 3, 4, 5}),
    )
    parts: list[Part] = [drawing(agreement_chart(found)), table]
    return Chapter("agreement", "Agreement between coders", found.sentence, parts)


def quotes_chapter(quotes: Quotes) -> Chapter:
    """Quotes by theme."""
    rows = [row(q.code, f"“{q.words}”", q.attribution) for q in quotes.quotes]
    table = Table("Quotes, each with consent and looked at by a person", cells("Theme", "Words", "Said by"), rows)
    role = Text((f"A role is named only where {FEWEST} people or more have it.",))
    finding = f"{number(len(quotes.quotes))} quotes may leave; {quotes.kept_back:,} were kept back."
    return Chapter("quotes", "In their words", finding, [table, role] if rows else [role], "micro")


def joint_chapter(display: JointDisplay) -> Chapter:
    """Both sides of every outcome, and what they mean together."""
    table = Table(
        "What the numbers show, what people said, and what the two mean together",
        cells("Outcome", "Numbers", "Voices", "Together", "What it means", "Judged by"),
        [joint_row(r) for r in display.rows()],
    )
    return Chapter("joint", "Side by side", display.sentence, [table])


def joint_row(line: dict[str, str]) -> Row:
    """One outcome."""
    return row(*(line[k] for k in ("outcome", "numbers", "voices", "together", "what it means", "judged by")))
