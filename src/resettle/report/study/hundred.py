"""A picture of 100 people on either side: those with the event are filled."""

from __future__ import annotations

from html import escape
from textwrap import wrap

from resettle.evidence.diagnostics.findings import StudyFindings
from resettle.report.blocks import Drawing
from resettle.report.look import CIRCLES, FAINT, INK
from resettle.report.study.rounding import in_100
from resettle.report.words import capital

CELL, ACROSS = 22, 10


def hundred(f: StudyFindings) -> Drawing | None:
    """The picture for wide and for narrow screens; None where the rate may not be printed."""
    one = f.rate
    if one.hidden or one.treated.value is None or one.comparison.value is None:
        return None
    ours, theirs = in_100(one.treated.value, "share"), in_100(one.comparison.value, "share")
    sides = (
        (f"{capital(f.programme)}: {ours} of 100", ours, CIRCLES["micro"]),
        (f"Comparison: {theirs} of 100", theirs, INK),
    )
    spoken = f"Of 100 {f.people} with {f.programme} {ours}, of 100 in the comparison group {theirs} had {f.event}s."
    return Drawing(
        f"Of 100 {f.people} with {f.programme}, {ours} had at least one {f.event}; of 100 similar {f.people} without it, {theirs}.",
        f"{capital(f.clock_label)}. Each mark is one of 100 {f.people}; filled marks had at least one {f.event}.",
        "Rates are rounded to whole people; their intervals stand in table 1.",
        picture(sides, spoken, 2),
        picture(sides, spoken, 1),
    )


def picture(sides: tuple[tuple[str, int, str], ...], spoken: str, columns: int) -> str:
    """The marks of both sides as SVG, beside or above one another."""
    wide = ACROSS * CELL
    gap, letters = 90, 27
    tall = 10 * CELL + 54
    width = columns * wide + (columns - 1) * gap
    height = tall * (len(sides) // columns)
    drawn = []
    for i, (title, n, colour) in enumerate(sides):
        left, top = (i % columns) * (wide + gap), (i // columns) * tall
        for row, text in enumerate(wrap(title, letters)):
            drawn.append(
                f'<text x="{left}" y="{top + 16 + 18 * row}" font-family="Arial, sans-serif" font-size="15" font-weight="bold" '
                f'fill="{colour}">{escape(text)}</text>'
            )
        drawn += [mark(left, top + 44, k, k < n, colour) for k in range(100)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" style="max-width:{width}px" role="img" '
        f'aria-label="{escape(spoken, quote=True)}" focusable="false">{"".join(drawn)}</svg>'
    )


def mark(left: int, top: int, k: int, filled: bool, colour: str) -> str:
    """One person."""
    x, y = left + (k % ACROSS) * CELL + 9, top + (k // ACROSS) * CELL + 9
    paint = f'fill="{colour}"' if filled else f'fill="#ffffff" stroke="{FAINT}" stroke-width="2"'
    return f'<circle cx="{x}" cy="{y}" r="{8 if filled else 7}" {paint}/>'
