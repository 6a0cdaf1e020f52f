"""A theory of change as an SVG of its own: boxes in rows from top to bottom, arrows with a number and their strength.

Nothing rests on colour alone: a box says its kind in words, an arrow says its strength in words and by its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from itertools import pairwise
from textwrap import wrap

from resettle.evidence.theory.file import STRENGTHS, Arrow, Strength, TheoryFile
from resettle.evidence.theory.layout import Layout, layered

WRAP = 22
BOX, GAP, THIN = 182, 26, 44
LINE, HEAD, FOOT = 18, 30, 12
BETWEEN, MARGIN, TITLE = 104, 24, 56
LABEL_HEIGHT, LABEL_LETTER, KEY = 20, 6.6, 64
INK, QUIET, PAPER = "#0b0c0c", "#505a5f", "#ffffff"
COLOURS = {
    "input": "#505a5f",
    "activity": "#00703c",
    "mechanism": "#1d70b8",
    "outcome": "#4c2c92",
    "context": "#594d00",
    "assumption": "#942514",
}
DASHED = {"context": "2 4", "assumption": "7 4"}
LINES: dict[Strength, tuple[float, str]] = {
    "none": (1.5, "2 5"),
    "weak": (1.5, "9 5"),
    "moderate": (2.0, ""),
    "strong": (4.5, ""),
}
FONT = 'font-family="Arial, sans-serif"'

Point = tuple[float, float]
Spot = tuple[float, float, float]


def theory_svg(theory: TheoryFile) -> str:
    """The picture as a standalone SVG file, with a title and a description for those who do not see it."""
    names = list(theory.node)
    edges = [(a.from_id, a.to_id) for a in theory.arrow]
    layout = layered(names, edges, dict.fromkeys(names, float(BOX)), GAP, THIN)
    tops, height = row_tops(theory, layout)
    wide = max(x + (BOX if name in theory.node else THIN) / 2 for name, x in layout.centre.items()) + 2 * MARGIN
    heading = wrap(theory.title, max(24, int(wide / 10)))
    down = TITLE + 24 * (len(heading) - 1)
    drawn = [*arrows(theory, layout, tops), *(box(theory, name, layout, tops) for name in names)]
    title = "".join(text(MARGIN, 34 + 24 * i, line, 20, INK, "start", True) for i, line in enumerate(heading))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {height + down + KEY:.0f}" '
        f'width="{wide:.0f}" height="{height + down + KEY:.0f}" role="img" aria-labelledby="t d">'
        f'<title id="t">{escape(theory.title)}</title><desc id="d">{escape(described(theory))}</desc>'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{title}'
        f'<g transform="translate({MARGIN} {down})">{"".join(drawn)}</g>{key(height + down)}</svg>\n'
    )


def described(theory: TheoryFile) -> str:
    """The arrows in words, for those who hear the picture."""
    names = theory.node
    said = [
        f"{n}: {names[a.from_id].label} leads to {names[a.to_id].label} (evidence: {STRENGTHS[a.strength]})"
        for n, a in enumerate(theory.arrow, start=1)
    ]
    return "; ".join(said) + "."


def wrapped(label: str) -> list[str]:
    """A label in lines of at most 22 characters; longer words are cut."""
    return wrap(label, WRAP) or [""]


def box_height(label: str) -> int:
    """How tall a box is with this label."""
    return HEAD + LINE * len(wrapped(label)) + FOOT


def row_tops(theory: TheoryFile, layout: Layout) -> tuple[list[tuple[float, float]], float]:
    """The top and the height of each row, and where the last one ends."""
    tops, top = [], 0.0
    for names in layout.rows:
        tall = max((box_height(theory.node[n].label) for n in names if n in theory.node), default=HEAD)
        tops.append((top, float(tall)))
        top += tall + BETWEEN
    return tops, top - BETWEEN


def box(theory: TheoryFile, name: str, layout: Layout, tops: list[tuple[float, float]]) -> str:
    """One node: its kind in a band, its label under it."""
    node = theory.node[name]
    level = next(i for i, names in enumerate(layout.rows) if name in names)
    x, y, tall = layout.centre[name] - BOX / 2, tops[level][0], tops[level][1]
    colour, dash = COLOURS[node.kind], DASHED.get(node.kind, "")
    kind = f"{node.kind}, {node.term} term" if node.kind == "outcome" else node.kind
    lines = wrapped(node.label)
    first = y + HEAD + (tall - HEAD - FOOT - LINE * len(lines)) / 2 + 14
    return (
        f'<g><rect x="{x:.1f}" y="{y:.1f}" width="{BOX}" height="{tall:.1f}" rx="4" fill="{PAPER}" stroke="{colour}" '
        f'stroke-width="2"{dashes(dash)}/>'
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{BOX}" height="22" rx="4" fill="{colour}"/>'
        + text(x + BOX / 2, y + 15.5, kind.upper(), 11, PAPER, bold=True)
        + "".join(text(x + BOX / 2, first + LINE * i, line, 14, INK) for i, line in enumerate(lines))
        + "</g>"
    )


def arrows(theory: TheoryFile, layout: Layout, tops: list[tuple[float, float]]) -> list[str]:
    """Every arrow, then every label, so that no line runs over a label."""
    doors = {**ports(theory, layout, outgoing=True), **ports(theory, layout, outgoing=False)}
    level = {name: i for i, names in enumerate(layout.rows) for name in names}
    routes = [route(arrow, layout, doors, level, tops) for arrow in theory.arrow]
    labels: list[str] = []
    taken: list[Spot] = []
    for i, arrow in enumerate(theory.arrow):
        said = f"{i + 1} {STRENGTHS[arrow.strength]}"
        others = [p for j, points in enumerate(routes) if j != i for p in pairwise(points)]
        taken.append(free_spot(routes[i], len(said) * LABEL_LETTER + 10, taken, others))
        labels.append(label(taken[-1], said))
    return [line(points, a.strength) for points, a in zip(routes, theory.arrow, strict=True)] + labels


def ports(theory: TheoryFile, layout: Layout, outgoing: bool) -> dict[tuple[str, str, bool], float]:
    """Where on its box each arrow leaves or enters: spread along the side, in the order of where it goes."""
    found = {}
    for name in theory.node:
        ends = [e for e in layout.paths if e[0 if outgoing else 1] == name]
        ends.sort(key=lambda e: layout.centre[layout.paths[e][1 if outgoing else -2]])
        step = min(40.0, BOX * 0.8 / max(len(ends), 1))
        for i, edge in enumerate(ends):
            found[(*edge, outgoing)] = layout.centre[name] + (i - (len(ends) - 1) / 2) * step
    return found


def route(
    arrow: Arrow,
    layout: Layout,
    doors: Mapping[tuple[str, str, bool], float],
    level: Mapping[str, int],
    tops: list[tuple[float, float]],
) -> list[Point]:
    """The corners of an arrow: from the foot of one box, straight down through each row it passes, to the head of the other."""
    start, end = arrow.from_id, arrow.to_id
    top, tall = tops[level[start]]
    points = [(doors[(start, end, True)], top + tall)]
    for place in layout.paths[(start, end)][1:-1]:
        top, tall = tops[level[place]]
        points += [(layout.centre[place], top), (layout.centre[place], top + tall)]
    return [*points, (doors[(start, end, False)], tops[level[end]][0])]


def line(points: list[Point], strength: Strength) -> str:
    """The line of an arrow and its head; stronger evidence is a fuller and thicker line."""
    width, dash = LINES[strength]
    (x0, y0), (x1, y1) = points[-2], points[-1]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    neck = (x1 - 11 * ux, y1 - 11 * uy)
    corners = [(x1, y1), (neck[0] - 5.5 * uy, neck[1] + 5.5 * ux), (neck[0] + 5.5 * uy, neck[1] - 5.5 * ux)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in [*points[:-1], neck])
    head = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return (
        f'<polyline points="{path}" fill="none" stroke="{QUIET}" stroke-width="{width}"{dashes(dash)}/>'
        f'<polygon points="{head}" fill="{QUIET}"/>'
    )


def free_spot(points: list[Point], wide: float, taken: list[Spot], others: list[tuple[Point, Point]]) -> Spot:
    """Where an arrow's label stands: on a slanting part, away from other labels, and if it can be from other arrows."""
    parts = [(points[i], points[i + 1]) for i in range(0, len(points) - 1, 2)]
    spots = [
        (x0 + along * (x1 - x0), y0 + along * (y1 - y0), wide)
        for along in (0.5, 0.38, 0.62, 0.27, 0.73)
        for (x0, y0), (x1, y1) in parts
    ]
    free = [s for s in spots if all(clear(s, other) for other in taken)] or spots
    return next((s for s in free if not any(covers(s, part) for part in others)), free[0])


def clear(spot: Spot, other: Spot) -> bool:
    """Whether two labels leave space between them."""
    (x, y, wide), (a, b, w) = spot, other
    return abs(x - a) >= (wide + w) / 2 + 3 or abs(y - b) >= LABEL_HEIGHT + 2


def covers(spot: Spot, part: tuple[Point, Point]) -> bool:
    """Whether a label lies over a part of a line, looked at in 40 points along it."""
    (x, y, wide), ((x0, y0), (x1, y1)) = spot, part
    along = ((x0 + i / 40 * (x1 - x0), y0 + i / 40 * (y1 - y0)) for i in range(41))
    return any(abs(a - x) < wide / 2 + 2 and abs(b - y) < LABEL_HEIGHT / 2 + 2 for a, b in along)


def label(spot: Spot, said: str) -> str:
    """The number and the strength of an arrow, on white."""
    x, y, wide = spot
    return (
        f'<rect x="{x - wide / 2:.1f}" y="{y - LABEL_HEIGHT / 2:.1f}" width="{wide:.1f}" height="{LABEL_HEIGHT}" rx="10" '
        f'fill="{PAPER}" stroke="{QUIET}" stroke-width="1"/>' + text(x, y + 4, said, 12, INK)
    )


def key(top: float) -> str:
    """What the lines mean, under the picture."""
    parts = []
    for i, (strength, (width, dash)) in enumerate(LINES.items()):
        x, y = MARGIN + 118 * i, top + 38
        said = STRENGTHS[strength]
        parts.append(
            f'<line x1="{x}" y1="{y}" x2="{x + 34}" y2="{y}" stroke="{QUIET}" stroke-width="{width}"{dashes(dash)}/>'
            + text(x + 40, y + 4, said, 12, INK, "start")
        )
    return text(MARGIN, top + 22, "Evidence held for an arrow", 12, QUIET, "start") + "".join(parts)


def dashes(pattern: str) -> str:
    """A pattern of dashes as an attribute, where there is one."""
    return f' stroke-dasharray="{pattern}"' if pattern else ""


def text(x: float, y: float, said: str, size: int, colour: str, anchor: str = "middle", bold: bool = False) -> str:
    """One line of text."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" {FONT} font-size="{size}" text-anchor="{anchor}"{weight} fill="{colour}">'
        f"{escape(said)}</text>"
    )
