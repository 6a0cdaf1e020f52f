"""The picture of a good life map: one line for each good, how much it matters, and how far the person has it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from django.utils.translation import gettext as _

from resettle.reference.goods import Good, goods
from resettle.report.words import capital
from resettle.web.plans.models import Map, Rating

WIDTH, ROW, TOP, LEFT, RIGHT = 320, 52, 8, 12, 20
MATTERS, HAVE, WORKER = "#0b0c0c", "#00703c", "#1d70b8"


def map_svg(own: Map | None, worker: Map | None, called: str) -> str:
    """The map as SVG: the person's rating on each line, and the worker's, where there is one, under it."""
    listed = goods(own.taxonomy if own else None)
    mine, theirs = by_good(own), by_good(worker)
    rows = [row(good, n, mine.get(good.code), theirs.get(good.code)) for n, good in enumerate(listed)]
    height = TOP + ROW * len(listed) + 8
    label = escape(
        _("Good life map of %(called)s. The same figures stand in the table below.") % {"called": called}, quote=True
    )
    return f'<svg viewBox="0 0 {WIDTH} {height}" class="resettle-map" role="img" aria-label="{label}">{"".join(rows)}</svg>'


def by_good(made: Map | None) -> dict[str, Rating]:
    """The ratings of a map by good."""
    return {rating.good: rating for rating in made.ratings.all()} if made else {}


def row(good: Good, n: int, mine: Rating | None, theirs: Rating | None) -> str:
    """One good: its name, a line from 0 to 10, and the marks on it."""
    y = TOP + ROW * n + 34
    words = escape(capital(_(good.name)))
    name = f'<text x="{LEFT}" y="{y - 16}" font-size="13" font-weight="bold" fill="{MATTERS}">{words}</text>'
    line = f'<line x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}" stroke="#b1b4b6" stroke-width="3"/>'
    return name + line + (own_marks(mine, y) if mine else "") + (worker_marks(theirs, y) if theirs else "")


def at(score: int) -> float:
    """Where a score stands on the line."""
    return LEFT + (WIDTH - LEFT - RIGHT) * score / 10


def own_marks(rating: Rating, y: int) -> str:
    """A filled line up to what the person has, and a ring at how much it matters."""
    have, matters = at(rating.attainment), at(rating.importance)
    return (
        f'<line x1="{LEFT}" y1="{y}" x2="{have:.1f}" y2="{y}" stroke="{HAVE}" stroke-width="9" stroke-linecap="round"/>'
        f'<circle cx="{matters:.1f}" cy="{y}" r="8" fill="#ffffff" fill-opacity=".75" stroke="{MATTERS}" stroke-width="3"/>'
    )


def worker_marks(rating: Rating, y: int) -> str:
    """Two small marks under the line: the worker's view, never mixed with the person's."""
    have, matters = at(rating.attainment), at(rating.importance)
    return (
        f'<line x1="{LEFT}" y1="{y + 11}" x2="{have:.1f}" y2="{y + 11}" stroke="{WORKER}" stroke-width="3"/>'
        f'<rect x="{matters - 3:.1f}" y="{y + 8}" width="6" height="6" fill="#ffffff" stroke="{WORKER}" stroke-width="2"/>'
    )


def map_rows(maps: Sequence[Map | None]) -> list[dict[str, object]]:
    """The table beside the picture: one row a good, with each map's ratings side by side."""
    views = [by_good(made) for made in maps]
    first = next((made for made in maps if made), None)
    return [
        {"good": good, "ratings": [view.get(good.code) for view in views]} for good in goods(first and first.taxonomy)
    ]
