"""Where each result comes from and what it leads to, as links on the page, read from the graph of the thread."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resettle.report.blocks import Pieces, Ref, Trail, anchor, joined
from resettle.report.disclosure import people
from resettle.report.words import capital, plain
from resettle.thread.graph import STATIONS

if TYPE_CHECKING:
    import duckdb

RESULTS = ("service", "contract", "effect", "line", "saving", "allocation", "need")
"""Kinds that have an anchor of their own on the published page. The others are records of single people."""

RECORDS = {
    "person": "people",
    "plan": "plans",
    "participation": "participations",
    "followed": "people followed up",
    "outcome": "recorded outcomes",
}
PLURALS = {
    "saving": "savings",
    "allocation": "allocations",
    "line": "payment lines",
    "need": "needs",
    "service": "services",
}
HOME = {"need": "plan"}
"""Station at which results of a kind are shown, where it is not the station of their kind."""

PEOPLE_PAGES = "people/index.html"
NAMED = 6


@dataclass(frozen=True)
class Near:
    """What lies next to a node, of one kind: how many, why they are linked, and which they are (results only)."""

    kind: str
    count: int
    why: str
    ids: tuple[str, ...]


class Trails:
    """The neighbours of every result of a thread, and how many people stand behind it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Read them from a connection that `reach` made."""
        kinds = ", ".join(f"'{k}'" for k in RESULTS)
        rows = connection.execute(
            f"SELECT id, label, sentence FROM nodes WHERE kind IN ({kinds}) ORDER BY id"
        ).fetchall()
        self.uncounted: set[str] = set()
        self.labels = {i: label for i, label, _ in rows}
        self.sentences = {i: sentence for i, _, sentence in rows}
        self.before = neighbours(connection, "to_id", "from_id", kinds)
        self.after = neighbours(connection, "from_id", "to_id", kinds)
        self.behind: dict[str, int] = dict(
            connection.execute(
                "SELECT id, count(DISTINCT person) FROM reached WHERE kind <> 'person' GROUP BY id"
            ).fetchall()
        )

        self.kinds: dict[str, int] = dict(
            connection.execute("SELECT kind, count(*) FROM nodes GROUP BY kind").fetchall()
        )

    def ids(self, kind: str) -> list[str]:
        """The results of one kind, in natural order."""
        return sorted((i for i in self.labels if i.startswith(f"{kind}:")), key=natural)

    def ref(self, id: str, text: str | None = None) -> Ref:
        """A link to a result."""
        return Ref(text or self.name(id), f"#{anchor(id)}")

    def name(self, id: str) -> str:
        """What a link to a result is called; payment lines also by their number, because many share a label."""
        kind, own = id.split(":", 1)
        return f"{own}: {self.labels[id]}" if kind == "line" else self.labels[id]

    def causes(self, id: str) -> list[Pieces]:
        """What a result comes from, kind by kind. The people behind a result in `uncounted` are not counted."""
        return [self.words(near, id not in self.uncounted) for near in self.before.get(id, ())]

    def consequences(self, id: str) -> list[Pieces]:
        """What a result leads to, kind by kind."""
        return [self.words(near) for near in self.after.get(id, ())]

    def words(self, near: Near, counted: bool = True) -> Pieces:
        """One kind of neighbour: records as a count, results by name with the rest counted, and why they are linked."""
        if near.kind in RECORDS:
            number = f"{people(near.count)} " if counted else ""
            why = f": {near.why}" if near.kind != "person" else ""
            return (Ref(f"{number}{RECORDS[near.kind]}", PEOPLE_PAGES), why)
        named = joined((self.ref(i),) for i in near.ids[:NAMED])
        more = near.count - NAMED
        rest = Ref(
            f"{more:,} more {PLURALS.get(near.kind, near.kind)}", f"#{HOME.get(near.kind, STATIONS[near.kind][0])}"
        )
        return (*named, *((" and ", rest) if more > 0 else ()), f": {near.why}")

    def trail(self, id: str, title: str | None = None) -> Trail:
        """The trail of one result, with the people behind it."""
        causes = self.causes(id)
        if self.behind.get(id) and id not in self.uncounted:
            causes = [*causes, (f"in all, {people(self.behind[id])} people stand behind it",)]
        return Trail(anchor(id), title or capital(self.labels[id]), causes, self.consequences(id))


def neighbours(connection: duckdb.DuckDBPyConnection, here: str, there: str, kinds: str) -> dict[str, tuple[Near, ...]]:
    """For each result, what lies on one side of it."""
    rows = connection.execute(
        f"""SELECT {here}, kind, count(DISTINCT {there}), list_sort(list(DISTINCT why))[:2],
            list(DISTINCT {there}) FILTER (kind IN ({kinds}))
        FROM (SELECT {here}, {there}, why, split_part({there}, ':', 1) AS kind FROM links
            WHERE split_part({here}, ':', 1) IN ({kinds})) GROUP BY {here}, kind"""
    ).fetchall()
    found: dict[str, list[Near]] = {}
    for id, kind, count, whys, ids in rows:
        found.setdefault(id, []).append(
            Near(kind, count, plain(" or ".join(whys)), tuple(sorted(ids or (), key=natural)))
        )
    return {id: tuple(sorted(near, key=lambda n: STATIONS[n.kind][1])) for id, near in found.items()}


def natural(id: str) -> list[tuple[int, str]]:
    """A sort key in which `L10` comes after `L9`."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", id)]
