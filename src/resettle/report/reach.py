"""Which results each person leads to, and with which share: the walk of `trace`, for everybody at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resettle.thread.graph import STATIONS, Graph
from resettle.thread.trace import load

if TYPE_CHECKING:
    import duckdb

LAST = "line"
"""The walk ends with payment lines: what lies beyond (savings, allocations) rests on the effect as a whole."""


def reach(graph: Graph) -> duckdb.DuckDBPyConnection:
    """A connection with the graph's `nodes` and `links`, and `reached` (person, id, kind, share).

    Shares are multiplied along links and added over paths, kind by kind in the order of the stations, as `trace` does.
    """
    connection = load(graph)
    connection.execute(
        """CREATE TABLE steps AS SELECT from_id, to_id, split_part(to_id, ':', 1) AS kind, share FROM links;
        CREATE TABLE reached (person VARCHAR, id VARCHAR, kind VARCHAR, share DOUBLE);
        INSERT INTO reached SELECT id, id, 'person', 1.0 FROM nodes WHERE kind = 'person'"""
    )
    last = STATIONS[LAST][1]
    for kind in sorted((k for k in STATIONS if 0 < STATIONS[k][1] <= last), key=lambda k: STATIONS[k][1]):
        connection.execute(
            """INSERT INTO reached SELECT r.person, s.to_id, ?, sum(r.share * s.share)
            FROM steps s JOIN reached r ON r.id = s.from_id WHERE s.kind = ? GROUP BY r.person, s.to_id""",
            [kind, kind],
        )
    return connection
