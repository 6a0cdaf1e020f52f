"""The picture of one scale over time: a mark for each day, joined, from the lowest score to the highest."""

from __future__ import annotations

from datetime import date
from html import escape

from resettle.web.look.jinja import day
from resettle.web.measures.change import Series

WIDTH, HEIGHT = 320, 150
LEFT, RIGHT, TOP, BOTTOM = 34, 44, 14, 112
LINE, INK, QUIET = "#00703c", "#0b0c0c", "#505a5f"


def chart_svg(series: Series) -> str:
    """A scale as SVG; the same figures stand in the table beside it. Empty where no day has a score."""
    scored = series.scored
    if not scored:
        return ""
    marks = [(across(scored, on), up(series, value), value) for on, value in scored]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in marks)
    label = escape(f"{series.title} over time. The same figures stand in the table.", quote=True)
    parts = [
        grid(series),
        f'<polyline points="{path}" fill="none" stroke="{LINE}" stroke-width="3"/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{LINE}"/>' for x, y, _ in marks),
        text(marks[-1][0] + 10, marks[-1][1] + 5, f"{marks[-1][2]:g}", INK, weight="bold"),
        *days(scored),
    ]
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" class="resettle-map" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def across(scored: list[tuple[date, float]], on: date) -> float:
    """Where a day stands from left to right; a single day stands in the middle."""
    first, last = scored[0][0], scored[-1][0]
    whole = (last - first).days
    return LEFT + (WIDTH - LEFT - RIGHT) * ((on - first).days / whole if whole else 0.5)


def up(series: Series, value: float) -> float:
    """Where a score stands between the ends of its scale; one beyond them (a T score may be) stands at the end."""
    share = (value - series.low) / (series.high - series.low)
    return BOTTOM - (BOTTOM - TOP) * min(1.0, max(0.0, share))


def grid(series: Series) -> str:
    """The ends of the scale and its middle."""
    lines = []
    for value in (series.low, (series.low + series.high) / 2, series.high):
        y = up(series, value)
        lines.append(
            f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#b1b4b6" stroke-width="1"/>'
        )
        lines.append(text(LEFT - 8, y + 5, f"{value:g}", QUIET, anchor="end"))
    return "".join(lines)


def days(scored: list[tuple[date, float]]) -> list[str]:
    """The first and the last day, under the line."""
    first, last = scored[0][0], scored[-1][0]
    if first == last:
        return [text(across(scored, first), HEIGHT - 14, day(first), QUIET, anchor="middle")]
    return [
        text(LEFT, HEIGHT - 14, day(first), QUIET),
        text(WIDTH - 2, HEIGHT - 14, day(last), QUIET, anchor="end"),
    ]


def text(x: float, y: float, words: str, fill: str, anchor: str = "start", weight: str = "normal") -> str:
    """Some words."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="13" fill="{fill}" text-anchor="{anchor}" font-weight="{weight}">'
        f"{escape(words)}</text>"
    )
