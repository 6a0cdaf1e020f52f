"""Where the boxes of a layered picture go: rows by longest path, order by barycentres, places by least squares.

The steps are those of Sugiyama, Tagawa and Toda (1981). A long arrow gets an empty place in each row that it passes, so
that it never runs behind a box.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Edge = tuple[str, str]
SWEEPS = 12


@dataclass
class Layout:
    """Rows of places from top to bottom, left to right within each, and the centre of each place.

    A place is the name of a node, or for a long arrow a name of its own. `paths` holds the places through which each
    edge runs, both ends included.
    """

    rows: list[list[str]]
    paths: dict[Edge, list[str]]
    centre: dict[str, float] = field(default_factory=dict)


def layered(nodes: Sequence[str], edges: Sequence[Edge], width: Mapping[str, float], gap: float, thin: float) -> Layout:
    """Lay out a graph without circles. `width` of each node, `gap` between places, `thin` the width of a passing arrow."""
    row = rows_of(nodes, edges)
    rows: list[list[str]] = [[] for _ in range(max(row.values()) + 1)]
    for name in nodes:
        rows[row[name]].append(name)
    paths = {edge: passing(edge, row, rows) for edge in edges}
    links = [pair for path in paths.values() for pair in pairwise(path)]
    layout = Layout(best_order(rows, links), paths)
    wide = {name: width.get(name, thin) for names in layout.rows for name in names}
    layout.centre = places(layout.rows, links, wide, gap)
    return layout


def rows_of(nodes: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """The row of each node: one below the lowest node that leads to it.

    A node to which nothing leads stands just above the highest node to which it leads itself.
    """
    row = dict.fromkeys(nodes, 0)
    for _ in nodes:
        for start, end in edges:
            row[end] = max(row[end], row[start] + 1)
    ends = {end for _, end in edges}
    for name in nodes:
        below = [row[end] for start, end in edges if start == name]
        if name not in ends and below:
            row[name] = min(below) - 1
    return row


def passing(edge: Edge, row: Mapping[str, int], rows: list[list[str]]) -> list[str]:
    """The places through which an edge runs; those between its ends are added to `rows`."""
    start, end = edge
    path = [start]
    for level in range(row[start] + 1, row[end]):
        path.append(f"{start}>{end}@{level}")
        rows[level].append(path[-1])
    return [*path, end]


def best_order(rows: list[list[str]], links: Sequence[Edge]) -> list[list[str]]:
    """The order within rows that has the fewest crossings among some sweeps down and up."""
    best, fewest = [list(r) for r in rows], crossings(rows, links)
    current = [list(r) for r in rows]
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        levels = range(1, len(current)) if down else range(len(current) - 2, -1, -1)
        for level in levels:
            beside = {name: i for i, name in enumerate(current[level - 1 if down else level + 1])}
            current[level] = by_barycentre(current[level], beside, links)
        if (found := crossings(current, links)) < fewest:
            best, fewest = [list(r) for r in current], found
    return best


def by_barycentre(names: list[str], beside: Mapping[str, int], links: Sequence[Edge]) -> list[str]:
    """A row in the order of the mean position of what each place is joined to; ties keep their order."""
    mean = {}
    for i, name in enumerate(names):
        near = [beside[o] for a, b in links for s, o in ((a, b), (b, a)) if s == name and o in beside]
        mean[name] = sum(near) / len(near) if near else float(i)
    return sorted(names, key=lambda name: mean[name])


def crossings(rows: Sequence[Sequence[str]], links: Sequence[Edge]) -> int:
    """How many pairs of links cross."""
    at = {name: (level, i) for level, names in enumerate(rows) for i, name in enumerate(names)}
    by_level: dict[int, list[tuple[int, int]]] = {}
    for a, b in links:
        by_level.setdefault(at[a][0], []).append((at[a][1], at[b][1]))
    return sum(
        (a - c) * (b - d) < 0
        for pairs in by_level.values()
        for i, (a, b) in enumerate(pairs)
        for c, d in pairs[i + 1 :]
    )


def places(
    rows: Sequence[Sequence[str]], links: Sequence[Edge], width: Mapping[str, float], gap: float
) -> dict[str, float]:
    """The centre of each place: near what it is joined to, in order, at least `gap` apart, none left of 0."""
    centre: dict[str, float] = {}
    for names in rows:
        centre |= apart(names, dict.fromkeys(names, 0.0), width, gap)
    near: dict[str, list[str]] = {name: [] for name in centre}
    for a, b in links:
        near[a].append(b)
        near[b].append(a)
    for sweep in range(SWEEPS):
        for names in rows if sweep % 2 == 0 else list(reversed(rows)):
            wish = {n: sum(centre[o] for o in near[n]) / len(near[n]) if near[n] else centre[n] for n in names}
            centre |= apart(names, wish, width, gap)
    left = min(centre[n] - width[n] / 2 for n in centre)
    return {name: x - left for name, x in centre.items()}


def apart(names: Sequence[str], wish: Mapping[str, float], width: Mapping[str, float], gap: float) -> dict[str, float]:
    """The centres closest to what is wished for (least squares) that keep order and distance.

    Taking away the least distance from the first place turns it into an isotonic regression, solved by pooling.
    """
    offset, offsets = 0.0, []
    for i, name in enumerate(names):
        offset += (width[names[i - 1]] + width[name]) / 2 + gap if i else 0.0
        offsets.append(offset)
    pools: list[tuple[float, int]] = []
    for name, off in zip(names, offsets, strict=True):
        total, count = wish[name] - off, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            before, number = pools.pop()
            total, count = total + before, count + number
        pools.append((total, count))
    level = [total / count for total, count in pools for _ in range(count)]
    return {name: at + off for name, at, off in zip(names, level, offsets, strict=True)}
